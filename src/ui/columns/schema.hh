// The JSON Schema of each shape that a member may have.
#pragma once

#include <string>
#include <string_view>

#include "ui/columns/column.hh"

namespace lastack::ui {

// The keywords without braces: `"type": "integer", "minimum": 0`.
[[nodiscard]] std::string schema_of(JsonType type);
// For the table of docs/columns.md: `integer`.
[[nodiscard]] std::string_view name_of(JsonType type);

}  // namespace lastack::ui
