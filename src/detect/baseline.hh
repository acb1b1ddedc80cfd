// What is known to be usual on a machine: which programs talk, and which listen where. Learned
// once, compared afterwards.
#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "model/endpoint.hh"

namespace lastack::model {
struct Snapshot;
}

namespace lastack::detect {

struct KnownListener {
  // program_key(): the path of the executable, with the script where it is an interpreter; the name
  // in brackets where there is none; "" where nobody is known to listen (the kernel's own).
  std::string program;
  model::Protocol protocol = model::Protocol::Tcp;
  std::uint16_t port = 0;   // 0: any that the system chooses (ip_local_port_range)
  bool everywhere = false;  // on every address
  auto operator<=>(KnownListener const&) const = default;
};

struct Baseline {
  std::set<std::string> talkers;  // programs with connections, by program_key()
  std::set<KnownListener> listeners;

  [[nodiscard]] bool empty() const { return talkers.empty() && listeners.empty(); }
};

// TCP in LISTEN, and UDP that is bound and has no peer.
[[nodiscard]] bool takes_what_comes(model::Endpoint const& row);
// Of such a row: on every address of its family, and of every interface.
[[nodiscard]] bool is_everywhere(model::Endpoint const& row);

enum class Familiarity : std::uint8_t {
  Unknown,
  Narrower,  // known, but on some addresses only
  Known,
};
// How well the baseline knows the row's listener, for the best of the programs that hold it. Where
// its program could not be read, then or now, the port decides.
[[nodiscard]] Familiarity familiarity(Baseline const& baseline, model::Snapshot const& snapshot,
                                      model::Endpoint const& row);

// Adds what those rows of the snapshot show; Fact::Exe, Cmdline and Owners are needed. Returns how
// much was new.
std::size_t learn(Baseline& baseline, model::Snapshot const& snapshot,
                  std::span<std::uint32_t const> rows);

}  // namespace lastack::detect
