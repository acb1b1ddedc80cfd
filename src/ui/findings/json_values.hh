// Values of JSON that JsonWriter has no call for: they go in as they are written.
#pragma once

#include <fmt/format.h>

#include "export/json_writer.hh"

namespace lastack::ui {

inline void write_null(exporting::JsonWriter& json) { json.object("null"); }
// Finite.
inline void write_real(exporting::JsonWriter& json, double value) {
  json.object(fmt::format("{:.12g}", value));
}

}  // namespace lastack::ui
