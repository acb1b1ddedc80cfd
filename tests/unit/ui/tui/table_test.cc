// The list on the screen, with rows that come, go and move under its cursor.
#include "ui/tui/table.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "support.hh"

namespace lastack::ui::tui {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Rows are numbers; a row's cells are "row N" and what was set for it.
class Rows : public RowSource {
 public:
  explicit Rows(std::size_t count) { reset(count); }
  void reset(std::size_t count) {
    ids.clear();
    for (std::size_t i = 0; i < count; ++i) ids.push_back(100 + i);
  }
  std::size_t count() const override { return ids.size(); }
  std::uint64_t id(std::size_t at) const override { return ids.at(at); }
  std::optional<std::size_t> find(std::uint64_t id) const override {
    auto const found = std::ranges::find(ids, id);
    if (found == ids.end()) return std::nullopt;
    return static_cast<std::size_t>(found - ids.begin());
  }
  void cell(std::size_t at, std::size_t column, std::string& out, Style& style) const override {
    ++cells_asked;
    if (column == 0) {
      out += "row " + std::to_string(ids.at(at));
      return;
    }
    style.ink = Ink::Good;
    if (auto const found = texts.find(ids.at(at)); found != texts.end()) out += found->second;
  }
  Mark mark(std::size_t at) const override {
    auto const found = marks.find(ids.at(at));
    return found == marks.end() ? Mark::None : found->second;
  }
  bool tagged(std::size_t at) const override { return tags.contains(ids.at(at)); }

  void insert(std::size_t at, std::size_t many, std::uint64_t first_id) {
    for (std::size_t i = 0; i < many; ++i) {
      ids.insert(ids.begin() + static_cast<std::ptrdiff_t>(at + i), first_id + i);
    }
  }
  void remove(std::size_t at, std::size_t many = 1) {
    auto const from = ids.begin() + static_cast<std::ptrdiff_t>(at);
    ids.erase(from, from + static_cast<std::ptrdiff_t>(many));
  }

  std::vector<std::uint64_t> ids;
  std::map<std::uint64_t, std::string> texts;
  std::map<std::uint64_t, Mark> marks;
  std::set<std::uint64_t> tags;
  mutable std::size_t cells_asked = 0;
};

TableColumn column(std::string title, int width = 0, int cut_order = 0) {
  return {.title = std::move(title),
          .width = width,
          .align = Align::Left,
          .sorted = false,
          .descending = false,
          .cut_order = cut_order};
}

class TableTest : public ::testing::Test {
 protected:
  TableTest() { table.set_columns({column("ID"), column("TEXT")}); }

  // A header and ten rows, unless told otherwise.
  Canvas draw(std::string_view needle = {}) {
    Canvas canvas(width, height);
    table.draw(canvas, {.x = 0, .y = 0, .width = width, .height = height}, rows, needle);
    return canvas;
  }
  void act(Action action, int times = 1) {
    for (int i = 0; i < times; ++i) EXPECT_TRUE(table.act(action, rows));
  }
  std::uint64_t at_cursor() {
    auto const at = table.cursor(rows);
    return at ? rows.id(*at) : 0;
  }
  // The line of the screen with the cursor's ground; -1 none.
  int cursor_line() {
    auto const canvas = draw();
    for (int y = 0; y < canvas.height(); ++y) {
      if (canvas.at(0, y).style.ground == Ground::Cursor) return y;
    }
    return -1;
  }
  void settle() { table.settle(rows); }

  int width = 30;
  int height = 11;
  Rows rows{50};
  Table table;
};

TEST_F(TableTest, MovesAndScrolls) {
  draw();
  EXPECT_EQ(at_cursor(), 100U);
  act(Action::Up);
  EXPECT_EQ(at_cursor(), 100U);
  act(Action::Down, 9);
  EXPECT_EQ(table.visible().first, 0U);
  EXPECT_EQ(cursor_line(), 10);
  act(Action::Down);
  draw();
  EXPECT_EQ(table.visible(), (std::pair<std::size_t, std::size_t>{1, 11}));
  act(Action::Last);
  EXPECT_EQ(at_cursor(), 149U);
  draw();
  EXPECT_EQ(table.visible(), (std::pair<std::size_t, std::size_t>{40, 50}));
  act(Action::Down);
  EXPECT_EQ(at_cursor(), 149U);
  act(Action::First);
  EXPECT_EQ(at_cursor(), 100U);
  draw();
  EXPECT_EQ(table.visible().first, 0U);
  EXPECT_FALSE(table.act(Action::Quit, rows));
}

TEST_F(TableTest, APageKeepsOneLineOfTheOneBefore) {
  draw();
  act(Action::PageDown);
  EXPECT_EQ(at_cursor(), 109U);
  act(Action::PageDown);
  EXPECT_EQ(at_cursor(), 118U);
  act(Action::PageUp, 9);
  EXPECT_EQ(at_cursor(), 100U);
}

TEST_F(TableTest, TheCursorStaysWithItsRowAndTheRowOnItsLine) {
  draw();
  act(Action::Down, 20);
  act(Action::Up, 4);
  EXPECT_EQ(at_cursor(), 116U);
  auto const line = cursor_line();
  rows.insert(3, 7, 1000);
  settle();
  EXPECT_EQ(at_cursor(), 116U);
  EXPECT_EQ(cursor_line(), line);
  rows.remove(0, 5);
  settle();
  EXPECT_EQ(at_cursor(), 116U);
  EXPECT_EQ(cursor_line(), line);
  rows.insert(rows.count(), 10, 2000);
  settle();
  EXPECT_EQ(at_cursor(), 116U);
  EXPECT_EQ(cursor_line(), line);
  // The order is another one.
  std::ranges::reverse(rows.ids);
  settle();
  EXPECT_EQ(at_cursor(), 116U);
  EXPECT_EQ(cursor_line(), line);
}

TEST_F(TableTest, WhereTheRowIsGoneTheCursorStaysOnItsLine) {
  draw();
  act(Action::Down, 20);
  act(Action::Up, 4);
  auto const line = cursor_line();
  rows.remove(16);
  settle();
  EXPECT_EQ(at_cursor(), 117U);
  EXPECT_EQ(cursor_line(), line);
  // And from now on it stays with that one.
  rows.insert(0, 3, 1000);
  settle();
  EXPECT_EQ(at_cursor(), 117U);
  EXPECT_EQ(cursor_line(), line);
}

TEST_F(TableTest, GoneWithRowsAboveTheCursorStaysAmongItsNeighbours) {
  draw();
  act(Action::Last);
  rows.remove(40, 10);
  settle();
  EXPECT_EQ(at_cursor(), 139U);
  EXPECT_EQ(cursor_line(), 10);
  rows.remove(1, 39);
  settle();
  EXPECT_EQ(at_cursor(), 100U);
  EXPECT_EQ(cursor_line(), 1);
}

TEST_F(TableTest, AtTheTopOfTheListNewRowsComeIntoSight) {
  draw();
  act(Action::Down, 2);
  EXPECT_EQ(cursor_line(), 3);
  rows.insert(0, 2, 1000);
  settle();
  EXPECT_EQ(at_cursor(), 102U);
  EXPECT_EQ(cursor_line(), 5);
  EXPECT_EQ(table.visible().first, 0U);
  // Until the row would leave the screen: then it stays on its line.
  rows.insert(0, 8, 2000);
  settle();
  EXPECT_EQ(at_cursor(), 102U);
  EXPECT_EQ(cursor_line(), 5);
}

TEST_F(TableTest, Empty) {
  rows.reset(0);
  settle();
  auto const canvas = draw("needle");
  EXPECT_EQ(canvas.text().substr(0, 11), "  ID TEXT\n\n");
  EXPECT_FALSE(table.cursor(rows));
  for (auto const action : {Action::Up, Action::Down, Action::PageUp, Action::PageDown,
                            Action::First, Action::Last, Action::ScrollLeft, Action::ScrollRight}) {
    act(action);
  }
  EXPECT_FALSE(table.search("x", false, true, rows));
  EXPECT_EQ(table.hit(3, 5).kind, Table::Hit::Kind::Nothing);
  EXPECT_EQ(table.visible(), (std::pair<std::size_t, std::size_t>{0, 0}));
  rows.reset(3);
  settle();
  EXPECT_EQ(at_cursor(), 100U);
}

TEST_F(TableTest, BecomesEmptyAndFullAgain) {
  draw();
  act(Action::Last);
  rows.ids.clear();
  settle();
  draw();
  rows.reset(50);
  settle();
  EXPECT_EQ(cursor_line(), 1);
  EXPECT_EQ(at_cursor(), 100U);
}

TEST_F(TableTest, ASmallerScreenKeepsTheCursorInSight) {
  draw();
  act(Action::Down, 9);
  height = 5;
  EXPECT_EQ(cursor_line(), 4);
  height = 1;
  EXPECT_EQ(cursor_line(), -1);
  height = 0;
  draw();
  height = 11;
  EXPECT_NE(cursor_line(), -1);
  EXPECT_EQ(at_cursor(), 109U);
}

TEST_F(TableTest, AHeaderAloneShowsNoRow) {
  height = 1;
  draw();
  EXPECT_EQ(table.visible().first, table.visible().second);
  EXPECT_EQ(table.hit(0, 1).kind, Table::Hit::Kind::Nothing);
}

TEST_F(TableTest, MoveToIsKeptInside) {
  draw();
  table.move_to(1000, rows);
  EXPECT_EQ(at_cursor(), 149U);
  table.move_to(7, rows);
  EXPECT_EQ(at_cursor(), 107U);
}

TEST_F(TableTest, MarksTagsAndInks) {
  rows.reset(6);
  rows.marks = {{101, Mark::New}, {102, Mark::Changed}, {103, Mark::Gone}};
  rows.tags = {103, 104};
  rows.texts = {{105, "good"}};
  auto const canvas = draw();
  EXPECT_EQ(canvas.text().substr(0, canvas.text().find("\n\n")),
            "  ID      TEXT\n"
            "  row 100\n"
            "+ row 101\n"
            "~ row 102\n"
            "* row 103\n"
            "* row 104\n"
            "  row 105 good");
  std::vector<Ground> grounds;
  for (int y = 0; y < 7; ++y) grounds.push_back(canvas.at(20, y).style.ground);
  EXPECT_THAT(grounds, ElementsAre(Ground::Bar, Ground::Cursor, Ground::New, Ground::Changed,
                                   Ground::Tagged, Ground::Tagged, Ground::Plain));
  EXPECT_EQ(canvas.at(10, 6).style.ink, Ink::Good);
}

TEST_F(TableTest, ColumnsGrowWithWhatIsSeenAndNeverShrink) {
  rows.texts = {{101, "long text here"}, {149, "x"}};
  draw();
  auto const at = test::place_of(draw(), "TEXT").x;
  rows.ids[2] = 1234567;
  EXPECT_EQ(test::place_of(draw(), "TEXT").x, at + 4);
  rows.ids[2] = 102;
  EXPECT_EQ(test::place_of(draw(), "TEXT").x, at + 4);
}

TEST_F(TableTest, SortedColumnsSayWhichWay) {
  auto columns = std::vector{column("ID"), column("TEXT")};
  columns[1].sorted = true;
  table.set_columns(columns);
  EXPECT_THAT(draw().text(), StartsWith("  ID      TEXT ^\n"));
  columns[1].descending = true;
  table.set_columns(columns);
  EXPECT_THAT(draw().text(), StartsWith("  ID      TEXT v\n"));
}

TEST_F(TableTest, CellsThatDoNotFitSaySo) {
  table.set_columns({column("ID", 5), column("TEXT", 6)});
  rows.texts = {{100, "abcdefgh"}, {101, "端点端点"}, {102, "abcdef"}};
  EXPECT_THAT(draw().text(), StartsWith("  ID    TEXT\n"
                                        "  row ~ abcde~\n"
                                        "  row ~ 端点~\n"
                                        "  row ~ abcdef\n"));
}

TEST_F(TableTest, TheLowestInTheCutOrderGivesWayFirst) {
  table.set_columns({column("ID"), column("TEXT", 0, 1)});
  rows.texts = {{100, std::string(40, 'x')}};
  EXPECT_THAT(draw().text(), HasSubstr("  row 100 " + std::string(19, 'x') + "~\n"));
  table.set_columns({column("ID", 0, 1), column("TEXT", 0, 2)});
  // ID can give only one column; the rest comes from TEXT.
  EXPECT_THAT(draw().text(), HasSubstr("  row 1~ " + std::string(20, 'x') + "~\n"));
}

TEST_F(TableTest, NothingIsNarrowedWithoutNeed) {
  table.set_columns({column("ID", 0, 1), column("TEXT", 0, 2)});
  rows.texts = {{100, std::string(20, 'x')}};  // just fits
  EXPECT_THAT(draw().text(), HasSubstr("  row 100 " + std::string(20, 'x') + "\n"));
}

TEST_F(TableTest, ScrollsToTheSideUntilTheEnd) {
  rows.texts = {{100, "begin" + std::string(30, '-') + "end"}};
  draw();
  EXPECT_THAT(draw().text(), Not(HasSubstr("end")));
  act(Action::ScrollRight, 20);
  EXPECT_THAT(draw().text(), HasSubstr("end\n"));
  auto const canvas = draw();
  EXPECT_EQ(canvas.at(29, 1).text(), "d");
  act(Action::ScrollLeft, 20);
  EXPECT_THAT(draw().text(), HasSubstr("  row 100 begin"));
}

TEST_F(TableTest, TheMarkStaysWhereItIsWhenScrolled) {
  rows.texts = {{101, std::string(60, 'x')}};
  rows.marks = {{101, Mark::New}};
  draw();
  act(Action::ScrollRight);
  auto const canvas = draw();
  EXPECT_EQ(canvas.at(0, 2).text(), "+");
  EXPECT_EQ(canvas.at(1, 2).text(), "");
  EXPECT_EQ(canvas.at(0, 0).style.ground, Ground::Bar);
}

TEST_F(TableTest, WhatIsScrolledNeverLeavesItsArea) {
  rows.texts = {{100, std::string(60, 'x')}, {101, "端点端点端点端点端点端点端点端点端点端点端点"}};
  Canvas canvas(40, 20);
  Rect const area{.x = 5, .y = 3, .width = 25, .height = 10};
  for (int step = 0; step < 10; ++step) {
    canvas.fill(canvas.whole(), {.ground = Ground::Popup});
    table.draw(canvas, area, rows, "x");
    for (int y = 0; y < canvas.height(); ++y) {
      for (int x = 0; x < canvas.width(); ++x) {
        if (area.contains(x, y)) continue;
        ASSERT_EQ(canvas.at(x, y).style.ground, Ground::Popup) << x << ',' << y << " at " << step;
        ASSERT_EQ(canvas.at(x, y).text(), "") << x << ',' << y << " at " << step;
      }
    }
    act(Action::ScrollRight);
  }
}

TEST_F(TableTest, AScreenWithoutWidthOrHeight) {
  for (width = 0; width < 5; ++width) {
    for (height = 0; height < 4; ++height) {
      draw("row");
      act(Action::ScrollRight);
      act(Action::Down);
    }
  }
}

TEST_F(TableTest, SaysWhatIsUnderTheMouse) {
  rows.reset(3);
  draw();
  using Kind = Table::Hit::Kind;
  auto const hit = [&](int x, int y) {
    auto const found = table.hit(x, y);
    return std::pair{found.kind, found.index};
  };
  EXPECT_EQ(hit(3, 0), (std::pair<Kind, std::size_t>{Kind::Header, 0}));
  EXPECT_EQ(hit(10, 0), (std::pair<Kind, std::size_t>{Kind::Header, 1}));
  EXPECT_EQ(table.hit(0, 0).kind, Kind::Nothing);
  EXPECT_EQ(table.hit(29, 0).kind, Kind::Nothing);
  EXPECT_EQ(hit(3, 1), (std::pair<Kind, std::size_t>{Kind::Row, 0}));
  EXPECT_EQ(hit(29, 3), (std::pair<Kind, std::size_t>{Kind::Row, 2}));
  EXPECT_EQ(table.hit(3, 4).kind, Kind::Nothing);  // below the last row
  EXPECT_EQ(table.hit(30, 1).kind, Kind::Nothing);
  EXPECT_EQ(table.hit(3, 11).kind, Kind::Nothing);
}

TEST_F(TableTest, HitKnowsOfScrolling) {
  rows.texts = {{120, std::string(60, 'x')}};
  table.move_to(20, rows);
  draw();
  act(Action::Last);
  act(Action::ScrollRight, 2);
  draw();
  EXPECT_EQ(table.hit(10, 1).index, 40U);
  EXPECT_EQ(table.hit(10, 0).index, 1U);
}

TEST_F(TableTest, SearchFindsAroundTheEndBothWays) {
  rows.texts = {{105, "Needle"}, {130, "a needle"}};
  draw();
  table.move_to(10, rows);
  EXPECT_TRUE(table.search("needle", false, false, rows));
  EXPECT_EQ(at_cursor(), 130U);
  EXPECT_TRUE(table.search("NEEDLE", false, false, rows));
  EXPECT_EQ(at_cursor(), 105U);
  EXPECT_TRUE(table.search("needle", true, false, rows));
  EXPECT_EQ(at_cursor(), 130U);
  EXPECT_TRUE(table.search("needle", true, false, rows));
  EXPECT_EQ(at_cursor(), 105U);
}

TEST_F(TableTest, SearchMayBeginWithTheRowItself) {
  rows.texts = {{105, "needle"}, {130, "needle"}};
  draw();
  table.move_to(5, rows);
  EXPECT_TRUE(table.search("needle", false, true, rows));
  EXPECT_EQ(at_cursor(), 105U);
  EXPECT_TRUE(table.search("needle", false, false, rows));
  EXPECT_EQ(at_cursor(), 130U);
  rows.texts.erase(105);
  EXPECT_TRUE(table.search("needle", false, false, rows));  // the only one: found again
  EXPECT_EQ(at_cursor(), 130U);
  EXPECT_EQ(draw().at(0, cursor_line()).style.ground, Ground::Cursor);
}

TEST_F(TableTest, WhatIsNotThereMovesNothing) {
  draw();
  table.move_to(7, rows);
  EXPECT_FALSE(table.search("nowhere", false, true, rows));
  EXPECT_FALSE(table.search("nowhere", true, false, rows));
  EXPECT_FALSE(table.search("", false, true, rows));
  EXPECT_EQ(at_cursor(), 107U);
}

TEST_F(TableTest, SearchAfterRowsWentWithoutSettling) {
  draw();
  act(Action::Last);
  rows.remove(3, 47);
  rows.texts = {{101, "needle"}};
  EXPECT_TRUE(table.search("needle", true, false, rows));
  EXPECT_EQ(at_cursor(), 101U);
}

TEST_F(TableTest, DrawingAsksForWhatIsOnTheScreenOnly) {
  rows.reset(200'000);
  draw("needle");
  rows.cells_asked = 0;
  draw("needle");
  EXPECT_LE(rows.cells_asked, 2U * 2U * 10U);
}

TEST_F(TableTest, ShadesWhatWasSearchedFor) {
  rows.reset(2);
  rows.texts = {{100, "a NEEDLE, needle"}, {101, "端needle端"}};
  auto const canvas = draw("Needle");
  EXPECT_EQ(test::on_ground(canvas, Ground::Match), "NEEDLEneedleneedle");
  EXPECT_EQ(test::on_ground(draw("端"), Ground::Match), "端端");
  EXPECT_EQ(test::on_ground(draw(), Ground::Match), "");
  // Neither across columns nor in marks.
  rows.marks = {{101, Mark::New}};
  EXPECT_EQ(test::on_ground(draw("0 a"), Ground::Match), "");
  EXPECT_EQ(test::on_ground(draw("+"), Ground::Match), "");
  EXPECT_EQ(test::on_ground(draw("1 端"), Ground::Match), "");
}

TEST_F(TableTest, OtherColumnsForgetTheirWidths) {
  rows.texts = {{100, "text"}};
  draw();
  table.set_columns({column("ONLY")});
  EXPECT_THAT(draw().text(), StartsWith("  ONLY\n  row 100\n"));
  table.set_columns({});
  EXPECT_THAT(draw().text(), StartsWith("\n\n"));
  act(Action::ScrollRight);
}

}  // namespace
}  // namespace lastack::ui::tui
