// What stands for a character on terminals that know ASCII only.
#pragma once

#include <string_view>

namespace lastack::ui::tui {

// One column; "?" where nothing is like it.
[[nodiscard]] std::string_view ascii_for(std::string_view character);

}  // namespace lastack::ui::tui
