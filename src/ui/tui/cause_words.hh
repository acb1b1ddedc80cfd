// Causes in the languages of the screen; the English words are those of `watch`.
#pragma once

#include <string>

#include "base/phrase.hh"
#include "model/cause.hh"
#include "ui/tui/style.hh"

namespace lastack::ui::tui {

[[nodiscard]] base::Phrase words_of(model::Cause cause);
// Worth a look: something failed, or somebody forced it.
[[nodiscard]] Ink ink_of(model::Cause cause);

}  // namespace lastack::ui::tui
