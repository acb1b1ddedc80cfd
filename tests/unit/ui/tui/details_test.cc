#include <gmock/gmock.h>

#include "support/tui_scene.hh"
#include "ui/tui/details.hh"

namespace lastack::test {
namespace {

using namespace ui::tui;
using base::Language;
using model::Cause;
using model::Hop;
using model::SocketState;
using testing::HasSubstr;
using testing::Not;

class DetailsTest : public testing::Test {
 protected:
  [[nodiscard]] Frame frame(Language language = Language::English, bool unicode = true) {
    return {.store = scene_.store(),
            .settings = settings_,
            .language = language,
            .unicode = unicode,
            .naming = {},
            .needle = {}};
  }
  std::string screen(int width = 100, int height = 70, Language language = Language::English,
                     bool unicode = true) {
    auto const shown = frame(language, unicode);
    Canvas canvas(width, height);
    details_.refresh(shown);
    details_.draw(canvas, canvas.whole(), shown);
    return canvas.text();
  }
  // Of the client of the local pair: opened here, closed here first.
  [[nodiscard]] model::Life life() {
    model::Life life;
    life.endpoint = scene_.book().endpoints[scene_.client()];
    life.hops[0] = Hop(SocketState::SynSent, 52, Cause::SynAck, false);
    life.hops[1] = Hop(SocketState::Established, 10'800'000'000, Cause::Close, false);
    life.hops[2] = Hop(SocketState::FinWait1, 41, Cause::Ack, true);
    life.hop_count = 3;
    life.born_ns = kTuiNow - 10'805 * kTuiSecond;
    life.since_ns = kTuiNow - 5 * kTuiSecond;
    life.opened_by = model::Side::Local;
    life.closed_first_by = model::Side::Local;
    return life;
  }
  [[nodiscard]] ProcessMore more() {
    return {.open_files = {"0 -> /dev/null", "9 -> socket:[50029]", "10 -> /tmp/\x1b[2J"},
            .left_out = 4,
            .children = {{31400, "sh"}, {31401, "\x1b[31mx"}},
            .problem = {}};
  }
  [[nodiscard]] SocketReading reading(std::uint64_t second) {
    SocketReading reading;
    reading.cookie = scene_.book().endpoints[scene_.client()].cookie;
    reading.recv_queue = static_cast<std::uint32_t>(second);
    auto& details = reading.details;
    details.rtt_us = static_cast<std::uint32_t>(1000 + second * 100);
    details.rttvar_us = 250;
    details.rto_us = 204'000;
    details.cwnd = static_cast<std::uint32_t>(10 + second);
    details.ssthresh = 7;
    details.unacked = second % 2 == 0 ? 3 : 0;
    details.retrans_total = static_cast<std::uint32_t>(second / 4);
    details.delivery_rate = 1'500'000;
    details.bytes_sent = second * 1000;
    details.bytes_received = second * second * 1000;
    details.congestion = {'c', 'u', 'b', 'i', 'c'};
    return reading;
  }
  void show_client() {
    details_.set_settings({{}, {}, {}});
    details_.show(scene_.slot(scene_.client()), frame());
  }
  void tell_everything() {
    show_client();
    details_.set_life(life());
    details_.set_more(31337, more());
    for (std::uint64_t second = 0; second < 12; ++second) {
      details_.add_reading(reading(second), second * kTuiSecond);
    }
  }

  TuiScene scene_;
  Settings settings_;
  Details details_;
};

TEST_F(DetailsTest, LookAsTheyShould) {
  tell_everything();
  for (auto const language : base::kLanguages) {
    for (auto const size : {ScreenSize{80, 70}, ScreenSize{120, 70}}) {
      auto const name = "tui/details_" + std::to_string(size.width) + "_" +
                        std::string(code_of(language)) + ".txt";
      expect_golden(name, screen(size.width, size.height, language));
    }
  }
}

TEST_F(DetailsTest, BeforeAnythingMoreIsKnown) {
  show_client();
  auto const text = screen();
  EXPECT_THAT(text, HasSubstr("127.0.0.1:50112 → 127.0.0.1:443"));
  EXPECT_THAT(text, HasSubstr("not known yet how it came here"));
  EXPECT_THAT(text, HasSubstr("could not be read; times above are of Linux' usual ones"));
  EXPECT_THAT(text, Not(HasSubstr("tcp_info")));
  EXPECT_THAT(text, Not(HasSubstr("open files")));
  EXPECT_EQ(details_.selected_pid(), 31337U);
}

TEST_F(DetailsTest, ReadSettingsAreNotCalledUsual) {
  model::TcpSettings settings;
  settings.set(model::TcpSetting::FinTimeout, 17);
  details_.set_settings({settings});
  details_.show(scene_.slot(scene_.client()), frame());
  EXPECT_THAT(screen(), Not(HasSubstr("usual ones")));
}

TEST_F(DetailsTest, ShowBothEnds) {
  show_client();
  auto const text = screen();
  auto const at = text.find("Other end");
  ASSERT_NE(at, std::string::npos);
  EXPECT_THAT(text.substr(at), HasSubstr("CLOSE_WAIT"));
  EXPECT_THAT(text.substr(at), HasSubstr("nginx[901]"));
  EXPECT_THAT(text.substr(at), HasSubstr("77 bytes unread"));
}

TEST_F(DetailsTest, OthersLivesProcessesAndReadingsAreIgnored) {
  show_client();
  auto const before = screen();
  auto other = life();
  other.endpoint.cookie += 1;
  details_.set_life(other);
  details_.set_more(4711, more());
  auto strange = reading(3);
  strange.cookie += 1;
  details_.add_reading(strange, kTuiSecond);
  EXPECT_EQ(screen(), before);
}

TEST_F(DetailsTest, NothingFromOutsideReachesTheTerminal) {
  tell_everything();
  auto const text = screen(100, 200);
  EXPECT_THAT(text, HasSubstr("\\e[31mx[31401]"));
  EXPECT_THAT(text, HasSubstr("\\e[2J"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST_F(DetailsTest, AsciiIsAscii) {
  tell_everything();
  for (int const width : {60, 120}) {
    for (char const c : screen(width, 200, Language::English, false)) {
      ASSERT_LT(static_cast<unsigned char>(c), 0x80)
          << screen(width, 200, Language::English, false);
    }
  }
}

TEST_F(DetailsTest, ARowThatGoesStaysAsItWas) {
  tell_everything();
  auto update = scene_.update();
  update.gone = {{.place = static_cast<Place>(scene_.client()), .cause = Cause::FinWait2Timeout}};
  scene_.apply(std::move(update));
  auto text = screen();
  EXPECT_TRUE(details_.is_gone());
  EXPECT_THAT(text, HasSubstr("It is over."));
  EXPECT_THAT(text, HasSubstr("tcp_fin_timeout"));
  EXPECT_THAT(text, HasSubstr("curl[31337]"));
  EXPECT_EQ(details_.selected(), kNoSlot);
  // Another row in its slot is not taken for it.
  for (int i = 0; i < 5; ++i) {
    scene_.apply(scene_.update());
    scene_.store().expire(scene_.now_ns());
  }
  auto next = scene_.update();
  auto row = scene_.row(0);
  row.place = static_cast<Place>(scene_.client());
  row.endpoint.cookie = 0xabcdef;
  next.rows = {row};
  scene_.apply(std::move(next));
  EXPECT_EQ(screen(), text);
}

TEST_F(DetailsTest, ScrollToTheirEnd) {
  tell_everything();
  EXPECT_THAT(screen(80, 10), Not(HasSubstr("Other end")));
  ASSERT_TRUE(details_.act(Action::Last, frame()));
  EXPECT_THAT(screen(80, 10), HasSubstr("Other end"));
  ASSERT_TRUE(details_.act(Action::First, frame()));
  EXPECT_THAT(screen(80, 10), HasSubstr("127.0.0.1:50112"));
  EXPECT_FALSE(details_.act(Action::Tag, frame()));
}

TEST_F(DetailsTest, ShowWhatIsClosed) {
  auto const& closed = scene_.store().closed().front();
  details_.show_closed(closed, frame());
  auto const text = screen(140);
  EXPECT_THAT(text, HasSubstr("curl[812]"));
  EXPECT_THAT(text, HasSubstr("It is over."));
  EXPECT_THAT(text, HasSubstr("closed here first"));
  EXPECT_THAT(text, HasSubstr("sent 77B in 6 segments, received 1.2MB in 850, 1 retransmitted"));
  EXPECT_THAT(text, HasSubstr("2MSL over"));
  EXPECT_THAT(details_.visible(), testing::IsEmpty());
}

}  // namespace
}  // namespace lastack::test
