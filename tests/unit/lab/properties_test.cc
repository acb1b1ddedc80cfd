// What holds whatever happens: random events at the machine, random lives of hosts, random wires.
#include <gtest/gtest.h>

#include <random>

#include "lab/world.hh"

namespace lastack::lab {
namespace {

using tcp::Condition;
using tcp::Event;
using tcp::Seq;
using tcp::State;
using tcp::StateSet;

constexpr std::uint32_t kClient = 0x0a000001;
constexpr std::uint32_t kServer = 0x0a000002;
constexpr std::uint16_t kPort = 80;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::uint32_t below(std::uint32_t count) { return static_cast<std::uint32_t>(engine_() % count); }
  bool one_in(std::uint32_t count) { return below(count) == 0; }
  double up_to(double most) { return most * below(1'000'001) / 1e6; }

 private:
  std::mt19937_64 engine_;
};

// Near the numbers of the connection; now and then anywhere.
tcp::Segment random_segment(Dice& dice, tcp::Tcb const& tcb) {
  auto const near = [&](Seq base) {
    if (dice.one_in(12)) return Seq(dice.below(0xffffffffU));
    return dice.one_in(2) ? base : base + dice.below(60) - 30;
  };
  return {.seq = near(tcb.rcv_nxt),
          .ack = near(dice.one_in(3) ? tcb.snd_una : tcb.snd_nxt),
          .text = dice.one_in(2) ? dice.below(40) : 0,
          .window = dice.one_in(6) ? 0 : dice.below(70'000),
          .urgent = 0,
          .flags = static_cast<tcp::Flags>(dice.one_in(3) ? dice.below(64) : 0x10U),
          .security_mismatch = dice.one_in(50),
          .timestamp_later = dice.one_in(3),
          .good_cookie = dice.one_in(3)};
}

class OfReadings : public testing::TestWithParam<tcp::Reading const*> {};

// No cell that is reached is empty, no step leads where the table does not.
TEST_P(OfReadings, TheTableSpeaksOfWhateverComes) {
  auto const& reading = *GetParam();
  tcp::Machine const machine(reading);
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    Dice dice(seed);
    tcp::Tcb tcb{.iss = Seq(dice.below(0xffffffffU)), .rcv_wnd = 65'535};
    for (int step = 0; step < 150; ++step) {
      auto state = tcb.state;
      // What only the machine itself sets stays as it is.
      for (auto const fact :
           {Condition::UnsentData, Condition::Flowing, Condition::DataOnHand, Condition::Rfc1337,
            Condition::AcceptQueueFull, Condition::NoLinger2, Condition::AbortOnOverflow,
            Condition::DeferAccept, Condition::SynQueueFull, Condition::SynCookies}) {
        tcb.facts.set(fact, dice.one_in(4));
      }
      tcp::Outcome outcome;
      if (dice.one_in(3)) {
        auto const event = tcp::event_at(dice.below(tcp::kEventCount));
        if (kind_of(event) == tcp::EventKind::Segment) continue;
        ASSERT_NE(reading.find(state, event, tcb.facts), nullptr)
            << tcp::name(state) << " " << describe(event).id;
        auto const extra = dice.one_in(4) ? Condition::RemoteGiven : Condition::CloseResets;
        outcome = machine.happen(tcb, event, extra);
      } else {
        tcb.rcv_wnd = dice.one_in(5) ? 0 : 65'535;
        outcome = machine.arrive(tcb, random_segment(dice, tcb));
        ASSERT_FALSE(outcome.rules().empty()) << tcp::name(state) << " seed " << seed;
      }
      for (auto const* rule : outcome.rules()) {
        ASSERT_TRUE(rule->from.has(state)) << tcp::name(state);
        state = rule->next(state);
      }
      ASSERT_EQ(state, tcb.state);
      if (state == State::Closed) tcb = {.iss = tcb.snd_nxt + 1000, .rcv_wnd = 65'535};
      ASSERT_TRUE(not_after(tcb.snd_una, tcb.snd_nxt) || state == State::Listen ||
                  state == State::Closed);
    }
  }
}

// A host whose programs call and whose peer sends what they like.
class Chaos {
 public:
  Chaos(Settings const& settings, std::uint64_t seed)
      : dice_(seed), host_(kServer, settings, seed) {
    open_.push_back(host_.socket());
    (void)host_.bind(open_.back(), kPort);
    (void)host_.listen(open_.back(), 3);
  }

  void step() {
    now_ = now_ + Span{dice_.below(400'000)};
    pass_time(now_);
    if (dice_.one_in(2)) {
      inject();
    } else {
      call(open_[dice_.below(static_cast<std::uint32_t>(open_.size()))]);
    }
    listen_to_it();
  }

  void close_all() {
    for (auto const id : open_) (void)host_.close(id);
    open_.clear();
    listen_to_it();
  }

  // The peer says nothing any more.
  bool comes_to_rest(Moment end) {
    while (host_.next_timer() != kNever) {
      if (end < host_.next_timer()) return false;
      host_.run_timers(host_.next_timer());
      host_.outbox().clear();
    }
    return true;
  }
  [[nodiscard]] Host const& host() const { return host_; }

 private:
  void pass_time(Moment until) {
    while (host_.next_timer() <= until) host_.run_timers(host_.next_timer());
    host_.set_time(until);
  }

  void call(SocketId id) {
    switch (dice_.below(10)) {
      case 0: {
        auto const fresh = host_.socket();
        host_.options(fresh).keepalive = dice_.one_in(2);
        host_.options(fresh).no_delay = dice_.one_in(2);
        (void)host_.connect(fresh, {kClient, static_cast<std::uint16_t>(1 + dice_.below(3))});
        open_.push_back(fresh);
        return;
      }
      case 1:
        for (auto const each : open_) {
          auto const accepted = host_.accept(each);
          if (!accepted.ok()) continue;
          open_.push_back(accepted.value);
          return;
        }
        return;
      case 2: (void)host_.shutdown(id, static_cast<Shut>(dice_.below(3))); return;
      case 3:
        if (id == open_.front()) return;
        (void)host_.close(id);
        std::erase(open_, id);
        return;
      case 4:
        if (id != open_.front() && dice_.one_in(3)) (void)host_.abort(id);
        return;
      case 5: (void)host_.receive(id, dice_.below(3000)); return;
      default: (void)host_.send(id, dice_.below(5000)); return;
    }
  }

  void inject() {
    tcp::Tcb numbers{.rcv_nxt = Seq(1000)};
    Flow flow{{kServer, kPort}, {kClient, static_cast<std::uint16_t>(1 + dice_.below(4))}};
    auto const count = static_cast<std::uint32_t>(host_.sockets().places());
    auto const& one = host_.sockets()[dice_.below(count)];
    if (one.in_use && one.by_flow && !dice_.one_in(8)) {
      flow = one.flow;
      numbers = one.tcb;
    }
    auto segment = random_segment(dice_, numbers);
    if (!one.by_flow && dice_.one_in(2)) segment.flags = tcp::kSyn;
    host_.arrive({.from = flow.remote, .to = flow.local, .segment = segment, .mss = 1460}, now_);
  }

  // Nothing is sent that was never written.
  void listen_to_it() {
    for (auto const& packet : host_.outbox()) EXPECT_LE(packet.segment.text, 1460U);
    host_.outbox().clear();
  }

  Dice dice_;
  Host host_;
  Moment now_;
  std::vector<SocketId> open_;
};

constexpr StateSet kMayStay = State::FinWait2;  // of the standard: until the peer's FIN comes

TEST_P(OfReadings, ComeToRestOnceAllIsClosedAndThePeerIsSilent) {
  auto const settings = settings_of(*GetParam());
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    Chaos chaos(settings, seed);
    for (int i = 0; i < 120; ++i) chaos.step();
    chaos.close_all();
    ASSERT_TRUE(chaos.comes_to_rest({seconds(10'000).us})) << "seed " << seed;
    auto const& sockets = chaos.host().sockets();
    for (SocketId id = 0; id < sockets.places(); ++id) {
      auto const& socket = sockets[id];
      if (!socket.in_use) continue;
      auto const state = socket.tcb.state;
      EXPECT_TRUE(kMayStay.has(state) && GetParam() != &tcp::kLinux)
          << "seed " << seed << ": " << tcp::name(state);
    }
  }
}

Settings patient(tcp::Reading const& reading) {
  auto settings = settings_of(reading);
  auto const for_ever = seconds(10'000'000);
  if (settings.give_up.us > 0) settings.give_up = settings.give_up_syn = for_ever;
  settings.retries2 = settings.orphan_retries = 255;
  settings.syn_retries = settings.synack_retries = 200;
  return settings;
}

// One direction of a connection: a program that writes, one that reads.
struct Stream {
  Host* from;
  Host* to;
  SocketId writer;
  SocketId reader;
  std::uint32_t left;
  std::uint64_t written = 0;
  std::uint64_t read = 0;
  bool ended = false;

  void go_on(Dice& dice) {
    if (left > 0) {
      auto const sent = from->send(writer, 1 + dice.below(left));
      written += sent.value;
      left -= sent.value;
      if (left == 0) (void)from->shutdown(writer, Shut::Write);
    }
    if (ended || dice.one_in(3)) return;
    auto const got = to->receive(reader, 1 + dice.below(5000));
    read += got.value;
    ended = got.ok() && got.value == 0;
    ASSERT_LE(read, written);
    ASSERT_TRUE(!ended || (left == 0 && read == written)) << read << " of " << written;
  }
};

TEST_P(OfReadings, DeliverEverythingOnceOnWhateverWire) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Dice dice(seed);
    World world({.delay = Span{1 + dice.below(50'000)},
                 .jitter = Span{dice.below(100'000)},
                 .loss = dice.up_to(0.5),
                 .duplication = dice.up_to(0.5)},
                seed);
    auto& client = world.add(kClient, patient(*GetParam()));
    auto& server = world.add(kServer, patient(*GetParam()));
    auto const listener = server.socket();
    (void)server.bind(listener, kPort);
    (void)server.listen(listener, 4);
    auto const near = client.socket();
    (void)client.connect(near, {kServer, kPort});
    world.run_for(seconds(1000));
    auto const far = server.accept(listener);
    ASSERT_TRUE(far.ok()) << "seed " << seed;
    Stream there{&client, &server, near, far.value, 1 + dice.below(60'000)};
    Stream back{&server, &client, far.value, near, 1 + dice.below(60'000)};
    for (int i = 0; i < 100'000 && !(there.ended && back.ended); ++i) {
      there.go_on(dice);
      back.go_on(dice);
      world.run_for(milliseconds(1 + dice.below(500)));
    }
    EXPECT_TRUE(there.ended && back.ended)
        << "seed " << seed << ": " << there.read << " of " << there.written << ", " << back.read
        << " of " << back.written;
    (void)client.close(near);
    (void)server.close(far.value);
    (void)server.close(listener);
    EXPECT_TRUE(world.run_to_rest(world.now() + seconds(100'000))) << seed;
    EXPECT_EQ(client.sockets().size() + server.sockets().size(), 0U) << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(All, OfReadings,
                         testing::Values(&tcp::kLiteral, &tcp::kMitigated, &tcp::kDeployed,
                                         &tcp::kLinux),
                         [](auto const& each) {
                           std::string name(each.param->name);
                           std::erase(name, '+');
                           return name;
                         });

}  // namespace
}  // namespace lastack::lab
