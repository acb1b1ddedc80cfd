#include "ui/lab/ladder_json.hh"

#include <array>

#include <fmt/format.h>

#include "export/json_writer.hh"
#include "lab/play/agreement.hh"
#include "lab/scenario/words.hh"
#include "ui/lab/ladder_words.hh"

namespace lastack::ui {
namespace {

using base::Language;
using exporting::JsonWriter;

constexpr std::int64_t kMicroseconds = 1'000'000;

void write_both(JsonWriter& json, std::string_view en, std::string_view zh) {
  json.begin_object();
  json.key("en").string(en);
  json.key("zh").string(zh);
  json.end_object();
}
void write_words(JsonWriter& json, lab::Words const& words) {
  write_both(json, words.in(Language::English), words.in(Language::Chinese));
}

// Seconds, exactly.
void write_time(JsonWriter& json, lab::Moment moment) {
  if (moment == lab::kNever) {
    json.null();
    return;
  }
  json.decimal(fmt::format("{}.{:06}", moment.us / kMicroseconds, moment.us % kMicroseconds));
}

std::string_view name_of(lab::Fate fate) {
  constexpr auto kNames = std::to_array<std::string_view>({"arrives", "lost", "twice", "late"});
  return kNames.at(static_cast<std::size_t>(fate));
}

class StoryWriter {
 public:
  StoryWriter(JsonWriter& json, lab::Scenario const& scenario, lab::Story const& story)
      : json_(json), scenario_(scenario), story_(story) {}

  // The members of an object: "flows" and "events".
  void write() {
    json_.key("flows").begin_array();
    for (auto const& flow : story_.flows) write_flow(flow);
    json_.end_array();
    json_.key("events").begin_array();
    for (auto const& line : story_.lines) write_line(line);
    json_.end_array();
  }

 private:
  void write_flow(lab::Flow const& flow) {
    json_.begin_array();
    for (auto const& end : {flow.local, flow.remote}) {
      json_.begin_object();
      json_.key("address").string(lab::address_text(end.host));
      json_.key("port").number(end.port);
      json_.end_object();
    }
    json_.end_array();
  }

  void write_line(lab::StoryLine const& line) {
    json_.begin_object();
    json_.key("time");
    write_time(json_, line.at);
    json_.key("line").number(line.step);
    std::visit([&](auto const& what) { write(line, what); }, line.what);
    json_.end_object();
  }

  void write_host(std::string_view key, lab::PartId part) {
    json_.key(key).string(scenario_.parts[part].name);
  }
  void write_flow_id(lab::FlowId flow) {
    json_.key("flow");
    if (flow == lab::kNoFlow) {
      json_.null();
    } else {
      json_.number(flow);
    }
  }

  void write(lab::StoryLine const& line, lab::CallLine const& call) {
    json_.key("kind").string("call");
    write_host("host", line.part);
    json_.key("call").string(call.text);
    json_.key("result").string(lab::name(call.result.error));
    json_.key("value").number(call.result.value);
  }

  void write(lab::StoryLine const& line, lab::SegmentLine const& sent) {
    auto const& segment = sent.packet.segment;
    json_.key("kind").string("segment");
    write_host("host", line.part);
    write_host("from", line.part);
    write_host("to", sent.to);
    write_flow_id(sent.flow);
    json_.key("flags").string(lab::flags_text(segment.flags, true));
    json_.key("seq").signed_number(sent.seq);
    json_.key("ack");
    if (segment.has(tcp::kAck)) {
      json_.signed_number(sent.ack);
    } else {
      json_.null();
    }
    json_.key("len").number(segment.text);
    json_.key("window").number(segment.window);
    json_.key("mss");
    if (sent.packet.mss != 0) {
      json_.number(sent.packet.mss);
    } else {
      json_.null();
    }
    json_.key("raw_seq").number(segment.seq.number());
    json_.key("raw_ack").number(segment.ack.number());
    json_.key("fate").string(name_of(sent.fate));
    json_.key("forged").boolean(sent.forged);
    json_.key("arrived");
    write_time(json_, sent.arrived);
  }

  void write(lab::StoryLine const& line, lab::StateLine const& change) {
    json_.key("kind").string("state");
    write_host("host", line.part);
    write_flow_id(change.flow);
    json_.key("from").string(tcp::name(change.from));
    json_.key("to").string(tcp::name(change.to));
    json_.key("rules").begin_array();
    for (auto const* rule : change.rules) write_rule(*rule);
    json_.end_array();
    json_.key("reason");
    write_both(json_, reason_words(change, Language::English),
               reason_words(change, Language::Chinese));
  }

  void write_rule(tcp::Rule const& rule) {
    json_.begin_object();
    json_.key("source").string(rule.source);
    json_.key("why").string(rule.why);
    json_.key("events").begin_array();
    for (std::size_t i = 0; i < tcp::kEventCount; ++i) {
      auto const event = tcp::event_at(i);
      if (rule.on.has(event)) json_.string(tcp::describe(event).id);
    }
    json_.end_array();
    json_.end_object();
  }

  void write(lab::StoryLine const& /*line*/, lab::NoteLine const& note) {
    json_.key("kind").string("note");
    json_.key("text");
    write_words(json_, note.text);
  }

  JsonWriter& json_;
  lab::Scenario const& scenario_;
  lab::Story const& story_;
};

void write_hosts(JsonWriter& json, lab::Scenario const& scenario) {
  json.key("hosts").begin_array();
  for (auto const& part : scenario.parts) {
    json.begin_object();
    json.key("name").string(part.name);
    json.key("address").string(lab::address_text(part.address));
    json.key("puppet").boolean(part.puppet);
    json.end_object();
  }
  json.end_array();
}

void write_line_number(JsonWriter& json, std::string_view key, std::optional<std::size_t> line) {
  json.key(key);
  if (line) {
    json.number(*line);
  } else {
    json.null();
  }
}

void write_differences(JsonWriter& json, lab::Story const& kernel, lab::Story const& lab) {
  json.key("differences").begin_array();
  for (auto const& pairing : lab::compare(kernel, lab)) {
    if (pairing.agrees()) continue;
    json.begin_object();
    write_line_number(json, "kernel", pairing.one);
    write_line_number(json, "lab", pairing.other);
    json.key("late").boolean(pairing.late);
    json.end_object();
  }
  json.end_array();
}

void write_two(JsonWriter& json, lab::Scenario const& scenario, LadderRecord const& record,
               KernelLadder const& kernel) {
  json.key("kernel").begin_object();
  json.key("release").string(kernel.release);
  json.key("host").string(scenario.parts[kernel.part].name);
  StoryWriter(json, scenario, *kernel.story).write();
  json.end_object();
  json.key("lab").begin_object();
  StoryWriter(json, scenario, *record.lab).write();
  json.end_object();
  write_differences(json, *kernel.story, *record.lab);
}

}  // namespace

std::string ladder_json(lab::Scenario const& scenario, LadderRecord const& record) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("scenario").string(scenario.file);
  json.key("title");
  write_words(json, scenario.title);
  json.key("lesson");
  write_both(json, lesson_words(scenario, Language::English),
             lesson_words(scenario, Language::Chinese));
  json.key("reading").string(record.reading);
  json.key("seed").number(record.seed);
  write_hosts(json, scenario);
  if (auto const& kernel = record.kernel) {
    write_two(json, scenario, record, *kernel);
  } else {
    StoryWriter(json, scenario, *record.lab).write();
  }
  json.end_object();
  json.end_line();
  return out;
}

}  // namespace lastack::ui
