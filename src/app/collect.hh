// One snapshot of the machine: the sources of capture/ put together. Owns the threads.
#pragma once

#include <optional>
#include <string>

#include "base/error.hh"
#include "filter/filter.hh"
#include "filter/pushdown.hh"
#include "model/facts.hh"
#include "model/snapshot.hh"

namespace lastack::app {

struct CollectRequest {
  model::Facts facts;     // what the face shows; the filter adds what it needs
  filter::Pushdown only;  // states, families and protocols to list
  filter::Filter filter;
  std::optional<std::string> netns;  // label or "net:[inode]" of the only one to list
};

// Error: nothing could be listed at all, or no namespace is called `netns`. What could not be
// seen of the rest is counted in Snapshot::unseen.
[[nodiscard]] base::Result<model::Snapshot> collect(CollectRequest const& request);

}  // namespace lastack::app
