// What a live table tells, remembered and written down.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "track/live_table.hh"

namespace lastack::test {

// "7 SYN_SENT>ESTABLISHED syn_ack_received", behind an inferred one " ~".
inline std::string written(std::uint64_t cookie, model::Transition const& transition) {
  return std::to_string(cookie) + " " + std::string(name(transition.from)) + ">" +
         std::string(name(transition.to)) + " " +
         std::string(model::describe(transition.cause).id) + (transition.inferred ? " ~" : "");
}

inline std::string written_dwell(std::uint64_t dwell_us) {
  if (dwell_us == model::Hop::kUnknownDwell) return "?";
  return dwell_us % 1000 == 0 ? std::to_string(dwell_us / 1000) + "ms"
                              : std::to_string(dwell_us) + "us";
}

// "SYN_SENT 1ms, ESTABLISHED 2ms, …: closed_by": states that were left by an inferred step end
// in "~".
inline std::string written(model::Life const& life) {
  std::string out;
  for (auto const& hop : life.path()) {
    if (!out.empty()) out += ", ";
    out += std::string(name(hop.state())) + " " + written_dwell(hop.dwell_us());
    if (hop.inferred()) out += "~";
  }
  return out + ": " + std::string(model::describe(life.ended_by).id);
}

// Remembers everything that the table tells.
class Listening : public track::Sink {
 public:
  struct Step {
    model::Life life;  // after it
    model::Transition transition;
  };
  struct End {
    model::Life life;
    std::uint64_t time_ns = 0;
  };

  void on_transition(track::Connection const& connection,
                     model::Transition const& transition) override {
    steps.push_back({connection, transition});
  }
  void on_end(track::Connection const& connection, std::uint64_t time_ns) override {
    ends.push_back({connection, time_ns});
  }

  std::vector<Step> steps;
  std::vector<End> ends;
};

}  // namespace lastack::test
