#include "ui/tui/chooser.hh"

#include <algorithm>
#include <utility>

#include "base/text.hh"
#include "ui/tui/frame_box.hh"

namespace lastack::ui::tui {
namespace {

constexpr base::Phrase kAutomatic{"auto", "自动"};
constexpr int kWidest = 200;

struct KeyHint {
  bool Chooser::Options::* only_where;  // nullptr: always
  std::string_view keys;
  base::Phrase what;
};
constexpr auto kHints = std::to_array<KeyHint>({
    {nullptr, "Space", {"choose", "选择"}},
    {&Chooser::Options::can_order, "+/-", {"move up/down", "上移/下移"}},
    {&Chooser::Options::can_size, "</>", {"width", "列宽"}},
    {nullptr, "Enter", {"accept", "确定"}},
    {nullptr, "Esc", {"cancel", "取消"}},
});

int width_of(std::string_view text) { return static_cast<int>(base::display_width(text)); }

}  // namespace

Chooser::Chooser(Options options, DialogStyle style) : options_(std::move(options)), style_(style) {
  if (!options_.only_one) return;
  auto const on = std::ranges::find(options_.choices, true, &Choice::on);
  if (on != options_.choices.end()) {
    cursor_ = static_cast<std::size_t>(on - options_.choices.begin());
  }
}

// The callback may put another overlay in this one's place: nothing of this is used after it.
bool Chooser::accept() {
  auto const options = std::move(options_);
  if (options.accept) options.accept(options.choices);
  return false;
}

void Chooser::toggle(std::size_t at) {
  auto& choices = options_.choices;
  if (at >= choices.size()) return;
  if (options_.only_one) {
    for (auto& choice : choices) choice.on = false;
    choices[at].on = true;
  } else {
    choices[at].on = !choices[at].on;
  }
}

void Chooser::move_cursor(int by) {
  auto const count = static_cast<int>(options_.choices.size());
  if (count == 0) return;
  cursor_ = static_cast<std::size_t>(std::clamp(static_cast<int>(cursor_) + by, 0, count - 1));
}

void Chooser::move_item(int by) {
  if (!options_.can_order || options_.choices.empty()) return;
  auto const from = cursor_;
  move_cursor(by);
  std::swap(options_.choices[from], options_.choices[cursor_]);
}

void Chooser::size_item(int by) {
  if (!options_.can_size || options_.choices.empty()) return;
  auto& width = options_.choices[cursor_].width;
  width = std::clamp(width + by, 0, kWidest);
}

bool Chooser::key(Key key) {
  int const page = std::max(list_.height - 1, 1);
  auto const all = static_cast<int>(options_.choices.size());
  switch (key) {
    case kEscape:
    case control('c'):
    case 'q': return false;
    case kEnter:
      // Enter on another one chooses that one: Space need not be known.
      if (options_.only_one) toggle(cursor_);
      return accept();
    case kSpace:
      toggle(cursor_);
      if (!options_.only_one) move_cursor(1);
      break;
    case kUp:
    case 'k': move_cursor(-1); break;
    case kDown:
    case 'j': move_cursor(1); break;
    case kPageUp: move_cursor(-page); break;
    case kPageDown: move_cursor(page); break;
    case kHome: move_cursor(-all); break;
    case kEnd: move_cursor(all); break;
    case '+':
    case 'K': move_item(-1); break;
    case '-':
    case 'J': move_item(1); break;
    case '<': size_item(-1); break;
    case '>': size_item(1); break;
    default: break;
  }
  return true;
}

bool Chooser::mouse(Mouse const& mouse) {
  constexpr int kStep = 3;
  switch (mouse.button) {
    case MouseButton::WheelUp: move_cursor(-kStep); return true;
    case MouseButton::WheelDown: move_cursor(kStep); return true;
    case MouseButton::Left:
    case MouseButton::DoubleLeft: break;
    default: return true;
  }
  if (!box_.contains(mouse.x, mouse.y)) return false;
  if (!list_.contains(mouse.x, mouse.y)) return true;
  auto const at = top_ + static_cast<std::size_t>(mouse.y - list_.y);
  if (at >= options_.choices.size()) return true;
  cursor_ = at;
  // The first click of a double click has switched it already.
  if (mouse.button == MouseButton::Left) toggle(at);
  return true;
}

// The hints, broken between them so that each line has at most `width` columns.
std::vector<std::string> Chooser::key_lines(int width) const {
  std::vector<std::string> lines(1);
  for (auto const& hint : kHints) {
    if (hint.only_where != nullptr && !(options_.*hint.only_where)) continue;
    auto const text = std::string(hint.keys) + " " + std::string(hint.what.in(style_.language));
    if (!lines.back().empty()) {
      if (width_of(lines.back()) + 2 + width_of(text) > width) {
        lines.emplace_back();
      } else {
        lines.back() += "  ";
      }
    }
    lines.back() += text;
  }
  return lines;
}

std::string Chooser::line_of(Choice const& choice) const {
  std::string_view const sign =
      options_.only_one ? (choice.on ? "(*) " : "( ) ") : (choice.on ? "[x] " : "[ ] ");
  return std::string(sign) + choice.label;
}

void Chooser::draw(Canvas& canvas) {
  constexpr int kSizeColumns = 7;
  int const size_room = options_.can_size ? kSizeColumns : 0;
  int width = width_of(options_.title) + 6;
  for (auto const& choice : options_.choices) {
    width = std::max(width, width_of(line_of(choice)) + size_room + 4);
  }
  width = std::min(std::max(width, width_of(key_lines(1 << 20).front()) + 4), canvas.width());
  auto const hints = key_lines(width - 4);
  int const below = static_cast<int>(hints.size());
  box_ = centred(canvas, width, static_cast<int>(options_.choices.size()) + below + 2);
  auto const inner = draw_box(canvas, box_, options_.title, style_.unicode);
  // The list is what it is about: where there is no room for both, hints go.
  int const hint_rows = std::clamp(inner.height - 1, 0, below);
  list_ = {inner.x, inner.y, inner.width, inner.height - hint_rows};

  auto const& choices = options_.choices;
  auto const shown = static_cast<std::size_t>(std::max(list_.height, 0));
  top_ = std::min(top_, cursor_);
  if (shown > 0 && cursor_ >= top_ + shown) top_ = cursor_ - shown + 1;
  top_ = std::min(top_, choices.size() - std::min(choices.size(), shown));
  auto const ellipsis = style_.unicode ? "…" : "~";
  auto const last = std::min(choices.size(), top_ + shown);
  for (auto at = top_; at < last; ++at) {
    int const y = list_.y + static_cast<int>(at - top_);
    auto const ground = at == cursor_ ? Ground::Cursor : Ground::Popup;
    canvas.fill({list_.x, y, list_.width, 1}, {.ground = ground});
    int const room = std::max(list_.width - 2 - size_room, 0);
    std::string text;
    base::append_cut(text, line_of(choices[at]), static_cast<std::size_t>(room), ellipsis);
    canvas.put(list_.x + 1, y, text,
               {.ink = choices[at].on ? Ink::Plain : Ink::Dim, .ground = ground});
    if (size_room == 0) continue;
    auto const size = choices[at].width == 0 ? std::string(kAutomatic.in(style_.language))
                                             : std::to_string(choices[at].width);
    canvas.put_right(list_.x + 1 + room, y, size, {.ink = Ink::Accent, .ground = ground},
                     std::min(size_room, list_.width - 2));
  }
  draw_scroll_bar(canvas, list_, top_, shown, choices.size(), style_.unicode);
  for (int i = 0; i < hint_rows; ++i) {
    canvas.put(inner.x + 1, list_.y + list_.height + i, hints[static_cast<std::size_t>(i)],
               {.ink = Ink::Dim, .ground = Ground::Popup}, std::max(inner.width - 2, 0));
  }
}

}  // namespace lastack::ui::tui
