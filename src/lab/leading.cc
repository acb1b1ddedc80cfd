#include "lab/leading.hh"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "lab/matrix.hh"

namespace lastack::lab {
namespace {

using tcp::Seq;
using tcp::State;

constexpr Span kSettle = milliseconds(60);
constexpr std::uint32_t kPeer = 0x0ac80002;  // 10.200.0.2
constexpr std::uint16_t kListening = 8000;
constexpr std::uint16_t kNobody = 8001;
constexpr std::uint16_t kAway = 9000;
constexpr Seq kFirst{699'999'999};  // the peers' initial sequence number
constexpr std::uint32_t kBacklog = 1000;

State expected(Situation situation) {
  switch (situation) {
    case Situation::Closed:
    case Situation::Listen: return State::Closed;
    case Situation::SynSent: return State::SynSent;
    case Situation::Request:
    case Situation::CrossedSyn: return State::SynReceived;
    case Situation::Established: return State::Established;
    case Situation::CloseWait: return State::CloseWait;
    case Situation::FinWait1:
    case Situation::FinWait1Orphan: return State::FinWait1;
    case Situation::FinWait2:
    case Situation::FinWait2Orphan: return State::FinWait2;
    case Situation::Closing: return State::Closing;
    case Situation::LastAck: return State::LastAck;
    case Situation::TimeWait: return State::TimeWait;
  }
  return State::Closed;
}

}  // namespace

Leading::Leading(Subject& subject) : subject_(subject) {}

void Leading::listen() {
  if (listener_ != kNoSocket) return;
  listener_ = subject_.socket();
  subject_.set(listener_, {.reuse_address = true});
  (void)subject_.bind(listener_, kListening);
  (void)subject_.listen(listener_, kBacklog);
}

void Leading::send(Lead const& lead, tcp::Flags flags, Seq ack) {
  auto const seq = (flags & tcp::kSyn) != 0 ? lead.numbers.rcv_nxt - 1 : lead.numbers.rcv_nxt;
  subject_.inject({.from = lead.flow.remote,
                   .to = lead.flow.local,
                   .segment = {.seq = seq, .ack = ack, .window = kProbeWindow, .flags = flags},
                   .mss = (flags & tcp::kSyn) != 0 ? std::uint16_t{1460} : std::uint16_t{0}});
}

void Leading::hear(std::vector<Lead>& leads) {
  std::unordered_map<Flow, Lead*, FlowHash> of_flow;
  for (auto& lead : leads) of_flow[lead.flow] = &lead;
  for (auto const& packet : subject_.settle(kSettle)) {
    auto const found = of_flow.find({packet.from, packet.to});
    if (found == of_flow.end() || packet.segment.length() == 0) continue;
    auto& numbers = found->second->numbers;
    if (packet.segment.has(tcp::kSyn)) numbers.snd_una = packet.segment.seq;
    numbers.snd_nxt = packet.segment.end();
  }
}

void Leading::open_actively(std::vector<Lead>& leads) {
  for (auto& lead : leads) {
    lead.flow.remote.port = kAway;
    lead.socket = subject_.socket();
    lead.told = true;
    lead.flow.local.port = lead.flow.local.port == 0 ? next_port_++ : lead.flow.local.port;
    (void)subject_.bind(lead.socket, lead.flow.local.port);
    (void)subject_.connect(lead.socket, lead.flow.remote);
  }
  hear(leads);
}

void Leading::open_passively(std::vector<Lead>& leads, bool accept) {
  listen();
  for (auto& lead : leads) {
    lead.flow.local.port = kListening;
    lead.flow.remote.port = next_port_++;
    send(lead, tcp::kSyn, Seq());
  }
  hear(leads);
  if (!accept) return;
  for (auto& lead : leads) {
    lead.numbers.snd_una = lead.numbers.snd_nxt;
    send(lead, tcp::kAck, lead.numbers.snd_nxt);
  }
  hear(leads);
  for (auto& lead : leads) {
    auto const accepted = subject_.accept(listener_);
    if (accepted.ok()) lead.socket = accepted.value;
    lead.told = accepted.ok();
  }
}

void Leading::end_near(std::vector<Lead>& leads, bool close) {
  for (auto& lead : leads) {
    (void)(close ? subject_.close(lead.socket) : subject_.shutdown(lead.socket, Shut::Write));
    if (close) lead.socket = kNoSocket;
    if (close) lead.told = false;
  }
  hear(leads);
}

void Leading::end_far(std::vector<Lead>& leads, bool acknowledge) {
  for (auto& lead : leads) {
    auto const ack = acknowledge ? lead.numbers.snd_nxt : lead.numbers.snd_una;
    send(lead, tcp::kFin | tcp::kAck, ack);
    lead.numbers.rcv_nxt = lead.numbers.rcv_nxt + 1;
    lead.numbers.snd_una = ack;
  }
  hear(leads);
}

void Leading::acknowledge(std::vector<Lead>& leads) {
  for (auto& lead : leads) {
    send(lead, tcp::kAck, lead.numbers.snd_nxt);
    lead.numbers.snd_una = lead.numbers.snd_nxt;
  }
  hear(leads);
}

base::Result<std::vector<Lead>> Leading::lead(Situation situation, std::size_t count) {
  std::vector<Lead> leads(count);
  for (auto& lead : leads) {
    lead.flow = {{subject_.address(), 0}, {kPeer, 0}};
    lead.numbers = {kFirst + 1, Seq(5000), Seq(5000)};
  }
  switch (situation) {
    case Situation::Closed:
      for (auto& lead : leads) {
        lead.flow.local.port = kNobody;
        lead.flow.remote.port = next_port_++;
      }
      break;
    case Situation::Listen:
      listen();
      for (auto& lead : leads) {
        lead.flow.local.port = kListening;
        lead.flow.remote.port = next_port_++;
        lead.listens = true;
      }
      break;
    case Situation::SynSent: open_actively(leads); break;
    case Situation::Request: open_passively(leads, false); break;
    case Situation::CrossedSyn:
      open_actively(leads);
      for (auto& lead : leads) send(lead, tcp::kSyn, Seq());
      hear(leads);
      break;
    case Situation::Established: open_passively(leads, true); break;
    case Situation::CloseWait:
      open_passively(leads, true);
      end_far(leads, true);
      break;
    case Situation::FinWait1:
    case Situation::FinWait1Orphan:
      open_passively(leads, true);
      end_near(leads, situation == Situation::FinWait1Orphan);
      break;
    case Situation::FinWait2:
    case Situation::FinWait2Orphan:
      open_passively(leads, true);
      end_near(leads, situation == Situation::FinWait2Orphan);
      acknowledge(leads);
      break;
    case Situation::Closing:
      open_passively(leads, true);
      end_near(leads, false);
      end_far(leads, false);
      break;
    case Situation::LastAck:
      open_passively(leads, true);
      end_far(leads, true);
      end_near(leads, true);
      break;
    case Situation::TimeWait:
      open_passively(leads, true);
      end_near(leads, false);
      acknowledge(leads);
      end_far(leads, true);
      break;
  }
  for (auto const& lead : leads) {
    auto const state = subject_.state_of(lead.flow);
    if (state == expected(situation)) continue;
    return base::fail(fmt::format("{} was not reached: the connection is in {}", name(situation),
                                  tcp::name(state)));
  }
  return leads;
}

void Leading::release(std::vector<Lead>& leads) {
  for (auto const& lead : leads) {
    if (lead.socket != kNoSocket) (void)subject_.close(lead.socket);
  }
  (void)subject_.settle(kSettle);
  // What the segments have brought to the listener.
  while (listener_ != kNoSocket) {
    auto const left = subject_.accept(listener_);
    if (!left.ok()) break;
    (void)subject_.close(left.value);
  }
}

}  // namespace lastack::lab
