#include "ui/lab/ladder_text.hh"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hh"
#include "ui/lab/ladder_words.hh"

namespace lastack::ui {
namespace {

constexpr std::size_t kTimeWidth = 10;
constexpr std::size_t kLeastGap = 4;  // of an arrow beside its label

struct Pens {
  std::string_view rail, dash, right, left, lost, changes;
};
constexpr Pens kUnicode{"│", "─", "▶", "◀", "✗", "→"};
constexpr Pens kAscii{"|", "-", ">", "<", "x", ">"};

Pens const& pens_of(LadderStyle const& style) { return style.unicode ? kUnicode : kAscii; }

std::string repeated(std::string_view what, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += what;
  return text;
}

// A row of cells, each one column wide but for those behind a wide character, which are empty.
class Row {
 public:
  explicit Row(std::size_t width) : cells_(width, " ") {}

  void put(std::size_t at, std::string_view text) {
    for (std::size_t i = 0; i < text.size() && at < cells_.size();) {
      auto const lead = static_cast<unsigned char>(text[i]);
      std::size_t const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
      auto const glyph = text.substr(i, length);
      auto const width = base::display_width(glyph);
      cells_[at] = glyph;
      for (std::size_t more = 1; more < width && at + more < cells_.size(); ++more) {
        cells_[at + more].clear();
      }
      at += width;
      i += length;
    }
  }
  [[nodiscard]] std::string text() const {
    std::string text;
    for (auto const& cell : cells_) text += cell;
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  }

 private:
  std::vector<std::string> cells_;
};

std::string cut(std::string_view text, std::size_t width) {
  std::string out;
  base::append_cut(out, text, width, "~");
  return out;
}

}  // namespace

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  for (std::size_t i = 0; i < text.size();) {
    // A word of ASCII, or one other character.
    std::size_t end = 0;
    auto const lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      end = std::min(text.find(' ', i), text.size());
      auto const other = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(),
                                      [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
      end = std::min(end, static_cast<std::size_t>(other - text.begin()));
    } else {
      end = i + (lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);
    }
    auto const word = text.substr(i, end - i);
    auto const size = base::display_width(word);
    if (used > 0 && used + size > width) {
      while (lines.back().ends_with(' ')) lines.back().pop_back();
      lines.emplace_back();
      used = 0;
    }
    lines.back() += word;
    used += size;
    i = end;
    while (i < text.size() && text[i] == ' ') {
      if (used > 0 && used < width) lines.back() += ' ';
      ++used;
      ++i;
    }
  }
  while (lines.back().ends_with(' ')) lines.back().pop_back();
  return lines;
}

LadderRows::LadderRows(lab::Scenario const& scenario, LadderStyle const& style)
    : scenario_(scenario), style_(style) {
  auto const count = scenario.parts.size();
  auto const width = std::max<std::size_t>(style.width, 20 * count);
  style_.width = width;
  // The outer rails leave room for nothing: what stands beside them stands between them.
  for (std::size_t i = 0; i < count; ++i) {
    rails_.push_back(count == 1 ? 0 : i * (width - 1) / (count - 1));
  }
}

bool LadderRows::is_last(lab::PartId part) const {
  return part + 1 == rails_.size() && rails_.size() > 1;
}

std::size_t LadderRows::room_beside(lab::PartId part) const {
  if (rails_.size() == 1) return style_.width - 3;
  auto const gap =
      is_last(part) ? rails_[part] - rails_[part - 1] : rails_[part + 1] - rails_[part];
  return gap - 3;
}

std::string LadderRows::head() const {
  Row row(style_.width);
  for (lab::PartId part = 0; part < rails_.size(); ++part) {
    auto const& name = scenario_.parts[part].name;
    auto const width = name.size();
    auto const half = width / 2;
    auto const at = part == 0 ? 0 : is_last(part) ? style_.width - width : rails_[part] - half;
    row.put(at, name);
  }
  return row.text();
}

std::string LadderRows::beside(lab::PartId part, std::string_view text) const {
  Row row(style_.width);
  auto const& pens = pens_of(style_);
  for (auto const rail : rails_) row.put(rail, pens.rail);
  auto const width = base::display_width(text);
  row.put(is_last(part) ? rails_[part] - 1 - width : rails_[part] + 2, text);
  return row.text();
}

std::string LadderRows::rung(lab::PartId from, lab::SegmentLine const& line) const {
  Row row(style_.width);
  auto const& pens = pens_of(style_);
  for (auto const rail : rails_) row.put(rail, pens.rail);
  if (from == line.to) return beside(from, "( " + segment_words(line) + " )");
  bool const right = rails_[from] < rails_[line.to];
  auto const first = std::min(rails_[from], rails_[line.to]) + 1;
  auto const length = std::max(rails_[from], rails_[line.to]) - first;
  auto label = segment_words(line);
  if (line.forged) {
    label = (style_.language == base::Language::Chinese ? "伪造 " : "forged ") + label;
  }
  if (auto const fate = fate_words(line, style_.language); !fate.empty()) {
    label += fmt::format(" ({})", fate);
  }
  label = cut(label, length > 2 * kLeastGap ? length - 2 * kLeastGap : length);
  auto const width = base::display_width(label) + 2;
  auto arrow = repeated(pens.dash, length);
  row.put(first, arrow);
  bool const lost = line.fate == lab::Fate::Lost;
  auto const head = lost ? pens.lost : right ? pens.right : pens.left;
  // What is lost does not get there.
  auto const far = lost ? length / 6 : 0;
  auto const tip = right ? first + length - 1 - far : first + far;
  if (lost && right) row.put(tip, std::string(far + 1, ' '));
  if (lost && !right) row.put(first, std::string(far + 1, ' '));
  row.put(tip, head);
  auto const room = length - far;
  auto const start = (right ? first : first + far) + (room > width ? (room - width) / 2 : 0);
  row.put(start, fmt::format(" {} ", label));
  return row.text();
}

std::vector<std::string> LadderRows::rows_of(lab::StoryLine const& line) const {
  auto const& pens = pens_of(style_);
  std::vector<std::string> rows;
  if (auto const* segment = std::get_if<lab::SegmentLine>(&line.what)) {
    rows.push_back(rung(line.part, *segment));
  } else if (auto const* call = std::get_if<lab::CallLine>(&line.what)) {
    rows.push_back(beside(line.part, cut(call_words(*call), room_beside(line.part))));
  } else if (auto const* state = std::get_if<lab::StateLine>(&line.what)) {
    rows.push_back(beside(line.part, fmt::format("{} {} {}", tcp::name(state->from), pens.changes,
                                                 tcp::name(state->to))));
    auto const reason = style_.reasons ? reason_words(*state, style_.language) : std::string();
    if (!reason.empty()) {
      for (auto const& row : wrapped(reason, room_beside(line.part) - 2)) {
        rows.push_back(beside(line.part, is_last(line.part) ? row : "  " + row));
      }
    }
  } else if (auto const* note = std::get_if<lab::NoteLine>(&line.what)) {
    for (auto const& row : wrapped(note->text.in(style_.language), style_.width - 8)) {
      rows.push_back("  # " + row);
    }
  }
  return rows;
}

LadderStyle behind_times(LadderStyle style) {
  style.width = style.width > kTimeWidth + 20 ? style.width - kTimeWidth : 20;
  return style;
}

std::string timed_row(std::string_view time, std::string_view row) {
  return fmt::format("{:>{}}  {}\n", time, kTimeWidth - 2, row);
}

std::string ladder_head(lab::Scenario const& scenario, LadderRows const& rows,
                        LadderStyle const& style) {
  std::string out(scenario.title.in(style.language));
  out += "\n\n";
  for (auto const& line : wrapped(lesson_words(scenario, style.language), style.width)) {
    out += line + '\n';
  }
  fmt::format_to(std::back_inserter(out), "\n{:>{}}  {}\n",
                 style.language == base::Language::Chinese ? "秒" : "s",
                 kTimeWidth - (style.language == base::Language::Chinese ? 3 : 2), rows.head());
  return out;
}

std::string ladder_text(lab::Scenario const& scenario, lab::Story const& story,
                        LadderStyle const& style) {
  LadderRows const rows(scenario, behind_times(style));
  auto out = ladder_head(scenario, rows, style);
  std::string last;
  for (auto const& line : story.lines) {
    auto time = time_words(line.at);
    if (time == last) {
      time.clear();
    } else {
      last = time;
    }
    for (auto const& row : rows.rows_of(line)) {
      out += timed_row(time, row);
      time.clear();
    }
  }
  return out;
}

}  // namespace lastack::ui
