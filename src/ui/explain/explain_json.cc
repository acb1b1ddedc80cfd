#include "ui/explain/explain_json.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "explain/state_text.hh"
#include "export/json_writer.hh"
#include "ui/explain/edge_words.hh"
#include "ui/explain/socket_page.hh"

namespace lastack::ui {
namespace {

using exporting::JsonWriter;
using model::Endpoint;

void write_ways(JsonWriter& json, std::string_view key, std::vector<EdgeWords> const& ways) {
  json.key(key).begin_array();
  for (auto const& way : ways) {
    json.begin_object();
    json.key("states").string(way.where);
    json.key("why").string(way.why);
    json.end_object();
  }
  json.end_array();
}

void write_end(JsonWriter& json, std::string_view key, model::Address const& address,
               model::Family family, std::uint16_t port) {
  json.key(key).begin_object();
  json.key("addr").string(model::to_string(address, family));
  json.key("port").number(port);
  json.end_object();
}

// Members as `lastack list --json` has them.
void write_place(JsonWriter& json, SocketView const& view, Endpoint const& endpoint) {
  json.key("proto").string(model::name(endpoint.protocol));
  write_end(json, "local", endpoint.flow.local, endpoint.family, endpoint.flow.local_port);
  write_end(json, "remote", endpoint.flow.remote, endpoint.family, endpoint.flow.remote_port);
  json.key("state").string(model::name(endpoint.state));
  if (auto const* netns = view.snapshot.netns_of(endpoint)) {
    json.key("netns").begin_object();
    json.key("inode").number(netns->inode);
    json.key("label").string(netns->label);
    json.end_object();
  }
  json.key("cookie").string(fmt::format("{:x}", endpoint.cookie));
  json.key("owners").begin_array();
  for (auto const& owner : view.snapshot.owners_of(endpoint)) {
    auto const& process = view.snapshot.process_of(owner);
    json.begin_object();
    json.key("pid").number(process.pid);
    json.key("fd").signed_number(owner.fd);
    json.key("comm").string(process.comm);
    json.end_object();
  }
  json.end_array();
  if (endpoint.owner_count == 0) json.key("no_owner").string(model::json_id(endpoint.no_owner));
}

void write_situation(JsonWriter& json, explain::Situation situation, SituationWords const& words) {
  auto const& text = explain::text_of(situation);
  json.key("situation").string(text.id);
  json.key("verdict").string(explain::id_of(text.verdict));
  json.key("waits_for").string(words.waits);
  if (!words.owes.empty()) json.key("owner_has_to").string(words.owes);
  json.key("otherwise").string(words.ends);
  json.key("normal").string(words.verdict);
}

constexpr std::array<std::string_view, 5> kTimerIds{"none", "retransmit", "keepalive", "time_wait",
                                                    "persist"};

void write_timer(JsonWriter& json, Endpoint const& endpoint) {
  json.key("timer").string(kTimerIds.at(static_cast<std::size_t>(endpoint.timer)));
  if (endpoint.timer == model::TimerKind::None) return;
  json.key("timer_ms").number(endpoint.timer_ms);
  json.key("retransmits").number(endpoint.retransmits);
}

void end(base::Output& output, JsonWriter& json) {
  json.end_object();
  json.end_line();
  output.drain();
}

}  // namespace

void write_state_json(base::Output& output, tcp::State state, base::Language language,
                      explain::Values const& values) {
  auto const& text = explain::text_of(state);
  auto const filled = [&](base::Phrase const& phrase) {
    return explain::fill(phrase.in(language), values);
  };
  JsonWriter json(output.buffer());
  json.begin_object();
  json.key("kind").string("state");
  json.key("state").string(tcp::name(state));
  json.key("gist").string(filled(text.gist));
  json.key("meaning").string(filled(text.meaning));
  json.key("side").string(filled(text.side));
  write_ways(json, "in", ways_in(state, language));
  write_ways(json, "out", ways_out(state, language));
  json.key("lasts").string(filled(text.lasts));
  json.key("normal").string(filled(text.normal));
  json.key("many").string(filled(text.many));
  json.key("advice").begin_array();
  for (auto const& advice : text.to_do()) {
    json.begin_object();
    json.key("text").string(filled(advice.text));
    if (!advice.command.empty()) json.key("command").string(advice.command);
    json.end_object();
  }
  json.end_array();
  end(output, json);
}

void write_edge_json(base::Output& output, tcp::Edge const& edge, base::Language language) {
  JsonWriter json(output.buffer());
  json.begin_object();
  json.key("kind").string("edge");
  json.key("from").string(tcp::name(edge.from));
  json.key("to").string(tcp::name(edge.to));
  json.key("figure5").boolean(edge.kind == tcp::EdgeKind::Figure5);
  json.key("linux").boolean(edge.in_linux);
  json.key("path").string(edge.path == tcp::Path::None ? "unusual" : tcp::name(edge.path));
  json.key("reasons").begin_array();
  for (auto const& reason : edge.reasons()) {
    json.begin_object();
    json.key("event").string(describe(reason.event).id);
    json.key("meaning").string(meaning(edge, reason, language));
    if (reason.emit != tcp::Emit::Nothing) json.key("emits").string(name(reason.emit));
    json.key("rfc").boolean(reason.in_rfc);
    json.key("linux").boolean(reason.in_linux);
    json.key("source").string(reason.source);
    json.end_object();
  }
  json.end_array();
  end(output, json);
}

void write_socket_json(base::Output& output, SocketView const& view,
                       explain::SocketExplanation const& explanation) {
  auto const& endpoint = *explanation.endpoint;
  JsonWriter json(output.buffer());
  json.begin_object();
  json.key("kind").string("socket");
  write_place(json, view, endpoint);
  write_situation(json, explanation.situation, words_of(view, endpoint, explanation.situation));
  write_timer(json, endpoint);
  if (explanation.since) {
    json.key("since_ms").number(static_cast<std::uint64_t>(explanation.since->count()));
  }
  json.key("way").begin_array();
  for (auto const state : explanation.way) json.string(tcp::name(state));
  json.end_array();
  json.key("way_watched").boolean(false);
  json.key("opened_by").string(model::name(explanation.opened_by));
  json.key("closed_first_by").string(model::name(explanation.closed_first_by));
  if (explanation.other_end != nullptr) {
    json.key("other_end").begin_object();
    write_place(json, view, *explanation.other_end);
    auto const situation = explain::situation_of(*explanation.other_end, &endpoint);
    write_situation(json, situation, words_of(view, *explanation.other_end, situation));
    json.end_object();
  }
  end(output, json);
}

void write_group_json(base::Output& output, SocketView const& view, explain::Group const& group) {
  auto const members = members_of(view, group);
  JsonWriter json(output.buffer());
  json.begin_object();
  json.key("kind").string("group");
  json.key("count").number(group.count);
  json.key("remote_hosts").number(group.remote_hosts);
  json.key("state").string(model::name(members.front()->state));
  write_situation(json, group.situation, words_of(view, members, group.situation));
  json.key("examples").begin_array();
  for (std::size_t i = 0; i < std::min(members.size(), explain::Group::kExamples); ++i) {
    json.begin_object();
    write_place(json, view, *members[i]);
    json.end_object();
  }
  json.end_array();
  end(output, json);
}

}  // namespace lastack::ui
