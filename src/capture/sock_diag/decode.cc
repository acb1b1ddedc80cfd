#include "capture/sock_diag/decode.hh"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "capture/sock_diag/attributes.hh"
#include "capture/sock_diag/kernel_state.hh"
#include "capture/sock_diag/tcp_info.hh"

namespace lastack::capture::sock_diag {
namespace {

using model::Endpoint;
using model::SocketState;

bool is_mptcp_subflow(nlattr const* ulp_info) {
  bool found = false;
  for_each_attribute(payload_of(ulp_info), [&](nlattr const* attribute) {
    if (mnl_attr_get_type(attribute) != INET_ULP_INFO_NAME) return;
    auto const name = payload_of(attribute);
    found = std::string_view(reinterpret_cast<char const*>(name.data()), name.size())
                .starts_with("mptcp");
  });
  return found;
}

// `body`: what follows the fixed part of the message.
void read_attributes(std::span<std::byte const> body, Endpoint& endpoint,
                     model::SocketDetails* details) {
  for_each_attribute(body, [&](nlattr const* attribute) {
    auto const payload = payload_of(attribute);
    switch (mnl_attr_get_type(attribute)) {
      case INET_DIAG_SKV6ONLY:
        endpoint.v6_only = !payload.empty() && payload.front() != std::byte{0};
        break;
      case INET_DIAG_ULP_INFO: endpoint.mptcp_subflow = is_mptcp_subflow(attribute); break;
      case INET_DIAG_INFO:
        // Of a listener the kernel fills in only its queues (tcp_get_info): the rest would be
        // zeros that mean nothing.
        if (endpoint.state == SocketState::Listen) break;
        [[fallthrough]];
      default:
        if (details != nullptr) read_detail(mnl_attr_get_type(attribute), payload, *details);
    }
  });
}

// inet_diag_msg.idiag_timer (kernel: inet_csk_diag_fill, inet_twsk_diag_fill).
constexpr auto kTimers = std::to_array<model::TimerKind>({
    model::TimerKind::None,
    model::TimerKind::Retransmit,
    model::TimerKind::Keepalive,
    model::TimerKind::TimeWait,
    model::TimerKind::Persist,
});

// A socket without a file has no creator that the kernel remembers (TIME_WAIT, a request) or,
// in older kernels, tells (an orphan, one in the accept queue): it reports uid 0 then.
bool has_creator(inet_diag_msg const& message) {
  return message.idiag_inode != 0 || message.idiag_uid != 0;
}

bool read_fixed_part(inet_diag_msg const& message, DecodeContext const& context,
                     Endpoint& endpoint) {
  auto const state = from_kernel(message.idiag_state, context.protocol);
  bool const known_family = message.idiag_family == AF_INET || message.idiag_family == AF_INET6;
  if (!state || !known_family) return false;

  endpoint.protocol = context.protocol;
  endpoint.state = *state;
  endpoint.family = message.idiag_family == AF_INET ? model::Family::Inet : model::Family::Inet6;
  endpoint.flow.local = model::Address::from_bytes(message.id.idiag_src, endpoint.family);
  endpoint.flow.remote = model::Address::from_bytes(message.id.idiag_dst, endpoint.family);
  endpoint.flow.local_port = ntohs(message.id.idiag_sport);
  endpoint.flow.remote_port = ntohs(message.id.idiag_dport);
  endpoint.cookie =
      static_cast<std::uint64_t>(message.id.idiag_cookie[1]) << 32U | message.id.idiag_cookie[0];
  endpoint.interface = message.id.idiag_if;
  endpoint.inode = message.idiag_inode;
  endpoint.uid = has_creator(message) ? message.idiag_uid : model::kNone;
  endpoint.recv_queue = message.idiag_rqueue;
  endpoint.send_queue = message.idiag_wqueue;
  endpoint.netns = context.netns;
  if (message.idiag_timer < kTimers.size()) endpoint.timer = kTimers[message.idiag_timer];
  if (endpoint.timer != model::TimerKind::None) {
    endpoint.timer_ms = message.idiag_expires;
    endpoint.retransmits = message.idiag_retrans;
  }
  return true;
}

void decode_socket(std::span<std::byte const> payload, DecodeContext const& context,
                   model::Snapshot& snapshot) {
  inet_diag_msg message;
  if (payload.size() < sizeof message) {
    ++snapshot.unseen.malformed_messages;
    return;
  }
  std::memcpy(&message, payload.data(), sizeof message);
  Endpoint endpoint;
  if (!read_fixed_part(message, context, endpoint)) {
    ++snapshot.unseen.malformed_messages;
    return;
  }
  auto const attributes = payload.subspan(sizeof message);
  if (context.want_details) {
    model::SocketDetails details;
    read_attributes(attributes, endpoint, &details);
    endpoint.details = static_cast<std::uint32_t>(snapshot.details.size());
    snapshot.details.push_back(details);
  } else {
    read_attributes(attributes, endpoint, nullptr);
  }
  snapshot.endpoints.push_back(endpoint);
}

std::span<std::byte const> body_of(nlmsghdr const* header) {
  return {static_cast<std::byte const*>(mnl_nlmsg_get_payload(header)),
          mnl_nlmsg_get_payload_len(header)};
}

// libmnl 1.0.4 compares the length as a signed number: one of 2 GiB or more would pass.
bool is_whole(nlmsghdr const* header, int left) {
  return left >= static_cast<int>(sizeof *header) &&
         header->nlmsg_len <= static_cast<std::uint32_t>(left) && mnl_nlmsg_ok(header, left) != 0;
}

// NLMSG_ERROR carries a negative errno; NLMSG_DONE carries one where the dump broke off.
int errno_of(nlmsghdr const* header) {
  auto const payload = body_of(header);
  std::int32_t value = 0;
  if (payload.size() < sizeof value) return 0;
  std::memcpy(&value, payload.data(), sizeof value);
  constexpr std::int32_t kLargestErrno = 4095;  // include/linux/err.h
  if (value >= 0) return 0;
  return value >= -kLargestErrno ? -value : EPROTO;
}

}  // namespace

Progress decode(std::span<std::byte const> datagram, DecodeContext const& context,
                model::Snapshot& snapshot) {
  Progress progress;
  auto const* header = reinterpret_cast<nlmsghdr const*>(datagram.data());
  auto left = static_cast<int>(datagram.size());
  for (; is_whole(header, left); header = mnl_nlmsg_next(header, &left)) {
    if (header->nlmsg_seq != context.sequence) continue;
    if ((header->nlmsg_flags & NLM_F_DUMP_INTR) != 0) progress.interrupted = true;
    if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR) {
      progress.done = true;
      progress.error = errno_of(header);
      return progress;
    }
    if (header->nlmsg_type >= NLMSG_MIN_TYPE) decode_socket(body_of(header), context, snapshot);
  }
  if (left > 0)
    ++snapshot.unseen.malformed_messages;  // a message longer than what is left of the datagram
  return progress;
}

}  // namespace lastack::capture::sock_diag
