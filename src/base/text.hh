// Text that came from outside (comm, cmdline, paths, host names) may hold anything:
// escape sequences, newlines, bidirectional overrides, broken UTF-8. These functions
// make it safe for one medium each; the face that prints it chooses the medium.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lastack::base {

// Appends `text` so that a terminal shows it and obeys none of it: control characters,
// format characters (bidirectional overrides, zero-width) and invalid UTF-8 bytes
// become \n, \t, \r, \e, \xHH or \u{HHHH}; a backslash becomes two.
void append_printable(std::string& out, std::string_view text);
[[nodiscard]] std::string printable(std::string_view text);
// The same but for backslashes, which stay single: for messages of our own around text that may
// have been made printable already.
void append_message(std::string& out, std::string_view text);

// Appends `text` as valid UTF-8: every invalid byte becomes U+FFFD. Nothing else changes
// (JSON encoders escape control characters themselves).
void append_valid_utf8(std::string& out, std::string_view text);
[[nodiscard]] bool is_valid_utf8(std::string_view text);

// Columns that `text` takes on a terminal. `text` must be printable() output or ASCII.
[[nodiscard]] std::size_t display_width(std::string_view text);

// Appends at most `width` columns of `text`, ending in `ellipsis` where something was
// cut. Never cuts inside a code point.
void append_cut(std::string& out, std::string_view text, std::size_t width,
                std::string_view ellipsis);

// "1 process", "2 processes".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view one, std::string_view many);

// ASCII case-insensitive comparison and edit distance, for names that people type.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace lastack::base
