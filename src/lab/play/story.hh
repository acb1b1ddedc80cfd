// What happened when a scenario was played, line by line: calls, segments, changes of state.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "lab/errors.hh"
#include "lab/moment.hh"
#include "lab/packet.hh"
#include "lab/scenario/scenario.hh"
#include "tcp/rule.hh"

namespace lastack::lab {

// Index of Story::flows.
using FlowId = std::uint32_t;
inline constexpr FlowId kNoFlow = 0xffffffffU;

struct CallLine {
  std::string text;  // "connect(c, server:80)"
  Call call = Call::Socket;
  Result result;
};

struct SegmentLine {
  PartId to = 0;
  FlowId flow = kNoFlow;
  Packet packet;
  std::int64_t seq = 0;  // from the initial sequence number of this direction
  std::int64_t ack = 0;  // of the other one
  Fate fate = Fate::Arrives;
  bool forged = false;
  Moment arrived = kNever;
};

// What one event made of a connection. The way there may have led through other states: `rules`
// has a row for each step; empty where the running kernel was asked, which gives no reasons.
struct StateLine {
  FlowId flow = kNoFlow;
  tcp::State from = tcp::State::Closed;
  tcp::State to = tcp::State::Closed;
  std::vector<tcp::Rule const*> rules{};
};

struct NoteLine {
  Words text;
};

struct StoryLine {
  Moment at;
  PartId part = 0;  // who calls, sends, changes
  std::variant<CallLine, SegmentLine, StateLine, NoteLine> what;
  std::uint32_t step = 0;  // line of the scenario that was being played
};

struct Story {
  std::vector<StoryLine> lines;
  std::vector<Flow> flows;  // either end may be `local`
};

}  // namespace lastack::lab
