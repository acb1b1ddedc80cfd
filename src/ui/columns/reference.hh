// Documentation made from the table of columns, so that it cannot say something else.
// docs/columns.md and docs/list.schema.json are these texts; a test compares.
#pragma once

#include <string>

namespace lastack::ui {

[[nodiscard]] std::string columns_document();  // Markdown
[[nodiscard]] std::string json_schema();       // of one line; JSON Schema, draft 2020-12

}  // namespace lastack::ui
