// How every subcommand reads its arguments.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <span>
#include <string_view>

namespace lastack::app {

// Parses; nullopt: go on. Else the exit status: help was printed, or the usage was wrong and
// one line on stderr has said how.
[[nodiscard]] std::optional<int> parse_command_line(CLI::App& app,
                                                    std::span<char const* const> arguments,
                                                    std::string_view command);

}  // namespace lastack::app
