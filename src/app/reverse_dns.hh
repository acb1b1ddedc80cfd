// Names of addresses: all asked for at once, within a time limit.
#pragma once

#include <chrono>
#include <cstddef>
#include <set>

#include "base/error.hh"
#include "ui/columns/column.hh"

namespace lastack::app {

using HostKey = ui::HostNames::key_type;  // (family, address)

struct ReverseNames {
  ui::HostNames names;         // only those that have one; from outside: unescaped
  std::size_t unanswered = 0;  // the limit came first
};

// Looks in /etc/hosts, then DNS (c-ares). At most kLookupsAtOnce are under way.
[[nodiscard]] base::Result<ReverseNames> reverse_names(std::set<HostKey> const& hosts,
                                                       std::chrono::milliseconds limit);

inline constexpr std::size_t kLookupsAtOnce = 64;

}  // namespace lastack::app
