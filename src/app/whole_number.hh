// Numbers of the command line: CLI11 takes -1 for the largest that there is.
#pragma once

#include <string>

namespace lastack::app {

// "" for digits, else what is wrong.
[[nodiscard]] std::string whole_number(std::string const& text);

}  // namespace lastack::app
