#include "export/json_writer.hh"
#include "ui/cli/summary.hh"

namespace lastack::ui {
namespace {

using exporting::JsonWriter;

void write_states(JsonWriter& json, StateCounts const& counts) {
  json.begin_object();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    json.key(model::name(static_cast<model::SocketState>(i))).number(counts[i]);
  }
  json.end_object();
}

void write_process(JsonWriter& json, Tally const& tally) {
  if (tally.process == nullptr) {
    json.key("no_owner").string(model::json_id(tally.no_owner));
  } else {
    json.key("pid").number(tally.process->pid);
    json.key("comm").string(tally.process->comm);
  }
}

void write_remote(JsonWriter& json, Tally const& tally) {
  json.key("addr").string(model::to_string(tally.address, tally.family));
}

void write_namespace(JsonWriter& json, Tally const& tally) {
  json.key("inode").number(tally.netns->inode);
  json.key("label").string(tally.netns->label);
}

struct Section {
  std::string_view key;
  std::string_view more;
  void (*who)(JsonWriter& json, Tally const& tally);
};
constexpr Section kProcesses{"by_process", "more_processes", write_process};
constexpr Section kRemotes{"by_remote", "more_remotes", write_remote};
constexpr Section kNamespaces{"by_netns", "more_netns", write_namespace};

void write_ranking(JsonWriter& json, Section const& section, Ranking const& ranking) {
  json.key(section.key).begin_array();
  for (auto const& tally : ranking.top) {
    json.begin_object();
    section.who(json, tally);
    json.key("endpoints").number(tally.endpoints);
    json.key("states");
    write_states(json, tally.states);
    json.end_object();
  }
  json.end_array();
  json.key(section.more).number(ranking.more);
}

}  // namespace

void write_summary_json(base::Output& output, Summary const& summary) {
  JsonWriter json(output.buffer());
  json.begin_object();
  json.key("endpoints").number(summary.endpoints);
  json.key("by_state").begin_object();
  for (auto const protocol : {model::Protocol::Tcp, model::Protocol::Udp}) {
    json.key(model::name(protocol));
    write_states(json, summary.by_state[static_cast<std::size_t>(protocol)]);
  }
  json.end_object();
  write_ranking(json, kProcesses, summary.processes);
  write_ranking(json, kRemotes, summary.remotes);
  write_ranking(json, kNamespaces, summary.namespaces);
  json.end_object();
  json.end_line();
  output.drain();
}

}  // namespace lastack::ui
