#include "capture/sock_diag/one_socket.hh"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include <cstring>
#include <vector>

namespace lastack::capture::sock_diag {
namespace {

using model::Family;
using model::Protocol;

SocketKey key_with(Protocol protocol, Family family) {
  SocketKey key{.flow = {},
                .cookie = 0x1122334455667788,
                .interface = 3,
                .protocol = protocol,
                .family = family};
  key.flow.local.bytes = {10, 0, 0, 1};
  key.flow.remote.bytes = {10, 0, 0, 2};
  key.flow.local_port = 22;
  key.flow.remote_port = 50000;
  return key;
}

struct Sent {
  nlmsghdr header{};
  inet_diag_req_v2 body{};
};
Sent read(std::vector<std::byte> const& bytes) {
  Sent sent;
  EXPECT_EQ(bytes.size(), NLMSG_LENGTH(sizeof sent.body));
  std::memcpy(&sent.header, bytes.data(), sizeof sent.header);
  std::memcpy(&sent.body, bytes.data() + NLMSG_HDRLEN, sizeof sent.body);
  EXPECT_EQ(sent.header.nlmsg_len, bytes.size());
  return sent;
}

void expect_ends(inet_diag_sockid const& id, std::uint16_t source, std::uint16_t destination) {
  EXPECT_EQ(ntohs(id.idiag_sport), source);
  EXPECT_EQ(ntohs(id.idiag_dport), destination);
  auto const* first = reinterpret_cast<unsigned char const*>(id.idiag_src);
  EXPECT_EQ(first[3], source == 22 ? 1 : 2);
}

TEST(OneSocket, IsLookedUpByFlowAndCookie) {
  auto const [header, body] =
      read(encode_lookup(key_with(Protocol::Tcp, Family::Inet), model::Fact::Memory, 9));
  EXPECT_EQ(header.nlmsg_type, SOCK_DIAG_BY_FAMILY);
  EXPECT_EQ(header.nlmsg_flags, NLM_F_REQUEST);  // no dump: one socket
  EXPECT_EQ(header.nlmsg_seq, 9U);
  EXPECT_EQ(body.sdiag_family, AF_INET);
  EXPECT_EQ(body.sdiag_protocol, IPPROTO_TCP);
  EXPECT_EQ(body.idiag_ext, 1U << (INET_DIAG_SKMEMINFO - 1));
  expect_ends(body.id, 22, 50000);
  EXPECT_EQ(body.id.idiag_if, 3U);
  EXPECT_EQ(body.id.idiag_cookie[0], 0x55667788U);
  EXPECT_EQ(body.id.idiag_cookie[1], 0x11223344U);
}

TEST(OneSocket, OfUdpIsLookedUpWithItsEndsSwapped) {
  auto const [header, body] =
      read(encode_lookup(key_with(Protocol::Udp, Family::Inet6), model::Facts(), 1));
  EXPECT_EQ(body.sdiag_family, AF_INET6);
  EXPECT_EQ(body.sdiag_protocol, IPPROTO_UDP);
  EXPECT_EQ(body.idiag_ext, 0);
  expect_ends(body.id, 50000, 22);
}

TEST(OneSocket, IsDestroyedByFlowAndCookieWhateverItsProtocol) {
  for (auto const protocol : {Protocol::Tcp, Protocol::Udp}) {
    auto const [header, body] = read(encode_destroy(key_with(protocol, Family::Inet), 4));
    EXPECT_EQ(header.nlmsg_type, SOCK_DESTROY);
    EXPECT_EQ(header.nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK);
    EXPECT_EQ(header.nlmsg_seq, 4U);
    expect_ends(body.id, 22, 50000);
    EXPECT_EQ(body.id.idiag_cookie[1], 0x11223344U);
  }
}

TEST(OneSocket, OfAnyCookieIsWhatTheKernelCallsNoCookie) {
  auto key = key_with(Protocol::Tcp, Family::Inet);
  key.cookie = kAnyCookie;
  auto const body = read(encode_lookup(key, model::Facts(), 1)).body;
  EXPECT_EQ(body.id.idiag_cookie[0], INET_DIAG_NOCOOKIE);
  EXPECT_EQ(body.id.idiag_cookie[1], INET_DIAG_NOCOOKIE);
}

TEST(OneSocket, OfAnEndpointHasItsIdentity) {
  model::Endpoint endpoint;
  endpoint.cookie = 7;
  endpoint.interface = 2;
  endpoint.family = Family::Inet6;
  endpoint.protocol = Protocol::Udp;
  endpoint.flow.local_port = 53;
  auto const key = key_of(endpoint);
  EXPECT_EQ(key, (SocketKey{.flow = endpoint.flow,
                            .cookie = 7,
                            .interface = 2,
                            .protocol = Protocol::Udp,
                            .family = Family::Inet6}));
}

}  // namespace
}  // namespace lastack::capture::sock_diag
