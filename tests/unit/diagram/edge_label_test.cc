#include "diagram/edge_label.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/text.hh"
#include "diagram/legend.hh"

namespace lastack::diagram {
namespace {

using enum tcp::State;
using enum base::Language;

std::string line(tcp::State from, tcp::State to, base::Language language = English) {
  return label_of(*tcp::find_edge(from, to), language).line();
}

TEST(EdgeLabel, IsEventAndAction) {
  EXPECT_EQ(line(Listen, SynReceived), "rcv SYN / snd SYN,ACK");
  EXPECT_EQ(line(Listen, SynReceived, Chinese), "收到 SYN / 发送 SYN,ACK");
  EXPECT_EQ(line(Closed, SynSent), "active OPEN / snd SYN");
}

TEST(EdgeLabel, HasNoActionWhereNothingIsSent) {
  EXPECT_EQ(line(Closed, Listen), "passive OPEN");
  EXPECT_EQ(line(TimeWait, Closed), "2MSL timeout");
}

TEST(EdgeLabel, OfLinuxIsTheRowThatIsDrawn) {
  EXPECT_EQ(line(SynReceived, Closed), "rcv RST");
  EXPECT_EQ(line(FinWait2, Closed), "tcp_fin_timeout");
  EXPECT_EQ(line(TimeWait, SynReceived), "rcv new SYN / snd SYN,ACK");
}

TEST(EdgeLabel, OfNote2TellsBothEventsApartFromClosing) {
  EXPECT_EQ(line(FinWait1, Closing), "rcv FIN / snd ACK");
  EXPECT_EQ(line(FinWait1, TimeWait), "rcv ACK of FIN + rcv FIN / snd ACK");
  auto const lines = label_of(*tcp::find_edge(FinWait1, TimeWait), English).two_lines();
  EXPECT_EQ(lines[0], "rcv ACK of FIN +");
  EXPECT_EQ(lines[1], "rcv FIN / snd ACK");
}

TEST(EdgeLabel, IsPartedBeforeTheAction) {
  auto const lines = label_of(*tcp::find_edge(Closed, SynSent), English).two_lines();
  EXPECT_EQ(lines[0], "active OPEN /");
  EXPECT_EQ(lines[1], "snd SYN");
  EXPECT_EQ(label_of(*tcp::find_edge(Closed, Listen), English).two_lines()[1], "");
}

TEST(EdgeLabel, NeedsNoEscapeInAnyFormat) {
  for (auto const language : base::kLanguages) {
    for (auto const& edge : tcp::kEdges) {
      auto const text = label_of(edge, language).line();
      EXPECT_FALSE(text.empty());
      EXPECT_EQ(text.find_first_of("<>&\"'\\:;#%\n"), std::string::npos) << text;
      EXPECT_EQ(base::printable(text), text);
    }
  }
}

TEST(EdgeLabel, TheUsualPathsAreStrokesOfTheirOwn) {
  EXPECT_EQ(stroke_of(*tcp::find_edge(Closed, SynSent)), Stroke::Client);
  EXPECT_EQ(stroke_of(*tcp::find_edge(Closed, Listen)), Stroke::Server);
  EXPECT_EQ(stroke_of(*tcp::find_edge(FinWait1, Closing)), Stroke::Other);
  EXPECT_EQ(stroke_of(*tcp::find_edge(FinWait1, TimeWait)), Stroke::Other);
  EXPECT_EQ(stroke_of(*tcp::find_edge(FinWait2, Closed)), Stroke::Linux);
}

TEST(CountText, TakesAtMostNineCharacters) {
  struct Case {
    std::uint64_t count;
    char const* text;
  };
  for (auto const& [count, text] :
       {Case{0, "0"}, Case{999, "999"}, Case{1'000, "1,000"}, Case{1'234'567, "1,234,567"},
        Case{9'999'999, "9,999,999"}, Case{10'000'000, "10M"}, Case{999'999'999'999, "999,999M"},
        Case{1'000'000'000'000, "1,000G"}, Case{999'999'999'999'999, "999,999G"},
        Case{1'000'000'000'000'000, "1P"}, Case{UINT64_MAX, "18,446P"}}) {
    EXPECT_EQ(count_text(count), text);
    EXPECT_LE(count_text(count).size(), 9U);
  }
}

TEST(Legend, NamesWhatIsNotDrawn) {
  EXPECT_EQ(not_drawn_line(English, kAsciiSigns),
            "Not drawn: RST, ABORT and timeouts -> CLOSED; rcv FIN: SYN_RECEIVED -> CLOSE_WAIT");
}

TEST(Legend, ListsWhatWasTakenAndIsNotDrawn) {
  Marks marks;
  EXPECT_TRUE(also_lines(English, marks, kAsciiSigns).empty());
  marks.edge_counts.fill(0);
  EXPECT_TRUE(also_lines(English, marks, kAsciiSigns).empty());
  marks.edge_counts.fill(12);
  marks.on_path.at(index_of(*tcp::find_edge(Established, Closed))) = true;
  auto const lines = also_lines(English, marks, kAsciiSigns);
  auto const undrawn = std::ranges::count_if(tcp::kEdges, std::not_fn(is_drawn));
  ASSERT_EQ(lines.size(), static_cast<std::size_t>(undrawn));
  auto const reset = std::ranges::find(lines, "also: ESTABLISHED -> CLOSED x12", &AlsoLine::text);
  ASSERT_NE(reset, lines.end());
  EXPECT_TRUE(reset->on_path);
}

}  // namespace
}  // namespace lastack::diagram
