// When a simulated host sends again, asks, and gives up: against what was measured on Linux 6.18.44
// (timestamps off, no tail loss probes), or read in the kernel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>
#include <utility>
#include <vector>

#include "lab/host.hh"

namespace lastack::lab {
namespace {

using tcp::Segment;
using tcp::Seq;
using tcp::State;
using testing::DoubleNear;
using testing::ElementsAre;

constexpr std::uint16_t kPort = 80;
constexpr Span kRoundTrip = milliseconds(7);

// One connection of a host; its peer is played by hand.
class Case {
 public:
  explicit Case(Settings const& settings = settings_of(tcp::kLinux))
      : host(0x0a000002, settings, 1) {
    listener = host.socket();
    (void)host.bind(listener, kPort);
    (void)host.listen(listener, 4);
  }

  // Opened by the peer, accepted; the round trip takes kRoundTrip.
  void open(Options const& options = {}) {
    host.options(listener) = options;
    get({.seq = Seq(999), .window = 1000, .flags = tcp::kSyn});
    now = now + kRoundTrip;
    next = sent.back().seq + 1;
    get({.seq = Seq(1000), .ack = next, .window = 1000, .flags = tcp::kAck});
    id = host.accept(listener).value;
  }

  void get(Segment const& segment) {
    host.arrive({.from = peer, .to = {host.address(), kPort}, .segment = segment, .mss = 0}, now);
    take();
  }
  // Whatever is on its way arrives.
  void acknowledge(std::uint32_t window = 1000) {
    get({.seq = Seq(1000), .ack = socket().tcb.snd_nxt, .window = window, .flags = tcp::kAck});
  }

  // The times at which something is sent from now on, in seconds; empty: nothing is.
  std::vector<double> times_until(Span span) {
    std::vector<double> times;
    auto const begin = now;
    while (host.next_timer() <= begin + span) {
      now = host.next_timer();
      host.run_timers(now);
      if (host.outbox().empty()) continue;
      times.push_back(static_cast<double>((now - begin).us) / 1e6);
      take();
    }
    now = begin + span;
    host.set_time(now);
    return times;
  }
  bool wait_for_segment() {
    auto const before = sent.size();
    while (sent.size() == before && host.next_timer() != kNever) {
      now = host.next_timer();
      host.run_timers(now);
      take();
    }
    return sent.size() > before;
  }
  // The moment, in seconds from now, at which the connection is no more.
  double end_of_it() {
    auto const begin = now;
    while (state() != State::Closed && host.next_timer() != kNever) {
      now = host.next_timer();
      host.run_timers(now);
    }
    take();
    return static_cast<double>((now - begin).us) / 1e6;
  }

  [[nodiscard]] Socket const& socket() const { return host.sockets()[id]; }
  [[nodiscard]] State state() const { return host.state_of({{host.address(), kPort}, peer}); }

  Address peer{0x0a000001, 40000};
  Host host;
  SocketId listener;
  SocketId id = kNoSocket;
  Moment now{};
  Seq next;
  std::vector<Segment> sent;

 private:
  void take() {
    for (auto const& packet : host.outbox()) sent.push_back(packet.segment);
    host.outbox().clear();
  }
};

// Within 5 %: the kernel counts ticks.
auto about(double seconds) { return DoubleNear(seconds, seconds / 20); }

TEST(Timers, TheSynAckIsSentAgainFiveTimes) {
  Case one;
  one.get({.seq = Seq(999), .window = 1000, .flags = tcp::kSyn});
  EXPECT_THAT(one.times_until(seconds(200)),
              ElementsAre(about(1.02), about(3.04), about(7.13), about(15.33), about(31)));
  EXPECT_EQ(one.state(), State::Closed);
}

TEST(Timers, TextIsSentAgain) {
  Case one;
  one.open();
  (void)one.host.send(one.id, 10);
  EXPECT_THAT(one.times_until(seconds(20)), ElementsAre(about(0.21), about(0.64), about(1.5),
                                                        about(3.2), about(6.62), about(13.53)));
}

TEST(Timers, TheFinIsSentAgain) {
  Case one;
  one.open();
  (void)one.host.shutdown(one.id, Shut::Write);
  EXPECT_THAT(one.times_until(seconds(20)), ElementsAre(about(0.21), about(0.64), about(1.5),
                                                        about(3.2), about(6.62), about(13.53)));
  EXPECT_EQ(one.sent.back().flags, tcp::kFin | tcp::kAck);
}

// tcp_retries2 = 15: 924.6 s after the first repetition.
TEST(Timers, TextIsGivenUp) {
  Case one;
  one.open();
  (void)one.host.send(one.id, 10);
  EXPECT_THAT(one.end_of_it(), about(930));
  EXPECT_EQ(one.host.take_error(one.id), Error::TimedOut);
}

// A long round trip means fewer repetitions, not more time.
TEST(Timers, TextIsGivenUpByTime) {
  auto settings = settings_of(tcp::kLinux);
  settings.rto_initial = seconds(60);
  Case one(settings);
  one.open();
  (void)one.host.send(one.id, 10);
  one.acknowledge();
  auto const before = one.sent.size();
  (void)one.host.send(one.id, 10);
  EXPECT_LT(one.end_of_it(), 1100);
  EXPECT_LE(one.sent.size() - before, 17U);
}

// tcp_orphan_retries = 0 means 8: 102.2 s after the first repetition.
TEST(Timers, AnOrphanIsGivenUpEarlier) {
  Case one;
  one.open();
  (void)one.host.close(one.id);
  EXPECT_THAT(one.end_of_it(), about(107));
}

TEST(Timers, TheUserTimeoutEndsRepetitions) {
  Case one;
  one.open({.user_timeout = seconds(5)});
  (void)one.host.send(one.id, 10);
  EXPECT_THAT(one.end_of_it(), DoubleNear(5.2, 0.1));  // since the first repetition
  EXPECT_EQ(one.host.take_error(one.id), Error::TimedOut);
}

TEST(Timers, ProbesAreSentForEverWhileTheyAreAnswered) {
  for (auto const* reading : tcp::kReadings) {
    Case one(settings_of(*reading));
    one.open();
    one.acknowledge(0);
    (void)one.host.send(one.id, 10);
    for (int i = 0; i < 60; ++i) {
      EXPECT_TRUE(one.wait_for_segment()) << reading->name << i;
      one.acknowledge(0);
    }
    EXPECT_EQ(one.state(), State::Established) << reading->name;
    one.acknowledge(1000);
    EXPECT_EQ(one.sent.back().text, 10U) << reading->name;
  }
}

TEST(Timers, ProbesComeEverMoreSeldom) {
  Case one;
  one.open();
  one.acknowledge(0);
  (void)one.host.send(one.id, 10);
  EXPECT_THAT(one.times_until(seconds(8)),
              ElementsAre(about(0.21), about(0.64), about(1.5), about(3.2), about(6.62)));
  EXPECT_EQ(one.sent.back().seq, one.socket().tcb.snd_nxt - 1);
  EXPECT_EQ(one.sent.back().text, 0U);
}

TEST(Timers, ProbesWithoutAnAnswerEnd) {
  Case one;
  one.open();
  one.acknowledge(0);
  (void)one.host.send(one.id, 10);
  EXPECT_THAT(one.end_of_it(), about(930));
  EXPECT_EQ(one.host.take_error(one.id), Error::TimedOut);
}

// kernel: tcp_probe_timer(), icsk_probes_tstamp
TEST(Timers, TheUserTimeoutEndsProbesThatAreAnswered) {
  Case one;
  one.open({.user_timeout = seconds(5)});
  one.acknowledge(0);
  (void)one.host.send(one.id, 10);
  int rounds = 0;
  for (; rounds < 20 && one.state() == State::Established; ++rounds) {
    (void)one.times_until(seconds(1));
    if (one.state() == State::Established) one.acknowledge(0);
  }
  EXPECT_GE(rounds, 5);
  EXPECT_LE(rounds, 8);
}

constexpr Options kAlive{.keep_idle = seconds(1),
                         .keep_interval = seconds(1),
                         .user_timeout = {},
                         .keep_count = 3,
                         .keepalive = true};

TEST(Timers, KeepaliveEndsWithAReset) {
  Case one;
  one.open(kAlive);
  EXPECT_THAT(one.times_until(seconds(10)),
              ElementsAre(about(1.02), about(2.05), about(3.07), about(4.09)));
  EXPECT_EQ(one.sent.back().flags, tcp::kRst | tcp::kAck);
  EXPECT_EQ(one.sent.back().seq, one.next);
  EXPECT_EQ(one.host.take_error(one.id), Error::TimedOut);
}

TEST(Timers, KeepaliveIsAnswered) {
  Case one;
  one.open(kAlive);
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(one.times_until(milliseconds(2500)), testing::SizeIs(2));
    EXPECT_EQ(one.sent.back().seq, one.next - 1);
    one.acknowledge();
  }
  EXPECT_EQ(one.state(), State::Established);
}

// While text waits for its ACK, repetitions ask; keepalive has nothing to add.
TEST(Timers, KeepaliveWaitsWhileTextIsOnItsWay) {
  Case one;
  one.open(kAlive);
  (void)one.host.send(one.id, 10);
  EXPECT_THAT(one.end_of_it(), about(930));
}

TEST(Timers, TheUserTimeoutReplacesTheCountOfProbes) {
  auto options = kAlive;
  options.user_timeout = milliseconds(1500);
  Case one;
  one.open(options);
  EXPECT_THAT(one.end_of_it(), about(2));
}

TEST(Timers, AnOrphanWaitsForTheFinOnlyForAWhile) {
  for (auto const& [own, setting, lasts] :
       {std::tuple(0, 1, 1.02), std::tuple(1, 60, 1.0), std::tuple(0, 60, 60.0)}) {
    auto settings = settings_of(tcp::kLinux);
    settings.fin_timeout = seconds(setting);
    Options options;
    if (own > 0) options.linger2 = seconds(own);
    Case one(settings);
    one.open(options);
    (void)one.host.close(one.id);
    one.acknowledge();
    EXPECT_EQ(one.state(), State::FinWait2);
    EXPECT_THAT(one.end_of_it(), about(lasts));
  }
}

TEST(Timers, WhoStillHasTheSocketWaitsForEver) {
  Case one;
  one.open();
  (void)one.host.shutdown(one.id, Shut::Write);
  one.acknowledge();
  EXPECT_TRUE(one.times_until(seconds(100'000)).empty());
  EXPECT_EQ(one.state(), State::FinWait2);
  (void)one.host.close(one.id);
  EXPECT_THAT(one.end_of_it(), about(60));
}

TEST(Timers, NobodyWaitsWithANegativeLinger2) {
  Case one;
  one.open({.linger2 = seconds(-1)});
  (void)one.host.close(one.id);
  one.acknowledge();
  EXPECT_EQ(one.state(), State::Closed);
  Case other;
  other.open({.linger2 = seconds(-1)});
  (void)other.host.shutdown(other.id, Shut::Write);
  other.acknowledge();
  EXPECT_EQ(other.state(), State::FinWait2);
  (void)other.host.close(other.id);
  EXPECT_EQ(other.state(), State::Closed);
}

TEST(Timers, TimeWaitLasts) {
  for (auto const& [reading, lasts] :
       {std::pair(&tcp::kLinux, 60.1), std::pair(&tcp::kLiteral, 240.0)}) {
    Case one(settings_of(*reading));
    one.open();
    (void)one.host.close(one.id);
    one.get({.seq = Seq(1000),
             .ack = one.socket().tcb.snd_nxt,
             .window = 1000,
             .flags = tcp::kFin | tcp::kAck});
    EXPECT_EQ(one.state(), State::TimeWait);
    EXPECT_THAT(one.end_of_it(), about(lasts));
  }
}

// RFC 9293 3.8.6.3: at least every second segment, and within half a second.
TEST(Timers, AnAckIsDelayed) {
  Case one(settings_of(tcp::kLiteral));
  one.open();
  auto const before = one.sent.size();
  Segment text{.seq = Seq(1000), .ack = one.next, .text = 10, .window = 1000, .flags = tcp::kAck};
  one.get(text);
  EXPECT_EQ(one.sent.size(), before);
  EXPECT_THAT(one.times_until(seconds(1)), ElementsAre(about(0.2)));
  text.seq = Seq(1010);
  one.get(text);
  text.seq = Seq(1020);
  one.get(text);
  EXPECT_EQ(one.sent.size(), before + 2);
  EXPECT_EQ(one.sent.back().ack, Seq(1030));
  EXPECT_TRUE(one.times_until(seconds(1)).empty());
}

// RFC 9293 3.4.3
TEST(Timers, QuietTime) {
  auto settings = settings_of(tcp::kLiteral);
  settings.quiet_time = seconds(120);
  Case one(settings);
  auto const id = one.host.socket();
  EXPECT_EQ(one.host.connect(id, {one.peer.host, 81}).error, Error::NotYet);
  one.get({.seq = Seq(999), .window = 1000, .flags = tcp::kSyn});
  EXPECT_TRUE(one.sent.empty());
  (void)one.times_until(seconds(120));
  EXPECT_EQ(one.host.connect(id, {one.peer.host, 81}).error, Error::InProgress);
  one.get({.seq = Seq(999), .window = 1000, .flags = tcp::kSyn});
  EXPECT_EQ(one.sent.back().flags, tcp::kSyn | tcp::kAck);
}

}  // namespace
}  // namespace lastack::lab
