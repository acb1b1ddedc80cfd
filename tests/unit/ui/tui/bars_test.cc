// The header and the status bar.
#include <gmock/gmock.h>

#include "base/text.hh"
#include "support/tui_scene.hh"
#include "ui/tui/header.hh"
#include "ui/tui/status_bar.hh"

namespace lastack::test {
namespace {

using namespace ui::tui;
using base::Language;
using testing::HasSubstr;
using testing::Not;

class BarsTest : public testing::Test {
 protected:
  [[nodiscard]] Frame frame(Language language = Language::English, bool unicode = true) {
    return {.store = scene_.store(),
            .settings = settings_,
            .language = language,
            .unicode = unicode,
            .naming = {},
            .needle = {}};
  }
  std::string header(int width, int lines, Language language = Language::English,
                     bool unicode = true) {
    Canvas canvas(width, lines);
    draw_header(canvas, canvas.whole(), frame(language, unicode));
    return canvas.text();
  }
  std::string bar(Status const& status, int width = 80, Language language = Language::English) {
    Canvas canvas(width, 1);
    draw_status_bar(canvas, canvas.whole(), status, frame(language));
    return canvas.text();
  }

  TuiScene scene_;
  Settings settings_;
};

TEST_F(BarsTest, HeadersLookAsTheyShould) {
  std::string text;
  for (int const width : {80, 120}) {
    for (int lines = 1; lines <= 4; ++lines) {
      for (auto const language : base::kLanguages) text += header(width, lines, language) + "\n";
    }
  }
  expect_golden("tui/headers.txt", text);
}

TEST_F(BarsTest, HeadersOnlyUseAsciiWhereTheyMust) {
  for (char const c : header(120, 4, Language::English, false)) {
    ASSERT_LT(static_cast<unsigned char>(c), 0x80);
  }
}

TEST_F(BarsTest, ALowScreenHasALowHeader) {
  EXPECT_EQ(header_height(24), 2);
  EXPECT_EQ(header_height(40), 4);
  EXPECT_EQ(header_height(8), 0);
  for (int height = 1; height < 100; ++height) {
    EXPECT_LE(header_height(height), header_height(height + 1));
  }
}

TEST_F(BarsTest, TheStatusSaysWhatIsShown) {
  Status status{.filter = "state established and dport = :443",
                .matching = 1234,
                .total = 56789,
                .message = {}};
  EXPECT_EQ(bar(status),
            " state established and dport = :443                      1,234/56,789  every 1s\n");
  settings_.pace_ms = 250;
  status.tagged = 3;
  EXPECT_THAT(bar(status), HasSubstr("every 250ms  3 tagged"));
  status.paused = true;
  EXPECT_THAT(bar(status), HasSubstr("PAUSED"));
  EXPECT_THAT(bar(status), Not(HasSubstr("every")));
  EXPECT_THAT(bar(status, 80, Language::Chinese), HasSubstr("已暂停"));
}

TEST_F(BarsTest, WhatCouldNotBeSeenIsSaid) {
  auto update = scene_.update();
  update.polled = true;
  update.totals.lost = 12;
  update.unseen.unreadable_processes = 34;
  update.unseen.unreadable_namespaces = {{"why", {"a", "b"}}};
  scene_.apply(std::move(update));
  auto const text = bar({.filter = {}, .matching = 1, .total = 2, .message = {}}, 160);
  EXPECT_THAT(text, HasSubstr("polled, no events"));
  EXPECT_THAT(text, HasSubstr("12 lost"));
  EXPECT_THAT(text, HasSubstr("unreadable processes: 34"));
  EXPECT_THAT(text, HasSubstr("2 namespaces unreadable"));
  // Where there is no room, what matters most stays.
  auto const narrow =
      bar({.filter = {}, .paused = true, .matching = 1, .total = 2, .message = {}}, 50);
  EXPECT_THAT(narrow, HasSubstr("1/2"));
  EXPECT_THAT(narrow, HasSubstr("PAUSED"));
  EXPECT_THAT(narrow, Not(HasSubstr("unreadable")));
}

TEST_F(BarsTest, LongAndHostileFiltersAreCutAndEscaped) {
  Status const status{
      .filter = "process = \x1b[2J" + std::string(200, 'x'), .total = 1, .message = {}};
  for (int const width : {10, 40, 80}) {
    auto const text = bar(status, width);
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_LE(base::display_width(text.substr(0, text.size() - 1)),
              static_cast<std::size_t>(width));
  }
  EXPECT_THAT(bar(status), HasSubstr("…"));
  EXPECT_THAT(bar(status), HasSubstr("0/1"));
}

TEST_F(BarsTest, MessagesStandInPlaceOfTheFilter) {
  auto const text = bar({.filter = "port 80", .message = "nothing\nfound", .is_error = true});
  EXPECT_THAT(text, HasSubstr("nothing\\nfound"));
  EXPECT_THAT(text, Not(HasSubstr("port 80")));
}

}  // namespace
}  // namespace lastack::test
