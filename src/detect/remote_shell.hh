// Shells and interpreters whose standard streams are a connection: who is at its other end types,
// and the shell obeys.
#pragma once

#include <cstdint>
#include <vector>

#include "detect/scene.hh"

namespace lastack::detect {

enum class Way : std::uint8_t {
  Outgoing,  // this side opened it
  Incoming,
  Unclear,
};

struct RemoteShell {
  std::uint32_t row = model::kNone;
  std::uint32_t process = model::kNone;  // of several on one connection the eldest
  std::uint32_t processes = 0;           // that have it as standard streams
  Way way = Way::Unclear;
  bool way_seen = false;     // not only inferred from ports
  bool interactive = false;  // it takes commands: it runs neither a script nor given code
  // It was started for the connection by a program that does so on purpose: inetd, systemd.
  bool on_duty = false;
};

[[nodiscard]] std::vector<RemoteShell> remote_shells(Scene const& scene);

}  // namespace lastack::detect
