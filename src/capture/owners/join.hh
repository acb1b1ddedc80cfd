// Joins sockets to the processes that hold them open.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "capture/owners/holder.hh"
#include "model/snapshot.hh"

namespace lastack::capture::owners {

enum class Key : std::uint8_t { Cookie, Inode };

struct JoinResult {
  // Holders of sockets that are in no dump: closed meanwhile, never bound, or in a network
  // namespace that was not listed.
  std::vector<Holder> unmatched;
};

// Fills snapshot.owners, snapshot.processes (pid only, in order of first appearance) and each
// endpoint's owners_at, owner_count and no_owner. `all_read`: false where some process could
// not be read, so that a socket without an owner may have a hidden one. What an earlier join
// found is forgotten.
[[nodiscard]] JoinResult join(model::Snapshot& snapshot, std::span<Holder const> holders, Key key,
                              bool all_read);

// Why this socket, which no process was found to hold, has no owner.
[[nodiscard]] model::NoOwner reason_without_owner(model::Endpoint const& endpoint, bool all_read);

// Dumps are not atomic: a socket that moved during the walk may come twice, under one cookie.
// Keeps the later row of each and returns how many were dropped. Order is otherwise kept. A bound,
// inactive socket and a mini-socket may share a cookie and are both kept.
std::size_t drop_repeated(std::vector<model::Endpoint>& endpoints);

}  // namespace lastack::capture::owners
