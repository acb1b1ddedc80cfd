// The edges of the table in words: what leads into a state and out of it.
#pragma once

#include <string>
#include <vector>

#include "base/phrase.hh"
#include "tcp/edges.hh"

namespace lastack::ui {

struct EdgeWords {
  std::string where;  // the state at the other end, or several: "LISTEN, TIME_WAIT"
  std::string why;    // "a SYN arrives"
};

// What Linux does. Those that are drawn each for itself, the others together.
[[nodiscard]] std::vector<EdgeWords> ways_in(tcp::State state, base::Language language);
[[nodiscard]] std::vector<EdgeWords> ways_out(tcp::State state, base::Language language);

// "a SYN arrives, answered by SYN,ACK"
[[nodiscard]] std::string sentence(tcp::Edge const& edge, tcp::Reason const& reason,
                                   base::Language language);
// The same without what is sent.
[[nodiscard]] std::string meaning(tcp::Edge const& edge, tcp::Reason const& reason,
                                  base::Language language);

}  // namespace lastack::ui
