// What readers get of the live table: snapshots that stay as they are, and what changed between.
#include "track/publisher.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <thread>
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

// "7 ESTABLISHED"
std::vector<std::string> written(std::vector<model::Endpoint> const& rows) {
  std::vector<std::string> out;
  for (auto const& row : rows) {
    out.push_back(std::to_string(row.cookie) + " " + std::string(name(row.state)));
  }
  return out;
}

class ChangesOfATable : public ::testing::Test {
 protected:
  ChangesOfATable() { story.table().follow_changes(); }

  Story story;
  test::Socket client = story.socket(7, kOut);
};

TEST_F(ChangesOfATable, TellWhatBeganChangedAndWent) {
  EXPECT_TRUE(story.table().take_changes().empty());
  client.connects().goes(Established);
  auto changes = story.table().take_changes();
  EXPECT_THAT(written(changes.begun), ElementsAre("7 ESTABLISHED")) << "in its present state";
  EXPECT_THAT(changes.changed, IsEmpty());
  EXPECT_TRUE(story.table().take_changes().empty()) << "nothing since";
  client.goes(CloseWait).goes(LastAck, test::closing());
  changes = story.table().take_changes();
  EXPECT_THAT(written(changes.changed), ElementsAre("7 LAST_ACK")) << "once";
  EXPECT_THAT(changes.begun, IsEmpty());
  client.goes(Closed);
  changes = story.table().take_changes();
  EXPECT_THAT(written(changes.gone), ElementsAre("7 CLOSED"));
  EXPECT_THAT(changes.changed, IsEmpty());
  EXPECT_EQ(changes.passed, 0U);
}

TEST_F(ChangesOfATable, OfWhatCameAndWentBetweenOnlyTheNumberIsTold) {
  client.connects().goes(Established).goes(Closed, {.error = ECONNRESET});
  client.connects().goes(Established).goes(Closed, {.error = ECONNRESET});
  client.connects();
  auto const changes = story.table().take_changes();
  EXPECT_EQ(changes.passed, 2U);
  EXPECT_THAT(written(changes.begun), ElementsAre("7 SYN_SENT"));
  EXPECT_THAT(changes.gone, IsEmpty());
}

TEST_F(ChangesOfATable, RowsAreThoseOfTheSnapshot) {
  client.connects()
      .goes(Established)
      .goes(FinWait1, test::closing())
      .shrinks(TimeWait)
      .goes(Closed);
  story.socket(9, flow("10.0.0.1", 80, "10.0.0.3", 51000)).is_requested(0);
  auto const changes = story.table().take_changes();
  auto const snapshot = story.table().snapshot();
  ASSERT_THAT(changes.begun, SizeIs(2));
  for (auto const& row : changes.begun) {
    EXPECT_TRUE(std::ranges::find(snapshot.endpoints, row) != snapshot.endpoints.end())
        << row.cookie;
  }
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
  EXPECT_THAT(written(story.table().take_changes().begun), ElementsAre("7 ESTABLISHED"));
  seen.endpoints[0].state = CloseWait;
  (void)story.looks(seen);
  EXPECT_THAT(written(story.table().take_changes().changed), ElementsAre("7 CLOSE_WAIT"));
}

// A copy that is kept up by changes alone equals the table.
TEST_F(ChangesOfATable, KeepACopyUp) {
  std::vector<model::Endpoint> copy;
  auto const follow = [&] {
    auto const changes = story.table().take_changes();
    for (auto const& row : changes.begun) copy.push_back(row);
    for (auto const& row : changes.changed) {
      *std::ranges::find(copy, row.cookie, &model::Endpoint::cookie) = row;
    }
    for (auto const& row : changes.gone) {
      std::erase_if(copy, [&](model::Endpoint const& each) { return each.cookie == row.cookie; });
    }
    auto rows = story.table().snapshot().endpoints;
    std::ranges::sort(rows, {}, &model::Endpoint::cookie);
    std::ranges::sort(copy, {}, &model::Endpoint::cookie);
    EXPECT_EQ(copy, rows);
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

class Publishing : public ::testing::Test {
 protected:
  Story story;
  Publisher publisher{story.table()};
  test::Socket client = story.socket(7, kOut);
};

TEST_F(Publishing, BeforeTheFirstThereIsNothing) {
  auto const nothing = publisher.since(0);
  EXPECT_EQ(nothing.version, 0U);
  EXPECT_EQ(nothing.snapshot, nullptr);
  EXPECT_FALSE(nothing.behind);
  EXPECT_THAT(nothing.changes, IsEmpty());
}

TEST_F(Publishing, ASnapshotStaysAsItIs) {
  client.connects();
  publisher.publish();
  auto const first = publisher.since(0);
  EXPECT_EQ(first.version, 1U);
  EXPECT_TRUE(first.behind) << "to a new reader the snapshot is all there is";
  client.goes(Established);
  EXPECT_EQ(publisher.since(1).version, 1U) << "not published yet";
  publisher.publish();
  EXPECT_THAT(written(first.snapshot->endpoints), ElementsAre("7 SYN_SENT"));
  auto const second = publisher.since(first.version);
  EXPECT_THAT(written(second.snapshot->endpoints), ElementsAre("7 ESTABLISHED"));
  EXPECT_FALSE(second.behind);
  ASSERT_THAT(second.changes, SizeIs(1));
  EXPECT_THAT(written(second.changes[0]->changed), ElementsAre("7 ESTABLISHED"));
  EXPECT_THAT(publisher.since(2).changes, IsEmpty());
}

TEST_F(Publishing, ALateReaderGetsSeveralChangesInOrder) {
  client.connects();
  publisher.publish();
  for (auto const state : {Established, CloseWait, LastAck}) {
    client.goes(state, test::closing());
    publisher.publish();
  }
  auto const late = publisher.since(1);
  ASSERT_THAT(late.changes, SizeIs(3));
  EXPECT_THAT(written(late.changes[0]->changed), ElementsAre("7 ESTABLISHED"));
  EXPECT_THAT(written(late.changes[2]->changed), ElementsAre("7 LAST_ACK"));
}

TEST_F(Publishing, AReaderThatIsTooLateIsTold) {
  publisher.publish();
  for (std::size_t i = 0; i < Publisher::kKept; ++i) publisher.publish();
  EXPECT_FALSE(publisher.since(1).behind);
  EXPECT_THAT(publisher.since(1).changes, SizeIs(Publisher::kKept));
  publisher.publish();
  auto const late = publisher.since(1);
  EXPECT_TRUE(late.behind);
  EXPECT_THAT(late.changes, IsEmpty());
  EXPECT_NE(late.snapshot, nullptr);
  EXPECT_FALSE(publisher.since(2).behind);
}

TEST_F(Publishing, AVersionOfTheFutureIsNoReasonToFail) {
  publisher.publish();
  auto const odd = publisher.since(99);
  EXPECT_EQ(odd.version, 1U);
  EXPECT_FALSE(odd.behind);
  EXPECT_THAT(odd.changes, IsEmpty());
}

// Readers on other threads see whole publications only, in order.
TEST_F(Publishing, ReadersNeverSeeHalfOfOne) {
  constexpr std::uint64_t kLast = 300;
  auto const read = [&] {
    std::uint64_t seen = 0;
    while (seen < kLast) {
      auto const got = publisher.since(seen);
      if (got.snapshot == nullptr) continue;
      EXPECT_GE(got.version, seen);
      EXPECT_EQ(got.snapshot->endpoints.size(), got.version);
      if (!got.behind) {
        EXPECT_EQ(got.changes.size(), got.version - seen);
      }
      seen = got.version;
    }
  };
  std::vector<std::jthread> readers;
  for (int i = 0; i < 2; ++i) readers.emplace_back(read);
  for (std::uint64_t i = 1; i <= kLast; ++i) {
    story.socket(i, flow("10.0.0.1", static_cast<std::uint16_t>(i), "10.0.0.2", 80)).connects();
    publisher.publish();
  }
}

}  // namespace
}  // namespace lastack::track
