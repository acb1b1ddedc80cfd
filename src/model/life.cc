#include <array>
#include <string_view>

#include "model/life.hh"

namespace lastack::model {
namespace {

constexpr std::array<std::string_view, 4> kSides{"unknown", "local", "remote", "kernel"};
constexpr std::array<std::string_view, 5> kSources{"unknown", "listener", "acted", "accepted",
                                                   "scanned"};

}  // namespace

std::string_view name(Side side) { return kSides[static_cast<std::size_t>(side)]; }
std::string_view name(OwnerSource source) { return kSources[static_cast<std::size_t>(source)]; }

std::optional<std::uint64_t> Life::handshake_us() const {
  std::optional<std::uint64_t> sum;
  for (auto const& hop : path()) {
    if (hop.state() == SocketState::Established) return sum;
    bool const before =
        hop.state() == SocketState::SynSent || hop.state() == SocketState::SynReceived;
    if (!before || hop.dwell_us() == Hop::kUnknownDwell) return std::nullopt;
    sum = sum.value_or(0) + hop.dwell_us();
  }
  return std::nullopt;
}

}  // namespace lastack::model
