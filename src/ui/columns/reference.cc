#include "ui/columns/reference.hh"

#include <string_view>

#include "ui/columns/schema.hh"
#include "ui/columns/table.hh"

namespace lastack::ui {
namespace {

constexpr std::string_view kIntroduction =
    R"(<!-- Generated from src/ui/columns/table.cc: LASTACK_UPDATE_GOLDEN=1 build/test/unit_tests -->
# Columns of `lastack list`

`--columns pid,local,state` shows these columns, in this order. `--columns +rtt,-user` is the
default view with one more and one less; `--columns all` is every one. `--sort state,-recv-q`
sorts by any of them, `-` reverses; rows without a value come last. A column goes by its name or
by its name in JSON.

| column | default | in JSON | type | what it is |
|---|---|---|---|---|
)";

constexpr std::string_view kConclusion = R"(
`netns` is added to the default view where endpoints are in more than one namespace.

**On a terminal** cells are cut with `…` where the window is too narrow: never addresses, names
of processes last. When that is not enough, the last columns of the default view are left out,
and a line on stderr says so. Into a pipe or a file everything is written out, however long.
Control characters, invalid UTF-8 and the like are shown as `\e`, `\n`, `\x9b` or `\u{202e}`, and
`\` as `\\`.

**A value that is not known** (an older kernel, another kind of socket, no permission) is `-` in
the table and empty in CSV; in JSON the member is left out.

## JSON Lines: `--json`

One endpoint is one object on one line. Without `--columns` it has every member that is known;
with `--columns` only the members of these columns, which is faster. Those that say *owner* are members
of each object of `"owners"`, one object for each process and descriptor that has the socket open.
Numbers are in the unit that the member's name ends in (`_us`, `_ms`), else in what the table
says; times are UTC (RFC 3339). Invalid UTF-8 becomes U+FFFD. `"host"` and `"service"` are there
where names were asked for and found.

[list.schema.json](list.schema.json) (JSON Schema, draft 2020-12) describes a line. It is a
promise: members may be added, none is renamed, removed or given another meaning.

## CSV: `--csv`

RFC 4180; the header has the JSON names, numbers and times are as in JSON, everything else is as
in the table. One endpoint is always one line: control characters are escaped as on a terminal. A field
that begins with `=`, `+`, `-` or `@` gets a leading `'`, because spreadsheets would run it as a
formula.
)";

void append_cell(std::string& out, std::string_view text) {
  out += ' ';
  for (auto const c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  out += " |";
}

void append_row(std::string& out, Column const& column) {
  std::string names;
  for (auto const& member : column.members) {
    if (member.name.empty()) continue;
    if (!names.empty()) names += ", ";
    names += "`" + std::string(member.name) + "`";
  }
  if (column.of_owner()) names += " of owner";
  out += '|';
  append_cell(out, "`" + std::string(column.id) + "`");
  append_cell(out, column.by_default ? "yes" : "");
  append_cell(out, names);
  append_cell(out, name_of(column.members[0].type));
  append_cell(out, column.description);
  out += '\n';
}

// The members of an endpoint, or of an owner, one line each.
class Properties {
 public:
  Properties(std::string& out, std::string_view indent) : out_(out), indent_(indent) {}

  void begin(std::string_view name) {
    out_ += first_ ? "\n" : ",\n";
    first_ = false;
    out_ += indent_;
    exporting::append_json_string(out_, name);
    out_ += ": {";
  }

  void add(Column const& column) {
    for (auto const& member : column.members) {
      if (member.name.empty()) continue;
      begin(member.name);
      out_ += schema_of(member.type) + R"(, "description": )";
      auto const text = member.description.empty() ? column.description : member.description;
      exporting::append_json_string(out_, text);
      out_ += '}';
    }
  }

 private:
  std::string& out_;
  std::string_view indent_;
  bool first_ = true;
};

}  // namespace

std::string columns_document() {
  std::string out(kIntroduction);
  for (auto const& column : all_columns()) append_row(out, column);
  out += kConclusion;
  return out;
}

std::string json_schema() {
  std::string out = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "One line of lastack list --json",
  "description": "Members that are not known, or not asked for, are absent. Others may be added.",
  "type": "object",
  "properties": {)";
  auto const* everyone = &column("owners");
  Properties endpoint(out, "    ");
  for (auto const& column : all_columns()) {
    if (!column.of_owner() && &column != everyone) endpoint.add(column);
  }
  endpoint.begin(everyone->json_name());
  out += "\n      \"description\": ";
  exporting::append_json_string(out, everyone->members[0].description);
  out += ",\n      \"type\": \"array\",\n      \"items\": {\"type\": \"object\", \"properties\": {";
  Properties owner(out, "        ");
  for (auto const& column : all_columns()) {
    if (column.of_owner()) owner.add(column);
  }
  out += "\n      }}\n    }\n  }\n}\n";
  return out;
}

}  // namespace lastack::ui
