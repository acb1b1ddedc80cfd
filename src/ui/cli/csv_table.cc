#include "ui/cli/csv_table.hh"

#include <string>

#include "export/csv_writer.hh"
#include "ui/cli/cell_cache.hh"

namespace lastack::ui {
namespace {

void write_number(exporting::CsvWriter& csv, std::uint64_t value) {
  if (value == model::kUnknown64) {
    csv.field({});
  } else {
    csv.number(value);
  }
}

class Records {
 public:
  Records(std::string& out, Listing const& listing) : csv_(out), listing_(listing) {}

  void header() {
    for (auto const* column : listing_.columns) csv_.field(column->json_name());
    csv_.end_record();
  }

  void record(Row const& row) {
    for (auto const* column : listing_.columns) {
      auto const& cells = *column->cells;
      if (column->is_number()) {
        write_number(csv_, cells.keys[0](row));
      } else if (cells.csv != nullptr) {
        exact_.clear();
        cells.csv(exact_, row);
        csv_.field(exact_);
      } else {
        csv_.field(cache_.cell(*column, row).text);
      }
    }
    csv_.end_record();
  }

 private:
  exporting::CsvWriter csv_;
  Listing const& listing_;
  CellCache cache_;
  std::string exact_;
};

}  // namespace

void write_csv(base::Output& output, Listing const& listing, CsvOptions const& options) {
  View const view{.snapshot = listing.snapshot, .naming = listing.naming, .unknown = {}};
  Records records(output.buffer(), listing);
  if (options.header) records.header();
  for_each_row(listing, [&](model::Endpoint const& endpoint) {
    if (output.stopped()) return;
    records.record({view, endpoint});
    output.drain();
  });
}

}  // namespace lastack::ui
