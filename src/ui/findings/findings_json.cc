#include "ui/findings/findings_json.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "export/json_writer.hh"
#include "ui/findings/json_values.hh"

namespace lastack::ui {
namespace {

using base::Language;
using exporting::JsonWriter;
using model::Finding;

constexpr std::array<std::string_view, 3> kTurns{"arose", "worsened", "cleared"};
constexpr std::int64_t kMillisecond = 1'000'000;

void write_known(JsonWriter& json, std::string_view key, std::string_view value) {
  if (!value.empty()) json.key(key).string(value);
}

// null where no process is named. Members that are not known are absent.
void write_process(JsonWriter& json, Finding const& finding) {
  json.key("process");
  if (!finding.process) return write_null(json);
  auto const& process = *finding.process;
  json.begin_object();
  json.key("pid").number(process.pid);
  json.key("comm").string(process.comm);
  if (!process.exe.empty()) {
    json.key("exe").string(process.exe);
    json.key("exe_deleted").boolean(process.exe_deleted);
  }
  write_known(json, "cmdline", process.cmdline);
  write_known(json, "user", finding.user);
  write_known(json, "unit", process.unit);
  write_known(json, "container", process.container);
  if (process.start_unix_ms != 0) json.key("start_unix_ms").signed_number(process.start_unix_ms);
  json.end_object();
}

// Several values of one id become one member.
std::string value_of(Finding const& finding, std::string_view id, Language language) {
  std::string text;
  bool first = true;
  for (auto const& each : finding.evidence) {
    if (each.id != id) continue;
    if (!first) text += "; ";
    first = false;
    text += each.value.in(language);
  }
  return text;
}

void write_evidence(JsonWriter& json, Finding const& finding, Language language) {
  auto const& evidence = finding.evidence;
  json.key("evidence").begin_object();
  for (auto each = evidence.begin(); each != evidence.end(); ++each) {
    auto const same = [&](model::Evidence const& other) { return other.id == each->id; };
    if (std::any_of(evidence.begin(), each, same)) continue;
    json.key(each->id).string(value_of(finding, each->id, language));
  }
  json.end_object();
}

void write_end(JsonWriter& json, std::string_view key, model::Endpoint const& endpoint,
               bool remote) {
  auto const& flow = endpoint.flow;
  json.key(key).begin_object();
  json.key("addr").string(model::to_string(remote ? flow.remote : flow.local, endpoint.family));
  json.key("port").number(remote ? flow.remote_port : flow.local_port);
  json.end_object();
}

void write_socket(JsonWriter& json, model::SocketRef const& socket) {
  auto const& endpoint = socket.endpoint;
  json.begin_object();
  json.key("proto").string(model::name(endpoint.protocol));
  json.key("state").string(model::name(endpoint.state));
  write_end(json, "local", endpoint, false);
  write_end(json, "remote", endpoint, true);
  write_known(json, "netns", socket.netns);
  if (endpoint.cookie != 0) json.key("cookie").string(fmt::format("{:x}", endpoint.cookie));
  json.end_object();
}

void write_remedies(JsonWriter& json, std::string_view key,
                    std::vector<model::Remedy> const& remedies, Language language) {
  json.key(key).begin_array();
  for (auto const& remedy : remedies) {
    json.begin_object();
    json.key("text").string(remedy.text.in(language));
    write_known(json, "command", remedy.command);
    json.end_object();
  }
  json.end_array();
}

void write_event(JsonWriter& json, JsonExtras const& extras) {
  if (!extras.turn) return;
  json.key("event").string(name(*extras.turn));
  json.key("time_unix_ns").signed_number(extras.time_unix_ns);
  if (*extras.turn == detect::Turn::Cleared) {
    json.key("stood_ms").number(extras.stood_ns / kMillisecond);
  }
}

void write_since(JsonWriter& json, Finding const& finding, JsonExtras const& extras) {
  json.key("since_unix_ms");
  if (finding.since_ns == 0) return write_null(json);
  auto const since = static_cast<std::int64_t>(finding.since_ns) + extras.wall_offset_ns;
  json.signed_number(since / kMillisecond);
}

}  // namespace

JsonExtras extras_of(detect::Change const& change, std::uint64_t now_ns,
                     std::int64_t wall_offset_ns) {
  auto const& standing = *change.standing;
  return {.wall_offset_ns = wall_offset_ns,
          .turn = change.turn,
          .time_unix_ns = static_cast<std::int64_t>(now_ns) + wall_offset_ns,
          .stood_ns = standing.seen_ns - std::min(standing.seen_ns, standing.arose_ns)};
}

std::string_view name(detect::Turn turn) { return kTurns.at(static_cast<std::size_t>(turn)); }

void write_finding_json(base::Output& output, Finding const& finding, Language language,
                        JsonExtras extras) {
  JsonWriter json(output.buffer());
  json.begin_object();
  write_event(json, extras);
  json.key("id").string(finding.id());
  json.key("detector").string(finding.detector);
  json.key("subject").string(finding.subject);
  json.key("severity").string(model::name(finding.severity));
  json.key("confidence").string(model::name(finding.confidence));
  json.key("title").string(finding.title.in(language));
  write_process(json, finding);
  write_known(json, "netns", finding.netns);
  write_since(json, finding, extras);
  write_evidence(json, finding, language);
  json.key("sockets").begin_array();
  for (auto const& socket : finding.sockets) write_socket(json, socket);
  json.end_array();
  json.key("socket_count").number(finding.socket_count);
  json.key("why").string(finding.why.in(language));
  write_remedies(json, "now", finding.now, language);
  write_remedies(json, "lasting", finding.lasting, language);
  json.key("references").begin_array();
  for (auto const reference : finding.references) json.string(reference);
  json.end_array();
  json.end_object();
  json.end_line();
  output.drain();
}

}  // namespace lastack::ui
