#include "export/watch_lines.hh"

#include <gtest/gtest.h>

#include <string>

namespace lastack::exporting {
namespace {

using tcp::State;
using Kind = WatchLine::Kind;

WatchLine read(std::string_view text) {
  auto const line = read_watch_line(text);
  EXPECT_TRUE(line) << text << ": " << line.error().message;
  return *line;
}

TEST(WatchLines, TellTransitions) {
  auto const line = read(R"({"event":"transition","from":"SYN_SENT","to":"ESTABLISHED","x":1})");
  EXPECT_EQ(line.kind, Kind::Transition);
  ASSERT_EQ(line.edges.size(), 1U);
  EXPECT_EQ(line.edges[0].from, State::SynSent);
  EXPECT_EQ(line.edges[0].to, State::Established);
  EXPECT_EQ(line.edges[0].count, 1U);
}

TEST(WatchLines, TellLivesEdgeByEdge) {
  auto const line =
      read(R"({"event":"life","path":[{"state":"ESTABLISHED"},{"state":"CLOSE_WAIT"}]})");
  EXPECT_EQ(line.kind, Kind::Life);
  ASSERT_EQ(line.edges.size(), 2U);
  EXPECT_EQ(line.edges[0].to, State::CloseWait);
  EXPECT_EQ(line.edges[1].from, State::CloseWait);
  EXPECT_EQ(line.edges[1].to, State::Closed);
}

TEST(WatchLines, TellTallies) {
  auto const line =
      read(R"({"event":"tally","edges":[{"from":"CLOSED","to":"LISTEN","count":7,"inferred":0}]})");
  EXPECT_EQ(line.kind, Kind::Tally);
  ASSERT_EQ(line.edges.size(), 1U);
  EXPECT_EQ(line.edges[0].count, 7U);
  EXPECT_TRUE(read(R"({"event":"tally","edges":[]})").edges.empty());
}

TEST(WatchLines, PassOverWhatTheyDoNotKnow) {
  EXPECT_EQ(read(R"({"event":"summary","lost":3})").lost, 3U);
  EXPECT_EQ(read(R"({"event":"from_the_future","edges":1})").kind, Kind::Other);
}

TEST(WatchLines, RefuseAnythingElse) {
  for (auto const* text : {"", "x", "[]", "{}", R"({"event":7})", R"({"event":"transition"})",
                           R"({"event":"transition","from":"A","to":"CLOSED"})",
                           R"({"event":"tally"})", R"({"event":"tally","edges":[1]})",
                           R"({"event":"life","path":[{"state":"NO"}]})", R"({"event":"life"})",
                           "{\"event\":\"transition\",\"from\":\"CLOSED\xff", "{\"event\":\"tal"}) {
    EXPECT_FALSE(read_watch_line(text)) << text;
  }
  std::string const deep(100'000, '[');
  EXPECT_FALSE(read_watch_line(deep));
}

}  // namespace
}  // namespace lastack::exporting
