// The scenarios that come with lastack: the files of tests/scenarios, inside the program.
#pragma once

#include <span>
#include <string_view>

namespace lastack::lab {

struct LibraryScenario {
  std::string_view name;  // "three-way-handshake"
  std::string_view text;
};

// By name.
[[nodiscard]] std::span<LibraryScenario const> library();

}  // namespace lastack::lab
