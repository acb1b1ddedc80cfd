#include "ui/tui/life_line.hh"

#include <algorithm>
#include <bit>
#include <numeric>
#include <string>

#include <fmt/format.h>

#include "base/text.hh"
#include "ui/tui/cause_words.hh"
#include "ui/tui/row_text.hh"
#include "ui/tui/state_ink.hh"

namespace lastack::ui::tui {
namespace {

constexpr base::Phrase kInferred{"~ inferred: not seen itself", "~ 推断得出，并未直接看到"};
constexpr base::Phrase kLeftOut{"{} more states before the last one are not kept",
                                "最后一个状态之前还有 {} 个状态未保留"};
constexpr base::Phrase kEarlier{"what was before is not known: lastack was not there",
                                "此前的情况未知：lastack 当时没有观察"};
constexpr base::Phrase kSoFar{"so far", "至今"};

struct Signs {
  std::string_view begin;    // of the axis
  std::string_view unknown;  // … where it began before
  std::string_view line;
  std::string_view joint;
  std::string_view grows;
  std::string_view end;
  std::string_view down;
  std::string_view corner;
  std::string_view dots;
};
constexpr Signs kUnicode{"├", "┄", "─", "┼", "▶", "┤", "│", "╰", "…"};
constexpr Signs kAscii{"|", ".", "-", "+", ">", "|", "|", "`", "..."};

int columns(std::string_view text) { return static_cast<int>(base::display_width(text)); }

std::string dwell_of(LifeStep const& step) {
  auto text = step.dwell_us ? dwell_text(*step.dwell_us) : std::string("?");
  if (step.inferred) text += '~';
  return text;
}

std::string_view cause_of(LifeStep const& step, Frame const& frame) {
  return words_of(step.left_by).in(frame.language);
}

// Long ones are longer, but not as much as they are: 50 µs and 3 hours fit on one line.
int weight_of(LifeStep const& step) {
  return static_cast<int>(std::bit_width(step.dwell_us.value_or(0)));
}

bool has_cause(LifePath const& path, std::size_t at) {
  return path.over || at + 1 < path.steps.size();
}

// The joint's own column is part of the segment to its right.
std::vector<int> least_widths(LifePath const& path, Frame const& frame) {
  std::vector<int> widths;
  widths.reserve(path.steps.size());
  for (auto const& step : path.steps) {
    widths.push_back(std::max(columns(model::name(step.state)), columns(dwell_of(step))) + 2);
  }
  // The cause of the last joint has to fit right of it.
  if (widths.size() > 1) {
    auto const& before = path.steps[path.steps.size() - 2];
    widths.back() = std::max(widths.back(), columns(cause_of(before, frame)) + 2);
  }
  return widths;
}

// Columns that the whole axis takes behind the last segment.
int tail_of(LifePath const& path, Frame const& frame) {
  return path.over ? columns(cause_of(path.steps.back(), frame)) + 3 : 1;
}

std::vector<int> widths_of(LifePath const& path, int width, Frame const& frame) {
  auto widths = least_widths(path, frame);
  auto const spare =
      width - tail_of(path, frame) - std::accumulate(widths.begin(), widths.end(), 0);
  int weights = 0;
  for (auto const& step : path.steps) weights += weight_of(step);
  if (spare <= 0 || weights == 0) return widths;
  int given = 0;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    auto const share = spare * weight_of(path.steps[i]) / weights;
    widths[i] += share;
    given += share;
  }
  widths.back() += spare - given;
  return widths;
}

struct Joint {
  int x = 0;
  std::string_view cause;
  int row = 0;  // below the axis
};

// From right to left: as high as nothing is in the way.
void choose_rows(std::vector<Joint>& joints) {
  for (auto i = joints.size(); i-- > 0;) {
    auto& joint = joints[i];
    auto const end = joint.x + 3 + columns(joint.cause);
    for (auto j = i + 1; j < joints.size() && joints[j].x < end; ++j) {
      joint.row = std::max(joint.row, joints[j].row + 1);
    }
  }
}

std::vector<PageLine> joint_lines(std::vector<Joint>& joints, Signs const& signs) {
  choose_rows(joints);
  int rows = 0;
  for (auto const& joint : joints) rows = std::max(rows, joint.row + 1);
  std::vector<PageLine> lines(static_cast<std::size_t>(rows));
  for (auto const& joint : joints) {
    for (int row = 0; row < joint.row; ++row) {
      lines[static_cast<std::size_t>(row)].push_back(
          {joint.x, std::string(signs.down), {.ink = Ink::Dim}});
    }
    auto& line = lines[static_cast<std::size_t>(joint.row)];
    line.push_back({joint.x, std::string(signs.corner), {.ink = Ink::Dim}});
    line.push_back({joint.x + 2, std::string(joint.cause), {}});
  }
  return lines;
}

std::vector<PageLine> notes_of(LifePath const& path, Frame const& frame) {
  std::vector<PageLine> lines;
  auto const add = [&](std::string text) {
    lines.push_back({{0, std::move(text), {.ink = Ink::Dim}}});
  };
  if (path.left_out > 0) {
    add(fmt::format(fmt::runtime(kLeftOut.in(frame.language)), path.left_out));
  }
  if (path.begin_unknown) add(std::string(kEarlier.in(frame.language)));
  if (std::ranges::any_of(path.steps, &LifeStep::inferred)) {
    add(std::string(kInferred.in(frame.language)));
  }
  return lines;
}

std::string repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

LifePath path_of(model::Life const& life, std::uint64_t now_ns) {
  LifePath path;
  for (auto const& hop : life.path()) {
    auto& step = path.steps.emplace_back();
    step.state = hop.state();
    if (hop.dwell_us() != model::Hop::kUnknownDwell) step.dwell_us = hop.dwell_us();
    step.left_by = hop.left_by();
    step.inferred = hop.inferred();
  }
  path.left_out = life.lost_hops;
  path.begin_unknown = life.from_snapshot;
  path.over = life.endpoint.state == model::SocketState::Closed && life.hop_count > 0;
  if (path.over) return path;
  auto& present = path.steps.emplace_back();
  present.state = life.endpoint.state;
  if (life.since_ns != 0) {
    present.dwell_us = now_ns > life.since_ns ? (now_ns - life.since_ns) / 1000 : 0;
  }
  return path;
}

bool fits_axis(LifePath const& path, int width, Frame const& frame) {
  auto const widths = least_widths(path, frame);
  return std::accumulate(widths.begin(), widths.end(), 0) + tail_of(path, frame) <= width;
}

std::vector<PageLine> life_axis(LifePath const& path, int width, Frame const& frame) {
  auto const& signs = frame.unicode ? kUnicode : kAscii;
  auto const widths = widths_of(path, width, frame);
  PageLine names;
  PageLine axis;
  PageLine dwells;
  std::vector<Joint> joints;
  int x = 0;
  for (std::size_t i = 0; i < path.steps.size(); ++i) {
    auto const& step = path.steps[i];
    auto const ink = ink_of(step.state);
    bool const present = !path.over && i + 1 == path.steps.size();
    auto const first = path.begin_unknown ? signs.unknown : signs.begin;
    names.push_back({x + 1, std::string(model::name(step.state)), {.ink = ink, .bold = present}});
    axis.push_back({x, std::string(i == 0 ? first : signs.joint), {.ink = Ink::Dim}});
    axis.push_back({x + 1, repeat(signs.line, widths[i] - 1), {.ink = ink, .bold = present}});
    dwells.push_back({x + 1, dwell_of(step), {.bold = present}});
    x += widths[i];
    if (has_cause(path, i)) joints.push_back({x, cause_of(step, frame)});
  }
  axis.push_back({x, std::string(path.over ? signs.end : signs.grows), {.ink = Ink::Dim}});
  std::vector<PageLine> lines{names, axis, dwells};
  std::ranges::move(joint_lines(joints, signs), std::back_inserter(lines));
  std::ranges::move(notes_of(path, frame), std::back_inserter(lines));
  return lines;
}

std::vector<PageLine> life_list(LifePath const& path, Frame const& frame) {
  constexpr int kDwellAt = 15;
  constexpr int kCauseAt = 26;
  std::vector<PageLine> lines;
  for (std::size_t i = 0; i < path.steps.size(); ++i) {
    auto const& step = path.steps[i];
    bool const present = !has_cause(path, i);
    auto& line = lines.emplace_back();
    line.push_back(
        {0, std::string(model::name(step.state)), {.ink = ink_of(step.state), .bold = present}});
    line.push_back({kDwellAt, dwell_of(step), {.bold = present}});
    auto text = present ? std::string(kSoFar.in(frame.language))
                        : fmt::format("{} {}", arrow(frame), cause_of(step, frame));
    line.push_back({kCauseAt, std::move(text), {}});
  }
  std::ranges::move(notes_of(path, frame), std::back_inserter(lines));
  return lines;
}

std::vector<PageLine> life_line(LifePath const& path, int width, Frame const& frame) {
  return fits_axis(path, width, frame) ? life_axis(path, width, frame) : life_list(path, frame);
}

}  // namespace lastack::ui::tui
