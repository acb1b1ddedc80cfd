// Whether the terminal's background is light: what it answers when asked (OSC 11), and what the
// environment says.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lastack::ui::tui {

inline constexpr std::string_view kBackgroundQuery = "\x1b]11;?\x1b\\";

// Takes the answer ("\e]11;rgb:ffff/ffff/dddd\e\\" or with BEL) out of `input`; what was typed
// meanwhile stays. nullopt: there is no whole answer.
[[nodiscard]] std::optional<bool> take_background(std::string& input);

// COLORFGBG, as rxvt and konsole set it: "15;0" is light on dark.
[[nodiscard]] std::optional<bool> background_of_variable(std::string_view value);

// Terminals that answer, or at least ignore the question.
[[nodiscard]] bool may_tell_background(std::string_view term);

}  // namespace lastack::ui::tui
