// What the tests of the diagram mark.
#pragma once

#include <cstdint>
#include <string>

#include "diagram/diagram.hh"
#include "diagram/edge_label.hh"

namespace lastack::diagram::test {

inline void add_step(Marks& marks, tcp::State from, tcp::State to) {
  marks.on_path.at(index_of(*tcp::find_edge(from, to))) = true;
}

// Every number there is, as wide as it usually gets.
inline Marks counted(std::uint64_t count) {
  Marks marks;
  marks.edge_counts.fill(count);
  marks.standing.fill(count);
  return marks;
}

// What a client does that is reset in the end, and some numbers, 0 among them.
inline Marks sample_marks() {
  using enum tcp::State;
  Marks marks;
  marks.caption = "192.0.2.1:50112 - 198.51.100.7:443";
  for (std::size_t i = 0; i < marks.edge_counts.size(); ++i) {
    marks.edge_counts[i] = i % 3 == 0 ? 0 : i * i * i;
  }
  for (std::size_t i = 1; i < marks.standing.size(); ++i) marks.standing[i] = i * i * i * i;
  add_step(marks, Closed, SynSent);
  add_step(marks, SynSent, Established);
  add_step(marks, Established, FinWait1);
  add_step(marks, FinWait1, Closed);
  marks.here = Closed;
  return marks;
}

// Everything at once.
inline Marks full_marks(std::uint64_t count) {
  auto marks = counted(count);
  marks.on_path.fill(true);
  marks.here = tcp::State::Established;
  marks.caption = std::string(300, 'x');
  return marks;
}

}  // namespace lastack::diagram::test
