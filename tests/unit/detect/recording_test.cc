// What detectors find in a recorded stream is what they find live: time comes with the records.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::Cause;
using model::SocketState;
using test::Stage;

struct Record {
  double ms = 0;
  std::string cookie, comm, exe, from, to, cause, address;
  std::uint32_t pid = 0;
  std::uint16_t port = 0;
};

std::vector<Record> recorded() {
  std::ifstream file(LASTACK_TEST_DATA "/detect/worm_and_crawler.tsv");
  std::vector<Record> records;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream words(line);
    Record record;
    words >> record.ms >> record.cookie >> record.pid >> record.comm >> record.exe >> record.from >>
        record.to >> record.cause >> record.address >> record.port;
    EXPECT_TRUE(words) << line;
    records.push_back(std::move(record));
  }
  return records;
}

SocketState state_named(std::string_view name) {
  for (std::size_t i = 0; i < model::kSocketStateCount; ++i) {
    if (model::name(static_cast<SocketState>(i)) == name) return static_cast<SocketState>(i);
  }
  ADD_FAILURE() << name;
  return SocketState::Closed;
}

Cause cause_named(std::string_view id) {
  for (std::size_t i = 0; i < model::kCauseCount; ++i) {
    if (model::describe(static_cast<Cause>(i)).id == id) return static_cast<Cause>(i);
  }
  ADD_FAILURE() << id;
  return Cause::Unknown;
}

// Plays records up to a time onto a stage.
class Replay {
 public:
  void play(Record const& record) {
    stage.now_ns = Stage::kStart + Stage::ns(record.ms / 1000);
    if (!processes_.contains(record.pid)) {
      processes_[record.pid] = stage.process(record.pid, record.comm, record.exe);
    }
    auto const owner = processes_[record.pid];
    auto const to = state_named(record.to);
    auto const life =
        Stage::life(model::Side::Local, "10.0.0.1", 40000, record.address, record.port);
    stage.change(state_named(record.from), to, cause_named(record.cause), life, owner);
    if (!rows_.contains(record.cookie)) {
      rows_[record.cookie] = stage.tcp(to, "10.0.0.1", 40000, record.address, record.port, owner);
    }
    auto const row = rows_[record.cookie];
    stage.snapshot.endpoints[row].state = to;
    stage.timings[row].since_ns = stage.now_ns;
  }

  Stage stage;

 private:
  std::map<std::uint32_t, std::uint32_t> processes_;
  std::map<std::string, std::uint32_t> rows_;
};

TEST(Recording, TheWormIsFoundInTimeAndTheCrawlerNever) {
  auto const records = recorded();
  ASSERT_GT(records.size(), 500U);
  Replay replay;
  std::optional<double> found_ms;
  double next_look_ms = 250;
  for (auto const& record : records) {
    for (; record.ms > next_look_ms; next_look_ms += 250) {
      replay.stage.now_ns = Stage::kStart + Stage::ns(next_look_ms / 1000);
      for (auto const& finding : replay.stage.look("syn-fanout")) {
        ASSERT_TRUE(finding.process);
        EXPECT_EQ(finding.process->comm, "msblast");
        EXPECT_EQ(finding.process->exe, "/tmp/msblast");
        if (!found_ms) found_ms = next_look_ms;
      }
    }
    replay.play(record);
  }
  ASSERT_TRUE(found_ms);
  EXPECT_LE(*found_ms, 2000);
}

}  // namespace
}  // namespace lastack::detect
