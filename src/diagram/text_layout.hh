// The layout of the text: 100 columns, CLOSED a bar over all of them, so that what ends there runs
// straight up. The client's path comes down on the right and ends on the left, the server's the
// other way round, as in the textbooks.
#pragma once

#include <array>

#include "diagram/route.hh"

namespace lastack::diagram::text_layout {

using enum tcp::State;
using enum Align;

inline constexpr int kWidth = 100;
inline constexpr int kHeight = 47;

// Rows that hold nothing but numbers, besides what runs through: left out where nothing is counted.
inline constexpr std::array kNumberRows{2, 5, 11, 16, 21, 23, 26, 30, 36, 40, 46};

// In the order of tcp::State. The name stands in the second row, a number in the third.
inline constexpr std::array<Rectangle, tcp::kStateCount> kBoxes{{
    {0, 0, 100, 4},   // CLOSED
    {42, 9, 16, 4},   // LISTEN
    {78, 14, 16, 4},  // SYN_SENT
    {5, 14, 16, 4},   // SYN_RECEIVED
    {42, 19, 16, 4},  // ESTABLISHED
    {78, 28, 16, 4},  // CLOSE_WAIT
    {5, 28, 16, 4},   // FIN_WAIT_1
    {42, 28, 16, 4},  // CLOSING
    {78, 38, 16, 4},  // LAST_ACK
    {5, 38, 16, 4},   // FIN_WAIT_2
    {42, 38, 16, 4},  // TIME_WAIT
}};

// Cells where two edges cross.
inline constexpr std::array<Point, 1> kCrossings{{{2, 15}}};

// clang-format off: one row is one edge
inline constexpr auto kRoutes = std::to_array<Route>({
  // from, to, {cells}, label, count
  {Closed, Listen, {{48, 4}, {48, 8}}, {46, 4, Right}, {46, 5, Right}},
  {Listen, Closed, {{52, 8}, {52, 4}}, {54, 4}, {54, 5}},
  {Closed, SynSent, {{81, 4}, {81, 13}}, {79, 6, Right}, {79, 7, Right}},
  {SynSent, Closed, {{83, 13}, {83, 4}}, {85, 4}, {85, 5}},
  {SynReceived, Closed, {{8, 13}, {8, 4}}, {10, 4}, {10, 5}},

  {Listen, SynSent, {{58, 10}, {79, 10}, {79, 13}}, {69, 9, Center}, {69, 11, Center}},
  {Listen, SynReceived, {{41, 10}, {17, 10}, {17, 13}}, {29, 9, Center}, {29, 11, Center}},
  {SynReceived, Listen, {{13, 13}, {13, 7}, {44, 7}, {44, 8}}, {29, 6, Center}, {29, 8, Center}},
  {SynSent, SynReceived, {{77, 15}, {21, 15}}, {50, 14, Center}, {50, 16, Center}},

  {SynReceived, Established, {{18, 18}, {18, 20}, {41, 20}}, {30, 19, Center}, {30, 21, Center}},
  {SynSent, Established, {{86, 18}, {86, 20}, {58, 20}}, {72, 19, Center}, {72, 21, Center}},
  {SynReceived, FinWait1, {{9, 18}, {9, 27}}, {11, 22}, {11, 23}},
  {Established, FinWait1, {{45, 23}, {45, 25}, {18, 25}, {18, 27}}, {35, 24, Center}, {35, 26, Center}},
  {Established, CloseWait, {{54, 23}, {54, 25}, {86, 25}, {86, 27}}, {70, 24, Center}, {70, 26, Center}},

  {FinWait1, Closing, {{21, 29}, {41, 29}}, {31, 28, Center}, {31, 30, Center}},
  {FinWait1, FinWait2, {{9, 32}, {9, 37}}, {11, 35}, {11, 36}},
  {FinWait1, TimeWait, {{19, 32}, {19, 34}, {45, 34}, {45, 37}}, {21, 32}, {43, 36, Right}, Lines::Two},
  {Closing, TimeWait, {{52, 32}, {52, 37}}, {54, 35}, {54, 36}},
  {CloseWait, LastAck, {{86, 32}, {86, 37}}, {84, 34, Right}, {84, 35, Right}},
  {FinWait2, TimeWait, {{21, 39}, {41, 39}}, {31, 38, Center}, {31, 40, Center}},

  {FinWait2, Closed, {{14, 42}, {2, 42}, {2, 4}}, {16, 42}, {16, 43}},
  {LastAck, Closed, {{85, 42}, {96, 42}, {96, 4}}, {83, 42, Right}, {83, 43, Right}},
  {TimeWait, SynReceived, {{46, 42}, {46, 45}, {0, 45}, {0, 15}, {4, 15}}, {24, 44, Center}, {24, 46, Center}},
  {TimeWait, Closed, {{54, 42}, {54, 45}, {98, 45}, {98, 4}}, {76, 44, Center}, {76, 46, Center}},
});
// clang-format on

static_assert(has_every_drawn_edge(kRoutes), "an edge of the table has no route in the text");
static_assert(has_only_edges(kRoutes), "a route of the text has no edge in the table");
static_assert(has_right_angles(kRoutes));

}  // namespace lastack::diagram::text_layout
