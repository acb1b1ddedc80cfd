// docs/watch.schema.json is written by hand: it must describe what the faces write, all of it and
// nothing else.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "app/watch_face.hh"
#include "support/captured.hh"
#include "tcp/state.hh"
#include "ui/columns/reference.hh"

namespace lastack::app {
namespace {

using model::Cause;
using model::Life;
using model::SocketState;
using model::Transition;
using rapidjson::Document;
using rapidjson::Value;
using Names = std::set<std::string>;

// RapidJSON does not follow a "$ref" with a "$" in it.
std::string schema_text() {
  std::ifstream file(std::string(LASTACK_GOLDEN) + "/../../docs/watch.schema.json");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  constexpr std::string_view kTheirs = "$defs";
  for (auto at = text.find(kTheirs); at != std::string::npos; at = text.find(kTheirs, at)) {
    text.replace(at, kTheirs.size(), "definitions");
  }
  return text;
}

model::Snapshot sample_book() {
  model::Snapshot book;
  book.namespaces = {{.inode = 4026531840, .label = "host"}};
  book.interfaces = {{{0, 2}, "eth0"}};
  book.users = {{33, "www-data"}};
  model::Process nginx;
  nginx.pid = 5;
  nginx.comm = "nginx";
  nginx.exe = "/usr/sbin/nginx";
  nginx.cmdline = "nginx: worker process";
  nginx.uid = 33;
  nginx.uid_known = true;
  nginx.unit = "nginx.service";
  nginx.container = std::string(64, 'c');
  model::Process odd;
  odd.comm = "\xff\x1b";
  book.processes = {nginx, odd};
  book.owners = {{.process = 0, .fd = 7}, {.process = 1, .fd = -1}};
  return book;
}

// With everything that there is to know of a connection.
Life full_life() {
  Life life;
  life.endpoint.cookie = 0x1f;
  life.endpoint.inode = 4711;
  life.endpoint.interface = 2;
  life.endpoint.flow.local_port = 80;
  life.endpoint.flow.remote_port = 50112;
  life.endpoint.owner_count = 2;
  life.endpoint.mptcp_subflow = true;
  life.process = 0;
  life.owner_source = model::OwnerSource::Scanned;
  life.born_ns = 1'000'000;
  life.hops[0] = model::Hop(SocketState::SynReceived, 31, Cause::Ack, false);
  life.hops[1] = model::Hop(SocketState::Established, 400, Cause::Fin, true);
  life.hop_count = 2;
  life.lost_hops = 1;
  life.retransmitted_syn_acks = 2;
  life.opened_by = model::Side::Remote;
  life.closed_first_by = model::Side::Kernel;
  life.ended_by = Cause::Rst;
  life.totals_known = true;
  life.totals = {.bytes_sent = 240,
                 .bytes_received = 73,
                 .segs_out = 3,
                 .segs_in = 6,
                 .retransmits = 1,
                 .srtt_us = 18};
  return life;
}

// Of which next to nothing is known: a request socket, or one that was there before.
Life poor_life() {
  Life life;
  life.endpoint.family = model::Family::Inet6;
  life.hops[0] =
      model::Hop(SocketState::SynReceived, model::Hop::kUnknownDwell, Cause::Unknown, false);
  life.hop_count = 1;
  return life;
}

constexpr Transition kSeen{.time_ns = 2'000'000,
                           .dwell_ns = 31'000,
                           .from = SocketState::SynReceived,
                           .to = SocketState::Established,
                           .cause = Cause::Ack};
constexpr Transition kInferred{.time_ns = 3'000'000,
                               .from = SocketState::FinWait2,
                               .to = SocketState::TimeWait,
                               .cause = Cause::Fin,
                               .inferred = true,
                               .not_before_ns = 2'500'000};

WatchSummary sample_summary() {
  WatchSummary summary;
  summary.kernel = {{.name = "active_opens", .kernel = 3, .seen = 2, .uncertain = 1},
                    {.name = "passive_opens", .kernel = 0, .seen = 0, .uncertain = 0},
                    {.name = "mini_sockets", .kernel = 0, .seen = 0, .uncertain = 0},
                    {.name = "time_wait_overflows", .kernel = 0, .seen = 0, .uncertain = 0},
                    {.name = "listen_overflows", .kernel = 4},
                    {.name = "listen_drops", .kernel = 5},
                    {.name = "syn_retransmits", .kernel = 6}};
  summary.lost = 3;
  summary.lost_by_cpu.resize(2);
  summary.lost_by_cpu[1][static_cast<std::size_t>(model::EventKind::MiniArmed)] = 3;
  return summary;
}

// What `watch --json` prints in that view, of one connection of each sort.
std::string json_lines(WatchView view) {
  WatchOptions options;
  options.json = true;
  options.view = view;
  auto const book = sample_book();
  ui::StreamClock clock;
  return test::captured([&](base::Output& output) {
    auto const face = make_face(options, output, book, clock, book.namespaces[0].inode);
    for (auto const& life : {full_life(), poor_life()}) {
      face->transition(life, kSeen);
      face->transition(life, kInferred);
      face->end(life, 5'000'000);
    }
    face->gap({.time_ns = 5'500'000, .since_ns = 5'300'000, .lost = 12});
    face->finish(sample_summary(), 6'000'000);
    face->finish({}, 6'000'000);
  });
}

class WatchSchema : public ::testing::Test {
 protected:
  void SetUp() override {
    schema_.Parse(schema_text().c_str());
    ASSERT_FALSE(schema_.HasParseError());
    for (auto const view : {WatchView::Transitions, WatchView::Lives, WatchView::Tally}) {
      std::istringstream lines(json_lines(view));
      for (std::string line; std::getline(lines, line);) lines_.push_back(line);
    }
  }

  Value const& definition(char const* name) const { return schema_["definitions"][name]; }

  static Names members_of(Value const& object) {
    Names names;
    for (auto const& member : object.GetObject()) names.insert(member.name.GetString());
    return names;
  }
  static std::vector<std::string> strings_of(Value const& array) {
    std::vector<std::string> strings;
    for (auto const& each : array.GetArray()) strings.emplace_back(each.GetString());
    return strings;
  }

  Document schema_;
  std::vector<std::string> lines_;
};

TEST_F(WatchSchema, DescribesEveryLine) {
  rapidjson::SchemaDocument const schema(schema_);
  for (auto const& text : lines_) {
    Document line;
    line.Parse(text.c_str());
    ASSERT_FALSE(line.HasParseError()) << text;
    rapidjson::SchemaValidator validator(schema);
    EXPECT_TRUE(line.Accept(validator)) << text;
  }
}

TEST_F(WatchSchema, RefusesWhatIsNoLine) {
  rapidjson::SchemaDocument const schema(schema_);
  for (auto const* text :
       {"{}", R"({"event":"gap"})", R"({"event":"gap","time":"2026-11-24T00:00:00Z","lost":"1"})",
        R"({"event":"else","time":"2026-11-24T00:00:00Z","lost":1})"}) {
    Document line;
    line.Parse(text);
    rapidjson::SchemaValidator validator(schema);
    EXPECT_FALSE(line.Accept(validator)) << text;
  }
}

TEST_F(WatchSchema, HasEveryMemberThatIsWrittenAndNoOther) {
  std::map<std::string, Names> written;
  auto const note = [&](char const* kind, Value const& objects) {
    for (auto const& object : objects.GetArray()) written[kind].merge(members_of(object));
  };
  for (auto const& text : lines_) {
    Document line;
    line.Parse(text.c_str());
    written[line["event"].GetString()].merge(members_of(line));
    if (line.HasMember("path")) note("hop", line["path"]);
    if (line.HasMember("edges")) note("edge", line["edges"]);
    if (line.HasMember("owners")) note("owner", line["owners"]);
    if (line.HasMember("lost_by")) note("loss", line["lost_by"]);
    if (line.HasMember("kernel_counters")) {
      written["counters"].merge(members_of(line["kernel_counters"]));
      written["counter"].merge(members_of(line["kernel_counters"]["active_opens"]));
    }
  }
  for (auto const* kind :
       {"transition", "life", "tally", "gap", "summary", "hop", "edge", "counter", "loss"}) {
    EXPECT_EQ(written[kind], members_of(definition(kind)["properties"])) << kind;
  }
  EXPECT_EQ(written["owner"], members_of(definition("owners")["items"]["properties"]));
  EXPECT_EQ(written["counters"],
            members_of(definition("summary")["properties"]["kernel_counters"]["properties"]));
}

TEST_F(WatchSchema, NamesWhatTheProgramNames) {
  std::vector<std::string> states(tcp::kStateNames.begin(), tcp::kStateNames.end());
  EXPECT_EQ(strings_of(definition("state")["enum"]), states);

  std::vector<std::string> causes;
  for (std::size_t i = 0; i < model::kCauseCount; ++i) {
    causes.emplace_back(model::describe(static_cast<Cause>(i)).id);
  }
  EXPECT_EQ(strings_of(definition("cause")["enum"]), causes);

  std::vector<std::string> kinds;
  for (auto kind = 0; kind <= static_cast<int>(model::CauseKind::Kernel); ++kind) {
    kinds.emplace_back(model::name(static_cast<model::CauseKind>(kind)));
  }
  EXPECT_EQ(strings_of(definition("transition")["properties"]["cause_kind"]["enum"]), kinds);

  std::vector<std::string> sources;
  for (auto source = 0; source <= static_cast<int>(model::OwnerSource::Scanned); ++source) {
    sources.emplace_back(model::name(static_cast<model::OwnerSource>(source)));
  }
  EXPECT_EQ(strings_of(definition("owner_source")["enum"]), sources);

  EXPECT_EQ(strings_of(definition("loss")["properties"]["kind"]["enum"]),
            std::vector<std::string>(model::kEventKindNames.begin(), model::kEventKindNames.end()));

  std::vector<std::string> sides;
  for (auto side = 0; side <= static_cast<int>(model::Side::Kernel); ++side) {
    sides.emplace_back(model::name(static_cast<model::Side>(side)));
  }
  EXPECT_EQ(strings_of(definition("life")["properties"]["closed_first_by"]["enum"]), sides);
}

// Addresses, namespaces and owners are those of `list`.
TEST_F(WatchSchema, SharesItsMembersWithList) {
  Document list;
  list.Parse(ui::json_schema().c_str());
  for (auto const* shared : {"proto", "family", "local", "remote", "netns", "inode", "interface",
                             "interface_index", "mptcp_subflow", "cookie", "no_owner"}) {
    EXPECT_EQ(definition(shared), list["properties"][shared]) << shared;
  }
  auto const& owner = list["properties"]["owners"]["items"]["properties"];
  for (auto const& member : definition("owners")["items"]["properties"].GetObject()) {
    ASSERT_TRUE(owner.HasMember(member.name)) << member.name.GetString();
    EXPECT_EQ(member.value, owner[member.name]) << member.name.GetString();
  }
}

}  // namespace
}  // namespace lastack::app
