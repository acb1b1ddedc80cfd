#include <array>
#include <ranges>

#include "base/text.hh"
#include "diagram/formats.hh"
#include "diagram/legend.hh"
#include "diagram/text_layout.hh"
#include "diagram/text_picture.hh"

namespace lastack::diagram {
namespace {

// In the order of Ink.
constexpr std::array<std::string_view, kInkCount> kOnDark{
    "", "\x1b[36m", "\x1b[33m", "", "\x1b[2m", "\x1b[1;35m", "\x1b[1;7;35m", "\x1b[2m"};
constexpr std::array<std::string_view, kInkCount> kOnLight{
    "", "\x1b[34m", "\x1b[31m", "", "\x1b[2m", "\x1b[1;35m", "\x1b[1;7;35m", "\x1b[2m"};

std::string caption_lines(Style const& style, Marks const& marks) {
  if (marks.caption.empty()) return {};
  std::string safe;
  std::string out;
  base::append_message(safe, marks.caption);
  base::append_cut(out, safe, text_layout::kWidth, style.unicode ? "…" : "...");
  return out + "\n\n";
}

}  // namespace

std::string draw_text(Style const& style, Marks const& marks) {
  auto picture = arrange_text(style, marks);
  if (!kinds_of(marks).numbers()) {
    for (auto const y : std::views::reverse(text_layout::kNumberRows)) picture.erase_row(y);
  }
  auto const text = [&](TextCanvas const& canvas) {
    return style.color ? canvas.str(style.dark ? kOnDark : kOnLight) : canvas.str();
  };
  return caption_lines(style, marks) + text(picture) + "\n" + text(arrange_legend(style, marks));
}

}  // namespace lastack::diagram
