#include "capture/sock_diag/one_socket.hh"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <utility>

#include "capture/sock_diag/request.hh"

namespace lastack::capture::sock_diag {
namespace {

struct Message {
  std::uint16_t type = 0;
  std::uint16_t flags = 0;
  std::uint32_t sequence = 0;
  std::uint8_t extensions = 0;
};

void put_flow(model::Flow const& flow, inet_diag_sockid& id) {
  id.idiag_sport = htons(flow.local_port);
  id.idiag_dport = htons(flow.remote_port);
  std::memcpy(id.idiag_src, flow.local.bytes.data(), flow.local.bytes.size());
  std::memcpy(id.idiag_dst, flow.remote.bytes.data(), flow.remote.bytes.size());
}

model::Flow swapped(model::Flow flow) {
  std::swap(flow.local, flow.remote);
  std::swap(flow.local_port, flow.remote_port);
  return flow;
}

std::vector<std::byte> encode(SocketKey const& key, model::Flow const& flow,
                              Message const& message) {
  std::vector<std::byte> buffer(NLMSG_SPACE(sizeof(inet_diag_req_v2)));
  auto* header = mnl_nlmsg_put_header(buffer.data());
  header->nlmsg_type = message.type;
  header->nlmsg_flags = message.flags;
  header->nlmsg_seq = message.sequence;
  auto* body =
      static_cast<inet_diag_req_v2*>(mnl_nlmsg_put_extra_header(header, sizeof(inet_diag_req_v2)));
  body->sdiag_family = key.family == model::Family::Inet6 ? AF_INET6 : AF_INET;
  body->sdiag_protocol = key.protocol == model::Protocol::Udp ? IPPROTO_UDP : IPPROTO_TCP;
  body->idiag_ext = message.extensions;
  body->idiag_states = kernel_states(model::kAllSocketStates);
  put_flow(flow, body->id);
  body->id.idiag_if = key.interface;
  constexpr unsigned kHalf = 32;
  body->id.idiag_cookie[0] = static_cast<std::uint32_t>(key.cookie);
  body->id.idiag_cookie[1] = static_cast<std::uint32_t>(key.cookie >> kHalf);
  return buffer;
}

}  // namespace

SocketKey key_of(model::Endpoint const& endpoint) {
  return {.flow = endpoint.flow,
          .cookie = endpoint.cookie,
          .interface = endpoint.interface,
          .protocol = endpoint.protocol,
          .family = endpoint.family};
}

std::vector<std::byte> encode_lookup(SocketKey const& key, model::Facts facts,
                                     std::uint32_t sequence) {
  // "src and dst are swapped for historical reasons" (net/ipv4/udp_diag.c, udp_dump_one); they are
  // not where UDP sockets are destroyed.
  bool const udp = key.protocol == model::Protocol::Udp;
  return encode(key, udp ? swapped(key.flow) : key.flow,
                {.type = SOCK_DIAG_BY_FAMILY,
                 .flags = NLM_F_REQUEST,
                 .sequence = sequence,
                 .extensions = extension_bits(facts)});
}

std::vector<std::byte> encode_destroy(SocketKey const& key, std::uint32_t sequence) {
  return encode(key, key.flow,
                {.type = SOCK_DESTROY,
                 .flags = NLM_F_REQUEST | NLM_F_ACK,
                 .sequence = sequence,
                 .extensions = 0});
}

}  // namespace lastack::capture::sock_diag
