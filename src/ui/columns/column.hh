// What a column is. The one table of them (table.hh) drives header, widths, sorting,
// --columns, JSON, CSV and the generated documentation.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "export/json_writer.hh"
#include "model/facts.hh"
#include "model/snapshot.hh"

namespace lastack::ui {

// Names for numbers, looked up beforehand. Null: numeric. Host names come from outside.
using HostNames = std::map<std::pair<model::Family, model::Address>, std::string>;
using ServiceNames = std::map<std::pair<model::Protocol, std::uint16_t>, std::string>;
struct Naming {
  HostNames const* hosts = nullptr;
  ServiceNames const* services = nullptr;
};

// What a cell may look at besides its endpoint.
struct View {
  model::Snapshot const& snapshot;
  Naming naming{};
  bool compact = false;            // a terminal: "12+3" instead of every pid
  std::string_view unknown = "-";  // what stands where nothing is known
};

struct Row {
  View const& view;
  model::Endpoint const& endpoint;
};

struct OwnerRow {
  model::Snapshot const& snapshot;
  model::Owner const& owner;
};

struct Column;

// Appends the cell as people read it: printable() text on one line, view.unknown where
// nothing is known.
using TextCell = void (*)(std::string& out, Row const& row);
// Writes the column's JSON members (key and value); none where nothing is known.
using JsonCell = void (*)(exporting::JsonWriter& json, Row const& row, Column const& column);
using OwnerJsonCell = void (*)(exporting::JsonWriter& json, OwnerRow const& row,
                               Column const& column);
// A number to sort by; kUnknown64 sorts last.
using NumberCell = std::uint64_t (*)(Row const& row);

struct Cells {
  TextCell text = nullptr;
  TextCell csv = nullptr;              // where CSV says it more exactly; else it has the text
  JsonCell json = nullptr;             // a member of the endpoint's object …
  OwnerJsonCell owner_json = nullptr;  // … or of each object of "owners"
  // Most significant first. None: sorted by the text.
  std::array<NumberCell, 3> keys{};
  // Both only for speed, both may be null or say kUnknown64. Rows of which `same` says the same
  // (a small number) have the same text. `width` is that of the text on the screen.
  NumberCell same = nullptr;
  NumberCell width = nullptr;
};

// The shape of a JSON member; reference.cc has the schema of each.
enum class JsonType : std::uint8_t {
  None,
  String,
  Integer,
  Boolean,
  Protocol,
  Family,
  State,
  Side,
  Timer,
  Memory,
  Shutdown,
  Namespace,
  NoOwner,
  Parents,
  Time,
  Owners,
};

struct Member {
  std::string_view name;
  JsonType type = JsonType::None;
  std::string_view description = {};  // "": the column's
};

enum class Align : std::uint8_t { Left, Right };

struct Column {
  std::string_view id;              // what --columns takes: "recv-q"; in capitals the header
  std::array<Member, 2> members{};  // the first one names the column in JSON and CSV
  Align align = Align::Left;
  std::uint8_t cut_order = 0;  // 0: never cut; else the lowest is cut first
  bool by_default = false;
  bool may_drop = false;  // of the default view, where the terminal is too narrow
  model::Facts needs{};
  std::string_view description;
  Cells const* cells = nullptr;

  [[nodiscard]] std::string_view json_name() const { return members[0].name; }
  [[nodiscard]] bool of_owner() const { return cells->owner_json != nullptr; }
  // One plain number per endpoint, in CSV and JSON alike.
  [[nodiscard]] bool is_number() const {
    return !of_owner() && members[0].type == JsonType::Integer;
  }
};

}  // namespace lastack::ui
