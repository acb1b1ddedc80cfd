// `lastack lab run --step`: a ladder that grows by a line with each key.
#pragma once

#include "base/error.hh"
#include "base/phrase.hh"
#include "lab/play/story.hh"

namespace lastack::app {

// Somebody sits there: stdin and stdout are a terminal.
[[nodiscard]] bool can_step();

// Until the story ends or 'q'. Where a signal asks to end, the process ends by it, after the
// terminal is as it was.
[[nodiscard]] base::Result<void> show_steps(lab::Scenario const& scenario, lab::Story const& story,
                                            base::Language language);

}  // namespace lastack::app
