// What a caller can handle is returned, never thrown: Result<T> holds the value or
// one line that says what went wrong, in words an administrator understands.
#pragma once

#include <cerrno>
#include <cstring>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace lastack::base {

struct Error {
  std::string message;
  int code = 0;  // errno where a system call failed, 0 otherwise
};

template <typename T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(std::string message, int code = 0) {
  return std::unexpected(Error{std::move(message), code});
}

// "open /proc/1/fd: Permission denied", keeping errno for the caller.
[[nodiscard]] inline std::unexpected<Error> fail_errno(std::string_view what, int code = errno) {
  return fail(std::string(what) + ": " + std::strerror(code), code);
}

}  // namespace lastack::base
