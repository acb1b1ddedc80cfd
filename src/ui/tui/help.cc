#include "ui/tui/help.hh"

#include <algorithm>
#include <iterator>

#include "base/text.hh"
#include "ui/tui/frame_box.hh"
#include "ui/tui/keys.hh"

namespace lastack::ui::tui {
namespace {

using Line = HelpPage::Line;
using Block = std::vector<Line>;  // a title, and lines under it

constexpr base::Phrase kTitle{"lastack - keys", "lastack 按键"};
constexpr base::Phrase kMarks{"Marks", "标记"};
constexpr base::Phrase kColours{"Colours of states", "状态颜色"};
constexpr int kTwoColumnsFrom = 100;  // of the canvas
constexpr int kNamesWidth =
    18;  // of the keys' names, at most: longer ones have a line of their own

struct Legend {
  std::string_view sign;
  Style style;
  base::Phrase meaning;
};
constexpr Style on(Ground ground) {
  return {.ink = Ink::Plain, .ground = ground, .bold = true, .underline = false};
}
constexpr Style in(Ink ink) {
  return {.ink = ink, .ground = Ground::Popup, .bold = false, .underline = false};
}
constexpr auto kMarkLegend = std::to_array<Legend>({
    {"+", on(Ground::New), {"new", "新出现"}},
    {"~", on(Ground::Changed), {"its state has changed", "状态已变化"}},
    {"-", on(Ground::Gone), {"gone", "已消失"}},
    {"*", on(Ground::Tagged), {"tagged", "已标记"}},
    {"!",
     {.ink = Ink::Bad, .bold = true},
     {"diagnosis has found something about it (7)", "诊断发现与其有关的问题（按 7）"}},
});
constexpr auto kStateLegend = std::to_array<Legend>({
    {"LISTEN ESTABLISHED", in(Ink::Good), {"in service", "正常工作"}},
    {"SYN_SENT TIME_WAIT", in(Ink::Calm), {"passes by itself", "会自行结束"}},
    {"CLOSE_WAIT LAST_ACK", in(Ink::Warning), {"look at it if it stays", "若持续存在请留意"}},
});

int width_of(std::string_view text) { return static_cast<int>(base::display_width(text)); }

Line heading(std::string_view text) {
  return {{.x = 0,
           .text = std::string(text),
           .style = {.ink = Ink::Title, .ground = Ground::Popup, .bold = true}}};
}

std::string names_of(Binding const& binding, bool unicode) {
  std::string names;
  for (auto const key : binding.keys) {
    if (key == 0) continue;
    if (!names.empty()) names += ' ';
    names += name_of(key, unicode);
  }
  return names;
}

// The words a piece of text may be broken after: behind blanks, and anywhere between wide
// characters.
std::vector<std::string> wrapped(std::string_view text, int width) {
  std::vector<std::string> lines;
  while (width_of(text) > width) {
    std::size_t end = 0;    // of what fits
    std::size_t blank = 0;  // the last one in it
    for (auto next = end; next < text.size();) {
      do ++next;
      while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xc0U) == 0x80);
      if (width_of(text.substr(0, next)) > width) break;
      end = next;
      if (text[end - 1] == ' ') blank = end;
    }
    if (end == 0) break;  // not even one character: cut when drawn
    if (blank > 0 && text[end] != ' ') end = blank;
    auto line = text.substr(0, end);
    while (line.ends_with(' ')) line.remove_suffix(1);
    lines.emplace_back(line);
    text.remove_prefix(end);
    while (text.starts_with(' ')) text.remove_prefix(1);
  }
  lines.emplace_back(text);
  return lines;
}

// `term` at the left, `meaning` beside it, broken into as many lines as it needs.
void add_entry(Block& block, std::string term, Style style, std::string_view meaning, int at,
               int width) {
  constexpr Style kText{.ink = Ink::Plain, .ground = Ground::Popup};
  constexpr int kIndent = 2;
  Line line{{.x = kIndent, .text = std::move(term), .style = style}};
  bool const beside = kIndent + width_of(line.front().text) < at;
  if (!beside) {
    block.push_back(std::move(line));
    line.clear();
  }
  for (auto& part : wrapped(meaning, std::max(width - at, 1))) {
    line.push_back({.x = at, .text = std::move(part), .style = kText});
    block.push_back(std::move(line));
    line.clear();
  }
}

Block block_of(KeyGroup group, DialogStyle style, int width) {
  Block block{heading(title(group).in(style.language))};
  int names = 0;
  for (auto const& binding : bindings()) {
    names = std::max(names, width_of(names_of(binding, style.unicode)));
  }
  int const at = std::min({names + 4, kNamesWidth, width / 2});
  for (auto const& binding : bindings()) {
    if (binding.group != group) continue;
    add_entry(block, names_of(binding, style.unicode), in(Ink::Accent),
              binding.help.in(style.language), at, width);
  }
  return block;
}

template <std::size_t Size>
Block block_of(base::Phrase title, std::array<Legend, Size> const& legend, DialogStyle style,
               int width) {
  Block block{heading(title.in(style.language))};
  int widest = 0;
  for (auto const& entry : legend) widest = std::max(widest, width_of(entry.sign));
  for (auto const& entry : legend) {
    add_entry(block, std::string(entry.sign), entry.style, entry.meaning.in(style.language),
              std::min(widest + 4, width / 2), width);
  }
  return block;
}

std::vector<Block> all_blocks(DialogStyle style, int width) {
  std::vector<Block> blocks;
  blocks.reserve(static_cast<std::size_t>(kKeyGroupCount) + 2);
  for (int i = 0; i < kKeyGroupCount; ++i) {
    blocks.push_back(block_of(static_cast<KeyGroup>(i), style, width));
  }
  blocks.push_back(block_of(kMarks, kMarkLegend, style, width));
  blocks.push_back(block_of(kColours, kStateLegend, style, width));
  return blocks;
}

void append(std::vector<Line>& lines, Block& block) {
  if (!lines.empty()) lines.emplace_back();
  std::ranges::move(block, std::back_inserter(lines));
}

std::vector<Line> one_column(std::vector<Block> blocks) {
  std::vector<Line> lines;
  for (auto& block : blocks) append(lines, block);
  return lines;
}

// The groups in their order, the second column beginning where the longer one is shortest.
std::vector<Line> two_columns(std::vector<Block> blocks, int second_x) {
  std::size_t total = 0;
  for (auto const& block : blocks) total += block.size() + 1;
  std::size_t split = 0;
  std::size_t best = total;
  for (std::size_t i = 0, before = 0; i < blocks.size(); ++i) {
    before += blocks[i].size() + 1;
    auto const longer = std::max(before, total - before);
    if (longer >= best) continue;
    best = longer;
    split = i + 1;
  }
  std::vector<Line> left;
  std::vector<Line> right;
  for (std::size_t i = 0; i < blocks.size(); ++i) append(i < split ? left : right, blocks[i]);
  left.resize(std::max(left.size(), right.size()));
  for (std::size_t i = 0; i < right.size(); ++i) {
    for (auto& piece : right[i]) {
      piece.x += second_x;
      left[i].push_back(std::move(piece));
    }
  }
  return left;
}

}  // namespace

void HelpPage::draw(Canvas& canvas) {
  constexpr int kGap = 3;
  auto const box = centred(canvas, std::min(canvas.width(), 130), canvas.height());
  auto const inner = draw_box(canvas, box, kTitle.in(style_.language), style_.unicode);
  int const width = std::max(inner.width - 2, 0);
  int const half = (width - kGap) / 2;
  auto const lines = canvas.width() >= kTwoColumnsFrom
                         ? two_columns(all_blocks(style_, half), half + kGap)
                         : one_column(all_blocks(style_, width));
  shown_ = static_cast<std::size_t>(std::max(inner.height, 0));
  count_ = lines.size();
  scroll(0);
  auto const last = std::min(count_, top_ + shown_);
  for (auto at = top_; at < last; ++at) {
    for (auto const& piece : lines[at]) {
      canvas.put(inner.x + 1 + piece.x, inner.y + static_cast<int>(at - top_), piece.text,
                 piece.style, width - piece.x);
    }
  }
  draw_scroll_bar(canvas, inner, top_, shown_, count_, style_.unicode);
}

void HelpPage::scroll(int by) {
  auto const last = static_cast<int>(count_ - std::min(count_, shown_));
  top_ = static_cast<std::size_t>(std::clamp(static_cast<int>(top_) + by, 0, last));
}

bool HelpPage::key(Key key) {
  int const page = std::max(static_cast<int>(shown_) - 1, 1);
  int const all = static_cast<int>(count_);
  switch (key) {
    case kEscape:
    case kEnter:
    case control('c'):
    case 'q':
    case '?':
    case 'h':
    case kF1:
    case kF10: return false;
    case kUp:
    case 'k': scroll(-1); break;
    case kDown:
    case 'j': scroll(1); break;
    case kPageUp:
    case control('b'): scroll(-page); break;
    case kPageDown:
    case control('f'):
    case kSpace: scroll(page); break;
    case kHome:
    case 'g': scroll(-all); break;
    case kEnd:
    case 'G': scroll(all); break;
    default: break;
  }
  return true;
}

bool HelpPage::mouse(Mouse const& mouse) {
  constexpr int kStep = 3;
  if (mouse.button == MouseButton::WheelUp) scroll(-kStep);
  if (mouse.button == MouseButton::WheelDown) scroll(kStep);
  return true;
}

}  // namespace lastack::ui::tui
