// The queue of errors of a socket (IP_RECVERR, IPV6_RECVERR; ip(7)): which ICMP message came, and
// from whom. An errno alone tells neither.
#pragma once

#include <optional>

#include "base/error.hh"
#include "model/probe.hh"

namespace lastack::act {

// From now on errors are queued.
[[nodiscard]] base::Result<void> queue_icmp_errors(int fd, model::Family family);

// Empties the queue; the first ICMP error in it. nullopt: none.
[[nodiscard]] std::optional<model::IcmpError> take_icmp_error(int fd);

}  // namespace lastack::act
