#include "ui/tui/life_line.hh"

#include <gmock/gmock.h>

#include "base/text.hh"
#include "support/tui_scene.hh"

namespace lastack::test {
namespace {

using namespace ui::tui;
using model::Cause;
using model::SocketState;
using testing::ElementsAre;
using testing::HasSubstr;

class LifeLineTest : public testing::Test {
 protected:
  [[nodiscard]] Frame frame(bool unicode = true) {
    return {.store = store_, .settings = settings_, .unicode = unicode, .naming = {}, .needle = {}};
  }
  static std::vector<std::string> text_of(std::vector<PageLine> const& page) {
    std::vector<std::string> lines;
    for (auto const& line : page) {
      Canvas canvas(200, 1);
      for (auto const& span : line) canvas.put(span.x, 0, span.text, span.style);
      auto text = canvas.text();
      text.pop_back();
      lines.push_back(std::move(text));
    }
    return lines;
  }
  // 50 µs, three hours, and a state that still lasts.
  static LifePath uneven() {
    return {.steps = {{SocketState::SynSent, 50, Cause::SynAck, false},
                      {SocketState::Established, 10'800'000'000, Cause::Close, false},
                      {SocketState::FinWait2, 5'000'000, Cause::Unknown, false}}};
  }

  Store store_;
  Settings settings_;
};

TEST_F(LifeLineTest, ShortAndLongStatesBothShow) {
  EXPECT_THAT(text_of(life_line(uneven(), 64, frame())),
              ElementsAre(" SYN_SENT    ESTABLISHED                 FIN_WAIT_2",
                          "├───────────┼───────────────────────────┼──────────────────────▶",
                          " 0.050ms     3h                          5.00s",
                          "            ╰ SYN+ACK received          ╰ close()"));
}

TEST_F(LifeLineTest, AxesTakeTheWholeWidthAndNoMore) {
  for (int width = 40; width < 180; ++width) {
    if (!fits_axis(uneven(), width, frame())) continue;
    for (auto const& line : text_of(life_axis(uneven(), width, frame()))) {
      EXPECT_LE(base::display_width(line), static_cast<std::size_t>(width)) << line;
    }
  }
  EXPECT_TRUE(fits_axis(uneven(), 60, frame()));
  EXPECT_FALSE(fits_axis(uneven(), 35, frame()));
}

TEST_F(LifeLineTest, CausesThatAreTooLongForTheirStateStandBelowEachOther) {
  LifePath const path{.steps = {{SocketState::SynSent, 50, Cause::SynAck, false},
                                {SocketState::Established, 60, Cause::UnreadData, false},
                                {SocketState::Closing, 70, Cause::Ack, false},
                                {SocketState::TimeWait, 80, Cause::TimeWaitTimeout, true}},
                      .over = true};
  auto const lines = text_of(life_axis(path, 80, frame(false)));
  auto const joint = lines[1].find('+');
  ASSERT_NE(joint, std::string::npos);
  for (std::string_view const cause :
       {"SYN+ACK received", "close(), unread data: RST sent", "ACK received", "2MSL over"}) {
    EXPECT_THAT(lines, testing::Contains(HasSubstr(cause)));
  }
  // Below each joint but its own cause.
  EXPECT_EQ(lines[3].at(joint), '|');
  EXPECT_THAT(lines, testing::Contains(HasSubstr("0.080ms~")));
  EXPECT_THAT(lines.back(), HasSubstr("inferred"));
}

TEST_F(LifeLineTest, WhereItIsNarrowTheStatesAreListed) {
  EXPECT_THAT(
      text_of(life_line(uneven(), 35, frame())),
      ElementsAre("SYN_SENT       0.050ms    → SYN+ACK received",
                  "ESTABLISHED    3h         → close()", "FIN_WAIT_2     5.00s      so far"));
}

TEST_F(LifeLineTest, SaysWhatIsNotKnown) {
  model::Life life;
  life.endpoint.state = SocketState::CloseWait;
  life.hops[0] = model::Hop(SocketState::Established, model::Hop::kUnknownDwell, Cause::Fin, false);
  life.hop_count = 1;
  life.from_snapshot = true;
  life.lost_hops = 2;
  auto const lines = text_of(life_line(path_of(life, 1000), 80, frame(false)));
  EXPECT_THAT(lines[1], testing::StartsWith("."));
  EXPECT_THAT(lines[2], HasSubstr("?"));
  EXPECT_THAT(lines, testing::Contains("2 more states before the last one are not kept"));
  EXPECT_THAT(lines, testing::Contains(HasSubstr("lastack was not there")));
}

TEST_F(LifeLineTest, ThePresentStateGrows) {
  model::Life life;
  life.endpoint.state = SocketState::Established;
  life.since_ns = 1'000'000'000;
  EXPECT_EQ(path_of(life, 3'500'000'000).steps.back().dwell_us, 2'500'000U);
  EXPECT_EQ(path_of(life, 500'000'000).steps.back().dwell_us, 0U);  // told before its beginning
  EXPECT_FALSE(path_of(life, 3'500'000'000).over);
}

}  // namespace
}  // namespace lastack::test
