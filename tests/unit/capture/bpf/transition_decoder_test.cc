#include "capture/bpf/transition_decoder.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <optional>
#include <string>

#include "support/records.hh"
#include "support/story.hh"

namespace lastack::capture::bpf {
namespace {

using model::Caller;
using model::EventKind;
using model::SocketEvent;
using test::Record;
using enum model::SocketState;

// Keeps the last event, and what it points to.
class Last : public EventSink {
 public:
  void on_event(SocketEvent const& told) override {
    event = told;
    ++count;
    actor.reset();
    totals.reset();
    if (told.actor != nullptr) actor = *told.actor;
    if (told.totals != nullptr) totals = *told.totals;
  }
  std::optional<SocketEvent> event;
  std::optional<model::Actor> actor;
  std::optional<model::Totals> totals;
  int count = 0;
};

class Decoder : public ::testing::Test {
 protected:
  // True where an event came out of it.
  bool decode(Record const& record) { return decode(record.bytes()); }
  // A heap copy of just these bytes: a sanitizer sees one too far.
  bool decode(std::vector<std::byte> const& bytes) {
    auto const before = last.count;
    decoder.decode(bytes, last);
    return last.count == before + 1;
  }

  TransitionDecoder decoder;
  Last last;
};

TEST_F(Decoder, TellsAStateChangeOfAFullSocket) {
  Record record(KIND_STATE, test::kSynSent, test::kEstablished);
  record.record.origin.uid = 1000;
  record.record.origin.inode = 4711;
  record.record.interface = 3;
  record.record.error = ECONNRESET;
  record.record.flags = FLAG_OWNED | FLAG_SUBFLOW;
  record.record.shutdown = 2;
  record.record.time_wait_full = 1;
  ASSERT_TRUE(decode(record));
  auto const& event = *last.event;
  EXPECT_EQ(event.kind, EventKind::State);
  EXPECT_EQ(event.time_ns, 1'000'000'000U);
  EXPECT_EQ(event.cookie, 7U);
  EXPECT_EQ(event.from, SynSent);
  EXPECT_EQ(event.to, Established);
  EXPECT_EQ(event.flow, test::flow("10.0.0.1", 40000, "10.0.0.2", 80));
  EXPECT_EQ(event.family, model::Family::Inet);
  EXPECT_EQ(event.netns_inode, 4026531840U);
  EXPECT_EQ(event.uid, 1000U);
  EXPECT_EQ(event.inode, 4711U);
  EXPECT_EQ(event.interface, 3U);
  EXPECT_EQ(event.error, ECONNRESET);
  EXPECT_EQ(event.shutdown, 2);
  EXPECT_TRUE(event.time_wait_full);
  EXPECT_TRUE(event.has(SocketEvent::Owned));
  EXPECT_TRUE(event.has(SocketEvent::Subflow));
  EXPECT_FALSE(event.has(SocketEvent::Orphan));
  EXPECT_FALSE(last.actor);
  EXPECT_FALSE(last.totals);
  EXPECT_EQ(decoder.malformed(), 0U);
}

TEST_F(Decoder, TellsTheAddressesOfIPv6) {
  Record record(KIND_STATE, test::kEstablished, test::kCloseWait);
  record.record.family = 6;
  auto const flow = test::flow("2001:db8::1", 40000, "::ffff:10.0.0.2", 80);
  record.record.parts = PART_ADDRESSES;
  std::memcpy(record.addresses.local, flow.local.bytes.data(), 16);
  std::memcpy(record.addresses.remote, flow.remote.bytes.data(), 16);
  ASSERT_TRUE(decode(record));
  EXPECT_EQ(last.event->family, model::Family::Inet6);
  EXPECT_EQ(last.event->flow, flow);
}

TEST_F(Decoder, KnowsEveryState) {
  struct Case {
    std::uint8_t number;
    model::SocketState state;
  };
  for (auto const& [number, state] :
       {Case{1, Established}, Case{2, SynSent}, Case{3, SynReceived}, Case{4, FinWait1},
        Case{5, FinWait2}, Case{6, TimeWait}, Case{7, Closed}, Case{8, CloseWait}, Case{9, LastAck},
        Case{10, Listen}, Case{11, Closing}, Case{12, SynReceived}}) {
    ASSERT_TRUE(decode(Record(KIND_STATE, number, test::kClose)));
    EXPECT_EQ(last.event->from, state) << static_cast<int>(number);
    ASSERT_TRUE(decode(Record(KIND_STATE, test::kClose, number)));
    EXPECT_EQ(last.event->to, state) << static_cast<int>(number);
  }
}

TEST_F(Decoder, RefusesStatesThatNoSocketIsIn) {
  std::uint64_t refused = 0;
  for (unsigned number : {0U, 13U, 14U, 255U}) {  // 13: only in dumps
    auto const state = static_cast<std::uint8_t>(number);
    EXPECT_FALSE(decode(Record(KIND_STATE, state, test::kClose))) << number;
    EXPECT_FALSE(decode(Record(KIND_STATE, test::kClose, state))) << number;
    EXPECT_FALSE(decode(Record(KIND_MINI_ARMED, 0, state))) << number;
    refused += 3;
    EXPECT_EQ(decoder.malformed(), refused);
  }
}

TEST_F(Decoder, KnowsEveryKind) {
  struct Case {
    transition_kind kind;
    EventKind told;
    bool mini;
  };
  for (auto const& [kind, told, mini] :
       {Case{KIND_REQUEST_ARMED, EventKind::RequestArmed, false},
        Case{KIND_REQUEST_DISARMED, EventKind::RequestDisarmed, false},
        Case{KIND_REQUEST_FIRED, EventKind::RequestFired, false},
        Case{KIND_MINI_ARMED, EventKind::MiniArmed, true},
        Case{KIND_MINI_DISARMED, EventKind::MiniDisarmed, true},
        Case{KIND_MINI_FIRED, EventKind::MiniFired, true},
        Case{KIND_ACCEPTED, EventKind::Accepted, false},
        Case{KIND_PORT, EventKind::PortChosen, false}}) {
    Record record(kind, 0, mini ? test::kTimeWait : test::kSynRecv);
    record.record.link = 59'000;
    record.record.retries = 3;
    ASSERT_TRUE(decode(record)) << kind;
    EXPECT_EQ(last.event->kind, told) << kind;
    EXPECT_EQ(last.event->to, mini ? TimeWait : SynReceived);
    EXPECT_EQ(last.event->from, last.event->to) << "`from` is not written";
    EXPECT_EQ(last.event->fires_in_ms, mini ? 59'000U : 0U) << kind;
    EXPECT_EQ(last.event->listener, mini ? 0U : 59'000U) << kind;
    EXPECT_EQ(last.event->retries, 3);
  }
  EXPECT_EQ(last.count, KIND_COUNT - 2) << "all but KIND_STATE";
}

TEST_F(Decoder, RefusesKindsAndFamiliesThatDoNotExist) {
  Record record(KIND_STATE, test::kSynSent, test::kEstablished);
  for (unsigned const kind : {0U, static_cast<unsigned>(KIND_COUNT), 99U, 255U}) {
    record.record.kind = static_cast<std::uint8_t>(kind);
    EXPECT_FALSE(decode(record)) << kind;
  }
  record.record.kind = KIND_STATE;
  for (unsigned const family : {0U, 2U, 5U, 10U, 255U}) {
    record.record.family = static_cast<std::uint8_t>(family);
    EXPECT_FALSE(decode(record)) << family;
  }
  EXPECT_EQ(decoder.malformed(), 9U);
}

TEST_F(Decoder, TellsWhoActed) {
  Record record(KIND_STATE, test::kClose, test::kSynSent);
  record.by(100, "curl");
  ASSERT_TRUE(decode(record));
  ASSERT_TRUE(last.actor);
  EXPECT_EQ(last.actor->pid, 100U);
  EXPECT_EQ(last.actor->uid, 1000U);
  EXPECT_EQ(last.actor->start_ns, 5'000'000'000U);
  EXPECT_EQ(last.actor->name(), "curl");
  record.by(100, "sixteen-letters!");
  ASSERT_TRUE(decode(record));
  EXPECT_EQ(last.actor->name(), "sixteen-letters!") << "no room for a NUL";
}

TEST_F(Decoder, TellsWhatTheConnectionCarried) {
  Record record(KIND_STATE, test::kLastAck, test::kClose);
  record.having_carried(111, 222);
  record.totals.segs_out = 3;
  record.totals.segs_in = 4;
  record.totals.retransmits = 5;
  record.totals.srtt_us = 6;
  ASSERT_TRUE(decode(record));
  EXPECT_EQ(last.totals, (model::Totals{.bytes_sent = 111,
                                        .bytes_received = 222,
                                        .segs_out = 3,
                                        .segs_in = 4,
                                        .retransmits = 5,
                                        .srtt_us = 6}));
  EXPECT_FALSE(last.actor);
}

TEST_F(Decoder, TellsTheCaller) {
  std::vector<Symbol> symbols;
  auto const names = Callers::function_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == "tcp_abort") symbols.push_back({i, {0x1000, 0x1100}, false});
  }
  ASSERT_EQ(symbols.size(), 1U);
  decoder = TransitionDecoder(Callers(symbols));
  Record record(KIND_MINI_DISARMED, 0, test::kTimeWait);
  record.by(300, "ss").through(0x500, 0x1050);
  ASSERT_TRUE(decode(record));
  EXPECT_EQ(last.event->caller, Caller::Destroy);
  EXPECT_EQ(last.actor->pid, 300U);
  record.record.parts &= static_cast<std::uint8_t>(~PART_STACK);
  ASSERT_TRUE(decode(record));
  EXPECT_EQ(last.event->caller, Caller::Unknown);
}

TEST_F(Decoder, AllPartsStandBehindEachOther) {
  Record record(KIND_STATE, test::kListen, test::kClose);
  record.by(100, "nginx").having_carried(1, 2).through(0x1000);
  ASSERT_TRUE(decode(record));
  EXPECT_EQ(last.actor->name(), "nginx");
  EXPECT_EQ(last.totals->bytes_received, 2U);
}

// One byte too few, whatever is cut off, is no event.
TEST_F(Decoder, RefusesShortRecords) {
  std::uint64_t refused = 0;
  for (unsigned parts = 0; parts < 16; ++parts) {
    Record record(KIND_STATE, test::kEstablished, test::kClose);
    record.record.parts = static_cast<std::uint8_t>(parts);
    auto const whole = record.bytes();
    EXPECT_EQ(whole.size(), size_with(parts)) << "as the BPF programs count";
    EXPECT_TRUE(decode(whole)) << parts;
    for (std::size_t size = 0; size < whole.size(); ++size) {
      std::vector<std::byte> const cut(whole.begin(), whole.begin() + static_cast<long>(size));
      ASSERT_FALSE(decode(cut)) << parts << ", " << size << " bytes";
      ASSERT_EQ(decoder.malformed(), ++refused);
    }
  }
}

// A newer program may say more: parts that are not known stand behind those that are.
TEST_F(Decoder, BytesBehindTheLastPartDoNotMatter) {
  Record record(KIND_STATE, test::kEstablished, test::kClose);
  record.by(100, "curl");
  auto bytes = record.bytes();
  bytes.resize(bytes.size() + 40);
  ASSERT_TRUE(decode(bytes));
  EXPECT_EQ(last.actor->name(), "curl");
}

}  // namespace
}  // namespace lastack::capture::bpf
