// Reads what happens in a scenario: calls, segments, expectations.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "lab/scenario/line.hh"
#include "lab/scenario/scenario.hh"

namespace lastack::lab {

class StepParser {
 public:
  explicit StepParser(Scenario& scenario) : scenario_(scenario) {}

  // A word that a step begins with: no host can have it as its name.
  [[nodiscard]] static bool begins_with(std::string_view word);

  // A line that is no header; appends to the scenario's steps.
  [[nodiscard]] base::Result<void> parse(Line& line);

 private:
  using Done = base::Result<void>;

  Done parse_time(Line& line, Step& step);
  Done parse_action(Line& line, Step& step);
  base::Result<CallStep> parse_call_step(Line& line, PartId part);
  Done parse_arguments(Line& line, CallStep& step);
  Done parse_result(Line& line, CallStep& step);
  base::Result<ForgeStep> parse_forge(Line& line);
  base::Result<FateStep> parse_fate(Line& line, Fate fate);
  base::Result<CutStep> parse_cut(Line& line, bool cut);
  base::Result<NoteStep> parse_note(Line& line);
  Done parse_translation(Line& line);
  Done parse_expectation(Line& line, Step& step);

  base::Result<EndName> parse_end(Line& line, bool range = false);
  Done parse_direction(Line& line, EndName& from, EndName& to, bool range = false);
  Done parse_segment(Line& line, SegmentPattern& segment, bool flags_needed);
  base::Result<PartId> parse_host(Line& line);
  base::Result<std::string> parse_new_socket(Line& line, PartId part);
  base::Result<std::string> parse_socket(Line& line, PartId part);
  [[nodiscard]] std::string sockets_of(PartId part) const;
  [[nodiscard]] std::string part_names() const;
  [[nodiscard]] std::optional<PartId> find_part(std::string_view name) const;

  Scenario& scenario_;
  std::set<std::pair<PartId, std::string>, std::less<>> sockets_;
};

}  // namespace lastack::lab
