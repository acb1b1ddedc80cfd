#include "ui/lab/ladder_pair.hh"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/text.hh"
#include "ui/lab/ladder_words.hh"

namespace lastack::ui {
namespace {

constexpr std::size_t kTime = 8;

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  auto const used = base::display_width(text);
  if (used < width) out.append(width - used, ' ');
  return out;
}

struct Side {
  lab::Story const& story;
  LadderRows const& rows;

  [[nodiscard]] std::vector<std::string> of(std::optional<std::size_t> line) const {
    return line ? rows.rows_of(story.lines[*line]) : std::vector<std::string>();
  }
  [[nodiscard]] std::string time(std::optional<std::size_t> line) const {
    return line ? time_words(story.lines[*line].at) : "";
  }
};

}  // namespace

std::string ladder_pair(lab::Scenario const& scenario, LadderPair const& pair,
                        LadderStyle const& style) {
  // time, ladder, mark, time, ladder
  auto const frame = 2 * (kTime + 1) + 3;
  auto inner = style;
  inner.width = style.width > frame + 80 ? (style.width - frame) / 2 : 40;
  inner.reasons = false;
  LadderRows const rows(scenario, inner);
  Side const one{pair.one, rows};
  Side const other{pair.other, rows};
  auto const ladder = std::max(inner.width, 20 * scenario.parts.size());
  std::string out(scenario.title.in(style.language));
  auto const append = std::back_inserter(out);
  fmt::format_to(append, "\n\n{:>{}} {}   {:>{}} {}\n", "", kTime, padded(pair.one_name, ladder),
                 "", kTime, pair.other_name);
  fmt::format_to(append, "{:>{}} {}   {:>{}} {}\n", "s", kTime, padded(rows.head(), ladder), "s",
                 kTime, rows.head());
  auto const pairings = lab::compare(pair.one, pair.other);
  for (auto const& each : pairings) {
    auto const left = one.of(each.one);
    auto const right = other.of(each.other);
    auto mark = each.agrees() ? ' ' : each.late ? 't' : '!';
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
      bool const first = i == 0;
      fmt::format_to(append, "{:>{}} {} {} {:>{}} {}", first ? one.time(each.one) : "", kTime,
                     padded(i < left.size() ? left[i] : "", ladder), first ? mark : ' ',
                     first ? other.time(each.other) : "", kTime, i < right.size() ? right[i] : "");
      while (out.ends_with(' ')) out.pop_back();
      out += '\n';
    }
  }
  return out;
}

}  // namespace lastack::ui
