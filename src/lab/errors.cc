#include "lab/errors.hh"

#include <array>

namespace lastack::lab {

std::string_view name(Error error) {
  static constexpr auto kNames = std::to_array<std::string_view>(
      {"ok", "EAGAIN", "EINPROGRESS", "EALREADY", "EISCONN", "ENOTCONN", "ECONNREFUSED",
       "ECONNRESET", "ECONNABORTED", "ETIMEDOUT", "EPIPE", "EADDRINUSE", "EADDRNOTAVAIL", "EINVAL",
       "EBADF", "quiet_time"});
  return kNames.at(static_cast<std::size_t>(error));
}

Error error_of(tcp::Tell tell) {
  switch (tell) {
    case tcp::Tell::Reset: return Error::Reset;
    case tcp::Tell::Refused: return Error::Refused;
    case tcp::Tell::Broken: return Error::Pipe;
    case tcp::Tell::Aborted: return Error::TimedOut;
    case tcp::Tell::AlreadyExists: return Error::IsConnected;
    case tcp::Tell::DoesNotExist: return Error::NotConnected;
    default: return Error::None;
  }
}

}  // namespace lastack::lab
