#include "export/watch_lines.hh"

#include <optional>
#include <string>

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace lastack::exporting {
namespace {

// What a line has at its top, and in the objects of its two lists.
struct Fields {
  std::string event;
  std::string from;
  std::string to;
  std::uint64_t lost = 0;

  struct Entry {
    std::string from;
    std::string to;
    std::string state;
    std::uint64_t count = 0;
  };
  std::optional<std::vector<Entry>> edges;
  std::optional<std::vector<Entry>> path;
  bool list_of_others = false;  // one of the lists has something that is no object
};

// RapidJSON's events, as far as they matter; the rest is passed over.
class Handler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Handler> {
 public:
  explicit Handler(Fields& fields) : fields_(fields) {}

  bool Default() { return note_other(); }
  bool Uint(unsigned value) { return Uint64(value); }
  bool Uint64(std::uint64_t value) {
    if (depth_ == 1 && key_ == "lost") fields_.lost = value;
    if (auto* entry = current(); entry != nullptr && key_ == "count") entry->count = value;
    return note_other();
  }
  bool String(char const* text, rapidjson::SizeType size, bool /*copy*/) {
    if (depth_ == 1) take(text, size);
    if (auto* entry = current()) take_of(*entry, text, size);
    return note_other();
  }
  bool Key(char const* text, rapidjson::SizeType size, bool /*copy*/) {
    key_.assign(text, size);
    return true;
  }
  bool StartObject() {
    if (depth_ == 0) is_object_ = true;
    if (depth_ == kInList && list_ != nullptr) list_->emplace_back();
    ++depth_;
    return true;
  }
  bool EndObject(rapidjson::SizeType /*members*/) {
    --depth_;
    return true;
  }
  bool StartArray() {
    if (depth_ == 1 && key_ == "edges") list_ = &fields_.edges.emplace();
    if (depth_ == 1 && key_ == "path") list_ = &fields_.path.emplace();
    ++depth_;
    return true;
  }
  bool EndArray(rapidjson::SizeType /*elements*/) {
    if (--depth_ == 1) list_ = nullptr;
    return true;
  }

  [[nodiscard]] bool is_object() const { return is_object_; }

 private:
  static constexpr int kInList = 2;
  static constexpr int kInEntry = 3;

  // The object of a list that is being read.
  Fields::Entry* current() {
    bool const inside = depth_ == kInEntry && list_ != nullptr && !list_->empty();
    return inside ? &list_->back() : nullptr;
  }
  bool note_other() {
    if (depth_ == kInList && list_ != nullptr) fields_.list_of_others = true;
    return true;
  }
  void take(char const* text, std::size_t size) {
    if (key_ == "event") fields_.event.assign(text, size);
    if (key_ == "from") fields_.from.assign(text, size);
    if (key_ == "to") fields_.to.assign(text, size);
  }
  void take_of(Fields::Entry& entry, char const* text, std::size_t size) {
    if (key_ == "from") entry.from.assign(text, size);
    if (key_ == "to") entry.to.assign(text, size);
    if (key_ == "state") entry.state.assign(text, size);
  }

  Fields& fields_;
  std::string key_;
  std::vector<Fields::Entry>* list_ = nullptr;
  int depth_ = 0;
  bool is_object_ = false;
};

base::Result<CountedEdge> edge_of(std::string_view from, std::string_view to, std::uint64_t count) {
  auto const a = tcp::parse_state(from);
  auto const b = tcp::parse_state(to);
  if (!a || !b) return base::fail("\"from\" or \"to\" is no state");
  return CountedEdge{*a, *b, count};
}

base::Result<WatchLine> tally(Fields const& fields) {
  WatchLine line{.kind = WatchLine::Kind::Tally, .edges = {}};
  if (!fields.edges) return base::fail("a tally without \"edges\"");
  if (fields.list_of_others) return base::fail("an edge that is no object");
  for (auto const& each : *fields.edges) {
    auto const edge = edge_of(each.from, each.to, each.count);
    if (!edge) return std::unexpected(edge.error());
    line.edges.push_back(*edge);
  }
  return line;
}

base::Result<WatchLine> life(Fields const& fields) {
  WatchLine line{.kind = WatchLine::Kind::Life, .edges = {}};
  if (!fields.path) return base::fail("a life without \"path\"");
  std::optional<tcp::State> before;
  for (auto const& hop : *fields.path) {
    auto const state = tcp::parse_state(hop.state);
    if (!state) return base::fail("a \"path\" with something that is no state");
    if (before) line.edges.push_back({*before, *state, 1});
    before = state;
  }
  if (before) line.edges.push_back({*before, tcp::State::Closed, 1});
  return line;
}

}  // namespace

base::Result<WatchLine> read_watch_line(std::string_view line) {
  Fields fields;
  Handler handler(fields);
  rapidjson::MemoryStream stream(line.data(), line.size());
  rapidjson::Reader reader;
  // Iterative: however deep it nests, the stack of the program does not grow.
  auto const parsed = reader.Parse < rapidjson::kParseIterativeFlag |
                      rapidjson::kParseValidateEncodingFlag > (stream, handler);
  if (parsed.IsError() || !handler.is_object()) return base::fail("not a JSON object");
  if (fields.event.empty()) return base::fail("no \"event\"");
  if (fields.event == "tally") return tally(fields);
  if (fields.event == "life") return life(fields);
  WatchLine read;
  if (fields.event == "summary") read.lost = fields.lost;
  if (fields.event != "transition") return read;
  auto const edge = edge_of(fields.from, fields.to, 1);
  if (!edge) return std::unexpected(edge.error());
  read.kind = WatchLine::Kind::Transition;
  read.edges.push_back(*edge);
  return read;
}

}  // namespace lastack::exporting
