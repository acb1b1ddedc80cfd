// `lastack probe` in a window of the live screen.
#pragma once

#include <functional>
#include <string>

#include "app/stop_request.hh"
#include "base/phrase.hh"

namespace lastack::app {

// Probes what the words of `target` say, as the command line of `probe` does, until it is done or
// `stop` comes, which looking up names does not see. Each line that it prints goes to `tell`, which
// is called from another thread. What is wrong is said on stderr.
void probe_for_screen(std::string const& target, base::Language language, StopRequest const& stop,
                      std::function<void(std::string line)> const& tell);

}  // namespace lastack::app
