// Findings as people read them: a page for each, a report of many, a line for each that comes or
// goes. What comes from outside is made safe for a terminal here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/output.hh"
#include "detect/board.hh"
#include "model/finding.hh"
#include "ui/explain/page.hh"

namespace lastack::ui {

// How much there was to look at.
struct LookedAt {
  std::size_t detectors = 0;
  std::size_t sockets = 0;
};

// Of a detector's findings of one severity, so many are shown in full, and then so many by their
// title; the others are counted.
inline constexpr std::size_t kFullFindings = 5;
inline constexpr std::size_t kShortFindings = 10;

// All that is known of it. `now_ns` is CLOCK_MONOTONIC. Prose is wrapped to the style's width;
// commands and sockets stay on one line, so that they can be copied.
void write_finding(std::string& out, PageStyle const& style, model::Finding const& finding,
                   std::uint64_t now_ns);
// Findings in the order given (model::goes_before()), a flood of one kind shortened, and a closing
// line that counts them.
void write_report(base::Output& output, PageStyle const& style,
                  std::span<model::Finding const> findings, std::uint64_t now_ns,
                  LookedAt const& looked_at);
// "12:01:02.345 + warning  close-wait-leak  the title", without a line end. `clock` comes as it is
// to be shown. "+": it arose, "!": it got worse, "-": it is over, and how long it stood.
[[nodiscard]] std::string finding_line(PageStyle const& style, detect::Change const& change,
                                       std::string_view clock);

// An SGR sequence.
[[nodiscard]] std::string_view color_of(model::Severity severity);

}  // namespace lastack::ui
