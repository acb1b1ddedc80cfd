// Services that should not be reachable from everywhere: whoever reaches them needs no password, or
// often none.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/phrase.hh"
#include "model/finding.hh"
#include "model/process.hh"

namespace lastack::detect {

struct OpenService {
  std::string_view name;
  std::uint16_t first_port = 0;
  std::uint16_t last_port = 0;
  std::string_view programs;  // beginnings of their names, between blanks
  std::string_view cmdline;   // part of the command line; "": any
  // Warning: there is no password at all. Notice: there may be one, which cannot be seen.
  model::Severity severity = model::Severity::Notice;
  base::Phrase why;
  base::Phrase cure;
};

// nullptr: none that listens on that port, by its program. What docker-proxy forwards is taken for
// the service of the container's port.
[[nodiscard]] OpenService const* open_service(std::uint16_t port, model::Process const& process);
[[nodiscard]] bool is_forwarder(model::Process const& process);

}  // namespace lastack::detect
