// The vocabulary of scenario files, read and written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lab/scenario/scenario.hh"

namespace lastack::lab {

// "SYN+ACK"; "none" where no flag is set. PSH only where it is `told`.
[[nodiscard]] std::string flags_text(tcp::Flags flags, bool told = false);
[[nodiscard]] std::optional<tcp::Flags> parse_flags(std::string_view text);

// "1.5s", "10ms", "500us", "2min".
[[nodiscard]] std::string span_text(Span span);
[[nodiscard]] std::optional<Span> parse_span(std::string_view text);

// "10.0.0.1".
[[nodiscard]] std::string address_text(std::uint32_t address);
[[nodiscard]] std::optional<std::uint32_t> parse_address(std::string_view text);

// Digits only.
[[nodiscard]] std::optional<std::uint32_t> parse_number(std::string_view text);

[[nodiscard]] std::string_view word(Call call);
[[nodiscard]] std::optional<Call> parse_call(std::string_view text);

[[nodiscard]] std::string_view word(Shut how);
[[nodiscard]] std::optional<Shut> parse_shut(std::string_view text);

// "ECONNREFUSED".
[[nodiscard]] std::optional<Error> parse_error(std::string_view text);

// False: there is no such option, or not with such a value. "SO_LINGER=0s".
[[nodiscard]] bool set_option(Options& options, std::string_view text);
// "SO_REUSEADDR, SO_LINGER=SPAN, ...".
[[nodiscard]] std::string option_names();

}  // namespace lastack::lab
