#include "ui/tui/state_picture.hh"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/text.hh"
#include "diagram/diagram.hh"
#include "ui/tui/state_ink.hh"

namespace lastack::ui::tui {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    auto const end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

diagram::Marks marks_of(Store const& store) {
  diagram::Marks marks;
  for (std::size_t i = 0; i < marks.edge_counts.size(); ++i) {
    marks.edge_counts[i] = store.totals().edges[i];
  }
  for (std::size_t i = 0; i < marks.standing.size(); ++i) {
    marks.standing[i] = store.by_state()[i];
  }
  // Bound and inactive is CLOSED to the RFC.
  constexpr auto kBound = static_cast<std::size_t>(model::SocketState::BoundInactive);
  constexpr auto kClosed = static_cast<std::size_t>(tcp::State::Closed);
  marks.standing[kClosed] = store.by_state()[kClosed] + store.by_state()[kBound];
  return marks;
}

// Text of a line from one side of a box to the other.
struct Inside {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Where the name stands alone between two sides of a box.
std::optional<Inside> find_inside(std::string_view line, std::string_view name,
                                  std::string_view side) {
  auto const at = line.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  auto const left = line.find_last_not_of(' ', at == 0 ? 0 : at - 1);
  auto const right = line.find_first_not_of(' ', at + name.size());
  if (left == std::string_view::npos || right == std::string_view::npos) return std::nullopt;
  if (!line.substr(0, left + 1).ends_with(side) || !line.substr(right).starts_with(side)) {
    return std::nullopt;
  }
  return Inside{left + 1, right};
}

int columns(std::string_view text) { return static_cast<int>(base::display_width(text)); }

}  // namespace

void StatePicture::make(Frame const& frame) {
  diagram::Style const style{
      .language = frame.language, .dark = true, .unicode = frame.unicode, .color = false};
  auto const lines = lines_of(draw(diagram::Format::Text, style, marks_of(frame.store)));
  canvas_ = Canvas(kWidth, static_cast<int>(lines.size()));
  for (std::size_t y = 0; y < lines.size(); ++y) {
    canvas_.put(0, static_cast<int>(y), lines[y], {});
  }
  find_boxes(lines, frame.unicode);
  color_boxes(frame.store, lines);
}

void StatePicture::find_boxes(std::vector<std::string> const& lines, bool unicode) {
  std::string_view const side = unicode ? "│" : "|";
  boxes_ = {};
  for (std::size_t i = 0; i < tcp::kStateCount; ++i) {
    for (std::size_t y = 0; y < lines.size() && boxes_[i].width == 0; ++y) {
      auto const found = find_inside(lines[y], tcp::kStateNames[i], side);
      if (!found) continue;
      auto const x = columns(std::string_view(lines[y]).substr(0, found->begin)) - 1;
      auto const width =
          columns(std::string_view(lines[y]).substr(found->begin, found->end - found->begin)) + 2;
      boxes_[i] = {x, static_cast<int>(y) - 1, width, 4};
    }
  }
}

// Name and count; the sides of a box may be joints of edges and stay as they are.
void StatePicture::color_boxes(Store const& store, std::vector<std::string> const& lines) {
  for (std::size_t i = 0; i < tcp::kStateCount; ++i) {
    auto const& box = boxes_[i];
    if (box.width == 0) continue;
    auto const state = static_cast<model::SocketState>(i);
    bool const occupied = store.by_state()[i] > 0;
    for (int y = box.y + 1; y < std::min(box.y + 3, static_cast<int>(lines.size())); ++y) {
      for (int x = box.x + 1; x < box.x + box.width - 1; ++x) {
        auto const text = std::string(canvas_.at(x, y).text());
        if (text.empty()) continue;
        canvas_.put(x, y, text, {.ink = occupied ? ink_of(state) : Ink::Dim, .bold = occupied});
      }
    }
  }
}

std::optional<tcp::State> StatePicture::state_at(int x, int y) const {
  for (std::size_t i = 0; i < tcp::kStateCount; ++i) {
    if (boxes_[i].contains(x, y)) return tcp::state_at(i);
  }
  return std::nullopt;
}

}  // namespace lastack::ui::tui
