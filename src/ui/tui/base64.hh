// Base64 (RFC 4648), as OSC 52 wants text.
#pragma once

#include <string>
#include <string_view>

namespace lastack::ui::tui {

[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace lastack::ui::tui
