// Findings as JSON Lines, described by docs/diagnose.schema.json. Texts are in the language asked
// for; ids, names and numbers are the same in each.
#pragma once

#include <cstdint>
#include <optional>

#include "base/output.hh"
#include "base/phrase.hh"
#include "detect/board.hh"
#include "model/finding.hh"

namespace lastack::ui {

// What a finding does not know itself.
struct JsonExtras {
  std::int64_t wall_offset_ns = 0;  // wall clock minus CLOCK_MONOTONIC
  // Of `watch --findings`: what became of it, and when. Not of `diagnose`.
  std::optional<detect::Turn> turn = {};
  std::int64_t time_unix_ns = 0;
  std::uint64_t stood_ns = 0;  // with Turn::Cleared
};
// Of a change that is told at that time (CLOCK_MONOTONIC).
[[nodiscard]] JsonExtras extras_of(detect::Change const& change, std::uint64_t now_ns,
                                   std::int64_t wall_offset_ns);

[[nodiscard]] std::string_view name(detect::Turn turn);  // "arose"

void write_finding_json(base::Output& output, model::Finding const& finding,
                        base::Language language, JsonExtras extras);

}  // namespace lastack::ui
