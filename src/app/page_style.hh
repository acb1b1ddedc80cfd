// How pages of text look on this stdout.
#pragma once

#include "app/terminal.hh"
#include "base/phrase.hh"
#include "ui/explain/page.hh"

namespace lastack::app {

[[nodiscard]] ui::PageStyle page_style(base::Language language, Color color);

}  // namespace lastack::app
