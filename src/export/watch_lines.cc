#include "export/watch_lines.hh"

#include <optional>
#include <string>

#include <rapidjson/document.h>

namespace lastack::exporting {
namespace {

using Value = rapidjson::Value;

std::string_view text_of(Value const& object, char const* name) {
  auto const member = object.FindMember(name);
  if (member == object.MemberEnd() || !member->value.IsString()) return "";
  return {member->value.GetString(), member->value.GetStringLength()};
}

std::uint64_t number_of(Value const& object, char const* name) {
  auto const member = object.FindMember(name);
  return member != object.MemberEnd() && member->value.IsUint64() ? member->value.GetUint64() : 0;
}

Value const* array_of(Value const& object, char const* name) {
  auto const member = object.FindMember(name);
  return member != object.MemberEnd() && member->value.IsArray() ? &member->value : nullptr;
}

base::Result<CountedEdge> edge_of(Value const& object, std::uint64_t count) {
  auto const from = tcp::parse_state(text_of(object, "from"));
  auto const to = tcp::parse_state(text_of(object, "to"));
  if (!from || !to) return base::fail("\"from\" or \"to\" is no state");
  return CountedEdge{*from, *to, count};
}

base::Result<WatchLine> tally(Value const& object) {
  WatchLine line{.kind = WatchLine::Kind::Tally, .edges = {}};
  auto const* edges = array_of(object, "edges");
  if (edges == nullptr) return base::fail("a tally without \"edges\"");
  for (auto const& each : edges->GetArray()) {
    if (!each.IsObject()) return base::fail("an edge that is no object");
    auto const edge = edge_of(each, number_of(each, "count"));
    if (!edge) return std::unexpected(edge.error());
    line.edges.push_back(*edge);
  }
  return line;
}

base::Result<WatchLine> life(Value const& object) {
  WatchLine line{.kind = WatchLine::Kind::Life, .edges = {}};
  auto const* path = array_of(object, "path");
  if (path == nullptr) return base::fail("a life without \"path\"");
  std::optional<tcp::State> before;
  for (auto const& hop : path->GetArray()) {
    auto const state = hop.IsObject() ? tcp::parse_state(text_of(hop, "state")) : std::nullopt;
    if (!state) return base::fail("a \"path\" with something that is no state");
    if (before) line.edges.push_back({*before, *state, 1});
    before = state;
  }
  if (before) line.edges.push_back({*before, tcp::State::Closed, 1});
  return line;
}

}  // namespace

base::Result<WatchLine> read_watch_line(std::string_view line) {
  rapidjson::Document document;
  document.Parse(line.data(), line.size());
  if (document.HasParseError() || !document.IsObject()) return base::fail("not a JSON object");
  auto const event = text_of(document, "event");
  if (event.empty()) return base::fail("no \"event\"");
  if (event == "tally") return tally(document);
  if (event == "life") return life(document);
  WatchLine read;
  if (event == "summary") read.lost = number_of(document, "lost");
  if (event != "transition") return read;
  auto const edge = edge_of(document, 1);
  if (!edge) return std::unexpected(edge.error());
  read.kind = WatchLine::Kind::Transition;
  read.edges.push_back(*edge);
  return read;
}

}  // namespace lastack::exporting
