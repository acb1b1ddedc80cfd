// The whole table of a reading as text: every state, every event, every row that applies.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "tcp/edges.hh"

namespace lastack::test {

inline std::string conditions_text(tcp::When const& when, tcp::Conditions amendments) {
  std::string text;
  for (std::size_t i = 0; i < tcp::kConditionCount; ++i) {
    auto const condition = tcp::condition_at(i);
    if (amendments.has(condition)) continue;  // said by the reading
    if (when.all.has(condition)) text += fmt::format(" {}", name(condition));
    if (when.none.has(condition)) text += fmt::format(" !{}", name(condition));
  }
  return text.empty() ? "" : "[" + text.substr(1) + "] ";
}

inline std::string effects_text(tcp::Rule const& rule, tcp::State state) {
  std::string text = rule.changes(state) ? fmt::format("-> {}", name(*rule.to)) : "=";
  if (rule.emit != tcp::Emit::Nothing) text += fmt::format(" emit:{}", name(rule.emit));
  if (rule.take != tcp::Take::Nothing) text += fmt::format(" take:{}", name(rule.take));
  if (rule.arm != tcp::Arm::Leave) text += fmt::format(" arm:{}", name(rule.arm));
  if (rule.tell != tcp::Tell::Nothing) text += fmt::format(" tell:{}", name(rule.tell));
  text += fmt::format(" {}", name(rule.then));
  if (rule.drawn != tcp::Drawn::No) {
    text += fmt::format(" drawn:{}/{}", name(rule.drawn), name(rule.path));
  }
  return text;
}

inline std::vector<tcp::Rule const*> rows_of(tcp::Reading const& reading, tcp::State state,
                                             tcp::Event event) {
  std::vector<tcp::Rule const*> rows;
  for (auto const* table : {reading.overlay, reading.table}) {
    for (auto const index : table->cell(state, event)) {
      auto const& rule = table->rule(index);
      if (applies(reading, rule, state, event)) rows.push_back(&rule);
    }
  }
  return rows;
}

inline std::string state_text(tcp::Reading const& reading, tcp::State state) {
  auto text = fmt::format("{}\n", name(state));
  std::string not_here;
  for (std::size_t e = 0; e < tcp::kEventCount; ++e) {
    auto const event = tcp::event_at(e);
    auto const rows = rows_of(reading, state, event);
    for (auto const* rule : rows) {
      if (rule->then == tcp::Then::NotHere && rows.size() == 1) {
        not_here += fmt::format(" {}({})", describe(event).id, rule->source);
        continue;
      }
      text += fmt::format("  {:22} {}{} ({})\n", describe(event).id,
                          conditions_text(rule->when, tcp::kAmendments), effects_text(*rule, state),
                          rule->source);
    }
    if (rows.empty()) text += fmt::format("  {:22} NO ROW\n", describe(event).id);
  }
  return text + fmt::format("  not here:{}\n", not_here);
}

inline std::string matrix_text(tcp::Reading const& reading) {
  std::string text = fmt::format("The machine, reading \"{}\"\n", reading.name);
  for (std::size_t s = 0; s < tcp::kStateCount; ++s) {
    text += "\n" + state_text(reading, tcp::state_at(s));
  }
  return text;
}

}  // namespace lastack::test
