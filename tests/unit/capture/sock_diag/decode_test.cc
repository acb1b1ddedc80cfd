#include "capture/sock_diag/decode.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "support/recorded.hh"

namespace lastack::capture::sock_diag {
namespace {

using model::SocketState;

constexpr DecodeContext kTcp{
    .protocol = model::Protocol::Tcp, .netns = 0, .sequence = 1, .want_details = false};
constexpr DecodeContext kTcpDetails{
    .protocol = model::Protocol::Tcp, .netns = 0, .sequence = 1, .want_details = true};
constexpr DecodeContext kUdp{
    .protocol = model::Protocol::Udp, .netns = 3, .sequence = 1, .want_details = false};

model::Snapshot decoded(std::string const& name, DecodeContext const& context) {
  model::Snapshot snapshot;
  Progress progress;
  for (auto const& datagram : test::recorded_dump(name)) {
    progress = decode(datagram, context, snapshot);
  }
  EXPECT_TRUE(progress.done);
  EXPECT_EQ(progress.error, 0);
  return snapshot;
}

model::Endpoint const* with_ports(model::Snapshot const& snapshot, std::uint16_t local,
                                  std::uint16_t remote) {
  auto const found = std::ranges::find_if(snapshot.endpoints, [&](auto const& endpoint) {
    return endpoint.flow.local_port == local && endpoint.flow.remote_port == remote;
  });
  return found == snapshot.endpoints.end() ? nullptr : &*found;
}

TEST(Decode, FindsEveryStateOfTheZoo) {
  std::map<SocketState, int> counts;
  for (auto const& endpoint : decoded("tcp.dump", kTcp).endpoints) ++counts[endpoint.state];
  for (auto const state : {SocketState::Listen, SocketState::SynSent, SocketState::SynReceived,
                           SocketState::Established, SocketState::CloseWait, SocketState::FinWait1,
                           SocketState::Closing, SocketState::LastAck, SocketState::FinWait2,
                           SocketState::TimeWait, SocketState::BoundInactive}) {
    EXPECT_GE(counts[state], 1) << name(state);
  }
}

TEST(Decode, ReadsARequestSocket) {
  auto const snapshot = decoded("tcp.dump", kTcp);
  auto const* request = with_ports(snapshot, 2600, 50000);
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(request->state, SocketState::SynReceived);
  EXPECT_EQ(to_string(request->flow.local, request->family), "10.77.0.1");
  EXPECT_EQ(to_string(request->flow.remote, request->family), "10.77.0.2");
  EXPECT_EQ(request->timer, model::TimerKind::Retransmit);
  EXPECT_EQ(request->inode, 0U);
  EXPECT_EQ(request->uid, model::kNone);  // the kernel's 0 means nobody, not root
  EXPECT_NE(request->cookie, 0U);
}

TEST(Decode, ReadsAListenersQueueAndFamily) {
  auto const snapshot = decoded("tcp.dump", kTcp);
  auto const* waiting = with_ports(snapshot, 2103, 0);
  ASSERT_NE(waiting, nullptr);
  EXPECT_EQ(waiting->recv_queue, 1U);
  EXPECT_EQ(waiting->send_queue, 128U);
  auto const* only_v6 = with_ports(snapshot, 2001, 0);
  auto const* dual = with_ports(snapshot, 2002, 0);
  ASSERT_TRUE(only_v6 != nullptr && dual != nullptr);
  EXPECT_TRUE(only_v6->v6_only);
  EXPECT_FALSE(dual->v6_only);
}

TEST(Decode, KeepsV4MappedAddressesAsTheyAre) {
  auto const snapshot = decoded("tcp.dump", kTcp);
  auto const mapped = std::ranges::find_if(snapshot.endpoints, [](auto const& endpoint) {
    return endpoint.flow.local_port == 2101 && endpoint.state == SocketState::Established;
  });
  ASSERT_NE(mapped, snapshot.endpoints.end());
  EXPECT_EQ(mapped->family, model::Family::Inet6);
  EXPECT_EQ(to_string(mapped->flow.local, mapped->family), "::ffff:127.0.0.1");
}

TEST(Decode, ReadsDetailsOnlyWhereWanted) {
  EXPECT_TRUE(decoded("tcp_details.dump", kTcp).details.empty());
  auto const snapshot = decoded("tcp_details.dump", kTcpDetails);
  auto const established =
      std::ranges::find(snapshot.endpoints, SocketState::Established, &model::Endpoint::state);
  ASSERT_NE(established, snapshot.endpoints.end());
  auto const* details = snapshot.details_of(*established);
  ASSERT_NE(details, nullptr);
  EXPECT_LT(details->rtt_us, 1'000'000U);
  EXPECT_GT(details->cwnd, 0U);
  EXPECT_NE(details->mem_rcvbuf, model::kUnknown32);
  EXPECT_STRNE(details->congestion.data(), "");
}

TEST(Decode, TellsMptcpSubflows) {
  auto const snapshot = decoded("tcp_details.dump", kTcpDetails);
  EXPECT_GE(std::ranges::count(snapshot.endpoints, true, &model::Endpoint::mptcp_subflow), 2);
}

TEST(Decode, ReadsUdp) {
  auto const snapshot = decoded("udp4.dump", kUdp);
  ASSERT_EQ(snapshot.endpoints.size(), 2U);
  std::vector<SocketState> states;
  for (auto const& endpoint : snapshot.endpoints) {
    states.push_back(endpoint.state);
    EXPECT_EQ(endpoint.protocol, model::Protocol::Udp);
    EXPECT_EQ(endpoint.netns, 3U);
  }
  EXPECT_THAT(states,
              testing::UnorderedElementsAre(SocketState::Unconnected, SocketState::Established));
}

TEST(Decode, SkipsAnswersToOtherRequests) {
  auto context = kTcp;
  context.sequence = 2;
  model::Snapshot snapshot;
  for (auto const& datagram : test::recorded_dump("tcp.dump")) {
    EXPECT_FALSE(decode(datagram, context, snapshot).done);
  }
  EXPECT_TRUE(snapshot.endpoints.empty());
}

// Every prefix of a real datagram: no byte behind it is read (the sanitizers watch), and what
// is cut is counted, never taken for a socket.
TEST(Decode, CountsWhatIsCutShort) {
  auto const whole = test::recorded_dump("tcp.dump").front();
  model::Snapshot complete;
  (void)decode(whole, kTcp, complete);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    test::Datagram const cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    model::Snapshot snapshot;
    (void)decode(cut, kTcp, snapshot);
    ASSERT_LT(snapshot.endpoints.size(), complete.endpoints.size());
    for (std::size_t i = 0; i < snapshot.endpoints.size(); ++i) {
      ASSERT_EQ(snapshot.endpoints[i], complete.endpoints[i]);
    }
  }
  model::Snapshot cut_inside;
  (void)decode(std::span(whole).first(40), kTcp, cut_inside);
  EXPECT_EQ(cut_inside.unseen.malformed_messages, 1U);
}

test::Datagram message(std::uint16_t type, std::uint16_t flags, std::int32_t payload) {
  test::Datagram bytes(NLMSG_HDRLEN + sizeof payload);
  nlmsghdr const header{.nlmsg_len = static_cast<std::uint32_t>(bytes.size()),
                        .nlmsg_type = type,
                        .nlmsg_flags = flags,
                        .nlmsg_seq = 1,
                        .nlmsg_pid = 0};
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + NLMSG_HDRLEN, &payload, sizeof payload);
  return bytes;
}

TEST(Decode, BelievesNoLengthBeyondTheDatagram) {
  for (std::uint32_t const length : {41U, 1U << 16, 1U << 31, 0xffffffffU}) {
    auto bytes = message(SOCK_DIAG_BY_FAMILY, 0, 0);
    bytes.resize(40);
    std::memcpy(bytes.data(), &length, sizeof length);
    model::Snapshot snapshot;
    EXPECT_FALSE(decode(bytes, kTcp, snapshot).done);
    EXPECT_EQ(snapshot.unseen.malformed_messages, 1U) << length;
  }
}

TEST(Decode, ReportsErrorsAndInterruptions) {
  model::Snapshot snapshot;
  auto const refused = decode(message(NLMSG_ERROR, 0, -ENOENT), kTcp, snapshot);
  EXPECT_TRUE(refused.done);
  EXPECT_EQ(refused.error, ENOENT);
  auto const interrupted = decode(message(NLMSG_DONE, NLM_F_DUMP_INTR, 0), kTcp, snapshot);
  EXPECT_TRUE(interrupted.done);
  EXPECT_TRUE(interrupted.interrupted);
  EXPECT_EQ(interrupted.error, 0);
}

}  // namespace
}  // namespace lastack::capture::sock_diag
