// Colours of a terminal: SGR sequences (ECMA-48 8.3.117), only what 16-colour terminals know.
#pragma once

#include <string_view>

#include "model/endpoint.hh"

namespace lastack::ui {

inline constexpr std::string_view kBold = "\x1b[1m";
inline constexpr std::string_view kPlain = "\x1b[0m";

[[nodiscard]] std::string_view color_of(model::SocketState state);

}  // namespace lastack::ui
