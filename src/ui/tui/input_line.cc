#include "ui/tui/input_line.hh"

#include <utf8proc.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.hh"
#include "ui/tui/utf8.hh"

namespace lastack::ui::tui {
namespace {

constexpr std::string_view kPrompt = "> ";
constexpr Style kPlain{.ground = Ground::Popup};

int width_of(std::string_view text) { return static_cast<int>(base::display_width(text)); }

// Where the last `room` columns of text[0, end) begin.
std::size_t start_of(std::string_view text, std::size_t end, int room) {
  auto at = end;
  while (at > 0) {
    auto const before = previous_character(text, at);
    room -= width_of(text.substr(before, at - before));
    if (room < 0) break;
    at = before;
  }
  return at;
}

// The first byte of the code point number `column`, from 1; the end where there are fewer.
std::size_t byte_of_column(std::string_view text, std::size_t column) {
  std::size_t seen = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    bool const begins = (static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80;
    if (begins && ++seen == column) return at;
  }
  return text.size();
}

// N of "column N: ...".
std::optional<std::size_t> column_of(std::string_view error) {
  constexpr std::string_view kBegin = "column ";
  if (!error.starts_with(kBegin)) return std::nullopt;
  error.remove_prefix(kBegin.size());
  std::size_t column = 0;
  auto const [end, wrong] = std::from_chars(error.data(), error.data() + error.size(), column);
  bool const colon = end != error.data() + error.size() && *end == ':';
  if (wrong != std::errc{} || !colon || column == 0) return std::nullopt;
  return column;
}

}  // namespace

InputLine::InputLine(Options options, DialogStyle style)
    : options_(std::move(options)),
      style_(style),
      editor_(options_.text),
      history_at_(options_.history.size()) {}

void InputLine::tell_change() { error_ = options_.changed ? options_.changed(editor_.text()) : ""; }

void InputLine::walk_history(bool older) {
  auto const& history = options_.history;
  if (older ? history_at_ == 0 : history_at_ == history.size()) return;
  if (history_at_ == history.size()) typed_ = editor_.text();
  history_at_ = older ? history_at_ - 1 : history_at_ + 1;
  editor_.set(history_at_ == history.size() ? typed_ : history[history_at_]);
  tell_change();
}

bool InputLine::key(Key key) {
  switch (key) {
    case kEscape:
    case control('c'):
      if (options_.cancel) options_.cancel();
      return false;
    case kEnter:
      // What changed() found stays to be seen; accept() has the last word.
      return !options_.accept || !options_.accept(editor_.text());
    case kUp: walk_history(true); return true;
    case kDown: walk_history(false); return true;
    default: break;
  }
  auto const before = editor_.text();
  editor_.key(key);
  if (editor_.text() != before) tell_change();
  return true;
}

// As if it were typed, but told once; ends of lines and other control characters are left out.
void InputLine::paste(std::string_view text) {
  auto const before = editor_.text();
  while (!text.empty()) {
    utf8proc_int32_t value = -1;
    auto const used = utf8proc_iterate(reinterpret_cast<utf8proc_uint8_t const*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &value);
    text.remove_prefix(used > 0 ? static_cast<std::size_t>(used) : 1);
    if (used > 0 && value >= 0x20 && value != 0x7f) editor_.key(static_cast<Key>(value));
  }
  if (editor_.text() != before) tell_change();
}

// A click puts the cursor there.
bool InputLine::mouse(Mouse const& mouse) {
  bool const left = mouse.button == MouseButton::Left || mouse.button == MouseButton::DoubleLeft;
  if (!left || mouse.y != drawn_.y + drawn_.height - 2 || drawn_.height < 2) return true;
  auto const& text = editor_.text();
  auto at = first_;
  int x = text_x_;
  while (at < text.size()) {
    auto const size = next_character(text, at) - at;
    x += width_of(std::string_view(text).substr(at, size));
    if (x > mouse.x) break;
    at += size;
  }
  while (editor_.cursor() > at && editor_.key(kLeft)) {
  }
  while (editor_.cursor() < at && editor_.key(kRight)) {
  }
  return true;
}

// Title, text, error; where there is less room, the text is the last to go.
void InputLine::draw(Canvas& canvas) {
  int const height = std::min(3, canvas.height());
  drawn_ = {0, canvas.height() - height, canvas.width(), height};
  canvas.fill(drawn_, kPlain);
  if (height == 0) return;
  if (height == 1) {
    draw_text(canvas, drawn_.y);
    return;
  }
  if (height == 3) {
    canvas.fill({0, drawn_.y, drawn_.width, 1}, {.ground = Ground::Bar});
    std::string title;
    base::append_cut(title, options_.title.in(style_.language),
                     static_cast<std::size_t>(std::max(drawn_.width - 2, 0)),
                     style_.unicode ? "…" : "~");
    canvas.put(1, drawn_.y, title, {.ink = Ink::Title, .ground = Ground::Bar, .bold = true});
  }
  draw_text(canvas, drawn_.y + height - 2);
  draw_error(canvas, drawn_.y + height - 1);
}

void InputLine::draw_text(Canvas& canvas, int y) {
  canvas.put(0, y, kPrompt, {.ink = Ink::Accent, .ground = Ground::Popup, .bold = true});
  text_x_ = static_cast<int>(kPrompt.size());
  std::string_view const text = editor_.text();
  auto const cursor = editor_.cursor();
  auto const under = cursor < text.size()
                         ? text.substr(cursor, next_character(text, cursor) - cursor)
                         : std::string_view(" ");
  int const room = std::max(canvas.width() - text_x_ - std::max(width_of(under), 1), 0);
  // It moves no more than it must to have the cursor on the screen, and leaves no room at the right
  // unused.
  first_ = std::clamp(first_, start_of(text, cursor, room), cursor);
  first_ = std::min(first_, start_of(text, text.size(), room));
  canvas.put(text_x_, y, text.substr(first_), kPlain);
  int const x = text_x_ + width_of(text.substr(first_, cursor - first_));
  canvas.put(x, y, under, {.ground = Ground::Cursor});
}

void InputLine::draw_error(Canvas& canvas, int y) {
  if (error_.empty()) return;
  Style const style{.ink = Ink::Bad, .ground = Ground::Popup};
  int x = text_x_;
  if (auto const column = column_of(error_)) {
    std::string_view const text = editor_.text();
    auto const at = std::max(byte_of_column(text, *column), first_);
    x = text_x_ + width_of(text.substr(first_, at - first_));
    x = std::clamp(x, 0, std::max(canvas.width() - 1, 0));
  }
  bool const points = column_of(error_).has_value();
  auto const mark = std::string_view(points ? "^ " : "");
  int const needed = width_of(mark) + width_of(error_);
  // Beside the mark where it fits there; else before it, and else over the whole line.
  if (points && x + needed > canvas.width()) {
    int const before = x - 1 - width_of(error_);
    if (before >= 0) {
      canvas.put(before, y, error_, style);
      canvas.put(x, y, "^", {.ink = Ink::Bad, .ground = Ground::Popup, .bold = true});
      return;
    }
    std::string cut;
    base::append_cut(cut, error_, static_cast<std::size_t>(canvas.width()),
                     style_.unicode ? "…" : "~");
    canvas.put(0, y, cut, style);
    canvas.shade({x, y - 1, 1, 1}, Ground::Match);  // no room for ^: the place itself
    return;
  }
  std::string line(mark);
  base::append_cut(line, error_, static_cast<std::size_t>(std::max(canvas.width() - x, 0)),
                   style_.unicode ? "…" : "~");
  canvas.put(x, y, line, style);
}

}  // namespace lastack::ui::tui
