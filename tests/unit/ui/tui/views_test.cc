// Views as people see them: golden screens, and what keys and clicks do.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>

#include "filter/filter.hh"
#include "filter/matcher.hh"
#include "support/tui_scene.hh"
#include "ui/tui/closed_view.hh"
#include "ui/tui/diagram_view.hh"
#include "ui/tui/listeners_view.hh"
#include "ui/tui/processes_view.hh"
#include "ui/tui/stream_view.hh"

namespace lastack::test {
namespace {

using namespace ui::tui;
using base::Language;
using model::SocketState;
using testing::HasSubstr;
using testing::Not;

class ViewsTest : public testing::Test {
 protected:
  [[nodiscard]] Frame frame(Language language = Language::English, bool unicode = true) {
    return {.store = scene_.store(),
            .settings = settings_,
            .language = language,
            .unicode = unicode,
            .naming = {},
            .needle = needle_};
  }
  void golden(std::string const& name, ui::tui::View& view) {
    expect_golden_screens(name, [&](Canvas& canvas, Language language) {
      auto const shown = frame(language);
      view.refresh(shown);
      view.draw(canvas, canvas.whole(), shown);
    });
  }
  std::string screen(ui::tui::View& view, int width = 160, int height = 60,
                     Language language = Language::English, bool unicode = true) {
    auto const shown = frame(language, unicode);
    Canvas canvas(width, height);
    view.refresh(shown);
    view.draw(canvas, canvas.whole(), shown);
    return canvas.text();
  }
  // The first line of the screen that contains that text.
  std::string line_with(std::string const& screen, std::string_view text) {
    auto const at = screen.find(text);
    if (at == std::string::npos) return "no line with " + std::string(text) + " in\n" + screen;
    auto const begin = screen.rfind('\n', at) + 1;
    return screen.substr(begin, screen.find('\n', at) - begin);
  }
  // Moves to the row that contains the text.
  void go_to(ui::tui::View& view, std::string_view text) {
    screen(view);
    needle_ = text;
    ASSERT_TRUE(view.search(frame(), false, true)) << text;
    needle_ = {};
  }
  void press(ui::tui::View& view, Action action, int times = 1) {
    for (int i = 0; i < times; ++i) view.act(action, frame());
  }

  TuiScene scene_;
  Settings settings_;
  std::string needle_;
};

TEST_F(ViewsTest, ProcessesLookAsTheyShould) {
  ProcessesView view;
  golden("processes", view);
}

TEST_F(ViewsTest, ListenersLookAsTheyShould) {
  ListenersView view;
  golden("listeners", view);
}

TEST_F(ViewsTest, TransitionsLookAsTheyShould) {
  StreamView view;
  golden("stream", view);
}

TEST_F(ViewsTest, ClosedConnectionsLookAsTheyShould) {
  ClosedView view;
  golden("closed", view);
}

TEST_F(ViewsTest, TheDiagramLooksAsItShould) {
  DiagramView view;
  golden("diagram", view);
}

TEST_F(ViewsTest, AsciiScreensAreAscii) {
  ProcessesView processes;
  ListenersView listeners;
  StreamView stream;
  ClosedView closed;
  DiagramView diagram;
  // 90 columns: the list of states. Process names of the sample hold other characters.
  for (ui::tui::View* view :
       {static_cast<ui::tui::View*>(&listeners), static_cast<ui::tui::View*>(&diagram)}) {
    for (int const width : {90, 120}) {
      for (char const c : screen(*view, width, 60, Language::English, false)) {
        ASSERT_LT(static_cast<unsigned char>(c), 0x80) << view->title().en;
      }
    }
  }
  EXPECT_THAT(screen(closed, 200, 60, Language::English, false), HasSubstr("SYN_SENT -> "));
  EXPECT_THAT(screen(stream, 200, 60, Language::English, false), Not(HasSubstr("→")));
}

TEST_F(ViewsTest, HostileNamesAreEscaped) {
  ProcessesView processes;
  StreamView stream;
  for (ui::tui::View* view :
       {static_cast<ui::tui::View*>(&processes), static_cast<ui::tui::View*>(&stream)}) {
    auto const text = screen(*view, 200, 80);
    EXPECT_THAT(text, HasSubstr("\\e[31mred\\e[0m"));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\u202e")));
  }
}

TEST_F(ViewsTest, ASharedSocketCountsForEachOfItsProcesses) {
  ProcessesView view;
  auto const text = screen(view);
  // The listener is shared by 900, 901 and 902.
  EXPECT_THAT(line_with(text, " 900 "), testing::ContainsRegex("nginx +900 +root +1 +1 "));
  EXPECT_THAT(line_with(text, " 902 "), testing::ContainsRegex("nginx +902 +www-data +2 +1 +1 "));
}

TEST_F(ViewsTest, ProcessesSortByTheirColumns) {
  ProcessesView view;
  screen(view);
  auto const first_line = [&] {
    auto const text = screen(view);
    auto const begin = text.find('\n') + 1;
    auto line = text.substr(begin, text.find('\n', begin) - begin);
    // Columns stay as wide as a mark in their title has made them.
    auto const repeated =
        std::ranges::unique(line, [](char a, char b) { return a == ' ' && b == ' '; });
    line.erase(repeated.begin(), repeated.end());
    return line;
  };
  auto const by_sockets = first_line();
  EXPECT_THAT(by_sockets, HasSubstr("901"));  // has the most
  press(view, Action::SortReverse);
  EXPECT_NE(first_line(), by_sockets);
  press(view, Action::SortReverse);
  EXPECT_EQ(first_line(), by_sockets);
  // Around all columns and back.
  press(view, Action::SortNextColumn);
  EXPECT_NE(first_line(), by_sockets);
  press(view, Action::SortNextColumn, 12);
  EXPECT_EQ(first_line(), by_sockets);
}

TEST_F(ViewsTest, AClickOnAHeaderSorts) {
  ProcessesView view;
  auto const click = [&] {
    press(view, Action::First);
    auto const header = screen(view);
    auto const at = static_cast<int>(header.find("PID"));
    ASSERT_TRUE(view.click({.x = at, .y = 0, .button = MouseButton::Left}, frame()));
    press(view, Action::First);
  };
  screen(view);
  click();
  EXPECT_EQ(view.selected_pid(), 0U);
  click();
  EXPECT_EQ(view.selected_pid(), 31337U);
}

TEST_F(ViewsTest, DrillingDownIntoAProcess) {
  ProcessesView view;
  go_to(view, "31337");
  EXPECT_EQ(view.selected_pid(), 31337U);
  EXPECT_EQ(view.drill_down(), "pid = 31337");
}

// A filter that a view hands over is understood; how many rows it matches.
std::size_t matching(Store const& store, std::string const& text) {
  struct NoNames : filter::NameLookup {
    [[nodiscard]] std::optional<std::uint16_t> service_port(std::string_view) const override {
      return std::nullopt;
    }
    [[nodiscard]] std::vector<filter::HostAddress> host_addresses(std::string_view) const override {
      return {};
    }
  };
  NoNames const names;
  auto const filter = filter::parse(text, names);
  EXPECT_TRUE(filter) << text;
  if (!filter) return 0;
  filter::Matcher const matches(*filter, store.snapshot());
  std::size_t count = 0;
  for (Slot slot = 0; slot < store.slot_count(); ++slot) {
    count += store.is_used(slot) && matches(store.endpoint(slot)) ? 1U : 0U;
  }
  return count;
}

TEST_F(ViewsTest, DrillingDownIntoWhatNobodyHas) {
  ProcessesView view;
  using Expected = std::pair<std::string_view, std::size_t>;
  for (auto const& [label, count] : std::vector<Expected>{{"(TIME_WAIT)", 1},
                                                          {"(handshakes)", 1},
                                                          {"(orphans)", 3},
                                                          {"(accept queues)", 1},
                                                          {"(hidden)", 1},
                                                          {"(no process)", 1}}) {
    SCOPED_TRACE(label);
    go_to(view, label);
    EXPECT_EQ(view.selected_pid(), 0U);
    if (label != "(hidden)" && label != "(no process)") {
      EXPECT_EQ(matching(scene_.store(), view.drill_down()), count) << view.drill_down();
    } else {
      EXPECT_EQ(matching(scene_.store(), view.drill_down()), 2U) << view.drill_down();
    }
  }
}

TEST_F(ViewsTest, DrillingDownIntoAListener) {
  ListenersView view;
  go_to(view, "*:443");
  EXPECT_EQ(view.selected_pid(), 900U);
  EXPECT_EQ(scene_.store().endpoint(view.selected()).flow.local_port, 443);
  // Itself and ten connections.
  EXPECT_EQ(matching(scene_.store(), view.drill_down()), 11U) << view.drill_down();
  EXPECT_THAT(view.visible(), testing::SizeIs(3));
}

TEST_F(ViewsTest, ListenersCountTheirConnections) {
  ListenersView view;
  // ESTABLISHED 3, SYN_RECEIVED 1, CLOSE_WAIT 2, others 4; hosts
  EXPECT_THAT(line_with(screen(view), "*:443"),
              testing::ContainsRegex("5/511 +3 +1 +2 +4 +9 +- +host"));
  EXPECT_THAT(line_with(screen(view), "0.0.0.0:22"),
              testing::ContainsRegex("0/128 +1 +- +- +- +1"));
}

TEST_F(ViewsTest, TheStreamFollowsItsEndUntilTheUserMovesUp) {
  StreamView view;
  auto const told = [&](std::uint16_t port) {
    auto update = scene_.update();
    auto line = scene_.store().stream().front();
    line.endpoint.flow.local_port = port;
    update.stream = {line};
    scene_.apply(std::move(update));
  };
  screen(view, 120, 10);
  ASSERT_TRUE(view.follows());
  told(11111);
  EXPECT_THAT(screen(view, 120, 10), HasSubstr(":11111 "));
  press(view, Action::PageUp);
  EXPECT_FALSE(view.follows());
  auto const before = screen(view, 120, 10);
  told(22222);
  auto const after = screen(view, 120, 10);
  EXPECT_THAT(after, Not(HasSubstr(":22222 ")));
  EXPECT_EQ(before.substr(0, before.find("follow")).substr(0, 400),
            after.substr(0, after.find("follow")).substr(0, 400));
  press(view, Action::Last);
  EXPECT_TRUE(view.follows());
  EXPECT_THAT(screen(view, 120, 10), HasSubstr(":22222 "));
  press(view, Action::Follow);
  EXPECT_FALSE(view.follows());
}

TEST_F(ViewsTest, TheStreamSaysWhatIsNotThere) {
  StreamView view;
  EXPECT_THAT(screen(view), Not(HasSubstr("left out")));
  auto update = scene_.update();
  update.stream_left_out = 1234;
  scene_.apply(std::move(update));
  EXPECT_THAT(screen(view), HasSubstr("1,234 left out, too many at once"));
}

TEST_F(ViewsTest, TheStreamDrillsDownIntoItsConnection) {
  StreamView view;
  go_to(view, "50112");
  EXPECT_EQ(view.selected_pid(), 812U);
  EXPECT_THAT(view.drill_down(), testing::StartsWith("cookie = "));
  press(view, Action::First);
  auto update = scene_.update();
  auto line = scene_.store().stream().front();
  line.endpoint.cookie = scene_.book().endpoints[scene_.client()].cookie;
  update.stream = {line};
  scene_.apply(std::move(update));
  screen(view);
  press(view, Action::Last);
  EXPECT_EQ(view.selected(), scene_.slot(scene_.client()));
}

TEST_F(ViewsTest, TheNewestOfTheClosedStandsFirst) {
  ClosedView view;
  screen(view);
  ASSERT_NE(view.selected_life(), nullptr);
  EXPECT_EQ(view.selected_life()->ended_ns, scene_.store().closed().back().ended_ns);
  // At the top it stays with the newest, elsewhere with its row.
  auto const tell = [&] {
    auto update = scene_.update();
    update.closed = {scene_.store().closed().front()};
    update.closed.front().ended_ns = scene_.now_ns();
    scene_.apply(std::move(update));
    screen(view);
  };
  tell();
  EXPECT_EQ(view.selected_life()->ended_ns, scene_.store().closed().back().ended_ns);
  press(view, Action::Down);
  auto const ended = view.selected_life()->ended_ns;
  tell();
  EXPECT_EQ(view.selected_life()->ended_ns, ended);
}

TEST_F(ViewsTest, ClosedOnesSayWhatTheyCarriedWhereItIsKnown) {
  ClosedView view;
  auto const text = screen(view, 240);
  EXPECT_THAT(line_with(text, "curl[812]"), HasSubstr("77B"));
  EXPECT_THAT(line_with(text, "curl[812]"), HasSubstr("1.2MB"));
  EXPECT_THAT(line_with(text, "curl[812]"),
              HasSubstr("SYN_SENT → ESTAB → FIN_W1 → FIN_W2~ → TIME_W"));
  EXPECT_THAT(line_with(text, "ESTAB~"), testing::ContainsRegex(" - +- +ESTAB~"));
}

TEST_F(ViewsTest, ADiagramLetsAStateBeChosen) {
  DiagramView view;
  auto const text = screen(view, 100, 70);
  EXPECT_EQ(view.drill_down(), "");
  auto const box = text.substr(0, text.find("│  CLOSE_WAIT  │"));
  auto const y = static_cast<int>(std::ranges::count(box, '\n'));
  ASSERT_TRUE(view.click({.x = 85, .y = y, .button = MouseButton::Left}, frame()));
  EXPECT_EQ(view.drill_down(), "proto tcp and state CLOSE_WAIT");
  EXPECT_EQ(matching(scene_.store(), view.drill_down()), 2U);
  EXPECT_FALSE(view.click({.x = 50, .y = 69, .button = MouseButton::Left}, frame()));
}

TEST_F(ViewsTest, TheNarrowDiagramListsStatesAndTheirWays) {
  DiagramView view;
  auto const text = screen(view, 99, 20);
  EXPECT_THAT(line_with(text, "ESTABLISHED "), HasSubstr("→ "));
  press(view, Action::First);
  press(view, Action::Down);
  EXPECT_EQ(view.drill_down(), "proto tcp and state LISTEN");
}

TEST_F(ViewsTest, TheDiagramScrollsToItsEnd) {
  DiagramView view;
  EXPECT_THAT(screen(view, 100, 20), Not(HasSubstr("Not drawn")));
  press(view, Action::Last);
  EXPECT_THAT(screen(view, 100, 20), HasSubstr("also: "));
  press(view, Action::First);
  EXPECT_THAT(screen(view, 100, 20), testing::StartsWith("╭──"));
}

}  // namespace
}  // namespace lastack::test
