// How often each state followed each: a matrix, rows from, columns to.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "model/transition.hh"
#include "ui/stream/stream_json.hh"

namespace lastack::ui {

class EdgeTally {
 public:
  struct Count {
    std::uint64_t all = 0;
    std::uint64_t inferred = 0;
  };

  void add(model::Transition const& transition) {
    auto& count = counts_[index(transition.from)][index(transition.to)];
    ++count.all;
    count.inferred += transition.inferred ? 1 : 0;
  }
  [[nodiscard]] Count const& count(tcp::State from, tcp::State to) const {
    return counts_[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
  }

 private:
  static std::size_t index(model::SocketState state) { return static_cast<std::size_t>(state); }

  std::array<std::array<Count, tcp::kStateCount>, tcp::kStateCount> counts_{};
};

struct TallyStyle {
  std::size_t width = 80;  // columns there are; few get short names and counts
  bool unicode = true;
};
inline constexpr std::size_t kTallyLines = tcp::kStateCount + 1;
inline constexpr std::size_t kNarrowTally = 13 + tcp::kStateCount * 6;  // columns it takes at least

// Appends the matrix. Returns the number of lines.
std::size_t append_tally(std::string& out, EdgeTally const& tally, TallyStyle style);

void write_tally(StreamJson& stream, EdgeTally const& tally, std::uint64_t time_ns);

}  // namespace lastack::ui
