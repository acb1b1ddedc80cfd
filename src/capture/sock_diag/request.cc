#include "capture/sock_diag/request.hh"

#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "capture/sock_diag/kernel_state.hh"

namespace lastack::capture::sock_diag {
namespace {

constexpr std::size_t kMaxRequest = 256;

std::uint8_t extension_bit(int attribute) {
  return static_cast<std::uint8_t>(1U << (attribute - 1));
}

// The request of before sock_diag: it alone walks the table once for both families.
void put_both_families(nlmsghdr* header, DumpRequest const& request) {
  header->nlmsg_type = TCPDIAG_GETSOCK;
  auto* body =
      static_cast<inet_diag_req*>(mnl_nlmsg_put_extra_header(header, sizeof(inet_diag_req)));
  body->idiag_family = AF_INET;  // ignored by the kernel: such a dump is always of both
  body->idiag_ext = extension_bits(request.facts);
  body->idiag_states = kernel_states(request.states);
}

void put_one_family(nlmsghdr* header, DumpRequest const& request) {
  header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
  auto* body =
      static_cast<inet_diag_req_v2*>(mnl_nlmsg_put_extra_header(header, sizeof(inet_diag_req_v2)));
  body->sdiag_family = request.family == model::Family::Inet6 ? AF_INET6 : AF_INET;
  body->sdiag_protocol = request.protocol == model::Protocol::Udp ? IPPROTO_UDP : IPPROTO_TCP;
  body->idiag_ext = extension_bits(request.facts);
  body->idiag_states = kernel_states(request.states);
}

}  // namespace

std::uint32_t kernel_states(model::SocketStateMask states) {
  std::uint32_t bits = 0;
  for (auto const& entry : kKernelStates) {
    if ((states & model::mask_of(entry.state)) != 0) bits |= 1U << entry.number;
  }
  if ((states & model::mask_of(model::SocketState::Unconnected)) != 0) bits |= 1U << kKernelClose;
  return bits;
}

std::uint8_t extension_bits(model::Facts facts) {
  unsigned bits = 0;
  if (facts.has(model::Fact::TcpInfo)) {
    bits |= extension_bit(INET_DIAG_INFO);
    bits |= extension_bit(INET_DIAG_TOS);
    bits |= extension_bit(INET_DIAG_TCLASS);
  }
  if (facts.has(model::Fact::Congestion)) bits |= extension_bit(INET_DIAG_CONG);
  if (facts.has(model::Fact::Memory)) bits |= extension_bit(INET_DIAG_SKMEMINFO);
  return static_cast<std::uint8_t>(bits);
}

std::vector<std::byte> encode(DumpRequest const& request, std::uint32_t sequence) {
  std::vector<std::byte> buffer(kMaxRequest);
  auto* header = mnl_nlmsg_put_header(buffer.data());
  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  header->nlmsg_seq = sequence;
  if (request.family || request.protocol != model::Protocol::Tcp) {
    put_one_family(header, request);
  } else {
    put_both_families(header, request);
  }
  buffer.resize(header->nlmsg_len);
  return buffer;
}

}  // namespace lastack::capture::sock_diag
