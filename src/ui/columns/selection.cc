#include "ui/columns/selection.hh"

#include <algorithm>
#include <string>

#include "base/text.hh"

namespace lastack::ui {
namespace {

std::string normalized(std::string_view name) {
  std::string out(name);
  std::ranges::replace(out, '_', '-');
  return out;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    auto const comma = text.find(',');
    auto part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    parts.push_back(part);
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

// Close enough to be meant: a typing mistake or two, or the beginning of the name.
bool is_near(std::string_view typed, Column const& candidate) {
  std::size_t const mistakes = typed.size() < 4 ? 1 : 2;
  auto const near = [&](std::string const& name) {
    return base::edit_distance(typed, name) <= mistakes ||
           (typed.size() >= 3 && name.starts_with(typed));
  };
  return near(std::string(candidate.id)) || near(normalized(candidate.json_name()));
}

std::string unknown_column(std::string_view name) {
  auto const typed = normalized(name);
  std::string near;
  std::string all;
  for (auto const& candidate : all_columns()) {
    if (!all.empty()) all += ' ';
    all += candidate.id;
    if (!is_near(typed, candidate)) continue;
    if (!near.empty()) near += " or ";
    near += candidate.id;
  }
  auto const message = "unknown column \"" + base::printable(name) + "\"";
  return near.empty() ? message + "; there are: " + all : message + "; did you mean " + near + "?";
}

base::Result<Column const*> require_column(std::string_view name) {
  if (name.empty()) return base::fail("a column's name is missing");
  auto const* found = find_column(name);
  if (found == nullptr) return base::fail(unknown_column(name));
  return found;
}

void add_once(Columns& columns, Column const* column) {
  if (std::ranges::find(columns, column) == columns.end()) columns.push_back(column);
}

void add_all(Columns& columns) {
  for (auto const& column : all_columns()) add_once(columns, &column);
}

base::Result<void> apply(std::string_view part, Columns& columns) {
  bool const minus = part.starts_with('-');
  if (minus || part.starts_with('+')) part.remove_prefix(1);
  if (!minus && base::equals_ignoring_case(part, "all")) {
    add_all(columns);
    return {};
  }
  auto const column = require_column(part);
  if (!column) return std::unexpected(column.error());
  if (minus) {
    std::erase(columns, *column);
  } else {
    add_once(columns, *column);
  }
  return {};
}

}  // namespace

Column const* find_column(std::string_view name) {
  auto const wanted = normalized(name);
  auto const is_wanted = [&](std::string_view known) {
    return !known.empty() && base::equals_ignoring_case(wanted, normalized(known));
  };
  auto const columns = all_columns();
  auto found = std::ranges::find_if(columns, [&](Column const& candidate) {
    return is_wanted(candidate.id) || is_wanted(candidate.json_name());
  });
  if (found == columns.end()) {  // a second member: "accept_queue"
    found = std::ranges::find_if(
        columns, [&](Column const& candidate) { return is_wanted(candidate.members[1].name); });
  }
  return found == columns.end() ? nullptr : &*found;
}

base::Result<Columns> parse_columns(std::string_view text, Columns const& defaults) {
  bool const relative = text.starts_with('+') || text.starts_with('-');
  Columns columns = relative ? defaults : Columns{};
  for (auto const part : split(text)) {
    auto const applied = apply(part, columns);
    if (!applied) return std::unexpected(applied.error());
  }
  if (columns.empty()) return base::fail("no column is left to show");
  return columns;
}

base::Result<std::vector<SortColumn>> parse_sort(std::string_view text) {
  std::vector<SortColumn> columns;
  for (auto part : split(text)) {
    bool const descending = part.starts_with('-');
    if (descending || part.starts_with('+')) part.remove_prefix(1);
    auto const column = require_column(part);
    if (!column) return std::unexpected(column.error());
    columns.push_back({*column, descending});
  }
  return columns;
}

}  // namespace lastack::ui
