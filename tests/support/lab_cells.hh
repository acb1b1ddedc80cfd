// The cells of tests/data/lab: a situation and a segment, as the machine takes them, and what was
// answered, as text.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "lab/probes.hh"
#include "tcp/machine.hh"

namespace lastack::test {

using lab::kProbes;
using lab::Probe;
using tcp::Condition;
using tcp::Conditions;
using tcp::Segment;
using tcp::Seq;
using tcp::State;
using tcp::Tcb;

// SND.NXT and RCV.NXT of every situation. In CLOSED the files write sequence number 0 as
// SND.NXT-5000.
inline constexpr Seq kN{5000};
inline constexpr Seq kR{700'000'000};
inline constexpr Seq kNewIss{3'000'000'000U};
inline constexpr std::uint32_t kWindow = 65535;

struct Situation {
  std::string_view name;
  State state = State::Closed;
  std::uint32_t in_flight = 0;  // SND.NXT - SND.UNA
  bool fin_sent = false;
  Conditions facts;
};

inline constexpr auto kSituations = std::to_array<Situation>({
    {"CLOSED", State::Closed, 0, false, {}},
    {"LISTEN", State::Listen, 0, false, {}},
    {"SYN_SENT", State::SynSent, 1, false, {}},
    {"SYN_RCVD(request)", State::SynReceived, 1, false, Condition::Passive | Condition::Request},
    {"SYN_RCVD(crossed SYN)", State::SynReceived, 1, false, {}},
    {"ESTABLISHED", State::Established, 0, false, {}},
    {"CLOSE_WAIT", State::CloseWait, 0, false, {}},
    {"FIN_WAIT1(shutdown)", State::FinWait1, 1, true, {}},
    {"FIN_WAIT1(orphan)", State::FinWait1, 1, true, Condition::Orphan | Condition::Deaf},
    {"FIN_WAIT2(shutdown)", State::FinWait2, 0, true, {}},
    {"FIN_WAIT2(orphan)", State::FinWait2, 0, true,
     Condition::Orphan | Condition::Deaf | Condition::Mini},
    {"CLOSING", State::Closing, 1, true, {}},
    {"LAST_ACK", State::LastAck, 1, true, {}},
    {"TIME_WAIT", State::TimeWait, 0, true, Condition::Mini},
});

inline Tcb block_of(Situation const& situation) {
  bool const begins = situation.state == State::Closed || situation.state == State::Listen;
  return {.state = situation.state,
          .fin_sent = situation.fin_sent,
          .iss = begins ? kNewIss : kN - 1,
          .irs = kR - 1,
          .snd_una = kN - situation.in_flight,
          .snd_nxt = kN,
          .snd_wl1 = kR,
          .snd_wl2 = kN - situation.in_flight,
          .rcv_nxt = kR,
          .snd_wnd = kWindow,
          .max_snd_wnd = kWindow,
          .rcv_wnd = kWindow,
          .facts = situation.facts};
}

inline Segment segment_of(Probe const& probe, Tcb const& tcb) {
  return lab::segment_of(probe, {kR, tcb.snd_una, tcb.snd_nxt});
}

inline Situation const& situation(std::string_view name) {
  for (auto const& each : kSituations) {
    if (each.name == name) return each;
  }
  throw std::runtime_error(fmt::format("no situation {}", name));
}

inline Probe const& probe(std::string_view name) {
  for (auto const& each : kProbes) {
    if (each.name == name) return each;
  }
  throw std::runtime_error(fmt::format("no probe {}", name));
}

// The lines of a table in tests/data/lab without its heading, divided at tabs.
inline std::vector<std::vector<std::string>> lab_table(std::string const& name) {
  std::ifstream file(std::string(LASTACK_TEST_DATA "/lab/") + name);
  if (!file) throw std::runtime_error("no lab table " + name);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::vector<std::string> fields;
    std::istringstream parts(line);
    for (std::string field; std::getline(parts, field, '\t');) fields.push_back(field);
    rows.push_back(std::move(fields));
  }
  return rows;
}

// ---- how the files write an answer ----

// A sequence number beside the one that the file measures from: "RCV.NXT+1". Those farther away
// than the files tell apart are "other".
inline std::string linux_number(Seq number, Seq base, std::string_view name) {
  constexpr std::int32_t kTold = 100'000;
  auto const away = distance(base, number);
  if (away > kTold || away < -kTold) return "other";
  return away == 0 ? std::string(name) : fmt::format("{}{:+}", name, away);
}

inline std::string flags_text(Segment const& reply) {
  std::string text;
  if (reply.has(tcp::kSyn)) text += 'S';
  if (reply.has(tcp::kFin)) text += 'F';
  if (reply.has(tcp::kRst)) text += 'R';
  if (reply.has(tcp::kAck)) text += 'A';
  return text;
}

inline std::string linux_reply(Segment const& reply, State state) {
  bool const zero = reply.seq == Seq(0) && state != State::Closed;
  auto const seq = zero ? "0" : linux_number(reply.seq, kN, "SND.NXT");
  auto const ack = reply.has(tcp::kAck) ? linux_number(reply.ack, kR, "RCV.NXT") : "-";
  return fmt::format("{} seq={} ack={}", flags_text(reply), seq, ack);
}

inline std::string rfc_reply(Segment const& reply) {
  bool const new_iss = reply.seq == kNewIss;
  bool const zero = reply.seq == Seq(0);
  auto const seq = new_iss ? "?" : zero ? "0" : fmt::format("S{:+}", distance(kN, reply.seq));
  auto const ack = reply.has(tcp::kAck) ? fmt::format("R{:+}", distance(kR, reply.ack)) : "-";
  return fmt::format("{} seq={} ack={}", flags_text(reply), seq, ack);
}

template <typename Write>
std::string answer(tcp::Outcome const& outcome, Write write) {
  std::string text;
  for (auto const& reply : outcome.replies()) {
    if (!text.empty()) text += "; ";
    text += write(reply);
  }
  return text.empty() ? "-" : text;
}

// The files write Linux' names. A listener is no connection.
inline std::string lab_name(State state) {
  switch (state) {
    case State::Closed:
    case State::Listen: return "none";
    case State::SynReceived: return "SYN_RECV";
    case State::FinWait1: return "FIN_WAIT1";
    case State::FinWait2: return "FIN_WAIT2";
    default: return std::string(tcp::name(state));
  }
}

}  // namespace lastack::test
