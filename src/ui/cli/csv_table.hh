// CSV with a header of JSON names. Numbers are as in JSON, without units; all else is as in
// the table, uncut, and empty where it is unknown. Safety: export/csv_writer.hh.
#pragma once

#include "base/output.hh"
#include "ui/cli/listing.hh"

namespace lastack::ui {

struct CsvOptions {
  bool header = true;
};

void write_csv(base::Output& output, Listing const& listing, CsvOptions const& options);

}  // namespace lastack::ui
