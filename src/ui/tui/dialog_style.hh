// What every dialog has to know of how the screen speaks.
#pragma once

#include "base/phrase.hh"

namespace lastack::ui::tui {

struct DialogStyle {
  base::Language language = base::Language::English;
  bool unicode = true;  // else ASCII only where the text is ours
};

}  // namespace lastack::ui::tui
