#include "ui/cli/table_writer.hh"

#include <algorithm>
#include <string>

#include "base/text.hh"
#include "ui/cli/cell_cache.hh"
#include "ui/cli/color.hh"
#include "ui/cli/layout.hh"

namespace lastack::ui {
namespace {

constexpr std::string_view kEllipsis = "…";

std::vector<std::size_t> natural_widths(View const& view, Listing const& listing, CellCache& cache,
                                        bool header) {
  std::vector<std::size_t> widths;
  for (auto const* column : listing.columns) widths.push_back(header ? column->id.size() : 1);
  auto const measure = [&](model::Endpoint const& endpoint) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], cache.width(*listing.columns[i], {view, endpoint}));
    }
  };
  auto const& endpoints = listing.snapshot.endpoints;
  if (listing.rows.size() == endpoints.size()) {
    std::ranges::for_each(endpoints, measure);  // the order does not matter; memory's is faster
  } else {
    for_each_row(listing, measure);
  }
  return widths;
}

class Printer {
 public:
  Printer(base::Output& output, Layout const& layout, CellCache& cache, bool color)
      : output_(output),
        layout_(layout),
        cache_(cache),
        state_(color ? &column("state") : nullptr) {}

  void header() {
    if (state_ != nullptr) output_.buffer() += kBold;
    begin_line();
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
      auto const name = header_of(*layout_.columns[i]);
      append_cell(i, {name, name.size()}, {});
    }
    end_line(state_ != nullptr ? kPlain : std::string_view{});
  }

  void row(Row const& row) {
    begin_line();
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
      auto const* column = layout_.columns[i];
      append_cell(i, cache_.cell(*column, row),
                  column == state_ ? color_of(row.endpoint.state) : std::string_view{});
    }
    end_line({});
  }

 private:
  void begin_line() { line_at_ = output_.buffer().size(); }

  void append_cell(std::size_t i, Cell const& cell, std::string_view color) {
    auto& out = output_.buffer();
    auto const width = layout_.widths[i];
    auto const blanks = cell.width < width ? width - cell.width : 0;
    bool const right = layout_.columns[i]->align == Align::Right;
    if (right) out.append(blanks, ' ');
    out += color;
    if (cell.width > width) {
      base::append_cut(out, cell.text, width, kEllipsis);
    } else {
      out += cell.text;
    }
    if (!color.empty()) out += kPlain;
    bool const last = i + 1 == layout_.columns.size();
    if (!last) out.append((right ? 0 : blanks) + kColumnGap, ' ');
  }

  void end_line(std::string_view color_end) {
    auto& out = output_.buffer();
    while (out.size() > line_at_ && out.back() == ' ') out.pop_back();
    out += color_end;
    out += '\n';
    output_.drain();
  }

  base::Output& output_;
  Layout const& layout_;
  CellCache& cache_;
  Column const* state_;  // where there are colours
  std::size_t line_at_ = 0;
};

}  // namespace

TableReport write_table(base::Output& output, Listing const& listing, TableOptions const& options) {
  View const view{listing.snapshot, listing.naming, options.terminal};
  CellCache cache;
  auto const layout =
      lay_out(Columns(listing.columns.begin(), listing.columns.end()),
              natural_widths(view, listing, cache, options.header),
              {options.terminal ? options.width : std::nullopt, !options.columns_chosen});
  Printer printer(output, layout, cache, options.color);
  if (options.header) printer.header();
  for_each_row(listing, [&](model::Endpoint const& endpoint) {
    if (!output.stopped()) printer.row({view, endpoint});
  });
  return {layout.dropped};
}

}  // namespace lastack::ui
