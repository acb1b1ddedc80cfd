#include "app/watch_ring.hh"

#include <utility>

#include "app/command.hh"
#include "app/privileges.hh"

namespace lastack::app {
namespace {

using capture::bpf::TransitionRing;

// What the user should know of how it is watched.
void explain(base::Result<TransitionRing> const& ring, std::string_view command) {
  if (!ring) {
    complain(command, ring.error().message + "; polling instead, which misses what is short ('" +
                          grant_command() + "' helps)");
  } else if (auto const& nameless = ring->nameless(); !nameless.empty()) {
    complain(command, "some causes will be unknown: " + nameless);
  }
}

// A tally shows no process, and only whole lives tell what was carried.
TransitionRing::Options ring_options(WatchOptions const& options, filter::Filter const& filter) {
  bool const asks_for_processes = filter.facts().any(model::Facts::all());
  return {.bytes = options.ring_bytes,
          .actors = options.view != WatchView::Tally || asks_for_processes,
          .totals = options.view == WatchView::Lives || wants_all(options.view)};
}

}  // namespace

base::Result<std::optional<TransitionRing>> attach_ring(WatchOptions const& options,
                                                        filter::Filter const& filter,
                                                        std::string_view command) {
  std::optional<TransitionRing> attached;
  if (!options.poll) {
    auto ring = TransitionRing::attach(ring_options(options, filter));
    explain(ring, command);
    if (ring) attached.emplace(std::move(*ring));
  }
  if (auto const dropped = keep_only_useful_capabilities(); !dropped) {
    return std::unexpected(dropped.error());
  }
  return attached;
}

}  // namespace lastack::app
