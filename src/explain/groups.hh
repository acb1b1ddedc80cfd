// Thousands of sockets, told as a few groups: the same situation of the same owner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "explain/situation.hh"
#include "model/snapshot.hh"

namespace lastack::explain {

struct Group {
  Situation situation = Situation::NotConnected;
  std::uint32_t process = model::kNone;  // index into Snapshot::processes; kNone: nobody has it
  model::NoOwner no_owner = model::NoOwner::HasOwner;
  std::uint32_t netns = 0;
  std::size_t count = 0;
  std::size_t remote_hosts = 0;        // different remote addresses
  std::vector<std::uint32_t> members;  // endpoints

  static constexpr std::size_t kExamples = 3;  // enough to show
};

// `endpoints`: indices into the snapshot's. The worst verdict first, of one verdict the largest.
[[nodiscard]] std::vector<Group> group(model::Snapshot const& snapshot,
                                       std::span<std::uint32_t const> endpoints);

}  // namespace lastack::explain
