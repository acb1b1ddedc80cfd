// The table that people read. Two passes over the endpoints, one for the widths and one that
// prints: the text of a row is never kept.
#pragma once

#include <cstddef>
#include <optional>

#include "base/output.hh"
#include "ui/cli/listing.hh"

namespace lastack::ui {

struct TableOptions {
  bool header = true;
  bool color = false;                // SGR sequences around the header and the state
  bool terminal = false;             // shorten lists of pids; elsewhere all is written out
  bool columns_chosen = false;       // by the user: none is ever left out
  std::optional<std::size_t> width;  // of the terminal, where it is known
};

struct TableReport {
  std::size_t dropped_columns = 0;  // of the default view, for want of room
};

TableReport write_table(base::Output& output, Listing const& listing, TableOptions const& options);

}  // namespace lastack::ui
