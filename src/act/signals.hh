// Signals that people send to programs, for menus and options.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/phrase.hh"

namespace lastack::act {

struct Signal {
  int number = 0;
  std::string_view name;  // "SIGTERM"
  base::Phrase meaning;   // what a program usually does about it
  bool ends = false;      // it is sent to end the program
};

// Those worth offering, the usual one first.
[[nodiscard]] std::span<Signal const> signals();

// "TERM", "sigterm", "15": the signal's number, 1 to SIGRTMAX, also of one that is not in the
// table. nullopt: none is called so.
[[nodiscard]] std::optional<int> parse_signal(std::string_view text);
// "SIGTERM"; "signal 42" where it has no name.
[[nodiscard]] std::string signal_name(int number);
// It is sent to end a program, so that the program may be expected to end.
[[nodiscard]] bool ends_a_program(int number);

}  // namespace lastack::act
