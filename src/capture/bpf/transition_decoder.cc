#include "capture/bpf/transition_decoder.hh"

#include <array>
#include <cstring>
#include <optional>

#include "capture/bpf/transitions_abi.h"
#include "capture/sock_diag/kernel_state.hh"

namespace lastack::capture::bpf {
namespace {

using model::SocketEvent;

// By FLAG_* bit.
constexpr auto kFlags = std::to_array<std::pair<unsigned, SocketEvent::Flag>>({
    {FLAG_OWNED, SocketEvent::Owned},
    {FLAG_FILE_CLOSING, SocketEvent::FileClosing},
    {FLAG_EXITING, SocketEvent::Exiting},
    {FLAG_KERNEL_TASK, SocketEvent::KernelTask},
    {FLAG_ORPHAN, SocketEvent::Orphan},
    {FLAG_LINGER_RESET, SocketEvent::LingerReset},
    {FLAG_RETRANSMITTED, SocketEvent::Retransmitted},
    {FLAG_PROBING, SocketEvent::Probing},
    {FLAG_UNACKED, SocketEvent::Unacked},
    {FLAG_SUBFLOW, SocketEvent::Subflow},
    {FLAG_NETNS_DYING, SocketEvent::NetnsDying},
    {FLAG_NO_FILE, SocketEvent::NoFile},
    {FLAG_V6_ONLY, SocketEvent::V6Only},
    {FLAG_UNSENT, SocketEvent::Unsent},
    {FLAG_ACCEPT_QUEUE_FULL, SocketEvent::AcceptQueueFull},
    {FLAG_RESET_SENT, SocketEvent::ResetSent},
});
// Both sides number them alike, so that the translation is a copy.
static_assert([] {
  for (auto const& [raw, flag] : kFlags) {
    if (raw != static_cast<unsigned>(flag)) return false;
  }
  return true;
}());

// Kernel state numbers of a full socket; 7 is CLOSE here, not the BOUND_INACTIVE of dumps.
std::optional<model::SocketState> state_of(std::uint8_t number) {
  if (number == sock_diag::kKernelClose) return model::SocketState::Closed;
  if (number == sock_diag::kKernelBoundInactive) return std::nullopt;  // only dumps know it
  return sock_diag::from_kernel(number, model::Protocol::Tcp);
}

// Takes the parts off the front.
class Parts {
 public:
  explicit Parts(std::span<std::byte const> bytes) : bytes_(bytes) {}

  template <typename T>
  [[nodiscard]] bool take(T& out) {
    if (bytes_.size() < sizeof(T)) return false;
    std::memcpy(&out, bytes_.data(), sizeof(T));
    bytes_ = bytes_.subspan(sizeof(T));
    return true;
  }

 private:
  std::span<std::byte const> bytes_;
};

static_assert(sizeof(transition_stack) == STACK_DEPTH * sizeof(std::uint64_t));

struct Decoded {
  transition_record record;
  transition_addresses addresses;
  transition_actor raw_actor;
  transition_totals raw_totals;
  std::array<std::uint64_t, STACK_DEPTH> stack;
  model::Actor actor;
  model::Totals totals;
};

bool take_all(Parts& parts, Decoded& out) {
  auto const has = [&](unsigned part) { return (out.record.parts & part) != 0; };
  if (has(PART_ADDRESSES) && !parts.take(out.addresses)) return false;
  if (has(PART_ACTOR) && !parts.take(out.raw_actor)) return false;
  if (has(PART_TOTALS) && !parts.take(out.raw_totals)) return false;
  return !has(PART_STACK) || parts.take(out.stack);
}

model::Actor actor_of(transition_actor const& raw) {
  model::Actor actor{.start_ns = raw.start_time, .pid = raw.tgid, .uid = raw.uid, .comm = {}};
  std::memcpy(actor.comm.data(), raw.comm, actor.comm.size());
  return actor;
}

model::Totals totals_of(transition_totals const& raw) {
  return {.bytes_sent = raw.bytes_sent,
          .bytes_received = raw.bytes_received,
          .segs_out = raw.segs_out,
          .segs_in = raw.segs_in,
          .retransmits = raw.retransmits,
          .srtt_us = raw.srtt_us};
}

model::Flow flow_of(Decoded const& decoded) {
  auto const& record = decoded.record;
  model::Flow flow;
  if ((record.parts & PART_ADDRESSES) != 0) {
    std::memcpy(flow.local.bytes.data(), decoded.addresses.local, flow.local.bytes.size());
    std::memcpy(flow.remote.bytes.data(), decoded.addresses.remote, flow.remote.bytes.size());
  } else {
    std::memcpy(flow.local.bytes.data(), &record.local, sizeof(record.local));
    std::memcpy(flow.remote.bytes.data(), &record.remote, sizeof(record.remote));
  }
  flow.local_port = record.local_port;
  flow.remote_port = record.remote_port;
  return flow;
}

std::optional<SocketEvent> event_of(Decoded const& decoded) {
  auto const& record = decoded.record;
  if (record.kind < KIND_STATE || record.kind >= KIND_COUNT) return std::nullopt;
  if (record.family != 4 && record.family != 6) return std::nullopt;
  bool const full = record.kind == KIND_STATE;
  auto const to = state_of(record.to);
  auto const from = full ? state_of(record.from) : to;
  if (!from || !to) return std::nullopt;
  SocketEvent event;
  event.time_ns = record.time;
  event.cookie = record.cookie;
  bool const mini = record.kind == KIND_MINI_ARMED || record.kind == KIND_MINI_DISARMED ||
                    record.kind == KIND_MINI_FIRED;
  if (full) {
    event.inode = record.origin.inode;
    event.uid = record.origin.uid;
  } else {
    (mini ? event.fires_in_ms : event.listener) = record.link;
  }
  event.flow = flow_of(decoded);
  event.netns_inode = record.netns;
  event.interface = record.interface;
  event.error = record.error;
  event.flags = record.flags;
  event.family = record.family == 6 ? model::Family::Inet6 : model::Family::Inet;
  event.kind = static_cast<model::EventKind>(record.kind - KIND_STATE);
  event.from = *from;
  event.to = *to;
  event.retries = record.retries;
  event.shutdown = record.shutdown;
  event.time_wait_full = record.time_wait_full != 0;
  return event;
}

}  // namespace

void TransitionDecoder::decode(std::span<std::byte const> bytes, EventSink& sink) {
  Decoded decoded;
  Parts parts(bytes);
  if (!parts.take(decoded.record) || !take_all(parts, decoded)) {
    ++malformed_;
    return;
  }
  auto event = event_of(decoded);
  if (!event) {
    ++malformed_;
    return;
  }
  if ((decoded.record.parts & PART_ACTOR) != 0) {
    decoded.actor = actor_of(decoded.raw_actor);
    event->actor = &decoded.actor;
  }
  if ((decoded.record.parts & PART_TOTALS) != 0) {
    decoded.totals = totals_of(decoded.raw_totals);
    event->totals = &decoded.totals;
  }
  if ((decoded.record.parts & PART_STACK) != 0) {
    event->caller = callers_.who(decoded.stack);
  }
  sink.on_event(*event);
}

}  // namespace lastack::capture::bpf
