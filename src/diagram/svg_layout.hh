// The layout of the SVG, in pixels; the same picture as the text's, with room. CLOSED is a bar over
// the whole width, so that what ends there runs straight up.
#pragma once

#include <array>

#include "base/phrase.hh"
#include "diagram/route.hh"
#include "diagram/words.hh"

namespace lastack::diagram::svg_layout {

using enum tcp::State;
using enum Align;

inline constexpr int kWidth = 1240;
inline constexpr int kMargin = 20;
inline constexpr int kCaptionHeight = 40;  // above 0, where there is a caption

inline constexpr int kNameSize = 15;
inline constexpr int kLabelSize = 14;
inline constexpr int kCountSize = 12;
inline constexpr int kCaptionSize = 15;

// In the order of tcp::State.
inline constexpr std::array<Rectangle, tcp::kStateCount> kBoxes{{
    {20, 20, 1200, 44},   // CLOSED
    {545, 168, 150, 44},  // LISTEN
    {935, 298, 150, 44},  // SYN_SENT
    {155, 298, 150, 44},  // SYN_RECEIVED
    {545, 408, 150, 44},  // ESTABLISHED
    {935, 558, 150, 44},  // CLOSE_WAIT
    {155, 558, 150, 44},  // FIN_WAIT_1
    {545, 558, 150, 44},  // CLOSING
    {935, 712, 150, 44},  // LAST_ACK
    {155, 712, 150, 44},  // FIN_WAIT_2
    {545, 712, 150, 44},  // TIME_WAIT
}};

// Shaded grounds behind states that belong together.
struct Group {
  Rectangle area;
  Spot title;
  base::Phrase text;
};
inline constexpr std::array<Group, 2> kGroups{{
    {{115, 526, 725, 248}, {826, 546, Right}, kActiveClose},
    {{890, 526, 240, 248}, {1116, 546, Right}, kPassiveClose},
}};

// clang-format off: one row is one edge
inline constexpr auto kRoutes = std::to_array<Route>({
  // from, to, {points}, base line of the label, middle of the count
  {Closed, Listen, {{570, 64}, {570, 168}}, {560, 105, Right}, {570, 138}},
  {Listen, Closed, {{670, 168}, {670, 64}}, {680, 105}, {670, 138}},
  {Closed, SynSent, {{1010, 64}, {1010, 298}}, {1000, 105, Right}, {1010, 138}},
  {SynSent, Closed, {{1066, 298}, {1066, 64}}, {1076, 105}, {1066, 236}},
  {SynReceived, Closed, {{180, 298}, {180, 64}}, {190, 105}, {180, 138}},

  {Listen, SynSent, {{695, 190}, {955, 190}, {955, 298}}, {830, 179, Center}, {955, 245}},
  {Listen, SynReceived, {{545, 201}, {270, 201}, {270, 298}}, {450, 222, Center}, {325, 201}},
  {SynReceived, Listen, {{230, 298}, {230, 179}, {545, 179}}, {450, 168, Center}, {325, 179}},
  {SynSent, SynReceived, {{935, 320}, {305, 320}}, {620, 309, Center}, {440, 320}},

  {SynReceived, Established, {{270, 342}, {270, 430}, {545, 430}}, {415, 419, Center}, {270, 388}},
  {SynSent, Established, {{1010, 342}, {1010, 430}, {695, 430}}, {845, 419, Center}, {1010, 388}},
  {SynReceived, FinWait1, {{190, 342}, {190, 558}}, {200, 464}, {190, 510}},
  {Established, FinWait1, {{585, 452}, {585, 495}, {270, 495}, {270, 558}}, {490, 484, Center}, {345, 495}},
  {Established, CloseWait, {{655, 452}, {655, 495}, {975, 495}, {975, 558}}, {755, 484, Center}, {895, 495}},

  {FinWait1, Closing, {{305, 580}, {545, 580}}, {425, 567, Center}, {425, 580}},
  {FinWait1, FinWait2, {{190, 602}, {190, 712}}, {200, 690}, {190, 640}},
  {FinWait1, TimeWait, {{280, 602}, {280, 660}, {585, 660}, {585, 712}}, {292, 632}, {510, 660}, Lines::Two},
  {Closing, TimeWait, {{655, 602}, {655, 712}}, {665, 690}, {655, 640}},
  {CloseWait, LastAck, {{975, 602}, {975, 712}}, {985, 690}, {975, 640}},
  {FinWait2, TimeWait, {{305, 734}, {545, 734}}, {425, 721, Center}, {425, 734}},

  {FinWait2, Closed, {{230, 756}, {230, 794}, {80, 794}, {80, 64}}, {242, 798}, {155, 794}},
  {LastAck, Closed, {{1010, 756}, {1010, 794}, {1160, 794}, {1160, 64}}, {998, 798, Right}, {1085, 794}},
  {TimeWait, SynReceived, {{585, 756}, {585, 834}, {40, 834}, {40, 320}, {155, 320}}, {460, 823, Center}, {250, 834}},
  {TimeWait, Closed, {{655, 756}, {655, 834}, {1200, 834}, {1200, 64}}, {780, 823, Center}, {1000, 834}},
});
// clang-format on

static_assert(has_every_drawn_edge(kRoutes), "an edge of the table has no route in the SVG");
static_assert(has_only_edges(kRoutes), "a route of the SVG has no edge in the table");
static_assert(has_right_angles(kRoutes));

// The legend: rows of samples with a text each.
inline constexpr int kLegendTop = 886;  // base line of the first row
inline constexpr int kLegendStep = 25;
inline constexpr int kSampleWidth = 44;
inline constexpr std::array<int, kStrokeCount> kStrokeColumns{40, 200, 360, 560};
inline constexpr int kEdgeTextColumn = 760;
inline constexpr std::array<int, 4> kMarkColumns{40, 360, 560,
                                                 760};  // path, here, counts, standing

}  // namespace lastack::diagram::svg_layout
