// Names that are meant to be taken for those of well-known programs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lastack::detect {

enum class Realm : std::uint8_t { Linux, Windows, Kernel };

// A program that others like to be taken for.
struct WellKnown {
  std::string_view name;
  Realm realm = Realm::Linux;
  // Comes with the system, and nobody has another: its name elsewhere is a pretence.
  bool system_only = false;
};

enum class Likeness : std::uint8_t {
  None,
  Same,       // the name itself, in any case, or with a version behind it
  Disguised,  // looks the same: 0 for o, 1 for l, rn for m, a dot or blanks around it
  Swapped,    // two letters next to each other
  Doubled,    // a letter twice
  Edited,     // one letter more, less, or another
};
struct Resemblance {
  Likeness likeness = Likeness::None;
  WellKnown const* to = nullptr;  // also for Same, where it is one that others imitate
};

// `shortest`: names must have that many letters for Edited. No allocation.
[[nodiscard]] Resemblance resemblance(std::string_view name, std::size_t shortest);

// "kworker/0:1", "[kswapd0]", "kdevtmpfsi": what a kernel thread is called, or begins like one.
// nullptr: it is not.
[[nodiscard]] WellKnown const* kernel_thread_name(std::string_view name);

}  // namespace lastack::detect
