// The command line of `lastack watch`.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

#include "app/detector_choice.hh"
#include "app/terminal.hh"

namespace lastack::app {

enum class WatchView : std::uint8_t {
  Transitions,
  Lives,
  Tally,
  Everything,  // for a face that wants both transitions and lives: the live screen
  Findings,
};

struct WatchOptions {
  WatchView view = WatchView::Transitions;
  bool json = false;
  bool poll = false;  // no BPF: compare dumps
  Color color = Color::Auto;
  std::optional<std::chrono::milliseconds> duration;
  std::optional<std::uint64_t> count;       // lines
  std::chrono::milliseconds interval{250};  // between dumps when polling
  std::size_t ring_bytes = 32UL << 20U;
  std::string filter;
  DetectorChoice detectors;  // of Findings
};

// Both transitions and whole lives are told.
[[nodiscard]] constexpr bool wants_all(WatchView view) {
  return view == WatchView::Everything || view == WatchView::Findings;
}

// The options, or the exit status where help was printed or the usage was wrong (and said).
[[nodiscard]] std::expected<WatchOptions, int> parse_watch_options(
    std::span<char const* const> arguments);

}  // namespace lastack::app
