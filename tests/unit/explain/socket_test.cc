#include "explain/socket.hh"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <string>

#include "explain/groups.hh"

namespace lastack::explain {
namespace {

using model::Endpoint;
using model::Family;
using model::NoOwner;
using model::Side;
using model::SocketState;
using model::TimerKind;
using tcp::State;

model::Address address(std::string const& text, Family family) {
  std::array<std::uint8_t, 16> bytes{};
  EXPECT_EQ(::inet_pton(family == Family::Inet ? AF_INET : AF_INET6, text.c_str(), bytes.data()),
            1);
  return model::Address::from_bytes(bytes.data(), family);
}

Endpoint endpoint(SocketState state, std::string const& local, std::uint16_t local_port,
                  std::string const& remote = "0.0.0.0", std::uint16_t remote_port = 0) {
  Endpoint made;
  made.family = local.find(':') == std::string::npos ? Family::Inet : Family::Inet6;
  made.flow = {.local = address(local, made.family),
               .remote = address(remote, made.family),
               .local_port = local_port,
               .remote_port = remote_port};
  made.state = state;
  made.no_owner = NoOwner::HasOwner;
  return made;
}

struct Case {
  std::string_view what;
  Endpoint endpoint;
  Situation situation;
};

Endpoint with(SocketState state, auto change) {
  auto made = endpoint(state, "10.0.0.1", 80, "10.0.0.2", 4000);
  change(made);
  return made;
}

TEST(Situations, AreToldByStateQueuesTimersAndOwners) {
  using enum SocketState;
  auto const as_it_is = [](Endpoint&) {};
  auto const again = [](Endpoint& e) {
    e.timer = TimerKind::Retransmit;
    e.retransmits = 3;
  };
  auto const queued = [](Endpoint& e) { e.no_owner = NoOwner::AcceptQueue; };
  std::vector<Case> const cases{
      {"idle listener", with(Listen, [](Endpoint& e) { e.send_queue = 128; }),
       Situation::ListenIdle},
      {"waiting", with(Listen, [](Endpoint& e) { e.recv_queue = e.send_queue = 5; }),
       Situation::ListenWaiting},
      {"one more than the limit",
       with(Listen, [](Endpoint& e) { e.recv_queue = 6, e.send_queue = 5; }),
       Situation::ListenFull},
      {"first SYN", with(SynSent, as_it_is), Situation::SynSentFresh},
      {"SYN again", with(SynSent, again), Situation::SynSentAgain},
      {"request", with(SynReceived, [](Endpoint& e) { e.no_owner = NoOwner::RequestSocket; }),
       Situation::RequestFresh},
      {"request again",
       with(SynReceived,
            [&](Endpoint& e) {
              again(e);
              e.no_owner = NoOwner::RequestSocket;
            }),
       Situation::RequestAgain},
      {"crossed", with(SynReceived, as_it_is), Situation::CrossedSyns},
      {"idle", with(Established, as_it_is), Situation::EstablishedIdle},
      {"not accepted", with(Established, queued), Situation::EstablishedNotAccepted},
      {"unread", with(Established, [](Endpoint& e) { e.recv_queue = 1; }),
       Situation::EstablishedUnread},
      {"unacked", with(Established, [](Endpoint& e) { e.send_queue = 1; }),
       Situation::EstablishedUnacked},
      {"sent again", with(Established, again), Situation::EstablishedRetransmitting},
      {"window closed",
       with(Established,
            [](Endpoint& e) {
              e.timer = TimerKind::Persist;
              e.retransmits = 2;
            }),
       Situation::EstablishedWindowClosed},
      {"corked", with(Established, [](Endpoint& e) { e.timer = TimerKind::Persist; }),
       Situation::EstablishedNotSent},
      {"probes unanswered",
       with(Established,
            [](Endpoint& e) {
              e.timer = TimerKind::Keepalive;
              e.retransmits = 1;
            }),
       Situation::EstablishedProbesUnanswered},
      {"still sending", with(CloseWait, [](Endpoint& e) { e.send_queue = 9; }),
       Situation::CloseWaitSending},
      {"half-closed, unread", with(FinWait2, [](Endpoint& e) { e.recv_queue = 9; }),
       Situation::FinWait2Unread},
      {"half-closed, keepalive, owner hidden",
       with(FinWait2,
            [](Endpoint& e) {
              e.timer = TimerKind::Keepalive;
              e.no_owner = NoOwner::NotPermitted;
            }),
       Situation::FinWait2Held},
      {"orphan, more than 60 s",
       with(FinWait2,
            [](Endpoint& e) {
              e.timer = TimerKind::Keepalive;
              e.no_owner = NoOwner::Orphan;
            }),
       Situation::FinWait2LongWait},
      {"last ACK, window closed",
       with(LastAck,
            [](Endpoint& e) {
              e.timer = TimerKind::Persist;
              e.retransmits = 1;
            }),
       Situation::LastAckWindowClosed},
      {"keepalive", with(Established, [](Endpoint& e) { e.timer = TimerKind::Keepalive; }),
       Situation::EstablishedKeepalive},
      {"close missing", with(CloseWait, [](Endpoint& e) { e.recv_queue = 1; }),
       Situation::CloseWaitOwned},
      {"unread first", with(CloseWait, [](Endpoint& e) { e.recv_queue = 2; }),
       Situation::CloseWaitUnread},
      {"never accepted", with(CloseWait, queued), Situation::CloseWaitNotAccepted},
      {"FIN sent", with(FinWait1, as_it_is), Situation::FinWait1Sending},
      {"FIN again", with(FinWait1, again), Situation::FinWait1Retransmitting},
      {"half-closed", with(FinWait2, as_it_is), Situation::FinWait2Held},
      {"orphan",
       with(FinWait2,
            [](Endpoint& e) {
              e.no_owner = NoOwner::Orphan;
              e.timer = TimerKind::TimeWait;
            }),
       Situation::FinWait2Orphan},
      {"closing", with(Closing, as_it_is), Situation::ClosingWaiting},
      {"last ACK", with(LastAck, as_it_is), Situation::LastAckWaiting},
      {"last ACK again", with(LastAck, again), Situation::LastAckRetransmitting},
      {"2MSL", with(TimeWait, as_it_is), Situation::TimeWaiting},
      {"bound", with(BoundInactive, as_it_is), Situation::BoundOnly},
      {"UDP", with(Unconnected, as_it_is), Situation::UdpUnconnected},
      {"UDP with a peer", with(Established, [](Endpoint& e) { e.protocol = model::Protocol::Udp; }),
       Situation::UdpConnected},
  };
  for (auto const& each : cases)
    EXPECT_EQ(situation_of(each.endpoint), each.situation) << each.what;
}

// From here a request looks the same, whether the ACK is lost or was not taken.
TEST(Situations, AskTheOtherEndAboutRequests) {
  auto request = endpoint(SocketState::SynReceived, "10.0.0.1", 80, "10.0.0.2", 4000);
  request.no_owner = NoOwner::RequestSocket;
  auto const client = endpoint(SocketState::Established, "10.0.0.2", 4000, "10.0.0.1", 80);
  EXPECT_EQ(situation_of(request, &client), Situation::RequestHeldBack);
  EXPECT_EQ(situation_of(request, nullptr), Situation::RequestFresh);
}

class Explanations : public testing::Test {
 protected:
  SocketExplanation explained(std::size_t index) {
    OtherEnds const ends(snapshot);
    return explain(snapshot.endpoints.at(index), ends, {});
  }

  Explanations() {
    snapshot.endpoints = {
        endpoint(SocketState::Listen, "0.0.0.0", 80),
        endpoint(SocketState::CloseWait, "10.0.0.1", 80, "10.0.0.2", 4000),
        endpoint(SocketState::FinWait2, "10.0.0.2", 4000, "10.0.0.1", 80),
        endpoint(SocketState::TimeWait, "10.0.0.1", 5000, "192.0.2.1", 443),
        endpoint(SocketState::Closing, "10.0.0.1", 5001, "192.0.2.1", 443),
    };
    snapshot.namespaces.resize(2);
  }

  model::Snapshot snapshot;
};

TEST_F(Explanations, KnowTheWayOfTheServer) {
  auto const it = explained(1);
  EXPECT_EQ(it.opened_by, Side::Remote);
  EXPECT_EQ(it.closed_first_by, Side::Remote);
  EXPECT_EQ(it.way, (std::vector{State::SynReceived, State::Established, State::CloseWait}));
  EXPECT_EQ(it.other_end, &snapshot.endpoints[2]);
}

TEST_F(Explanations, KnowTheWayOfTheClient) {
  auto const it = explained(2);
  EXPECT_EQ(it.opened_by, Side::Local);
  EXPECT_EQ(it.closed_first_by, Side::Local);
  EXPECT_EQ(it.way,
            (std::vector{State::SynSent, State::Established, State::FinWait1, State::FinWait2}));
  EXPECT_EQ(it.other_end, &snapshot.endpoints[1]);
  EXPECT_EQ(explained(3).other_end, nullptr);
  EXPECT_EQ(explained(4).way.back(), State::Closing);
  EXPECT_TRUE(explained(0).way.empty()) << "a listener has come no way";
}

TEST_F(Explanations, DoNotGuessWhoOpened) {
  snapshot.endpoints[0].state = SocketState::Closed;  // the listener is gone
  EXPECT_EQ(explained(1).opened_by, Side::Unknown);
  EXPECT_EQ(explained(1).way, (std::vector{State::Established, State::CloseWait}));
  EXPECT_EQ(explained(2).opened_by, Side::Unknown);
  snapshot.endpoints[3] = endpoint(SocketState::Established, "10.0.0.1", 40000, "192.0.2.1", 443);
  EXPECT_EQ(explained(3).opened_by, Side::Local) << "a port that connect() takes";
}

TEST_F(Explanations, DoNotGuessHowLongAnOrphanWaits) {
  auto& orphan = snapshot.endpoints[2];
  orphan.no_owner = NoOwner::Orphan;
  orphan.timer = TimerKind::TimeWait;
  orphan.timer_ms = 59'000;
  EXPECT_EQ(explained(2).since, Milliseconds(1000));
  orphan.timer_ms = 90'000;
  EXPECT_EQ(explained(2).since, std::nullopt) << "TCP_LINGER2";
  orphan.timer = TimerKind::Keepalive;
  orphan.timer_ms = 1000;
  EXPECT_EQ(explained(2).since, std::nullopt);
}

TEST_F(Explanations, KnowSinceWhenByTheTimer) {
  snapshot.endpoints[3].timer = TimerKind::TimeWait;
  snapshot.endpoints[3].timer_ms = 50'000;
  EXPECT_EQ(explained(3).since, Milliseconds(10'000));
  EXPECT_EQ(explained(1).since, std::nullopt);

  auto syn = endpoint(SocketState::SynSent, "10.0.0.1", 6000, "192.0.2.1", 443);
  syn.timer = TimerKind::Retransmit;
  syn.retransmits = 6;  // sent at 0, 1, 2, 3, 4, 5 and 7 s; the next at 11 s
  syn.timer_ms = 3500;
  snapshot.endpoints[3] = syn;
  EXPECT_EQ(explained(3).since, Milliseconds(7'500));
}

TEST_F(Explanations, FindTheOtherEndInAnotherNamespaceButNotByLoopback) {
  snapshot.endpoints[2].netns = 1;
  EXPECT_EQ(explained(1).other_end, &snapshot.endpoints[2]);
  snapshot.endpoints[1] = endpoint(SocketState::CloseWait, "127.0.0.1", 80, "127.0.0.1", 4000);
  snapshot.endpoints[2] = endpoint(SocketState::FinWait2, "127.0.0.1", 4000, "127.0.0.1", 80);
  EXPECT_EQ(explained(1).other_end, &snapshot.endpoints[2]);
  snapshot.endpoints[2].netns = 1;
  EXPECT_EQ(explained(1).other_end, nullptr);
}

TEST_F(Explanations, TakeMappedAddressesForTheSame) {
  snapshot.endpoints[1] =
      endpoint(SocketState::CloseWait, "::ffff:10.0.0.1", 80, "::ffff:10.0.0.2", 4000);
  snapshot.endpoints[0] = endpoint(SocketState::Listen, "::", 80, "::", 0);
  auto const it = explained(1);
  EXPECT_EQ(it.other_end, &snapshot.endpoints[2]);
  EXPECT_EQ(it.opened_by, Side::Remote);
}

TEST(Groups, AreOfOneSituationAndOwnerTheWorstFirst) {
  model::Snapshot snapshot;
  std::vector<std::uint32_t> all;
  for (std::uint32_t i = 0; i < 50; ++i) {
    bool const fault = i % 10 == 0;
    auto const state = fault ? SocketState::CloseWait : SocketState::Established;
    auto const remote = "10.0.0." + std::to_string(i % 5 + 1);
    snapshot.endpoints.push_back(
        endpoint(state, "10.0.0.9", 80, remote, static_cast<std::uint16_t>(1000 + i)));
    all.push_back(i);
  }
  auto const groups = group(snapshot, all);
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].situation, Situation::CloseWaitOwned);
  EXPECT_EQ(groups[0].count, 5U);
  EXPECT_EQ(groups[0].remote_hosts, 1U);
  EXPECT_EQ(groups[1].count, 45U);
  EXPECT_EQ(groups[1].remote_hosts, 5U);
  EXPECT_EQ(groups[1].members.size(), 45U);
  EXPECT_TRUE(group(snapshot, {}).empty());
}

}  // namespace
}  // namespace lastack::explain
