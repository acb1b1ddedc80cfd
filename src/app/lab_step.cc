#include "app/lab_step.hh"

#include <unistd.h>

#include <algorithm>

#include "app/key_reader.hh"
#include "app/terminal.hh"
#include "base/output.hh"
#include "ui/lab/ladder_steps.hh"

namespace lastack::app {
namespace {

constexpr std::size_t kMostColumns = 120;

// The prompt is gone once it was answered, where the terminal can do that.
std::string over_the_prompt() { return moves_cursor() ? "\r\x1b[K" : "\n"; }

// The signal that asked to end, or 0.
int step_through(ui::LadderSteps const& steps, KeyReader& keys, base::Output& output) {
  output.append(steps.head());
  for (std::size_t i = 0; i < steps.count() && !output.stopped(); ++i) {
    output.append(steps.step(i));
    if (i + 1 == steps.count()) break;
    output.append(steps.prompt(i));
    output.flush();
    bool const enough = keys.next() == Key::Quit;
    output.append(over_the_prompt());
    if (enough) break;
  }
  output.flush();
  return keys.signal();
}

}  // namespace

bool can_step() { return ::isatty(STDIN_FILENO) == 1 && stdout_is_terminal(); }

base::Result<void> show_steps(lab::Scenario const& scenario, lab::Story const& story,
                              base::Language language) {
  ui::LadderSteps const steps(scenario, story,
                              {.language = language,
                               .width = std::min(terminal_width().value_or(80), kMostColumns),
                               .unicode = language == base::Language::Chinese || speaks_utf8()});
  base::Output output(STDOUT_FILENO);
  int signal = 0;
  {
    auto keys = KeyReader::open();
    if (!keys) return std::unexpected(keys.error());
    signal = step_through(steps, *keys, output);
  }
  if (signal != 0) end_by_signal(signal);
  return output.finish("stdout");
}

}  // namespace lastack::app
