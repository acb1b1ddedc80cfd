// What is wrong with a filter, where, and what would have been right.
#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace lastack::filter {

struct SyntaxError {
  // In bytes of the filter's text, from 1. One past the last byte: something is missing there.
  std::size_t column = 1;
  // One line, safe for a terminal: "column 7: unknown field 'prot'; expected …".
  std::string message;
};

template <typename T>
using Parsed = std::expected<T, SyntaxError>;

// `offset` is in bytes from 0; the message gets its "column N: " here.
[[nodiscard]] std::unexpected<SyntaxError> error_at(std::size_t offset, std::string_view what);

// Echoes what was typed: 'text', made printable and cut at 40 columns.
[[nodiscard]] std::string quoted(std::string_view input);

// Makes foreign text printable and cuts it at `columns`.
[[nodiscard]] std::string echoed(std::string_view input, std::size_t columns);

// "; did you mean 'proto' or 'port'?" from those `names` that are near to `input`, nearest
// first and three at most; "" when none is.
[[nodiscard]] std::string did_you_mean(std::string_view input,
                                       std::span<std::string_view const> names);

}  // namespace lastack::filter
