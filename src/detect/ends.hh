// The two ends of a connection: who opened it, whether the other end is on this machine too, and
// what kind of addresses they have.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "detect/listeners.hh"
#include "detect/scene.hh"

namespace lastack::detect {

// Whether a connection came in: as it was seen; else, where there is a listener that it came to.
[[nodiscard]] bool came_in(Scene const& scene, Listeners const& listeners, std::uint32_t index);

// For each of `rows` the row of its other end, where that is on this machine; else kNone. Reads all
// rows of the snapshot. Ends in different namespaces belong together unless they are on loopback.
[[nodiscard]] std::vector<std::uint32_t> other_ends(Scene const& scene,
                                                    std::span<std::uint32_t const> rows);

// IPv4, and mapped: 10/8, 172.16/12, 192.168/16, 100.64/10 (RFC 1918, RFC 6598).
[[nodiscard]] bool is_private_v4(model::Address const& address, model::Family family);
// IPv4, and mapped, that is neither private nor loopback, link-local, or multicast and above.
[[nodiscard]] bool is_public_v4(model::Address const& address, model::Family family);

}  // namespace lastack::detect
