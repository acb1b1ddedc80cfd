#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include <cstring>

#include "capture/sock_diag/plan.hh"
#include "capture/sock_diag/request.hh"

namespace lastack::capture::sock_diag {
namespace {

using model::Family;
using model::mask_of;
using model::Protocol;
using model::SocketState;

TEST(KernelStates, AreTheKernelsNumbers) {
  EXPECT_EQ(kernel_states(mask_of(SocketState::Established)), 1U << 1);
  EXPECT_EQ(kernel_states(mask_of(SocketState::TimeWait)), 1U << 6);
  EXPECT_EQ(kernel_states(mask_of(SocketState::Listen)), 1U << 10);
  // A request socket is TCP_NEW_SYN_RECV; UDP without a peer is TCP_CLOSE.
  EXPECT_EQ(kernel_states(mask_of(SocketState::SynReceived)), 1U << 3 | 1U << 12);
  EXPECT_EQ(kernel_states(mask_of(SocketState::Unconnected)), 1U << 7);
  EXPECT_EQ(kernel_states(mask_of(SocketState::BoundInactive)), 1U << 13);
  EXPECT_EQ(kernel_states(model::kAllSocketStates), 0x3ffeU);
}

TEST(Encode, AsksForBothFamiliesInOneWalk) {
  auto const bytes = encode({.protocol = Protocol::Tcp, .family = {}, .facts = {}}, 7);
  nlmsghdr header;
  ASSERT_EQ(bytes.size(), NLMSG_LENGTH(sizeof(inet_diag_req)));
  std::memcpy(&header, bytes.data(), sizeof header);
  EXPECT_EQ(header.nlmsg_type, TCPDIAG_GETSOCK);
  EXPECT_EQ(header.nlmsg_seq, 7U);
  EXPECT_EQ(header.nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
}

TEST(Encode, AsksForOneFamilyWithStatesAndExtensions) {
  auto const bytes = encode({.protocol = Protocol::Udp,
                             .family = Family::Inet6,
                             .states = mask_of(SocketState::Established),
                             .facts = model::Fact::TcpInfo | model::Fact::Memory},
                            1);
  ASSERT_EQ(bytes.size(), NLMSG_LENGTH(sizeof(inet_diag_req_v2)));
  inet_diag_req_v2 request;
  std::memcpy(&request, bytes.data() + NLMSG_HDRLEN, sizeof request);
  EXPECT_EQ(request.sdiag_family, AF_INET6);
  EXPECT_EQ(request.sdiag_protocol, IPPROTO_UDP);
  EXPECT_EQ(request.idiag_states, 1U << 1);
  EXPECT_NE(request.idiag_ext & (1 << (INET_DIAG_INFO - 1)), 0);
  EXPECT_NE(request.idiag_ext & (1 << (INET_DIAG_SKMEMINFO - 1)), 0);
  EXPECT_EQ(request.idiag_ext & (1 << (INET_DIAG_CONG - 1)), 0);
}

TEST(Plan, AsksForNothingThatIsNotWanted) {
  EXPECT_EQ(plan({}).size(), 3U);  // TCP of both families at once, UDP of each
  EXPECT_EQ(plan({.tcp = model::kAllSocketStates, .udp = 0, .facts = {}}).size(), 1U);
  EXPECT_TRUE(plan({.inet = false, .inet6 = false, .facts = {}}).empty());

  auto const v4 = plan({.udp = 0, .inet6 = false, .facts = {}});
  ASSERT_EQ(v4.size(), 1U);
  EXPECT_EQ(v4.front().family, Family::Inet);

  // LISTEN is no state of UDP, nor UNCONN one of TCP.
  auto const listen = mask_of(SocketState::Listen);
  auto const listeners = plan({.tcp = listen, .udp = listen, .facts = {}});
  ASSERT_EQ(listeners.size(), 1U);
  EXPECT_EQ(listeners.front().protocol, Protocol::Tcp);
  EXPECT_EQ(listeners.front().states, listen);
}

}  // namespace
}  // namespace lastack::capture::sock_diag
