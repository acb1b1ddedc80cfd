// What a line of a story means, for somebody who sees it for the first time.
#pragma once

#include <string>

#include "base/phrase.hh"
#include "lab/play/story.hh"

namespace lastack::ui {

// One or two sentences, "" where a line speaks for itself. The reason of a change is not among
// them: ladders show it.
[[nodiscard]] std::string line_meaning(lab::StoryLine const& line, base::Language language);

}  // namespace lastack::ui
