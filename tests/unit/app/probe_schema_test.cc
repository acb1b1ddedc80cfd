// docs/probe.schema.json and docs/probe.md are written by hand: they must know every verdict, and
// the schema must fit what is written.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "explain/probe_text.hh"
#include "model/probe.hh"

namespace lastack::app {
namespace {

using rapidjson::Document;

std::string file_text(std::string const& path) {
  std::ifstream file(std::string(LASTACK_GOLDEN) + path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// RapidJSON does not follow a "$ref" with a "$" in it.
Document schema() {
  auto text = file_text("/../../docs/probe.schema.json");
  constexpr std::string_view kTheirs = "$defs";
  for (auto at = text.find(kTheirs); at != std::string::npos; at = text.find(kTheirs, at)) {
    text.replace(at, kTheirs.size(), "definitions");
  }
  Document document;
  document.Parse(text.c_str());
  EXPECT_FALSE(document.HasParseError());
  return document;
}

TEST(ProbeSchema, KnowsEveryVerdictAndStep) {
  auto const document = schema();
  std::set<std::string> verdicts;
  for (auto const& each : document["properties"]["verdict"]["enum"].GetArray()) {
    verdicts.insert(each.GetString());
  }
  std::set<std::string> ours;
  for (std::size_t i = 0; i < model::kProbeVerdictCount; ++i) {
    ours.emplace(model::name(static_cast<model::ProbeVerdict>(i)));
  }
  EXPECT_EQ(verdicts, ours);
  std::set<std::string> steps;
  auto const& step = document["definitions"]["step"]["properties"]["step"]["enum"];
  for (auto const& each : step.GetArray()) steps.insert(each.GetString());
  std::set<std::string> our_steps;
  for (int i = 0; i <= static_cast<int>(model::ProbeStep::Kind::Transition); ++i) {
    our_steps.emplace(model::name(static_cast<model::ProbeStep::Kind>(i)));
  }
  EXPECT_EQ(steps, our_steps);
}

TEST(ProbeSchema, FitsWhatIsWritten) {
  auto const document = schema();
  rapidjson::SchemaDocument const rules(document);
  std::ifstream lines(std::string(LASTACK_GOLDEN) + "/probe.jsonl");
  std::string line;
  int count = 0;
  for (; std::getline(lines, line); ++count) {
    Document written;
    written.Parse(line.c_str());
    ASSERT_FALSE(written.HasParseError()) << line;
    rapidjson::SchemaValidator validator(rules);
    EXPECT_TRUE(written.Accept(validator)) << line;
  }
  EXPECT_GT(count, 4);
}

TEST(ProbeDocument, HasARowForEachVerdict) {
  auto const text = file_text("/../../docs/probe.md");
  for (std::size_t i = 0; i < model::kProbeVerdictCount; ++i) {
    auto const verdict = static_cast<model::ProbeVerdict>(i);
    auto const row = "| `" + std::string(model::name(verdict)) + "` | " +
                     std::string(explain::words_of(verdict).label.en) + " |";
    EXPECT_NE(text.find(row), std::string::npos) << row;
  }
}

}  // namespace
}  // namespace lastack::app
