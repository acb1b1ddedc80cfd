#include "ui/columns/schema.hh"

#include "ui/columns/socket_cells.hh"

namespace lastack::ui {
namespace {

using Names = std::string;  // "\"a\", \"b\""

void add(Names& names, std::string_view name) {
  if (name.empty()) return;
  if (!names.empty()) names += ", ";
  exporting::append_json_string(names, name);
}

std::string one_of(Names const& names) { return R"("type": "string", "enum": [)" + names + "]"; }

template <typename Enum>
Names names_up_to(Enum last, std::string_view (*name_one)(Enum)) {
  Names names;
  for (int i = 0; i <= static_cast<int>(last); ++i) add(names, name_one(static_cast<Enum>(i)));
  return names;
}

std::string protocols() {
  return one_of(names_up_to<model::Protocol>(model::Protocol::Udp, model::name));
}
std::string families() { return one_of(names_up_to<model::Family>(model::Family::Inet6, name)); }
std::string states() {
  return one_of(names_up_to<model::SocketState>(model::SocketState::Unconnected, model::name));
}
std::string reasons() {
  return one_of(names_up_to<model::NoOwner>(model::NoOwner::NoProcess, model::json_id));
}
std::string timer() {
  auto const kinds = names_up_to<model::TimerKind>(model::TimerKind::Persist, name);
  return R"("type": "object", "properties": {"kind": {)" + one_of(kinds) +
         R"(}, "expires_ms": {"type": "integer"}, "retransmits": {"type": "integer"}})";
}

struct Shape {
  std::string_view name;
  std::string_view schema;          // as it stands, or
  std::string (*make)() = nullptr;  // made from the names of the model
};

// Indexed by JsonType.
constexpr auto kShapes = std::to_array<Shape>({
    {"", ""},
    {"string", R"("type": "string")"},
    {"integer", R"("type": "integer", "minimum": 0)"},
    {"boolean", R"("type": "boolean")"},
    {"string", "", protocols},
    {"string", "", families},
    {"string", "", states},
    {"object", R"("type": "object", "properties": {"addr": {"type": "string"}, )"
               R"("port": {"type": "integer", "minimum": 0, "maximum": 65535}, )"
               R"("host": {"type": "string"}, "service": {"type": "string"}}, )"
               R"("required": ["addr", "port"])"},
    {"object", "", timer},
    {"object", R"("type": "object", "additionalProperties": {"type": "integer", "minimum": 0})"},
    {"string", R"("type": "string", "enum": ["none", "receive", "send", "both"])"},
    {"object", R"("type": "object", "properties": {"inode": {"type": "integer"}, )"
               R"("label": {"type": "string"}}, "required": ["inode", "label"])"},
    {"string", "", reasons},
    {"array", R"("type": "array", "items": {"type": "object", "properties": )"
              R"({"pid": {"type": "integer"}, "comm": {"type": "string"}}})"},
    {"string", R"("type": "string", "format": "date-time")"},
    {"array", R"("type": "array")"},
});

Shape const& shape_of(JsonType type) { return kShapes[static_cast<std::size_t>(type)]; }

}  // namespace

std::string schema_of(JsonType type) {
  auto const& shape = shape_of(type);
  return shape.make != nullptr ? shape.make() : std::string(shape.schema);
}

std::string_view name_of(JsonType type) { return shape_of(type).name; }

}  // namespace lastack::ui
