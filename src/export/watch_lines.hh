// Reads what `lastack watch --json` wrote, as far as edges go. Bytes from outside: anything may
// come.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.hh"
#include "tcp/state.hh"

namespace lastack::exporting {

struct CountedEdge {
  tcp::State from = tcp::State::Closed;
  tcp::State to = tcp::State::Closed;
  std::uint64_t count = 0;
};

struct WatchLine {
  enum class Kind : std::uint8_t {
    Transition,  // one edge, once
    Life,        // each edge of one path, once
    Tally,       // all edges so far: the last such line counts
    Other,       // gap, summary, and what later versions may add
  };

  Kind kind = Kind::Other;
  std::vector<CountedEdge> edges;
  std::uint64_t lost = 0;  // events that a summary says were lost
};

// `line` without its end. Error: what is wrong with it, in a few words.
[[nodiscard]] base::Result<WatchLine> read_watch_line(std::string_view line);

}  // namespace lastack::exporting
