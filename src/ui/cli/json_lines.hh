// JSON Lines: one endpoint an object. Only members of the listing's columns appear, and of
// these only the known ones; columns of owners are members of each object of "owners".
#pragma once

#include "base/output.hh"
#include "ui/cli/listing.hh"

namespace lastack::ui {

void write_json_lines(base::Output& output, Listing const& listing);

}  // namespace lastack::ui
