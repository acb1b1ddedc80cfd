#include "ui/tui/text_page.hh"

#include <algorithm>
#include <cctype>

#include "base/text.hh"
#include "ui/explain/page.hh"

namespace lastack::ui::tui {
namespace {

constexpr int kIndent = 14;
constexpr int kWheelStep = 3;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Where `needle` begins in `text`, at or after `from`; npos: nowhere.
std::size_t find_ignoring_case(std::string_view text, std::string_view needle, std::size_t from) {
  if (from > text.size()) return std::string_view::npos;
  auto const found = std::ranges::search(text.substr(from), needle,
                                         [](char a, char b) { return lower(a) == lower(b); });
  if (found.empty() && !needle.empty()) return std::string_view::npos;
  return static_cast<std::size_t>(found.begin() - text.begin());
}

void shade_matches(Canvas& canvas, Span const& span, int x, int y, std::string_view needle) {
  if (needle.empty()) return;
  auto at = find_ignoring_case(span.text, needle, 0);
  for (; at != std::string_view::npos; at = find_ignoring_case(span.text, needle, at + 1)) {
    auto const text = std::string_view(span.text);
    auto const before = static_cast<int>(base::display_width(text.substr(0, at)));
    auto const width = static_cast<int>(base::display_width(text.substr(at, needle.size())));
    canvas.shade({x + before, y, width, 1}, Ground::Match);
  }
}

bool contains(PageLine const& line, std::string_view needle) {
  return std::ranges::any_of(line, [&](Span const& span) {
    return find_ignoring_case(span.text, needle, 0) != std::string_view::npos;
  });
}

}  // namespace

int TextPage::last_top() const { return std::max(0, static_cast<int>(lines_.size()) - height_); }

void TextPage::draw(Canvas& canvas, Rect const& area, std::string_view needle) {
  height_ = std::max(1, area.height);
  top_ = std::clamp(top_, 0, last_top());
  auto const rows = std::min(area.height, static_cast<int>(lines_.size()) - top_);
  for (int y = 0; y < rows; ++y) {
    auto const at = static_cast<std::size_t>(top_) + static_cast<std::size_t>(y);
    for (auto const& span : lines_[at]) {
      if (span.x >= area.width) continue;
      canvas.put(area.x + span.x, area.y + y, span.text, span.style, area.width - span.x);
      shade_matches(canvas, span, area.x + span.x, area.y + y, needle);
    }
  }
}

bool TextPage::act(Action action) {
  auto const page = std::max(1, height_ - 1);
  switch (action) {
    case Action::Up: --top_; break;
    case Action::Down: ++top_; break;
    case Action::PageUp: top_ -= page; break;
    case Action::PageDown: top_ += page; break;
    case Action::First: top_ = 0; break;
    case Action::Last: top_ = last_top(); break;
    default: return false;
  }
  top_ = std::clamp(top_, 0, last_top());
  found_ = -1;
  return true;
}

bool TextPage::wheel(Mouse const& mouse) {
  if (mouse.button != MouseButton::WheelUp && mouse.button != MouseButton::WheelDown) return false;
  top_ += mouse.button == MouseButton::WheelUp ? -kWheelStep : kWheelStep;
  top_ = std::clamp(top_, 0, last_top());
  found_ = -1;
  return true;
}

bool TextPage::search(std::string_view needle, bool backwards, bool include_current) {
  auto const count = static_cast<int>(lines_.size());
  if (needle.empty() || count == 0) return false;
  auto const here = found_ >= 0 && found_ < count ? found_ : top_;
  bool const fresh = found_ < 0 || include_current;
  for (int step = fresh ? 0 : 1; step <= count; ++step) {
    auto const at = ((backwards ? here - step : here + step) % count + count) % count;
    if (!contains(lines_[static_cast<std::size_t>(at)], needle)) continue;
    found_ = at;
    if (at < top_ || at >= top_ + height_) top_ = std::clamp(at - height_ / 3, 0, last_top());
    return true;
  }
  return false;
}

int PageWriter::indent() const { return std::min(kIndent, width_ / 3); }

void PageWriter::blank() {
  if (!lines_.empty()) lines_.emplace_back();
}

void PageWriter::title(base::Phrase const& text) {
  blank();
  lines_.push_back({{0, std::string(text.in(language_)), {.ink = Ink::Title, .bold = true}}});
}

void PageWriter::row(base::Phrase const& label, PageLine const& spans) {
  PageLine line;
  if (!label.empty()) line.push_back({0, std::string(label.in(language_)), {.ink = Ink::Dim}});
  for (auto const& span : spans) line.push_back({indent() + span.x, span.text, span.style});
  lines_.push_back(std::move(line));
}

void PageWriter::row(base::Phrase const& label, std::string_view text, Style style) {
  if (text.empty()) return;
  bool first = true;
  for (auto& part : wrap(text, static_cast<std::size_t>(room()))) {
    row(first ? label : base::Phrase{}, PageLine{{0, std::move(part), style}});
    first = false;
  }
}

}  // namespace lastack::ui::tui
