// The ring of events for a run of watching, and the permissions given up once it is attached.
#pragma once

#include <optional>
#include <string_view>

#include "app/watch_options.hh"
#include "base/error.hh"
#include "capture/bpf/transition_ring.hh"
#include "filter/filter.hh"

namespace lastack::app {

// nullopt: polling, because the options want it or because events cannot be had, which is said in
// the name of `command`. Error: capabilities could not be given up.
[[nodiscard]] base::Result<std::optional<capture::bpf::TransitionRing>> attach_ring(
    WatchOptions const& options, filter::Filter const& filter, std::string_view command);

}  // namespace lastack::app
