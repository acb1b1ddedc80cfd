#include "ui/cli/csv_table.hh"

#include <string>

#include "export/csv_writer.hh"

namespace lastack::ui {
namespace {

void write_header(exporting::CsvWriter& csv, Listing const& listing) {
  for (auto const* column : listing.columns) csv.field(column->json_name());
  csv.end_record();
}

void write_record(exporting::CsvWriter& csv, Row const& row, Listing const& listing) {
  std::string cell;
  for (auto const* column : listing.columns) {
    if (column->is_number()) {
      auto const value = column->cells->keys[0](row);
      if (value == model::kUnknown64) {
        csv.field({});
      } else {
        csv.number(value);
      }
    } else {
      cell.clear();
      auto const* cells = column->cells;
      (cells->csv != nullptr ? cells->csv : cells->text)(cell, row);
      csv.field(cell);
    }
  }
  csv.end_record();
}

}  // namespace

void write_csv(base::Output& output, Listing const& listing, CsvOptions const& options) {
  View const view{.snapshot = listing.snapshot, .naming = listing.naming, .unknown = {}};
  exporting::CsvWriter csv(output.buffer());
  if (options.header) write_header(csv, listing);
  for_each_row(listing, [&](model::Endpoint const& endpoint) {
    if (output.stopped()) return;
    write_record(csv, {view, endpoint}, listing);
    output.drain();
  });
}

}  // namespace lastack::ui
