#include "lab/matrix.hh"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "lab/leading.hh"

namespace lastack::lab {
namespace {

using tcp::Segment;
using tcp::Seq;
using tcp::State;

constexpr Span kSettle = milliseconds(60);  // a delayed ACK takes 40 ms

constexpr auto kNames = std::to_array<std::string_view>(
    {"CLOSED", "LISTEN", "SYN_SENT", "SYN_RCVD(request)", "SYN_RCVD(crossed SYN)", "ESTABLISHED",
     "CLOSE_WAIT", "FIN_WAIT1(shutdown)", "FIN_WAIT1(orphan)", "FIN_WAIT2(shutdown)",
     "FIN_WAIT2(orphan)", "CLOSING", "LAST_ACK", "TIME_WAIT"});
static_assert(kNames.size() == kSituationCount);

std::string_view linux_name(State state) {
  switch (state) {
    case State::Closed: return "none";
    case State::SynReceived: return "SYN_RECV";
    case State::FinWait1: return "FIN_WAIT1";
    case State::FinWait2: return "FIN_WAIT2";
    default: return tcp::name(state);
  }
}

std::string flags_text(Segment const& segment) {
  std::string text;
  if (segment.has(tcp::kSyn)) text += 'S';
  if (segment.has(tcp::kFin)) text += 'F';
  if (segment.has(tcp::kRst)) text += 'R';
  if (segment.has(tcp::kAck)) text += 'A';
  return text;
}

// Beside the number that is measured from; what is farther away may be anything.
std::string number_text(Seq number, Seq base, std::string_view name) {
  constexpr std::int32_t kTold = 100'000;
  auto const away = distance(base, number);
  if (away > kTold || away < -kTold) return "other";
  return away == 0 ? std::string(name) : fmt::format("{}{:+}", name, away);
}

std::string reply_text(Segment const& reply, Numbers const& numbers) {
  bool const zero = reply.seq == Seq(0) && distance(numbers.snd_nxt, Seq(0)) != -5000;
  auto const seq = zero ? "0" : number_text(reply.seq, numbers.snd_nxt, "SND.NXT");
  auto const ack = reply.has(tcp::kAck) ? number_text(reply.ack, numbers.rcv_nxt, "RCV.NXT") : "-";
  return fmt::format("{} seq={} ack={}", flags_text(reply), seq, ack);
}

std::string state_text(Subject& subject, Lead const& lead) {
  auto const state = subject.state_of(lead.flow);
  if (state == State::Closed && lead.listens) return "LISTEN";
  return std::string(linux_name(state));
}

}  // namespace

std::string_view name(Situation situation) {
  return kNames.at(static_cast<std::size_t>(situation));
}

base::Result<std::vector<Cell>> run_matrix(Subject& subject, Progress const& progress) {
  std::vector<Cell> cells;
  cells.reserve(kCellCount);
  Leading leading(subject);
  for (std::size_t at = 0; at < kSituationCount; ++at) {
    auto const situation = static_cast<Situation>(at);
    auto leads = leading.lead(situation, kProbes.size());
    if (!leads) return std::unexpected(leads.error());
    std::unordered_map<Flow, std::size_t, FlowHash> of_flow;
    auto const first = cells.size();
    for (std::size_t i = 0; i < kProbes.size(); ++i) {
      auto const& lead = (*leads)[i];
      of_flow[lead.flow] = first + i;
      cells.push_back({situation, i, "", state_text(subject, lead), "", "-"});
      subject.inject({.from = lead.flow.remote,
                      .to = lead.flow.local,
                      .segment = segment_of(kProbes[i], lead.numbers)});
    }
    for (auto const& packet : subject.settle(kSettle)) {
      auto const found = of_flow.find({packet.from, packet.to});
      if (found == of_flow.end()) continue;
      auto& reply = cells[found->second].reply;
      if (!reply.empty()) reply += "; ";
      reply += reply_text(packet.segment, (*leads)[found->second - first].numbers);
    }
    for (std::size_t i = 0; i < kProbes.size(); ++i) {
      auto& cell = cells[first + i];
      auto const& lead = (*leads)[i];
      if (cell.reply.empty()) cell.reply = "-";
      auto const state = subject.state_of(lead.flow);
      cell.after = linux_name(state);
      if (lead.socket != kNoSocket && lead.told) cell.error = name(subject.take_error(lead.socket));
    }
    leading.release(*leads);
    if (progress && !progress(cells.size())) break;
  }
  return cells;
}

}  // namespace lastack::lab
