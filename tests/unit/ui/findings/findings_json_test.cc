// docs/diagnose.schema.json is written by hand: it must describe what is written, all of it and
// nothing else.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/text.hh"
#include "support/captured.hh"
#include "support/golden.hh"
#include "ui/findings/findings_json.hh"
#include "unit/ui/findings/support.hh"

namespace lastack::ui {
namespace {

using base::Language;
using model::Finding;
using rapidjson::Document;
using rapidjson::Value;
using Names = std::set<std::string>;

constexpr std::int64_t kWallOffset = 1'795'500'000'000'000'000;
constexpr JsonExtras kPlain{.wall_offset_ns = kWallOffset};

std::string line_of(Finding const& finding, JsonExtras const& extras = kPlain,
                    Language language = Language::English) {
  return test::captured(
      [&](base::Output& output) { write_finding_json(output, finding, language, extras); });
}

JsonExtras change_of(detect::Turn turn) {
  detect::Standing const standing{.finding = test::poor_finding(),
                                  .arose_ns = 100 * test::kSecondNs,
                                  .seen_ns = 352 * test::kSecondNs};
  return extras_of({turn, &standing}, test::kNow, kWallOffset);
}

std::vector<std::string> sample_lines() {
  return {line_of(test::full_finding()),
          line_of(test::full_finding(), kPlain, Language::Chinese),
          line_of(test::poor_finding()),
          line_of(test::hostile_finding()),
          line_of(test::full_finding(), change_of(detect::Turn::Arose)),
          line_of(test::poor_finding(), change_of(detect::Turn::Worsened)),
          line_of(test::poor_finding(), change_of(detect::Turn::Cleared))};
}

Document parsed(std::string const& line) {
  Document json;
  json.Parse(line.c_str());
  EXPECT_FALSE(json.HasParseError()) << line;
  return json;
}

Names members_of(Value const& object) {
  Names names;
  for (auto const& member : object.GetObject()) names.insert(member.name.GetString());
  return names;
}

class FindingsJson : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ifstream file(std::string(LASTACK_GOLDEN) + "/../../docs/diagnose.schema.json");
    std::string text{std::istreambuf_iterator<char>(file), {}};
    // RapidJSON does not follow a "$ref" with a "$" in it.
    constexpr std::string_view kTheirs = "$defs";
    for (auto at = text.find(kTheirs); at != std::string::npos; at = text.find(kTheirs, at)) {
      text.replace(at, kTheirs.size(), "definitions");
    }
    schema_.Parse(text.c_str());
    ASSERT_FALSE(schema_.HasParseError());
  }

  [[nodiscard]] bool accepts(Value const& line) const {
    rapidjson::SchemaDocument const schema(schema_);
    rapidjson::SchemaValidator validator(schema);
    return line.Accept(validator);
  }
  [[nodiscard]] Names described(char const* name) const {
    return members_of(schema_["definitions"][name]["properties"]);
  }
  static std::vector<std::string> strings_of(Value const& array) {
    std::vector<std::string> strings;
    for (auto const& each : array.GetArray()) strings.emplace_back(each.GetString());
    return strings;
  }

  Document schema_;
};

TEST_F(FindingsJson, AreAsPeopleHaveReadThem) {
  std::string text;
  for (auto const& line : sample_lines()) text += line;
  test::expect_golden("findings.jsonl", text);
}

TEST_F(FindingsJson, AreDescribedByTheSchema) {
  for (auto const& line : sample_lines()) EXPECT_TRUE(accepts(parsed(line))) << line;
}

TEST_F(FindingsJson, AreAllThatTheSchemaTakes) {
  for (auto const* text : {"{}", R"({"id":"a:b"})", "[]"}) EXPECT_FALSE(accepts(parsed(text)));
  auto line = parsed(line_of(test::full_finding()));
  line["severity"].SetString("bad");
  EXPECT_FALSE(accepts(line));
  line = parsed(line_of(test::full_finding()));
  line["process"].RemoveMember("pid");
  EXPECT_FALSE(accepts(line));
}

TEST_F(FindingsJson, HaveEveryMemberThatIsDescribedAndNoOther) {
  std::map<std::string, Names> written;
  for (auto const& text : sample_lines()) {
    auto const line = parsed(text);
    written["finding"].merge(members_of(line));
    if (line["process"].IsObject()) written["process"].merge(members_of(line["process"]));
    for (auto const& socket : line["sockets"].GetArray()) {
      written["socket"].merge(members_of(socket));
      written["end"].merge(members_of(socket["local"]));
    }
    for (auto const* key : {"now", "lasting"}) {
      for (auto const& each : line[key].GetArray()) written["remedy"].merge(members_of(each));
    }
  }
  EXPECT_EQ(written["finding"], members_of(schema_["properties"]));
  for (auto const* name : {"process", "socket", "end", "remedy"}) {
    EXPECT_EQ(written[name], described(name)) << name;
  }
}

TEST_F(FindingsJson, NameWhatTheProgramNames) {
  std::vector<std::string> severities;
  for (std::size_t i = 0; i < model::kSeverityCount; ++i) {
    severities.emplace_back(model::name(static_cast<model::Severity>(i)));
  }
  auto const& properties = schema_["properties"];
  EXPECT_EQ(strings_of(properties["severity"]["enum"]), severities);

  std::vector<std::string> confidences;
  for (auto i = 0; i <= static_cast<int>(model::Confidence::Certain); ++i) {
    confidences.emplace_back(model::name(static_cast<model::Confidence>(i)));
  }
  EXPECT_EQ(strings_of(properties["confidence"]["enum"]), confidences);

  std::vector<std::string> turns;
  for (auto i = 0; i <= static_cast<int>(detect::Turn::Cleared); ++i) {
    turns.emplace_back(name(static_cast<detect::Turn>(i)));
  }
  EXPECT_EQ(strings_of(properties["event"]["enum"]), turns);

  std::vector<std::string> states;
  for (std::size_t i = 0; i < model::kSocketStateCount; ++i) {
    states.emplace_back(model::name(static_cast<model::SocketState>(i)));
  }
  EXPECT_EQ(strings_of(schema_["definitions"]["socket"]["properties"]["state"]["enum"]), states);
}

TEST_F(FindingsJson, CountTimeAsTheWallClockDoes) {
  auto const line = parsed(line_of(test::full_finding(), change_of(detect::Turn::Cleared)));
  EXPECT_EQ(line["since_unix_ms"].GetInt64(), 1'795'501'748'000);
  EXPECT_EQ(line["time_unix_ns"].GetInt64(), kWallOffset + 2000 * 1'000'000'000LL);
  EXPECT_EQ(line["stood_ms"].GetUint64(), 252'000U);
}

TEST_F(FindingsJson, OfHostileProcessesStayOneLineOfValidText) {
  auto const line = line_of(test::hostile_finding());
  EXPECT_TRUE(base::is_valid_utf8(line));
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  EXPECT_TRUE(std::ranges::none_of(
      line, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }));
  EXPECT_FALSE(line.contains("\xe2\x80\xae"));
}

TEST_F(FindingsJson, HaveNoMemberTwice) {
  auto finding = test::poor_finding();
  base::Phrase const as_it_is{"{0}", "{0}"};
  finding.evidence = {{"port", {"port", "端口"}, {as_it_is, {"80"}}},
                      {"rate", {"rate", "速率"}, {as_it_is, {"1"}}},
                      {"port", {"port", "端口"}, {as_it_is, {"443"}}}};
  auto const line = parsed(line_of(finding));
  EXPECT_EQ(line["evidence"].MemberCount(), 2U);
  EXPECT_EQ(line["evidence"]["port"].GetString(), std::string("80; 443"));
}

}  // namespace
}  // namespace lastack::ui
