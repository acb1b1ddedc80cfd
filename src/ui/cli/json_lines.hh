// JSON Lines: one endpoint an object. Only members of the listing's columns appear, and of
// these only the known ones; columns of owners are members of each object of "owners".
#pragma once

#include <span>

#include "base/output.hh"
#include "export/json_writer.hh"
#include "ui/cli/listing.hh"

namespace lastack::ui {

void write_json_lines(base::Output& output, Listing const& listing);

// The same object of one endpoint, as a value inside another.
void write_endpoint_object(exporting::JsonWriter& json, Row const& row,
                           std::span<Column const* const> columns);

}  // namespace lastack::ui
