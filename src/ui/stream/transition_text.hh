// One line a state change:
//   22:58:29.123456  curl[812]  tcp  127.0.0.1:50112  127.0.0.1:80  SYN_SENT → ESTABLISHED  …
// Columns are as wide as the widest cell so far, so that they stand under each other.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "model/transition.hh"
#include "ui/columns/column.hh"
#include "ui/stream/clock.hh"
#include "ui/stream/owner_labels.hh"

namespace lastack::ui {

struct LineStyle {
  bool color = false;
  bool unicode = true;  // "→" and "µs", else "->" and "us"
};

// Pads cells to the widest so far, up to a limit. Starts at a usual width.
class StickyColumns {
 public:
  enum Column : std::uint8_t { Process, Protocol, Local, Remote, From, To, Dwell };

  // `begin`: where the cell starts in `out`, which ends with it. `columns`: that it takes.
  void pad(std::string& out, Column column, std::size_t columns);

 private:
  std::array<std::uint8_t, 7> widths_{18, 3, 15, 15, 12, 12, 9};
};

class TransitionText {
 public:
  TransitionText(model::Snapshot const& book, StreamClock& clock, LineStyle style,
                 std::uint64_t own_netns)
      : book_(&book), clock_(&clock), owners_(book), style_(style), own_netns_(own_netns) {}

  // Appends a line. No allocation but where `out` grows.
  void append(std::string& out, model::Life const& life, model::Transition const& transition);
  // A line of words among them: "23:01:02.000000  -- 12 records lost …".
  void append_note(std::string& out, std::uint64_t time_ns, std::string_view words);

  [[nodiscard]] OwnerLabels& owners() { return owners_; }

 private:
  model::Snapshot const* book_;
  StreamClock* clock_;
  OwnerLabels owners_;
  LineStyle style_;
  std::uint64_t own_netns_;
  StickyColumns columns_;
};

// "  netns blue", where it is not our own.
void append_other_netns(std::string& out, model::Snapshot const& book,
                        model::Endpoint const& endpoint, std::uint64_t own_netns);

// "0.136ms", "260ms", "3.26s", "2h14m".
void append_dwell(std::string& out, std::uint64_t dwell_us);

}  // namespace lastack::ui
