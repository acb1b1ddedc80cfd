#include <fmt/format.h>

#include <utility>

#include "base/text.hh"
#include "diagram/text_layout.hh"
#include "diagram/text_picture.hh"
#include "diagram/text_sheet.hh"
#include "diagram/words.hh"

namespace lastack::diagram {
namespace {

constexpr int kSampleWidth = 4;

// Writes a sample and what it means; the next one goes on behind it.
void explain(TextCanvas& canvas, Point& at, std::pair<std::string, Ink> const& sample,
             std::string_view meaning) {
  constexpr int kGap = 3;
  canvas.write(at, sample.first, sample.second);
  at.x += static_cast<int>(base::display_width(sample.first)) + 1;
  canvas.write(at, meaning, Ink::Plain);
  at.x += static_cast<int>(base::display_width(meaning)) + kGap;
}

std::string repeated(std::string_view glyph, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += glyph;
  return out;
}

void write_strokes(Sheet& sheet, Point at) {
  for (std::size_t i = 0; i < kStrokeCount; ++i) {
    explain(sheet.canvas, at,
            {repeated(sheet.pens.strokes.at(i).horizontal, kSampleWidth), kInks.at(i)},
            kStrokeNames.at(i).in(sheet.style.language));
  }
  sheet.canvas.write(at, kOnAnEdge.in(sheet.style.language), Ink::Plain);
}

void write_path_signs(Sheet& sheet, Point at) {
  auto const language = sheet.style.language;
  if (sheet.kinds.path) {
    explain(sheet.canvas, at, {repeated(sheet.pens.path.horizontal, kSampleWidth), Ink::Path},
            kOnPath.in(language));
  }
  if (sheet.kinds.here) explain(sheet.canvas, at, {"[ ]", Ink::Here}, kHere.in(language));
}

void write_number_signs(Sheet& sheet, Point at) {
  auto const language = sheet.style.language;
  if (sheet.kinds.counts) {
    explain(sheet.canvas, at, {fmt::format("{}n", sheet.signs.times), Ink::Plain},
            kTimesTaken.in(language));
  }
  if (sheet.kinds.standing) sheet.canvas.write(at, kSocketsNow.in(language), Ink::Plain);
}

void write_legend(Sheet& sheet) {
  auto const language = sheet.style.language;
  int y = 0;
  auto const next = [&] {
    sheet.canvas.add_row();
    return Point{0, y++};
  };
  write_strokes(sheet, next());
  if (sheet.kinds.path || sheet.kinds.here) write_path_signs(sheet, next());
  if (sheet.kinds.numbers()) write_number_signs(sheet, next());
  sheet.canvas.write(next(), not_drawn_line(language, sheet.signs), Ink::Plain);
  for (auto const& line : also_lines(language, sheet.marks, sheet.signs)) {
    if (!line.on_path) {
      sheet.canvas.write(next(), line.text, Ink::Plain);
    } else {
      auto const sign = repeated(sheet.pens.path.horizontal, kSampleWidth);
      sheet.canvas.write(next(), fmt::format("{} {}", sign, line.text), Ink::Path);
    }
  }
}

}  // namespace

TextCanvas arrange_legend(Style const& style, Marks const& marks) {
  auto sheet = empty_sheet(style, marks, 0);
  write_legend(sheet);
  return std::move(sheet.canvas);
}

}  // namespace lastack::diagram
