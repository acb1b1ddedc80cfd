// A ladder one line at a time, each with what it means.
#pragma once

#include <string>

#include "ui/lab/ladder_text.hh"

namespace lastack::ui {

class LadderSteps {
 public:
  // Both must outlive it.
  LadderSteps(lab::Scenario const& scenario, lab::Story const& story, LadderStyle const& style);

  // Title, lesson, and the hosts above their rails.
  [[nodiscard]] std::string head() const;
  [[nodiscard]] std::size_t count() const { return story_.lines.size(); }
  // The rows of that line, then its meaning.
  [[nodiscard]] std::string step(std::size_t index) const;
  // Where it stands, and which keys there are: one line without a line break.
  [[nodiscard]] std::string prompt(std::size_t index) const;

 private:
  lab::Scenario const& scenario_;
  lab::Story const& story_;
  LadderStyle style_;
  LadderRows rows_;
};

}  // namespace lastack::ui
