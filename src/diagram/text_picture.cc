#include "diagram/text_picture.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hh"
#include "diagram/text_layout.hh"
#include "diagram/text_sheet.hh"

namespace lastack::diagram {
namespace {

void write_at(TextCanvas& canvas, Spot spot, std::string_view text, Ink ink) {
  auto const width = static_cast<int>(base::display_width(text));
  auto x = spot.x;
  if (spot.align == Align::Center) x -= width / 2;
  if (spot.align == Align::Right) x -= width - 1;
  canvas.write({x, spot.y}, text, ink);
}

// ---- boxes ------------------------------------------------------------------------------------

void draw_frame(TextCanvas& canvas, Rectangle box, Pen const& pen) {
  auto const right = box.x + box.width - 1;
  auto const bottom = box.y + box.height - 1;
  for (int x = box.x + 1; x < right; ++x) {
    canvas.write({x, box.y}, pen.horizontal, Ink::Plain);
    canvas.write({x, bottom}, pen.horizontal, Ink::Plain);
  }
  for (int y = box.y + 1; y < bottom; ++y) {
    canvas.write({box.x, y}, pen.vertical, Ink::Plain);
    canvas.write({right, y}, pen.vertical, Ink::Plain);
  }
  canvas.write({box.x, box.y}, pen.down_right, Ink::Plain);
  canvas.write({right, box.y}, pen.down_left, Ink::Plain);
  canvas.write({box.x, bottom}, pen.up_right, Ink::Plain);
  canvas.write({right, bottom}, pen.up_left, Ink::Plain);
}

void draw_state(Sheet& sheet, tcp::State state) {
  auto const index = static_cast<std::size_t>(state);
  auto const box = text_layout::kBoxes.at(index);
  auto const center = box.x + box.width / 2;
  draw_frame(sheet.canvas, box, sheet.pens.box);
  if (sheet.marks.here == state) {
    write_at(sheet.canvas, {center, box.y + 1, Align::Center},
             fmt::format("[{}]", tcp::name(state)), Ink::Here);
  } else {
    write_at(sheet.canvas, {center, box.y + 1, Align::Center}, tcp::name(state), Ink::Plain);
  }
  if (auto const standing = sheet.marks.standing.at(index)) {
    write_at(sheet.canvas, {center, box.y + 2, Align::Center}, count_text(*standing), Ink::Plain);
  }
}

// ---- edges ------------------------------------------------------------------------------------

Side side_towards(Point from, Point to) {
  if (from.x != to.x) return from.x < to.x ? kRight : kLeft;
  return from.y < to.y ? kDown : kUp;
}

Point step(Point at, Side side) {
  switch (side) {
    case kUp: return {at.x, at.y - 1};
    case kDown: return {at.x, at.y + 1};
    case kLeft: return {at.x - 1, at.y};
    default: return {at.x + 1, at.y};
  }
}

constexpr Side opposite(Side side) {
  switch (side) {
    case kUp: return kDown;
    case kDown: return kUp;
    case kLeft: return kRight;
    default: return kLeft;
  }
}

std::string_view head_glyph(PenCase const& pens, Side side) {
  switch (side) {
    case kUp: return pens.heads[0];
    case kDown: return pens.heads[1];
    case kLeft: return pens.heads[2];
    default: return pens.heads[3];
  }
}

bool is_crossing(Point at) {
  return std::ranges::find(text_layout::kCrossings, at) != text_layout::kCrossings.end();
}

void draw_cell(Sheet& sheet, Point at, std::string_view glyph, Ink ink) {
  if (is_crossing(at) && !sheet.canvas.is_free(at)) {
    sheet.canvas.overwrite(at, ink == Ink::Path ? glyph : sheet.pens.crossing, ink);
  } else {
    sheet.canvas.write(at, glyph, ink);
  }
}

void draw_track(Sheet& sheet, Track const& track, Pen const& pen, Ink ink) {
  auto const points = track.points();
  auto at = points.front();
  auto came_from = opposite(side_towards(points[0], points[1]));
  for (auto const& target : points.subspan(1)) {
    auto const side = side_towards(at, target);
    for (; at != target; at = step(at, side)) {
      draw_cell(sheet, at, pen.glyph(static_cast<unsigned>(came_from) | side), ink);
      came_from = opposite(side);
    }
  }
  draw_cell(sheet, at, head_glyph(sheet.pens, opposite(came_from)), ink);
}

Ink ink_of(Sheet const& sheet, tcp::Edge const& edge) {
  if (sheet.marks.on_path.at(index_of(edge))) return Ink::Path;
  return sheet.kinds.path ? Ink::Faint : kInks.at(static_cast<std::size_t>(stroke_of(edge)));
}

void write_label(Sheet& sheet, Route const& route, Ink ink) {
  auto const label = label_of(edge_of(route), sheet.style.language);
  if (route.lines == Lines::One) return write_at(sheet.canvas, route.label, label.line(), ink);
  auto const [first, second] = label.two_lines();
  write_at(sheet.canvas, route.label, first, ink);
  write_at(sheet.canvas, {route.label.x, route.label.y + 1, route.label.align}, second, ink);
}

void draw_edge(Sheet& sheet, Route const& route) {
  auto const& edge = edge_of(route);
  auto const ink = ink_of(sheet, edge);
  auto const& pen = ink == Ink::Path
                        ? sheet.pens.path
                        : sheet.pens.strokes.at(static_cast<std::size_t>(stroke_of(edge)));
  draw_track(sheet, route.track, pen, ink);
  auto const text_ink = ink == Ink::Linux ? Ink::Plain : ink;
  write_label(sheet, route, text_ink);
  if (auto const count = sheet.marks.edge_counts.at(index_of(edge))) {
    write_at(sheet.canvas, route.count, fmt::format("{}{}", sheet.signs.times, count_text(*count)),
             *count == 0 ? Ink::Faint : text_ink);
  }
}

}  // namespace

TextCanvas arrange_text(Style const& style, Marks const& marks) {
  auto sheet = empty_sheet(style, marks, text_layout::kHeight);
  for (std::size_t i = 0; i < tcp::kStateCount; ++i) draw_state(sheet, tcp::state_at(i));
  for (auto const& route : text_layout::kRoutes) draw_edge(sheet, route);
  return std::move(sheet.canvas);
}

}  // namespace lastack::diagram
