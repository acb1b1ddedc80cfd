// --reading of `lastack lab`.
#pragma once

#include <string>
#include <string_view>

#include "tcp/reading.hh"

namespace lastack::app {

// nullptr: there is none of that name.
[[nodiscard]] tcp::Reading const* reading_named(std::string_view name);
// "" for a good name, else what is wrong with it.
[[nodiscard]] std::string some_reading(std::string const& text);

}  // namespace lastack::app
