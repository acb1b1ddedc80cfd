// Steps through text as people see it: a character with its combining marks is one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "ui/tui/input.hh"

namespace lastack::ui::tui {

// The byte after (before) the character at `at`; the ends of the text stay where they are.
[[nodiscard]] std::size_t next_character(std::string_view text, std::size_t at);
[[nodiscard]] std::size_t previous_character(std::string_view text, std::size_t at);

// Appends a code point. What is none becomes U+FFFD.
void append_utf8(std::string& out, Key code_point);

}  // namespace lastack::ui::tui
