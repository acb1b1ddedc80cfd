#include "ui/lab/ladder_steps.hh"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "ui/lab/ladder_words.hh"
#include "ui/lab/line_words.hh"

namespace lastack::ui {
namespace {

constexpr std::size_t kIndent = 12;  // of a meaning

}  // namespace

LadderSteps::LadderSteps(lab::Scenario const& scenario, lab::Story const& story,
                         LadderStyle const& style)
    : scenario_(scenario), story_(story), style_(style), rows_(scenario, behind_times(style)) {}

std::string LadderSteps::head() const { return ladder_head(scenario_, rows_, style_); }

std::string LadderSteps::step(std::size_t index) const {
  auto const& line = story_.lines.at(index);
  std::string out;
  auto time = time_words(line.at);
  for (auto const& row : rows_.rows_of(line)) {
    out += timed_row(time, row);
    time.clear();
  }
  auto const meaning = line_meaning(line, style_.language);
  if (meaning.empty()) return out;
  auto const width = std::max<std::size_t>(style_.width, kIndent + 20) - kIndent;
  for (auto const& row : wrapped(meaning, width)) {
    fmt::format_to(std::back_inserter(out), "{:>{}}{}\n", "", kIndent, row);
  }
  return out;
}

std::string LadderSteps::prompt(std::size_t index) const {
  bool const chinese = style_.language == base::Language::Chinese;
  return fmt::format("{}/{}  {}", index + 1, count(),
                     chinese ? "任意键：下一步；q：退出" : "any key: next; q: quit");
}

}  // namespace lastack::ui
