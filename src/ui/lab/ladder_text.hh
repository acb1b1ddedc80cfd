// The ladder of a story on a terminal: hosts as rails, segments as rungs between them, time
// downward.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/phrase.hh"
#include "lab/play/story.hh"
#include "lab/scenario/scenario.hh"

namespace lastack::ui {

struct LadderStyle {
  base::Language language = base::Language::English;
  std::size_t width = 80;
  bool unicode = true;
  bool reasons = true;  // why a state changed
};

// Title, lesson, the ladder.
[[nodiscard]] std::string ladder_text(lab::Scenario const& scenario, lab::Story const& story,
                                      LadderStyle const& style);

class LadderRows {
 public:
  LadderRows(lab::Scenario const& scenario, LadderStyle const& style);

  // The names of the hosts above their rails.
  [[nodiscard]] std::string head() const;
  // One or more rows, each of the ladder's width at most, without the time.
  [[nodiscard]] std::vector<std::string> rows_of(lab::StoryLine const& line) const;

 private:
  [[nodiscard]] std::string rung(lab::PartId from, lab::SegmentLine const& line) const;
  [[nodiscard]] std::string beside(lab::PartId part, std::string_view text) const;
  [[nodiscard]] std::size_t room_beside(lab::PartId part) const;
  [[nodiscard]] bool is_last(lab::PartId part) const;

  lab::Scenario const& scenario_;
  LadderStyle style_;
  std::vector<std::size_t> rails_;  // columns
};

// Title, lesson, and the hosts above the rails, after the column of times.
[[nodiscard]] std::string ladder_head(lab::Scenario const& scenario, LadderRows const& rows,
                                      LadderStyle const& style);
// The style of rows that stand behind the times.
[[nodiscard]] LadderStyle behind_times(LadderStyle style);
// A row with its time, which is "" where it is that of the row above.
[[nodiscard]] std::string timed_row(std::string_view time, std::string_view row);

// `text` in lines of at most `width` columns; Chinese breaks anywhere.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

}  // namespace lastack::ui
