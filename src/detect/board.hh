// Findings over time: what arose, what is over. A finding that comes and goes is held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "detect/detector.hh"

namespace lastack::detect {

enum class Turn : std::uint8_t { Arose, Worsened, Cleared };

struct Standing {
  model::Finding finding;        // as it was last seen, at its gravest
  std::uint64_t arose_ns = 0;    // CLOCK_MONOTONIC
  std::uint64_t seen_ns = 0;     // the last look that found it
  std::uint64_t gravest_ns = 0;  // … as grave as `finding`
  std::uint32_t returns = 0;     // how often it had gone and come back while it was held
};

struct Change {
  Turn turn = Turn::Arose;
  Standing const* standing = nullptr;  // until the next update
};

class Board {
 public:
  static constexpr std::uint64_t kHold = 10'000'000'000;  // ns
  static constexpr std::uint64_t kLongestHold = 8;  // times that, of one that keeps coming back
  static constexpr std::size_t kMost = 1000;

  // A finding stands until it has not been found for `hold_ns`; each time it comes back while it is
  // held, it is held longer, up to kLongestHold times that.
  explicit Board(std::uint64_t hold_ns = kHold) : hold_ns_(hold_ns) {}

  // `now_ns` must not fall. Returns what changed, most severe first.
  [[nodiscard]] std::vector<Change> update(Findings found, std::uint64_t now_ns);

  // Most severe first. Valid until the next update.
  [[nodiscard]] std::vector<Standing const*> standing() const;
  // Findings of the last update for which there was no room.
  [[nodiscard]] std::size_t left_out() const { return left_out_; }

 private:
  [[nodiscard]] std::uint64_t patience_of(Standing const& standing) const;

  std::uint64_t hold_ns_;
  std::uint64_t looked_ns_ = 0;
  std::map<std::string, Standing> standing_;  // by Finding::id()
  std::vector<Standing> cleared_;             // of the last update
  std::size_t left_out_ = 0;
};

}  // namespace lastack::detect
