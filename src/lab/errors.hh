// What a call comes to, by the names of errno.
#pragma once

#include <cstdint>
#include <string_view>

#include "tcp/rule.hh"

namespace lastack::lab {

enum class Error : std::uint8_t {
  None,
  Again,          // EAGAIN: nothing there yet
  InProgress,     // EINPROGRESS: connect() has begun
  Already,        // EALREADY
  IsConnected,    // EISCONN
  NotConnected,   // ENOTCONN
  Refused,        // ECONNREFUSED
  Reset,          // ECONNRESET
  Aborted,        // ECONNABORTED
  TimedOut,       // ETIMEDOUT
  Pipe,           // EPIPE
  AddressInUse,   // EADDRINUSE
  NoAddress,      // EADDRNOTAVAIL: no port is free
  Invalid,        // EINVAL
  BadDescriptor,  // EBADF
  NotYet,         // of the quiet time, which Linux does not have
};

// "ECONNREFUSED"; "ok".
[[nodiscard]] std::string_view name(Error error);
// What the user of the table hears, as an error of a socket.
[[nodiscard]] Error error_of(tcp::Tell tell);

struct Result {
  Error error = Error::None;
  std::uint32_t value = 0;  // octets, or the socket that accept() made

  [[nodiscard]] bool ok() const { return error == Error::None; }
  constexpr bool operator==(Result const&) const = default;
};

}  // namespace lastack::lab
