// A subcommand: its name, one line of help, and what runs it. main() only looks it up.
#pragma once

#include <span>
#include <string_view>

namespace lastack::app {

// Documented in README.md; scripts rely on them.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitFindings = 3;  // diagnose: something was found

struct Command {
  std::string_view name;
  std::string_view summary;
  // arguments: those after the command's name. Returns the exit status.
  int (*run)(std::span<char const* const> arguments);
};

int run_screen(std::span<char const* const> arguments);
int run_list(std::span<char const* const> arguments);
int run_watch(std::span<char const* const> arguments);
int run_explain(std::span<char const* const> arguments);
int run_diagram(std::span<char const* const> arguments);
int run_diagnose(std::span<char const* const> arguments);
int run_close(std::span<char const* const> arguments);
int run_kill(std::span<char const* const> arguments);
int run_probe(std::span<char const* const> arguments);
int run_lab(std::span<char const* const> arguments);
int run_status(std::span<char const* const> arguments);
int run_docs(std::span<char const* const> arguments);

[[nodiscard]] std::span<Command const> commands();

// Standard input and output are a terminal that can be drawn on.
[[nodiscard]] bool can_show_screen();

// Writes to stdout; the exit status.
[[nodiscard]] int print(std::string_view text);

// "lastack list: MESSAGE" on stderr, as one line without control characters.
void complain(std::string_view command, std::string_view message);

}  // namespace lastack::app
