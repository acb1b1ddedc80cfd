// What the views of processes and listeners count.
#include <gmock/gmock.h>

#include <random>
#include <set>

#include "support/tui_scene.hh"
#include "ui/tui/cause_words.hh"
#include "ui/tui/host_set.hh"
#include "ui/tui/listener_counts.hh"
#include "ui/tui/process_counts.hh"
#include "ui/tui/reading_log.hh"
#include "ui/tui/state_ink.hh"

namespace lastack::test {
namespace {

using namespace ui::tui;
using model::Family;
using model::SocketState;
using testing::ElementsAre;

TEST(HostSetTest, CountsAsASetOfAddressesDoes) {
  HostSet hosts;
  std::mt19937 random(7);
  for (int round = 0; round < 3; ++round) {
    hosts.clear();
    std::set<std::pair<std::uint32_t, std::string>> expected;
    for (int i = 0; i < 20'000; ++i) {
      auto const group = static_cast<std::uint32_t>(random() % 5);
      bool const v6 = random() % 4 == 0;
      model::Address address;
      for (std::size_t at = 0; at < (v6 ? 16U : 4U); at += 3) {
        address.bytes.at(at) = static_cast<std::uint8_t>(random() % 8);
      }
      auto const family = v6 ? Family::Inet6 : Family::Inet;
      bool const is_new = expected.emplace(group, model::to_string(address, family)).second;
      ASSERT_EQ(hosts.insert(group, address, family), is_new);
    }
  }
}

TEST(HostSetTest, AMappedAddressIsTheIpv4One) {
  HostSet hosts;
  auto const plain = flow("10.0.0.1", 1, "0.0.0.0", 0).local;
  auto const mapped = flow("::ffff:10.0.0.1", 1, "::", 0).local;
  EXPECT_TRUE(hosts.insert(0, model::Address{}, Family::Inet));  // all zeros are a host, too
  EXPECT_FALSE(hosts.insert(0, model::Address{}, Family::Inet));
  EXPECT_TRUE(hosts.insert(0, model::Address{}, Family::Inet6));
  EXPECT_TRUE(hosts.insert(0, plain, Family::Inet));
  EXPECT_FALSE(hosts.insert(0, mapped, Family::Inet6));
  EXPECT_TRUE(hosts.insert(1, mapped, Family::Inet6));
}

// A store of rows that a test puts together.
class CountsTest : public testing::Test {
 protected:
  RowUpdate& row(SocketState state, model::Flow const& flow, Family family = Family::Inet) {
    auto& row = update_.rows.emplace_back();
    row.place = places_++;
    row.endpoint.cookie = places_;
    row.endpoint.state = state;
    row.endpoint.flow = flow;
    row.endpoint.family = family;
    row.endpoint.no_owner = model::NoOwner::NoProcess;
    return row;
  }
  void own(RowUpdate& row, std::vector<std::uint32_t> const& processes) {
    row.endpoint.owners_at = static_cast<std::uint32_t>(owners_told_ + update_.owners.size());
    row.endpoint.owner_count = static_cast<std::uint32_t>(processes.size());
    row.endpoint.no_owner = model::NoOwner::HasOwner;
    for (auto const process : processes) update_.owners.push_back({.process = process, .fd = 3});
  }
  void tell() {
    update_.now_ns = now_ns_ += kTuiSecond;
    if (!told_) {
      update_.namespaces = {{.inode = 1, .label = "host"}, {.inode = 2, .label = "blue"}};
      for (std::uint32_t i = 0; i < 4; ++i) {
        model::Process process;
        process.pid = 100 + i;
        update_.processes.emplace_back(i, std::move(process));
      }
    }
    told_ = true;
    update_.owners_at = owners_told_;
    owners_told_ += update_.owners.size();
    store_.apply(std::exchange(update_, {}));
    (void)store_.take_changes();
  }
  // By the listener's cookie: how many connections it has.
  std::map<std::uint64_t, std::uint32_t> connections() {
    std::map<std::uint64_t, std::uint32_t> counts;
    for (auto const& listener : ListenerCounts().count(store_)) {
      std::uint32_t all = 0;
      for (auto const count : listener.states) all += count;
      counts[store_.endpoint(listener.slot).cookie] = all;
    }
    return counts;
  }
  ProcessCount of_process(std::uint32_t process) {
    ProcessCount found;
    for (auto const& count : ProcessCounts().count(store_)) {
      if (count.process == process) found = count;
    }
    return found;
  }

  Store store_;
  Update update_;
  Place places_ = 0;
  std::uint64_t now_ns_ = kTuiSecond;
  std::size_t owners_told_ = 0;
  bool told_ = false;
};

TEST_F(CountsTest, ConnectionsBelongToTheClosestListener) {
  using enum SocketState;
  auto const any = row(Listen, flow("0.0.0.0", 80, "0.0.0.0", 0)).endpoint.cookie;
  auto const one = row(Listen, flow("10.0.0.1", 80, "0.0.0.0", 0)).endpoint.cookie;
  auto const dual = row(Listen, flow("::", 81, "::", 0), Family::Inet6).endpoint.cookie;
  auto& only = row(Listen, flow("::", 82, "::", 0), Family::Inet6);
  only.endpoint.v6_only = true;
  auto const only_v6 = only.endpoint.cookie;
  auto& other = row(Listen, flow("0.0.0.0", 80, "0.0.0.0", 0));
  other.endpoint.netns = 1;
  auto const blue = other.endpoint.cookie;

  row(Established, flow("10.0.0.1", 80, "10.9.9.9", 1000));
  row(Established, flow("10.0.0.2", 80, "10.9.9.9", 1001));
  row(SynReceived, flow("10.0.0.3", 80, "10.9.9.9", 1002));
  row(Established, flow("::ffff:10.0.0.2", 81, "::ffff:10.9.9.9", 1003), Family::Inet6);
  row(CloseWait, flow("2001:db8::1", 81, "2001:db8::2", 1004), Family::Inet6);
  row(Established, flow("10.0.0.1", 82, "10.9.9.9", 1005));   // comes to no listener that is there
  row(Established, flow("10.0.0.1", 40000, "10.9.9.9", 80));  // goes to one elsewhere
  row(Established, flow("10.0.0.1", 80, "10.9.9.9", 1006)).endpoint.netns = 1;
  tell();
  EXPECT_THAT(connections(),
              testing::UnorderedElementsAre(testing::Pair(any, 2), testing::Pair(one, 1),
                                            testing::Pair(dual, 2), testing::Pair(only_v6, 0),
                                            testing::Pair(blue, 1)));
}

TEST_F(CountsTest, OfListenersThatShareAPortItsOwnersOneCounts) {
  using enum SocketState;
  auto const first = row(Listen, flow("0.0.0.0", 80, "0.0.0.0", 0)).endpoint.cookie;
  own(update_.rows.back(), {0});
  auto const second = row(Listen, flow("0.0.0.0", 80, "0.0.0.0", 0)).endpoint.cookie;
  own(update_.rows.back(), {1});
  for (std::uint16_t port = 1; port <= 3; ++port) {
    row(Established, flow("10.0.0.1", 80, "10.9.9.9", port));
    own(update_.rows.back(), {1});
  }
  row(SynReceived, flow("10.0.0.1", 80, "10.9.9.9", 4));  // nobody's
  tell();
  EXPECT_THAT(connections(),
              testing::UnorderedElementsAre(testing::Pair(first, 1), testing::Pair(second, 3)));
}

TEST_F(CountsTest, GoneRowsDoNotCount) {
  using enum SocketState;
  own(row(Listen, flow("0.0.0.0", 80, "0.0.0.0", 0)), {0});
  own(row(Established, flow("10.0.0.1", 80, "10.9.9.9", 1)), {0});
  tell();
  EXPECT_EQ(of_process(0).sockets(), 2U);
  EXPECT_EQ(of_process(0).hosts, 1U);
  update_.gone = {{.place = 1, .cause = model::Cause::Rst}};
  tell();
  EXPECT_EQ(of_process(0).sockets(), 1U);
  EXPECT_EQ(of_process(0).hosts, 0U);
  EXPECT_THAT(connections(), ElementsAre(testing::Pair(1, 0)));
}

TEST_F(CountsTest, AProcessIsMarkedByWhatHappensToItsRows) {
  using enum SocketState;
  own(row(Listen, flow("0.0.0.0", 80, "0.0.0.0", 0)), {0, 0});  // two descriptors of one process
  tell();
  EXPECT_EQ(of_process(0).sockets(), 1U);
  EXPECT_EQ(of_process(0).mark(), Mark::New);
  now_ns_ += 10 * kTuiSecond;
  store_.expire(now_ns_);
  EXPECT_EQ(of_process(0).mark(), Mark::None);
  own(row(Established, flow("10.0.0.1", 80, "10.9.9.9", 1)), {0});
  tell();
  EXPECT_EQ(of_process(0).mark(), Mark::Changed);
  update_.gone = {{.place = 0, .cause = model::Cause::Close},
                  {.place = 1, .cause = model::Cause::Rst}};
  tell();
  EXPECT_EQ(of_process(0).mark(), Mark::Gone);
}

TEST(ReadingLogTest, KeepsTheLastPointsAndWhatWasAdded) {
  ReadingLog log;
  for (std::uint32_t second = 0; second < 200; ++second) {
    SocketReading reading;
    reading.details.rtt_us = second;
    reading.details.bytes_sent = std::uint64_t{second} * 500;
    reading.details.retrans_total = second;
    log.add(reading, second * kTuiSecond / 2);
  }
  EXPECT_EQ(log.points(ReadingLog::kRtt).size(), ReadingLog::kPoints);
  EXPECT_EQ(log.points(ReadingLog::kRtt).back(), 199U);
  EXPECT_EQ(log.points(ReadingLog::kSent).back(), 1000U);  // a second
  EXPECT_EQ(log.points(ReadingLog::kRetransmits).back(), 1U);
  EXPECT_TRUE(log.points(ReadingLog::kWindow).empty());  // never known
  log.clear();
  EXPECT_EQ(log.last(), nullptr);
  EXPECT_TRUE(log.points(ReadingLog::kRtt).empty());
}

TEST(ReadingLogTest, ManyBytesAreNotFew) {
  ReadingLog log;
  SocketReading reading;
  reading.details.bytes_received = 0;
  log.add(reading, 0);
  reading.details.bytes_received = 1'000'000'000'000;
  log.add(reading, kTuiSecond);
  EXPECT_GT(log.points(ReadingLog::kReceived).back(), 4'000'000'000U);
}

TEST(WordsTest, EveryStateAndCauseHasThemInBothLanguages) {
  for (std::size_t i = 0; i < model::kCauseCount; ++i) {
    EXPECT_TRUE(words_of(static_cast<model::Cause>(i)).complete()) << i;
  }
  for (std::size_t i = 0; i < model::kSocketStateCount; ++i) {
    auto const state = static_cast<SocketState>(i);
    EXPECT_TRUE(gist_of(state).complete());
    EXPECT_LE(short_name(state).size(), 8U);
    EXPECT_FALSE(short_name(state).empty());
  }
}

}  // namespace
}  // namespace lastack::test
