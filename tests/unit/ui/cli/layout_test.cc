#include "ui/cli/layout.hh"

#include <gtest/gtest.h>

#include "support/captured.hh"
#include "support/sample_snapshot.hh"
#include "ui/cli/table_writer.hh"

namespace lastack::ui {
namespace {

Columns columns(std::initializer_list<char const*> ids) {
  Columns out;
  for (auto const* id : ids) out.push_back(&column(id));
  return out;
}

TEST(Layout, CutsNothingWithoutATerminal) {
  auto const layout = lay_out(columns({"process", "cmdline"}), {15, 4000}, {});
  EXPECT_EQ(layout.widths, (std::vector<std::size_t>{15, 4000}));
}

TEST(Layout, CutsCommandLinesFirstAndProcessNamesLast) {
  auto const three = columns({"process", "unit", "cmdline"});
  EXPECT_EQ(lay_out(three, {15, 20, 100}, {.width = 80}).widths,
            (std::vector<std::size_t>{15, 20, 41}));
  EXPECT_EQ(lay_out(three, {15, 20, 100}, {.width = 40}).widths,
            (std::vector<std::size_t>{15, 14, 7}));
  EXPECT_EQ(lay_out(three, {15, 20, 100}, {.width = 28}).widths,
            (std::vector<std::size_t>{10, 7, 7}));
}

TEST(Layout, NeverCutsAddresses) {
  auto const layout = lay_out(columns({"local", "remote"}), {50, 50}, {.width = 80});
  EXPECT_EQ(layout.widths, (std::vector<std::size_t>{50, 50}));
}

TEST(Layout, DropsTheLastDefaultColumnsBeforeItCutsAProcessName) {
  auto const view = default_columns();
  std::vector<std::size_t> const natural{15, 5, 5, 16, 16, 11, 6, 6, 8};
  auto const layout = lay_out(view, natural, {.width = 80, .may_drop = true});
  EXPECT_EQ(layout.dropped, 3);
  EXPECT_EQ(layout.columns.back()->id, "state");
  EXPECT_EQ(layout.widths.front(), 15);
  auto const wider = lay_out(view, natural, {.width = 89, .may_drop = true});
  EXPECT_EQ(wider.columns.back()->id, "recv-q");
}

TEST(Layout, NeverDropsColumnsThatWereChosen) {
  auto const layout = lay_out(default_columns(), std::vector<std::size_t>(9, 30), {.width = 80});
  EXPECT_EQ(layout.dropped, 0);
  EXPECT_EQ(layout.columns.size(), 9);
}

TEST(Layout, KeepsTheSeedLineOnTheNarrowestTerminal) {
  std::vector<std::size_t> const natural{15, 5, 5, 16, 16, 11, 6, 6, 8};
  auto const layout = lay_out(default_columns(), natural, {.width = 70, .may_drop = true});
  EXPECT_EQ(layout.columns, columns({"process", "pid", "proto", "local", "remote", "state"}));
}

TEST(Layout, GivesNothingUpWhereTheLinesWrapAnyway) {
  std::vector<std::size_t> const natural{15, 5, 5, 16, 16, 11, 6, 6, 8};
  auto const layout = lay_out(default_columns(), natural, {.width = 40, .may_drop = true});
  EXPECT_EQ(layout.dropped, 0);
  EXPECT_EQ(layout.widths, natural);
}

TEST(Table, ReportsWhatItDropped) {
  auto const snapshot = test::sample_snapshot();
  auto const rows = all_rows(snapshot);
  auto const view = default_columns();
  TableReport report;
  test::captured([&](base::Output& output) {
    report = write_table(output, {snapshot, rows, view}, {.terminal = true, .width = 125});
  });
  EXPECT_GT(report.dropped_columns, 0);
  test::captured([&](base::Output& output) {
    TableOptions const options{.terminal = true, .columns_chosen = true, .width = 125};
    report = write_table(output, {snapshot, rows, view}, options);
  });
  EXPECT_EQ(report.dropped_columns, 0);
}

}  // namespace
}  // namespace lastack::ui
