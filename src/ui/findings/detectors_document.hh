// docs/detectors.md and docs/detectors.zh.md: what every detector finds, from its own table.
#pragma once

#include <string>

#include "base/phrase.hh"

namespace lastack::ui {

[[nodiscard]] std::string detectors_document(base::Language language);

}  // namespace lastack::ui
