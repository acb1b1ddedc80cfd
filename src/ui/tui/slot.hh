// The name of a row of the Store.
#pragma once

#include <cstdint>

namespace lastack::ui::tui {

using Slot = std::uint32_t;
inline constexpr Slot kNoSlot = 0xffffffff;

}  // namespace lastack::ui::tui
