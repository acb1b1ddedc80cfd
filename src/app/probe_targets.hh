// The addresses of the hosts to probe, and the namespace to do it from.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "act/probe_target.hh"
#include "base/error.hh"
#include "base/fd.hh"
#include "filter/name_lookup.hh"
#include "model/probe.hh"

namespace lastack::app {

// An address in numbers, without brackets or zone; nullopt: it is none.
[[nodiscard]] std::optional<filter::HostAddress> read_address(std::string const& text);

// One target for each address of each host, and port, in the order asked for: at all its
// addresses, each once. A host that has no address is a target that says so, for each port.
// Waits for the resolver. Error: more than `limit` of them.
[[nodiscard]] base::Result<std::vector<model::ProbeTarget>> resolve_probe_targets(
    std::span<act::ProbeSpec const> specs, std::optional<model::Family> family, std::size_t limit);

// The namespace of that label, as `list` shows it, or "net:[inode]". Error: there is none, or it
// may not be entered.
[[nodiscard]] base::Result<base::Fd> open_netns_called(std::string const& label);

}  // namespace lastack::app
