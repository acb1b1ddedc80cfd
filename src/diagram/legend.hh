// What is told below the picture, whatever the format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diagram/diagram.hh"

namespace lastack::diagram {

// How a format writes the two things that differ.
struct Signs {
  std::string_view arrow;  // between two states: "→"
  std::string_view times;  // before a count: "×"
};
inline constexpr Signs kUnicodeSigns{"→", "×"};
inline constexpr Signs kAsciiSigns{"->", "x"};

// Which kinds of marks there are, so that only those are explained.
struct MarkKinds {
  bool counts = false;
  bool standing = false;
  bool path = false;
  bool here = false;

  [[nodiscard]] bool numbers() const { return counts || standing; }
};
[[nodiscard]] MarkKinds kinds_of(Marks const& marks);

// The edge was taken, or is on the path: it must be seen, even if the picture does not have it.
[[nodiscard]] bool is_marked(Marks const& marks, tcp::Edge const& edge);

// The label of any edge; of one that the picture does not have, what it may be in short.
[[nodiscard]] std::string label_line(tcp::Edge const& edge, base::Language language);

// "Not drawn: RST, ABORT and timeouts → CLOSED; rcv FIN: SYN_RECEIVED → CLOSE_WAIT".
[[nodiscard]] std::string not_drawn_line(base::Language language, Signs signs);

// One line for each edge that is marked and has no place in the picture.
struct AlsoLine {
  std::string text;  // "also: ESTABLISHED → CLOSED ×12"
  bool on_path = false;
};
[[nodiscard]] std::vector<AlsoLine> also_lines(base::Language language, Marks const& marks,
                                               Signs signs);

}  // namespace lastack::diagram
