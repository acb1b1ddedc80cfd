// What readers of the live table are told of what changed between two looks.
#include "track/changes.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <map>
#include <string>
#include <vector>

#include "support/story.hh"

namespace lastack::track {
namespace {

using test::flow;
using test::Story;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using enum model::SocketState;

model::Flow const kOut = flow("10.0.0.1", 40000, "10.0.0.2", 80);

class ChangesOfATable : public ::testing::Test {
 protected:
  ChangesOfATable() { story.table().follow_changes(); }

  // "7 ESTABLISHED"
  std::vector<std::string> rows_of(Changes const& changes) {
    std::vector<std::string> out;
    for (auto const place : changes.rows) {
      auto const row = LiveTable::row_of(story.table().at(place));
      out.push_back(std::to_string(row.cookie) + " " + std::string(name(row.state)));
    }
    return out;
  }

  Story story;
  test::Socket client = story.socket(7, kOut);
};

TEST_F(ChangesOfATable, TellWhatBeganChangedAndWent) {
  EXPECT_TRUE(story.table().take_changes().empty());
  client.connects().goes(Established);
  auto changes = story.table().take_changes();
  EXPECT_THAT(rows_of(changes), ElementsAre("7 ESTABLISHED")) << "in its present state";
  EXPECT_TRUE(story.table().take_changes().empty()) << "nothing since";
  auto const place = changes.rows.at(0);
  client.goes(CloseWait).goes(LastAck, test::closing());
  changes = story.table().take_changes();
  EXPECT_THAT(rows_of(changes), ElementsAre("7 LAST_ACK")) << "once";
  client.goes(Closed);
  changes = story.table().take_changes();
  ASSERT_THAT(changes.gone, SizeIs(1));
  EXPECT_EQ(changes.gone[0].place, place);
  EXPECT_EQ(changes.gone[0].cause, model::Cause::Ack);
  EXPECT_THAT(changes.rows, IsEmpty());
  EXPECT_EQ(changes.passed, 0U);
}

TEST_F(ChangesOfATable, OfWhatCameAndWentBetweenOnlyTheNumberIsTold) {
  client.connects().goes(Established).goes(Closed, {.error = ECONNRESET});
  client.connects().goes(Established).goes(Closed, {.error = ECONNRESET});
  client.connects();
  auto const changes = story.table().take_changes();
  EXPECT_EQ(changes.passed, 2U);
  EXPECT_THAT(rows_of(changes), ElementsAre("7 SYN_SENT"));
  EXPECT_THAT(changes.gone, IsEmpty());
}

TEST_F(ChangesOfATable, APlaceThatAnotherHasByNowIsToldAsGoneAndAsBegun) {
  client.connects().goes(Established);
  auto const place = story.table().take_changes().rows.at(0);
  client.goes(Closed, {.error = ECONNRESET});
  story.socket(8, kOut).connects();
  auto const changes = story.table().take_changes();
  ASSERT_THAT(changes.gone, SizeIs(1));
  EXPECT_EQ(changes.gone[0].place, place);
  EXPECT_THAT(changes.rows, ElementsAre(place)) << "the last one given back is taken first";
  EXPECT_THAT(rows_of(changes), ElementsAre("8 SYN_SENT"));
}

TEST_F(ChangesOfATable, AnOwnerThatIsLearnedLaterIsAChange) {
  auto const nginx = test::actor(123, "nginx");
  auto server = story.socket(9, flow("10.0.0.1", 80, "10.0.0.3", 51000));
  server.is_requested(0).is_born().goes(Established);
  (void)story.table().take_changes();
  server.is_accepted(nginx);
  auto const changes = story.table().take_changes();
  ASSERT_THAT(rows_of(changes), ElementsAre("9 ESTABLISHED"));
  EXPECT_EQ(LiveTable::row_of(story.table().at(changes.rows[0])).owner_count, 1U);
}

TEST_F(ChangesOfATable, DumpsChangeItToo) {
  model::Snapshot seen;
  seen.namespaces = {{.inode = test::kHostNetns, .label = "host"}};
  auto& row = seen.endpoints.emplace_back();
  row.cookie = 7;
  row.inode = 55;
  row.state = Established;
  row.flow = kOut;
  (void)story.looks(seen, true);
  EXPECT_THAT(rows_of(story.table().take_changes()), ElementsAre("7 ESTABLISHED"));
  seen.endpoints[0].state = CloseWait;
  (void)story.looks(seen);
  EXPECT_THAT(rows_of(story.table().take_changes()), ElementsAre("7 CLOSE_WAIT"));
}

// A copy that is kept up by changes alone equals the table.
TEST_F(ChangesOfATable, KeepACopyUp) {
  std::map<std::uint32_t, model::Endpoint> copy;
  auto const follow = [&] {
    auto const changes = story.table().take_changes();
    for (auto const& gone : changes.gone) EXPECT_EQ(copy.erase(gone.place), 1U);
    for (auto const place : changes.rows) {
      copy[place] = LiveTable::row_of(story.table().at(place));
    }
    std::map<std::uint32_t, model::Endpoint> wanted;
    story.table().for_each_place(
        [&](std::uint32_t place) { wanted[place] = LiveTable::row_of(story.table().at(place)); });
    EXPECT_EQ(copy, wanted);
  };
  for (std::uint64_t cookie = 1; cookie <= 20; ++cookie) {
    auto socket =
        story.socket(cookie, flow("10.0.0.1", static_cast<std::uint16_t>(cookie), "10.0.0.2", 80));
    socket.connects();
    if (cookie % 3 == 0) follow();
    socket.goes(Established);
    if (cookie % 2 == 0) follow();
    if (cookie % 5 == 0) socket.goes(Closed, {.error = ECONNRESET});
    if (cookie % 7 == 0) socket.goes(FinWait1, test::closing()).shrinks(TimeWait).goes(Closed);
  }
  follow();
}

}  // namespace
}  // namespace lastack::track
