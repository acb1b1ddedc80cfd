#include "ui/columns/selection.hh"

#include <gtest/gtest.h>

#include <algorithm>

namespace lastack::ui {
namespace {

std::string ids(base::Result<Columns> const& columns) {
  if (!columns) return "error: " + columns.error().message;
  std::string out;
  for (auto const* column : *columns) out += (out.empty() ? "" : " ") + std::string(column->id);
  return out;
}

std::string chosen(std::string_view text) { return ids(parse_columns(text, default_columns())); }

TEST(Columns, TheDefaultViewIsTheSeedLine) {
  EXPECT_EQ(ids(default_columns()), "process pid proto local remote state recv-q send-q user");
}

TEST(Columns, AreShownInTheOrderTyped) { EXPECT_EQ(chosen("state,pid,local"), "state pid local"); }

TEST(Columns, GoByIdOrJsonName) {
  EXPECT_EQ(chosen("recv_q,RTT_US,comm,bytes-out"), "recv-q rtt process bytes-out");
}

TEST(Columns, AddToTheDefaultAndTakeFromIt) {
  EXPECT_EQ(chosen("+rtt,-user"), "process pid proto local remote state recv-q send-q rtt");
  EXPECT_EQ(chosen("-user"), "process pid proto local remote state recv-q send-q");
}

TEST(Columns, AreShownOnce) { EXPECT_EQ(chosen("pid,pid,+pid"), "pid"); }

TEST(Columns, AllIsEveryOne) {
  auto const all = parse_columns("all", {});
  ASSERT_TRUE(all);
  EXPECT_EQ(all->size(), all_columns().size());
  EXPECT_EQ(ids(parse_columns("all,-cmdline", {})).find("cmdline"), std::string::npos);
}

TEST(Columns, AMistakeNamesTheNearOnes) {
  EXPECT_EQ(chosen("pid,recvq"), "error: unknown column \"recvq\"; did you mean recv-q?");
  EXPECT_EQ(chosen("cgoup"), "error: unknown column \"cgoup\"; did you mean cgroup?");
  EXPECT_EQ(chosen("retrans"), "error: unknown column \"retrans\"; did you mean retransmissions?");
}

TEST(Columns, AWildMistakeListsThemAll) {
  auto const message = chosen("frobnicate\x1b[31m");
  EXPECT_TRUE(message.starts_with("error: unknown column \"frobnicate\\e[31m\"; there are: "));
  EXPECT_NE(message.find(" cmdline"), std::string::npos);
}

TEST(Columns, EmptyNamesAreMistakes) {
  for (auto const* text : {"", "pid,", ",", "+"}) {
    EXPECT_EQ(chosen(text), "error: a column's name is missing") << text;
  }
  EXPECT_EQ(ids(parse_columns("-pid", {&column("pid")})), "error: no column is left to show");
}

TEST(Columns, NeedOnlyWhatTheyShow) {
  EXPECT_EQ(needs_of(default_columns()), model::Fact::Owners | model::Fact::User);
  EXPECT_EQ(needs_of(*parse_columns("local,state,netns", {})), model::Facts{});
  EXPECT_EQ(needs_of(*parse_columns("rtt,cc", {})), model::Fact::TcpInfo | model::Fact::Congestion);
  EXPECT_EQ(needs_of(default_json_columns()), model::Facts::all());
}

TEST(Columns, HaveNamesOfTheirOwn) {
  for (auto const& one : all_columns()) {
    EXPECT_EQ(find_column(one.id), &one);
    EXPECT_EQ(find_column(one.json_name()), &one) << one.json_name();
    EXPECT_FALSE(one.description.empty()) << one.id;
  }
}

TEST(Sort, ReadsDirections) {
  auto const sorted = parse_sort("state,-recv_q");
  ASSERT_TRUE(sorted);
  ASSERT_EQ(sorted->size(), 2);
  EXPECT_EQ(sorted->at(0).column->id, "state");
  EXPECT_FALSE(sorted->at(0).descending);
  EXPECT_EQ(sorted->at(1).column->id, "recv-q");
  EXPECT_TRUE(sorted->at(1).descending);
}

TEST(Sort, NamesTheMistake) {
  EXPECT_EQ(parse_sort("-proces").error().message,
            "unknown column \"proces\"; did you mean process?");
}

}  // namespace
}  // namespace lastack::ui
