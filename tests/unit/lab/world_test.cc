#include "lab/world.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lastack::lab {
namespace {

using tcp::State;

constexpr std::uint32_t kClient = 0x0a000001;
constexpr std::uint32_t kServer = 0x0a000002;
constexpr std::uint16_t kPort = 80;

struct Pair {
  explicit Pair(tcp::Reading const& reading, WireTraits const& wire = {}, std::uint64_t seed = 1)
      : Pair(settings_of(reading), wire, seed) {}
  Pair(Settings const& settings, WireTraits const& wire, std::uint64_t seed)
      : world(wire, seed),
        client(world.add(kClient, settings)),
        server(world.add(kServer, settings)) {
    listener = server.socket();
    EXPECT_TRUE(server.bind(listener, kPort).ok());
    EXPECT_TRUE(server.listen(listener, 16).ok());
  }
  void open() {
    near = client.socket();
    EXPECT_EQ(client.connect(near, {kServer, kPort}).error, Error::InProgress);
    world.run_for(seconds(1));
    auto const accepted = server.accept(listener);
    ASSERT_TRUE(accepted.ok());
    far = accepted.value;
  }
  [[nodiscard]] State near_state() const { return client.sockets()[near].tcb.state; }
  [[nodiscard]] State far_state() const { return server.sockets()[far].tcb.state; }

  World world;
  Host& client;
  Host& server;
  SocketId listener = kNoSocket;
  SocketId near = kNoSocket;
  SocketId far = kNoSocket;
};

class Readings : public testing::TestWithParam<tcp::Reading const*> {};

TEST_P(Readings, OpenTalkAndClose) {
  Pair pair(*GetParam());
  pair.open();
  EXPECT_EQ(pair.near_state(), State::Established);
  EXPECT_EQ(pair.far_state(), State::Established);
  EXPECT_EQ(pair.client.send(pair.near, 5000).value, 5000U);
  pair.world.run_for(seconds(2));
  EXPECT_EQ(pair.server.receive(pair.far, 100'000), (Result{Error::None, 5000}));
  EXPECT_EQ(pair.server.receive(pair.far, 1).error, Error::Again);
  EXPECT_TRUE(pair.client.close(pair.near).ok());
  pair.world.run_for(seconds(1));
  EXPECT_EQ(pair.far_state(), State::CloseWait);
  EXPECT_EQ(pair.server.receive(pair.far, 1), (Result{Error::None, 0}));
  EXPECT_EQ(pair.near_state(), State::FinWait2);
  EXPECT_TRUE(pair.server.close(pair.far).ok());
  pair.world.run_for(seconds(1));
  EXPECT_EQ(pair.near_state(), State::TimeWait);
  EXPECT_EQ(pair.server.sockets().size(), 1U);  // the listener
  EXPECT_TRUE(pair.world.run_to_rest({seconds(1000).us}));
  EXPECT_EQ(pair.client.sockets().size(), 0U);
}

TEST_P(Readings, DeliverEverythingInOrderOverAWireThatLosesAThird) {
  auto settings = settings_of(*GetParam());
  if (settings.give_up.us > 0) settings.give_up = seconds(100'000);  // R2: a third is too much
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Pair pair(
        settings,
        {.delay = milliseconds(10), .jitter = milliseconds(15), .loss = 0.33, .duplication = 0.1},
        seed);
    pair.near = pair.client.socket();
    (void)pair.client.connect(pair.near, {kServer, kPort});
    pair.world.run_for(seconds(60));
    auto const accepted = pair.server.accept(pair.listener);
    ASSERT_TRUE(accepted.ok()) << seed;
    EXPECT_TRUE(pair.client.send(pair.near, 50'000).ok());
    EXPECT_TRUE(pair.client.shutdown(pair.near, Shut::Write).ok());
    std::uint64_t got = 0;
    bool ended = false;
    for (int i = 0; i < 30'000 && !ended; ++i) {
      pair.world.run_for(milliseconds(100));
      auto const piece = pair.server.receive(accepted.value, 4096);
      got += piece.value;
      ended = piece.ok() && piece.value == 0;
    }
    EXPECT_TRUE(ended) << "seed " << seed << " got " << got;
    EXPECT_EQ(got, 50'000U) << "seed " << seed;
    EXPECT_EQ(pair.server.sockets()[accepted.value].receiving.total, 50'000U);
    EXPECT_TRUE(pair.server.close(accepted.value).ok());
    EXPECT_TRUE(pair.client.close(pair.near).ok());
    EXPECT_TRUE(pair.world.run_to_rest(pair.world.now() + seconds(50'000))) << seed;
    EXPECT_EQ(pair.client.sockets().size(), 0U) << seed;
    EXPECT_EQ(pair.server.sockets().size(), 1U) << seed;
  }
}

TEST_P(Readings, WaitAsLongAsThePeerTakesNothing) {
  Pair pair(*GetParam());
  pair.open();
  auto const window = settings_of(*GetParam()).receive_buffer;
  EXPECT_TRUE(pair.client.send(pair.near, 200'000).ok());
  pair.world.run_for(seconds(60));
  EXPECT_EQ(pair.server.sockets()[pair.far].receiving.total, window);
  EXPECT_EQ(pair.near_state(), State::Established);  // its probes are answered
  std::uint64_t got = 0;
  for (int i = 0; i < 100; ++i) {
    got += pair.server.receive(pair.far, 1'000'000).value;
    pair.world.run_for(seconds(1));
  }
  EXPECT_EQ(got, 200'000U);
}

TEST_P(Readings, NobodyThere) {
  Pair pair(*GetParam());
  auto const id = pair.client.socket();
  (void)pair.client.connect(id, {kServer, 81});
  pair.world.run_for(seconds(1));
  EXPECT_EQ(pair.client.sockets()[id].tcb.state, State::Closed);
  EXPECT_NE(pair.client.take_error(id), Error::None);
}

INSTANTIATE_TEST_SUITE_P(All, Readings,
                         testing::Values(&tcp::kLiteral, &tcp::kDeployed, &tcp::kLinux),
                         [](auto const& each) { return std::string(each.param->name); });

// A connection that the host has closed first, in TIME_WAIT; then a SYN of another one.
struct TakenOver {
  explicit TakenOver(Settings const& settings = settings_of(tcp::kLinux))
      : host(kServer, settings, 1), listener(host.socket()) {
    (void)host.bind(listener, kPort);
    (void)host.listen(listener, 4);
    auto const syn_ack = answer({.seq = tcp::Seq(999), .window = 1000, .flags = tcp::kSyn});
    auto const mine = syn_ack.seq + 1;
    (void)answer({.seq = tcp::Seq(1000), .ack = mine, .window = 1000, .flags = tcp::kAck});
    (void)host.close(host.accept(listener).value);
    (void)answer(
        {.seq = tcp::Seq(1000), .ack = mine + 1, .window = 1000, .flags = tcp::kFin | tcp::kAck});
  }
  tcp::Segment answer(tcp::Segment const& segment) { return answer_to(peer, segment); }
  tcp::Segment answer_to(Address from, tcp::Segment const& segment) {
    host.outbox().clear();
    host.arrive({.from = from, .to = {kServer, kPort}, .segment = segment}, {});
    return host.outbox().empty() ? tcp::Segment() : host.outbox().back().segment;
  }
  [[nodiscard]] State state() const { return host.state_of({{kServer, kPort}, peer}); }

  Address peer{kClient, 40000};
  Host host;
  SocketId listener;
  static constexpr tcp::Segment kSyn{.seq = tcp::Seq(5000), .window = 1000, .flags = tcp::kSyn};
};

TEST(TimeWait, TakenOverIsAConnectionOfItsOwn) {
  TakenOver taken;
  ASSERT_EQ(taken.state(), State::TimeWait);
  auto const syn_ack = taken.answer(TakenOver::kSyn);
  EXPECT_EQ(taken.state(), State::SynReceived);
  (void)taken.answer(
      {.seq = tcp::Seq(5001), .ack = syn_ack.seq + 1, .window = 1000, .flags = tcp::kAck});
  EXPECT_EQ(taken.state(), State::Established);
  auto const accepted = taken.host.accept(taken.listener);
  ASSERT_TRUE(accepted.ok());
  EXPECT_EQ(taken.host.send(accepted.value, 10).value, 10U);
  EXPECT_EQ(taken.host.sockets().size(), 2U);
}

TEST(TimeWait, StaysWhereNobodyListens) {
  TakenOver taken;
  (void)taken.host.close(taken.listener);
  auto const reply = taken.answer(TakenOver::kSyn);
  EXPECT_EQ(reply.flags, tcp::kAck);
  EXPECT_EQ(taken.state(), State::TimeWait);
}

// No cookie is sent for it, and requests do not count; but an accept queue that is full does.
TEST(TimeWait, TakenOverOnlyWhereTheAcceptQueueHasRoom) {
  TakenOver taken;
  (void)taken.host.listen(taken.listener, 0);
  Address const other{kClient, 40001};
  auto const syn_ack = taken.answer_to(other, TakenOver::kSyn);
  (void)taken.answer_to(
      other, {.seq = tcp::Seq(5001), .ack = syn_ack.seq + 1, .window = 1000, .flags = tcp::kAck});
  EXPECT_EQ(taken.host.sockets()[taken.listener].listening->accepted.size(), 1U);
  EXPECT_EQ(taken.answer(TakenOver::kSyn).flags, tcp::kNoFlags);
  EXPECT_EQ(taken.state(), State::Closed);  // neither the old one is there, nor a new one
}

TEST(TimeWait, IsGoneWhereTheListenerDropsTheSyn) {
  TakenOver taken;
  auto syn = TakenOver::kSyn;
  syn.flags = tcp::kSyn | tcp::kFin;
  EXPECT_EQ(taken.answer(syn).flags, tcp::kNoFlags);
  EXPECT_EQ(taken.state(), State::Closed);
}

TEST(TimeWait, NeedsNoCookieToBeTakenOver) {
  auto settings = settings_of(tcp::kLinux);
  settings.syncookies = 2;
  TakenOver taken(settings);
  ASSERT_EQ(taken.state(), State::TimeWait);
  EXPECT_EQ(taken.answer(TakenOver::kSyn).flags, tcp::kSyn | tcp::kAck);
  EXPECT_EQ(taken.state(), State::SynReceived);
}

TEST(Linux, GivesUpASynAfterTheTimesThatWereMeasured) {
  World world({.delay = milliseconds(1), .jitter = {}, .loss = 1.0});
  std::vector<std::int64_t> sent;
  world.listen([&](Moment when, Packet const&, bool) { sent.push_back(when.us / 100'000); });
  auto& client = world.add(kClient, settings_of(tcp::kLinux));
  auto const id = client.socket();
  (void)client.connect(id, {kServer, kPort});
  EXPECT_TRUE(world.run_to_rest({seconds(1000).us}));
  EXPECT_THAT(sent, testing::ElementsAre(0, 10, 20, 30, 40, 50, 70, 110, 190, 350, 670));
  EXPECT_EQ(client.take_error(id), Error::TimedOut);
}

}  // namespace
}  // namespace lastack::lab
