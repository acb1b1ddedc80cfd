#include "ui/probe/probe_json.hh"

#include <cstring>

#include "explain/probe_text.hh"
#include "export/json_writer.hh"

namespace lastack::ui {
namespace {

using exporting::JsonWriter;

void write_end(JsonWriter& json, model::Address const& address, model::Family family,
               std::uint16_t port) {
  json.begin_object();
  json.key("addr").string(model::to_string(address, family));
  json.key("port").number(port);
  json.end_object();
}

void write_icmp(JsonWriter& json, model::IcmpError const& icmp) {
  json.key("icmp").begin_object();
  json.key("name").string(model::name(icmp));
  json.key("type").number(icmp.type);
  json.key("code").number(icmp.code);
  json.key("from").string(model::to_string(icmp.from, icmp.family));
  json.key("own").boolean(icmp.own);
  json.end_object();
}

void write_error(JsonWriter& json, int error) {
  auto const* name = ::strerrorname_np(error);
  json.key("error").string(name == nullptr ? std::to_string(error) : std::string(name));
}

void write_listener(JsonWriter& json, model::ProbeListener const& listener) {
  json.key("listener").begin_object();
  json.key("queue").number(listener.queue);
  json.key("limit").number(listener.limit);
  json.key("full").boolean(listener.is_full());
  json.key("handshake_kept").boolean(listener.handshake_kept);
  if (!listener.netns.empty()) json.key("netns").string(listener.netns);
  json.end_object();
}

void write_step(JsonWriter& json, model::ProbeResult const& result, model::ProbeStep const& step) {
  json.begin_object();
  auto const since = static_cast<std::int64_t>(step.time_ns - result.started_ns);
  json.key("after_us").signed_number(since / 1000);
  json.key("step").string(model::name(step.kind));
  json.key("end").string(step.other_end ? "peer" : "client");
  if (step.kind == model::ProbeStep::Kind::Transition) {
    json.key("from").string(model::name(step.from));
    json.key("to").string(model::name(step.to));
    json.key("cause").string(model::describe(step.cause).id);
    json.key("inferred").boolean(step.inferred);
  }
  if (step.error != 0) write_error(json, step.error);
  if (step.bytes > 0) json.key("bytes").number(step.bytes);
  if (step.icmp) write_icmp(json, *step.icmp);
  if (!step.process.empty()) json.key("process").string(step.process);
  if (!step.netns.empty()) json.key("netns").string(step.netns);
  json.end_object();
}

void write_measurements(JsonWriter& json, model::ProbeResult const& result) {
  json.key("elapsed_us").number((result.ended_ns - result.started_ns) / 1000);
  if (result.handshake_ns) json.key("handshake_us").number(*result.handshake_ns / 1000);
  if (result.rtt_us != model::kUnknown32) json.key("rtt_us").number(result.rtt_us);
  if (result.syns_sent > 0) json.key("syns_sent").number(result.syns_sent);
  if (result.stage == model::ProbeStage::Established) {
    json.key("peer_end").string(model::name(result.peer_end));
  }
  if (result.banner.empty()) return;
  if (result.banner_ns) json.key("banner_after_us").number(*result.banner_ns / 1000);
  json.key("banner").string(result.banner);
  json.key("banner_cut").boolean(result.banner_cut);
}

}  // namespace

void append_probe_json(std::string& out, model::ProbeTarget const& target,
                       model::ProbeResult const& result, std::span<model::ProbeStep const> steps,
                       base::Language language) {
  JsonWriter json(out);
  json.begin_object();
  json.key("host").string(target.host);
  json.key("port").number(target.port);
  if (target.unresolved.empty()) {
    json.key("addr").string(model::to_string(target.address, target.family));
  }
  json.key("verdict").string(model::name(result.verdict));
  json.key("open").boolean(model::is_open(result.verdict));
  json.key("stage").string(model::name(result.stage));
  if (result.flow.local_port != 0) {
    json.key("local");
    write_end(json, result.flow.local, target.family, result.flow.local_port);
  }
  json.key("on_this_machine").boolean(result.peer_is_here);
  write_measurements(json, result);
  if (result.error != 0) write_error(json, result.error);
  if (!result.problem.empty()) json.key("problem").string(result.problem);
  if (result.icmp) write_icmp(json, *result.icmp);
  if (result.listener) write_listener(json, *result.listener);
  auto const& words = explain::words_of(result.verdict);
  json.key("meaning").string(words.meaning.in(language));
  if (!words.todo.empty()) json.key("todo").string(words.todo.in(language));
  if (!steps.empty()) {
    json.key("steps").begin_array();
    for (auto const& step : steps) write_step(json, result, step);
    json.end_array();
  }
  json.end_object();
  json.end_line();
}

}  // namespace lastack::ui
