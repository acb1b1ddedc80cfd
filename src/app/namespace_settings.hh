// The TCP settings of the namespaces of a snapshot.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "model/snapshot.hh"
#include "model/tcp_settings.hh"

namespace lastack::app {

// Of our own namespace.
[[nodiscard]] model::TcpSettings own_tcp_settings();

// By index of Snapshot::namespaces; those that are not `wanted` or cannot be entered are the usual
// ones (TcpSettings::all_usual()).
[[nodiscard]] std::vector<model::TcpSettings> tcp_settings_of(
    model::Snapshot const& snapshot, std::set<std::uint32_t> const& wanted);

}  // namespace lastack::app
