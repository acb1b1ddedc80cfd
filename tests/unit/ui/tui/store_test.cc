#include "ui/tui/store.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tui_updates.hh"

namespace lastack::ui::tui {
namespace {

using model::Cause;
using model::SocketState;
using test::Machine;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr std::uint64_t kFlashMs = 2000;

class StoreTest : public testing::Test {
 protected:
  void apply_changes() { store.apply(machine.changes()); }
  void apply_whole() { store.apply(machine.whole()); }
  // The slot of the row that is there with that cookie, marked or not.
  [[nodiscard]] Slot slot_of(std::uint64_t cookie) const { return store.find(cookie); }
  Machine::Place connection(std::uint16_t remote_port, std::uint32_t process = Machine::kNobody) {
    return machine.open(test::tcp("10.0.0.1", 80, "10.0.0.2", remote_port), process);
  }
  std::uint64_t cookie_of(Machine::Place place) { return machine.endpoint(place).cookie; }
  [[nodiscard]] std::string owner_of(Slot slot) const {
    auto const& snapshot = store.snapshot();
    auto const owners = snapshot.owners_of(store.endpoint(slot));
    return owners.empty() ? "" : snapshot.process_of(owners.front()).comm;
  }
  [[nodiscard]] std::uint32_t in_state(SocketState state) const {
    return store.by_state()[static_cast<std::size_t>(state)];
  }

  Machine machine;
  Store store;
};

TEST_F(StoreTest, WhatWasThereAtFirstIsNotNew) {
  auto const place = connection(1000);
  machine.others.push_back(test::udp("0.0.0.0", 53));
  machine.others.back().cookie = machine.next_cookie();
  apply_whole();
  EXPECT_EQ(store.size(), 2U);
  EXPECT_EQ(store.udp(), 1U);
  EXPECT_EQ(in_state(SocketState::Established), 1U);
  EXPECT_EQ(store.extra(slot_of(cookie_of(place))).mark, Mark::None);
  EXPECT_EQ(store.extra(slot_of(machine.others.back().cookie)).mark, Mark::None);
}

TEST_F(StoreTest, WhatComesLaterIsNewForAWhile) {
  apply_whole();
  auto const place = connection(1000);
  apply_changes();
  auto const slot = slot_of(cookie_of(place));
  EXPECT_EQ(store.extra(slot).mark, Mark::New);
  EXPECT_EQ(glyph_of(store.extra(slot).mark), '+');
  store.expire(machine.now_ns + kFlashMs * 1'000'000 - 1);
  EXPECT_EQ(store.extra(slot).mark, Mark::New);
  store.expire(machine.now_ns + kFlashMs * 1'000'000);
  EXPECT_EQ(store.extra(slot).mark, Mark::None);
  EXPECT_TRUE(store.is_used(slot));
}

TEST_F(StoreTest, ANewStateIsMarkedAndAQueueIsNot) {
  auto const place = connection(1000);
  apply_whole();
  auto const slot = slot_of(cookie_of(place));
  (void)store.take_changes();

  machine.endpoint(place).recv_queue = 12;
  apply_changes();
  EXPECT_EQ(store.extra(slot).mark, Mark::None);
  EXPECT_EQ(store.endpoint(slot).recv_queue, 12U);
  EXPECT_THAT(store.take_changes().changed, ElementsAre(slot));

  machine.move(place, SocketState::CloseWait);
  apply_changes();
  EXPECT_EQ(store.extra(slot).mark, Mark::Changed);
  EXPECT_EQ(in_state(SocketState::CloseWait), 1U);
  EXPECT_EQ(in_state(SocketState::Established), 0U);
}

TEST_F(StoreTest, ALaterMarkLastsFromItsOwnBeginning) {
  apply_whole();
  auto const place = connection(1000);
  apply_changes();
  machine.pass_ms(1500);
  machine.move(place, SocketState::CloseWait);
  apply_changes();
  auto const slot = slot_of(cookie_of(place));
  machine.pass_ms(600);  // the first one would be over
  store.expire(machine.now_ns);
  EXPECT_EQ(store.extra(slot).mark, Mark::Changed);
  machine.pass_ms(1400);
  store.expire(machine.now_ns);
  EXPECT_EQ(store.extra(slot).mark, Mark::None);
}

TEST_F(StoreTest, AGoneRowKeepsItsLastEndpointForAWhile) {
  auto const nginx = machine.process(12, "nginx");
  auto const place = connection(1000, nginx);
  apply_whole();
  auto const slot = slot_of(cookie_of(place));
  machine.close(place, Cause::Rst);
  apply_changes();
  EXPECT_EQ(store.extra(slot).mark, Mark::Gone);
  EXPECT_EQ(store.extra(slot).gone_by, Cause::Rst);
  EXPECT_EQ(store.extra(slot).place, kNoPlace);
  EXPECT_EQ(store.endpoint(slot).flow.remote_port, 1000);
  EXPECT_EQ(owner_of(slot), "nginx");
  EXPECT_EQ(store.size(), 0U);
  EXPECT_EQ(store.rows(), 1U);
  (void)store.take_changes();
  machine.pass_ms(kFlashMs);
  store.expire(machine.now_ns);
  EXPECT_FALSE(store.is_used(slot));
  EXPECT_EQ(store.rows(), 0U);
  EXPECT_THAT(store.take_changes().left, ElementsAre(slot));
}

TEST_F(StoreTest, WhoeverTakesThePlaceOfAGoneRowIsAnotherRow) {
  auto const place = connection(1000);
  apply_whole();
  auto const old = slot_of(cookie_of(place));
  machine.close(place);
  apply_changes();
  auto const again = connection(2000);
  ASSERT_EQ(again, place);
  apply_changes();
  auto const fresh = slot_of(cookie_of(again));
  EXPECT_NE(fresh, old);
  EXPECT_EQ(store.extra(old).mark, Mark::Gone);
  EXPECT_EQ(store.endpoint(old).flow.remote_port, 1000);
  EXPECT_EQ(store.extra(fresh).mark, Mark::New);
}

TEST_F(StoreTest, APlaceThatWasTakenOverUnseenIsTwoRows) {
  auto const place = connection(1000);
  apply_whole();
  auto const old = slot_of(cookie_of(place));
  machine.endpoint(place) = test::tcp("10.0.0.1", 80, "10.0.0.2", 2000);
  machine.endpoint(place).cookie = machine.next_cookie();
  apply_changes();
  EXPECT_EQ(store.extra(old).mark, Mark::Gone);
  EXPECT_EQ(store.size(), 1U);
  EXPECT_EQ(store.rows(), 2U);
}

TEST_F(StoreTest, ARequestThatIsGivenItsCookieStaysTheSameRow) {
  apply_whole();
  auto const place = connection(1000);
  auto const cookie = std::exchange(machine.endpoint(place).cookie, 0);
  apply_changes();
  auto const slot = slot_of(0);
  machine.endpoint(place).cookie = cookie;
  apply_changes();
  EXPECT_EQ(slot_of(cookie), slot);
  EXPECT_EQ(store.rows(), 1U);
}

TEST_F(StoreTest, AFreeSlotIsNotUsedAgainBeforeThatWasTold) {
  auto const place = connection(1000);
  apply_whole();
  auto const old = slot_of(cookie_of(place));
  auto const old_id = store.row_id(old);
  machine.close(place);
  apply_changes();
  machine.pass_ms(kFlashMs);
  auto const second = connection(2000);
  apply_changes();
  EXPECT_NE(slot_of(cookie_of(second)), old);
  EXPECT_FALSE(store.is_used(old));
  (void)store.take_changes();
  auto const third = connection(3000);
  apply_changes();
  EXPECT_EQ(slot_of(cookie_of(third)), old);
  EXPECT_NE(store.row_id(old), old_id);
}

TEST_F(StoreTest, ARowThatPassedBetweenTwoLooksIsNotTold) {
  apply_whole();
  (void)store.take_changes();
  auto const place = connection(1000);
  apply_changes();
  machine.close(place);
  apply_changes();
  machine.pass_ms(kFlashMs);
  store.expire(machine.now_ns);
  auto const changes = store.take_changes();
  EXPECT_THAT(changes.begun, IsEmpty());
  EXPECT_THAT(changes.changed, IsEmpty());
  EXPECT_THAT(changes.left, IsEmpty());
}

TEST_F(StoreTest, WhenNobodyTakesTheChangesTheyBecomeAll) {
  apply_whole();
  (void)store.take_changes();
  std::size_t most_slots = 0;
  for (int round = 0; round < 12; ++round) {
    std::vector<Machine::Place> places;
    for (std::uint16_t port = 1; port <= 10'000; ++port) places.push_back(connection(port));
    apply_changes();
    for (auto const place : places) machine.close(place);
    apply_changes();
    machine.pass_ms(kFlashMs);
    store.expire(machine.now_ns);
    if (round == 8) most_slots = store.slot_count();
  }
  EXPECT_EQ(store.slot_count(), most_slots);  // bounded
  auto const changes = store.take_changes();
  EXPECT_TRUE(changes.all);
  EXPECT_THAT(changes.left, IsEmpty());
  EXPECT_FALSE(store.take_changes().all);
}

TEST_F(StoreTest, AWholeUpdateChangesOnlyWhatDiffers) {
  auto const nginx = machine.process(12, "nginx");
  auto const sshd = machine.process(13, "sshd");
  auto const same = connection(1000, nginx);
  auto const moves = connection(2000, nginx);
  auto const queue = connection(3000, nginx);
  auto const owner = connection(4000, nginx);
  auto const ends = connection(5000, nginx);
  apply_whole();
  (void)store.take_changes();
  auto const ends_slot = slot_of(cookie_of(ends));
  machine.process(14, "curl");  // the runs behind move
  machine.move(moves, SocketState::CloseWait);
  machine.endpoint(queue).send_queue = 5;
  machine.own(owner, sshd);
  machine.close(ends);
  apply_whole();
  EXPECT_EQ(store.extra(slot_of(cookie_of(same))).mark, Mark::None);
  EXPECT_EQ(store.extra(slot_of(cookie_of(moves))).mark, Mark::Changed);
  EXPECT_EQ(store.extra(slot_of(cookie_of(queue))).mark, Mark::None);
  EXPECT_EQ(store.extra(slot_of(cookie_of(owner))).mark, Mark::None);
  EXPECT_EQ(store.extra(ends_slot).mark, Mark::Gone);
  EXPECT_EQ(owner_of(slot_of(cookie_of(same))), "nginx");
  EXPECT_EQ(owner_of(slot_of(cookie_of(owner))), "sshd");
  EXPECT_EQ(owner_of(ends_slot), "nginx");
  EXPECT_THAT(store.take_changes().changed,
              UnorderedElementsAre(slot_of(cookie_of(moves)), slot_of(cookie_of(queue)),
                                   slot_of(cookie_of(owner)), ends_slot));
}

TEST_F(StoreTest, GoneRowsKeepTheirOwnerWhileTheBookIsWrittenAnew) {
  auto const nginx = machine.process(12, "nginx");
  auto const sshd = machine.process(13, "sshd");
  std::vector<Machine::Place> places;
  for (std::uint16_t port = 1; port <= 50; ++port) {
    places.push_back(connection(port, port % 2 == 0 ? nginx : sshd));
  }
  apply_whole();
  for (auto const place : places) machine.close(place);
  apply_changes();
  apply_whole();  // the book is two owners long now
  ASSERT_EQ(store.snapshot().owners.size(), 2U);
  for (Slot slot = 0; slot < store.slot_count(); ++slot) {
    auto const even = store.endpoint(slot).flow.remote_port % 2 == 0;
    EXPECT_EQ(owner_of(slot), even ? "nginx" : "sshd");
  }
}

TEST_F(StoreTest, AGoneRowIsNotGivenToTheProcessThatHasTheEntryNow) {
  auto const curl = machine.process(12, "curl");
  auto const place = connection(1000, curl);
  apply_whole();
  auto const slot = slot_of(cookie_of(place));
  machine.close(place);
  apply_changes();
  machine.become(curl, 99, "wget");
  apply_changes();
  EXPECT_EQ(owner_of(slot), "");
  EXPECT_EQ(store.endpoint(slot).no_owner, model::NoOwner::NotAsked);
}

TEST_F(StoreTest, OthersAreKnownByTheirCookies) {
  auto const named = machine.process(53, "named");
  machine.others = {test::udp("0.0.0.0", 53), test::udp("0.0.0.0", 68)};
  for (auto& other : machine.others) other.cookie = machine.next_cookie();
  machine.others[0].owner_count = 1;
  machine.others[0].owners_at = named;  // the run of its own
  apply_whole();
  auto const dns = slot_of(machine.others[0].cookie);
  auto const dhcp = slot_of(machine.others[1].cookie);
  (void)store.take_changes();
  machine.others[0].recv_queue = 100;
  machine.others.pop_back();
  machine.others.push_back(test::udp("0.0.0.0", 123));
  machine.others.back().cookie = machine.next_cookie();
  apply_whole();
  EXPECT_EQ(store.endpoint(dns).recv_queue, 100U);
  EXPECT_EQ(store.extra(dns).mark, Mark::None);
  EXPECT_EQ(owner_of(dns), "named");
  EXPECT_EQ(store.extra(dhcp).mark, Mark::Gone);
  EXPECT_EQ(store.extra(slot_of(machine.others.back().cookie)).mark, Mark::New);
  EXPECT_EQ(store.udp(), 2U);
  apply_changes();  // tells nothing of others
  EXPECT_EQ(store.udp(), 2U);
}

TEST_F(StoreTest, ABoundSocketThatConnectsStaysTheSameRow) {
  auto const curl = machine.process(12, "curl");
  auto bound = test::listener("0.0.0.0", 4000);
  bound.state = SocketState::BoundInactive;
  bound.cookie = machine.next_cookie();
  bound.owner_count = 1;
  bound.owners_at = curl;
  machine.others = {bound};
  apply_whole();
  auto const slot = slot_of(bound.cookie);
  auto connecting = test::tcp("10.0.0.1", 4000, "10.0.0.2", 80);
  connecting.cookie = bound.cookie;
  connecting.state = SocketState::SynSent;
  machine.open(connecting, curl);
  machine.others.clear();
  apply_whole();
  EXPECT_EQ(slot_of(bound.cookie), slot);
  EXPECT_EQ(store.rows(), 1U);
  EXPECT_EQ(store.extra(slot).mark, Mark::Changed);
  EXPECT_EQ(in_state(SocketState::BoundInactive), 0U);
  EXPECT_EQ(in_state(SocketState::SynSent), 1U);
}

TEST_F(StoreTest, ReadingsGoToTheirRowOnly) {
  auto const place = connection(1000);
  apply_whole();
  auto const slot = slot_of(cookie_of(place));
  (void)store.take_changes();
  SocketReading reading{.place = place, .cookie = cookie_of(place), .recv_queue = 7, .details = {}};
  reading.details.rtt_us = 1234;
  auto update = machine.changes();
  update.readings.push_back(reading);
  reading.cookie += 1;  // of whoever had the place before
  reading.recv_queue = 99;
  update.readings.push_back(reading);
  store.apply(std::move(update));
  EXPECT_EQ(store.endpoint(slot).recv_queue, 7U);
  ASSERT_NE(store.snapshot().details_of(store.endpoint(slot)), nullptr);
  EXPECT_EQ(store.snapshot().details_of(store.endpoint(slot))->rtt_us, 1234U);
  EXPECT_THAT(store.take_changes().changed, ElementsAre(slot));
  machine.move(place, SocketState::CloseWait);
  apply_changes();  // which knows nothing of details
  EXPECT_NE(store.snapshot().details_of(store.endpoint(slot)), nullptr);
}

TEST_F(StoreTest, DetailsAreBounded) {
  std::vector<Machine::Place> places;
  for (std::uint32_t i = 0; i < Store::kKeptDetails + 100; ++i) {
    places.push_back(connection(static_cast<std::uint16_t>(i + 1)));
  }
  apply_whole();
  auto update = machine.changes();
  for (auto const place : places) {
    update.readings.push_back({.place = place, .cookie = cookie_of(place), .details = {}});
    update.readings.back().details.rtt_us = place;
  }
  store.apply(std::move(update));
  EXPECT_EQ(store.snapshot().details.size(), Store::kKeptDetails);
  std::size_t with_details = 0;
  for (Slot slot = 0; slot < store.slot_count(); ++slot) {
    auto const* details = store.snapshot().details_of(store.endpoint(slot));
    if (details == nullptr) continue;
    ++with_details;
    EXPECT_EQ(details->rtt_us, store.extra(slot).place);
  }
  EXPECT_EQ(with_details, Store::kKeptDetails);
  EXPECT_NE(store.snapshot().details_of(store.endpoint(slot_of(cookie_of(places.back())))),
            nullptr);
}

TEST_F(StoreTest, GoneRowsAreBounded) {
  std::vector<Machine::Place> places;
  for (std::uint32_t i = 0; i < Store::kKeptGone + 100; ++i) {
    places.push_back(connection(static_cast<std::uint16_t>(i % 60'000)));
  }
  apply_whole();
  auto const first = slot_of(cookie_of(places.front()));
  for (auto const place : places) machine.close(place);
  apply_changes();
  EXPECT_EQ(store.rows(), Store::kKeptGone);
  EXPECT_FALSE(store.is_used(first));
}

TEST_F(StoreTest, TagsSurviveChangesAndTheEndButNotTheSlot) {
  auto const place = connection(1000);
  apply_whole();
  auto const slot = slot_of(cookie_of(place));
  store.tag(slot, true);
  machine.move(place, SocketState::CloseWait);
  apply_whole();
  EXPECT_THAT(store.tagged(), ElementsAre(slot));
  machine.close(place);
  apply_changes();
  EXPECT_THAT(store.tagged(), ElementsAre(slot));
  machine.pass_ms(kFlashMs);
  store.expire(machine.now_ns);
  EXPECT_THAT(store.tagged(), IsEmpty());
  store.tag(slot, true);  // nothing is there
  EXPECT_THAT(store.tagged(), IsEmpty());
}

TEST_F(StoreTest, UntagsAll) {
  connection(1000);
  connection(2000);
  apply_whole();
  store.tag(0, true);
  store.tag(1, true);
  store.untag_all();
  EXPECT_THAT(store.tagged(), IsEmpty());
}

TEST_F(StoreTest, FindsAConnectionBeforeWhatRemainsOfTheOneBefore) {
  auto const remains = connection(1000);
  machine.move(remains, SocketState::TimeWait);
  auto const fresh = connection(2000);
  machine.endpoint(fresh).cookie = cookie_of(remains);
  apply_whole();
  EXPECT_EQ(store.endpoint(store.find(cookie_of(fresh))).flow.remote_port, 2000);
  EXPECT_EQ(store.find(987'654), kNoSlot);
}

TEST_F(StoreTest, FindsTheOtherEnd) {
  auto const netns = machine.netns("blue");
  auto const client = machine.open(test::tcp("127.0.0.1", 4000, "127.0.0.1", 80));
  auto const server = machine.open(test::tcp("::ffff:127.0.0.1", 80, "::ffff:127.0.0.1", 4000));
  auto const elsewhere = machine.open(test::tcp("127.0.0.1", 80, "127.0.0.1", 5000));
  auto const lonely = machine.open(test::tcp("127.0.0.1", 5000, "127.0.0.1", 80));
  machine.endpoint(elsewhere).netns = netns;
  auto const routed = machine.open(test::tcp("10.0.0.1", 4000, "10.0.0.2", 80));
  auto const routed_end = machine.open(test::tcp("10.0.0.2", 80, "10.0.0.1", 4000));
  machine.endpoint(routed_end).netns = netns;
  apply_whole();
  auto const slot = [&](Machine::Place place) { return slot_of(cookie_of(place)); };
  EXPECT_EQ(store.other_end(slot(client)), slot(server));
  EXPECT_EQ(store.other_end(slot(server)), slot(client));
  EXPECT_EQ(store.other_end(slot(lonely)), kNoSlot);  // loopback of another namespace
  EXPECT_EQ(store.other_end(slot(routed)), slot(routed_end));
}

TEST_F(StoreTest, HistoryIsAPointASecondWhateverThePace) {
  auto const run = [](std::uint64_t pace_ms, std::uint64_t seconds) {
    Store paced;
    Machine told;
    for (std::uint64_t ms = 0; ms <= seconds * 1000; ms += pace_ms) {
      told.totals.transitions = ms / 10;  // 100 a second
      told.totals.failures = ms / 1000;
      paced.apply(told.changes());
      told.pass_ms(pace_ms);
    }
    return paced.history();
  };
  for (std::uint64_t const pace_ms : {100U, 250U, 1000U, 5000U, 10'000U}) {
    auto const history = run(pace_ms, 20);
    ASSERT_EQ(history.transitions.size(), 21U) << pace_ms;
    EXPECT_EQ(history.transitions.front(), 0U);
    EXPECT_EQ(history.transitions.back(), 100U) << pace_ms;
    EXPECT_EQ(history.failures.back(), 1U) << pace_ms;
    EXPECT_EQ(history.by_state[0].size(), 21U) << pace_ms;
  }
  EXPECT_EQ(run(1000, 500).opens.size(), History::kPoints);
}

TEST_F(StoreTest, APaceThatIsALittleOffStillMakesOnePointEach) {
  for (int i = 0; i < 60; ++i) {
    store.apply(machine.changes());
    EXPECT_EQ(store.history().transitions.size(), static_cast<std::size_t>(i + 1));
    machine.pass_ms(i % 2 == 0 ? 970 : 1030);
  }
}

TEST_F(StoreTest, LinesAreBoundedAndCounted) {
  auto update = machine.changes();
  for (std::uint64_t i = 0; i < Store::kKeptLines + 5; ++i) {
    StreamLine line;
    line.transition.time_ns = i;
    update.stream.push_back(line);
  }
  update.stream_left_out = 3;
  update.closed.resize(Store::kKeptLives + 7);
  store.apply(std::move(update));
  EXPECT_EQ(store.stream().size(), Store::kKeptLines);
  EXPECT_EQ(store.stream().front().transition.time_ns, 5U);
  EXPECT_EQ(store.stream_dropped(), 5U);
  EXPECT_EQ(store.stream_left_out(), 3U);
  EXPECT_EQ(store.closed().size(), Store::kKeptLives);
  EXPECT_EQ(store.closed_dropped(), 7U);
}

TEST_F(StoreTest, TellsWhichProcessesAndNamesChanged) {
  auto const nginx = machine.process(12, "nginx");
  apply_whole();
  (void)store.take_changes();
  machine.netns("blue");  // one more
  auto const sshd = machine.process(13, "sshd");
  apply_changes();
  auto changes = store.take_changes();
  EXPECT_THAT(changes.processes, ElementsAre(sshd));
  EXPECT_FALSE(changes.names);
  machine.become(nginx, 12, "nginx: worker");
  machine.user(0, "root");
  apply_changes();
  changes = store.take_changes();
  EXPECT_THAT(changes.processes, ElementsAre(nginx));
  EXPECT_TRUE(changes.names);
}

}  // namespace
}  // namespace lastack::ui::tui
