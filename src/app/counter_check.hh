// Holds what was seen against what the kernel counted, in every network namespace that is there
// at both ends of the time.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "model/tcp_counters.hh"
#include "track/live_table.hh"

namespace lastack::app {

// One of the kernel's counters and ours.
struct CounterPair {
  std::string_view name;
  std::uint64_t kernel = 0;
  std::optional<std::uint64_t> seen = {};  // nullopt: no event tells of these
  // What happened while the counters were read may be on either side.
  std::uint64_t uncertain = 0;

  [[nodiscard]] bool agrees() const {
    return !seen || (*seen <= kernel + uncertain && kernel <= *seen + uncertain);
  }
};

struct Comparison {
  std::vector<CounterPair> pairs;
  std::size_t uncompared = 0;  // namespaces where something happened, not there at both ends
};

// Of one namespace.
struct NetnsReading {
  std::uint64_t cookie = 0;  // SO_NETNS_COOKIE
  model::TcpCounters counters;
};

class CounterCheck {
 public:
  // `drain` applies every event that there is. Moves its thread between namespaces, and back.
  template <typename Drain>
  void begin(track::LiveTable const& table, Drain const& drain) {
    auto const before = read_all();
    drain();
    start_ = note(table, before, read_all());
  }
  // The sum of all namespaces that were there at both ends. `skipped`: so many ends may have been
  // seen without their cause.
  template <typename Drain>
  [[nodiscard]] Comparison end(track::LiveTable const& table, std::uint64_t skipped,
                               Drain const& drain) {
    auto const before = read_all();
    drain();
    auto const moment = note(table, before, read_all());
    return {compare(moment, skipped), uncompared(table, moment)};
  }

 private:
  using Readings = std::map<std::uint64_t, NetnsReading>;  // by namespace
  struct Moment {
    Readings first;
    Readings second;
    std::map<std::uint64_t, track::NetnsCounts> seen;
  };

  [[nodiscard]] static Readings read_all();
  [[nodiscard]] static Moment note(track::LiveTable const& table, Readings first, Readings second);
  [[nodiscard]] std::vector<CounterPair> compare(Moment const& end, std::uint64_t skipped) const;
  [[nodiscard]] bool is_compared(std::uint64_t inode, Moment const& end) const;
  [[nodiscard]] std::size_t uncompared(track::LiveTable const& table, Moment const& end) const;

  Moment start_;
};

}  // namespace lastack::app
