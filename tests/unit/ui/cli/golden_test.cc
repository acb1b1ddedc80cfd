// The faces of one sample snapshot, compared with files that people have looked at, and the
// promises that hold whatever the snapshot.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>

#include <algorithm>
#include <ranges>
#include <set>

#include "base/text.hh"
#include "support/captured.hh"
#include "support/golden.hh"
#include "support/sample_snapshot.hh"
#include "ui/cli/csv_table.hh"
#include "ui/cli/json_lines.hh"
#include "ui/cli/summary.hh"
#include "ui/cli/table_writer.hh"
#include "ui/columns/reference.hh"

namespace lastack::ui {
namespace {

class Faces : public ::testing::Test {
 protected:
  void SetUp() override {
    sort_by_default(snapshot_, rows_);
    add_namespace_if_several(columns_, snapshot_, rows_);
    for (auto const& one : all_columns()) all_.push_back(&one);
  }

  std::string table(Columns const& columns, TableOptions const& options) {
    return test::captured(
        [&](base::Output& output) { write_table(output, {snapshot_, rows_, columns}, options); });
  }
  std::string json(Columns const& columns) {
    return test::captured(
        [&](base::Output& output) { write_json_lines(output, {snapshot_, rows_, columns}); });
  }
  std::string csv(Columns const& columns) {
    return test::captured(
        [&](base::Output& output) { write_csv(output, {snapshot_, rows_, columns}, {}); });
  }

  model::Snapshot const snapshot_ = test::sample_snapshot();
  Rows rows_ = all_rows(snapshot_);
  Columns columns_ = default_columns();
  Columns all_;
};

std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  for (auto const part : std::views::split(text, '\n'))
    lines.emplace_back(part.begin(), part.end());
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

std::string without_colors(std::string text) {
  for (auto at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b', at)) {
    text.erase(at, text.find('m', at) - at + 1);
  }
  return text;
}

void expect_harmless(std::string const& text) {
  EXPECT_TRUE(base::is_valid_utf8(text));
  EXPECT_FALSE(std::ranges::any_of(text, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f;
  }));
  EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos) << "C1";
  EXPECT_EQ(text.find("\u202e"), std::string::npos) << "right-to-left override";
}

TEST_F(Faces, PlainList) { test::expect_golden("list_plain.txt", table(columns_, {})); }

TEST_F(Faces, ListOn80Columns) {
  test::expect_golden("list_tty_80.txt", table(columns_, {.terminal = true, .width = 80}));
}

TEST_F(Faces, ColouredListOn120Columns) {
  TableOptions const options{.color = true, .terminal = true, .width = 120};
  test::expect_golden("list_tty_120_color.txt", table(columns_, options));
}

TEST_F(Faces, JsonLines) { test::expect_golden("list.jsonl", json(all_)); }

TEST_F(Faces, Csv) { test::expect_golden("list.csv", csv(all_)); }

TEST_F(Faces, SummaryText) {
  test::expect_golden("summary.txt", test::captured([&](base::Output& output) {
                        write_summary_text(output, summarize(snapshot_, rows_), {});
                      }));
}

TEST_F(Faces, TablesHoldNoControlByte) {
  expect_harmless(table(all_, {}));
  for (std::size_t width = 1; width < 400; width += 7) {
    expect_harmless(table(all_, {.terminal = true, .width = width}));
    expect_harmless(table(columns_, {.terminal = true, .width = width}));
  }
}

TEST_F(Faces, ColoursChangeNothingElse) {
  for (auto const& columns : {columns_, all_}) {
    auto const plain = table(columns, {.terminal = true, .width = 120});
    auto const color = table(columns, {.color = true, .terminal = true, .width = 120});
    EXPECT_NE(plain, color);
    EXPECT_EQ(without_colors(color), plain);
  }
}

TEST_F(Faces, LinesHaveNoTrailingBlanks) {
  for (auto const& one : all_columns()) {
    for (auto const& line : lines_of(table({&column("pid"), &one}, {}))) {
      EXPECT_FALSE(line.ends_with(' ')) << one.id << ": " << line;
    }
  }
}

TEST_F(Faces, EveryJsonLineIsAnObjectOfTheSchema) {
  rapidjson::Document schema_text;
  schema_text.Parse(json_schema().c_str());
  rapidjson::SchemaDocument const schema(schema_text);
  auto const text = json(all_);
  expect_harmless(text);
  auto const lines = lines_of(text);
  EXPECT_EQ(lines.size(), snapshot_.endpoints.size());
  for (auto const& line : lines) {
    rapidjson::Document endpoint;
    endpoint.Parse(line.c_str());
    ASSERT_FALSE(endpoint.HasParseError()) << line;
    rapidjson::SchemaValidator validator(schema);
    EXPECT_TRUE(endpoint.Accept(validator)) << line;
    for (auto const& member : endpoint.GetObject()) {
      EXPECT_TRUE(schema_text["properties"].HasMember(member.name)) << member.name.GetString();
    }
  }
}

TEST_F(Faces, JsonMembersAreUnique) {
  for (auto const& line : lines_of(json(all_))) {
    rapidjson::Document endpoint;
    endpoint.Parse(line.c_str());
    std::set<std::string> names;
    for (auto const& member : endpoint.GetObject()) names.insert(member.name.GetString());
    EXPECT_EQ(names.size(), endpoint.MemberCount()) << line;
  }
}

TEST_F(Faces, JsonHasOnlyTheColumnsAskedFor) {
  Rows const first{0};
  auto const some = test::captured([&](base::Output& output) {
    auto const columns = parse_columns("state,process,local,pid", {}).value();
    write_json_lines(output, {snapshot_, first, columns});
  });
  EXPECT_EQ(some, R"({"state":"LISTEN","local":{"addr":"0.0.0.0","port":22},)"
                  R"("owners":[{"comm":"sshd","pid":812}]})"
                  "\n");
}

TEST_F(Faces, CsvHasOneLinePerEndpointAndAsManyFields) {
  auto const lines = lines_of(csv(all_));
  EXPECT_EQ(lines.size(), snapshot_.endpoints.size() + 1);
  for (auto const& line : lines) {
    ASSERT_TRUE(line.ends_with('\r'));
    expect_harmless(line.substr(0, line.size() - 1));
    std::size_t fields = 1;
    bool quoted = false;
    for (auto const c : line) {
      if (c == '"') quoted = !quoted;
      if (c == ',' && !quoted) ++fields;
    }
    EXPECT_EQ(fields, all_.size()) << line;
  }
}

TEST_F(Faces, SummaryJsonCountsEveryEndpoint) {
  auto const line = test::captured(
      [&](base::Output& output) { write_summary_json(output, summarize(snapshot_, rows_)); });
  expect_harmless(line);
  rapidjson::Document summary;
  summary.Parse(line.c_str());
  ASSERT_FALSE(summary.HasParseError());
  EXPECT_EQ(summary["endpoints"].GetUint64(), snapshot_.endpoints.size());
  std::uint64_t in_states = 0;
  for (auto const* protocol : {"tcp", "udp"}) {
    for (auto const& state : summary["by_state"][protocol].GetObject()) {
      in_states += state.value.GetUint64();
    }
  }
  EXPECT_EQ(in_states, snapshot_.endpoints.size());
  EXPECT_EQ(summary["by_netns"].Size(), 2);
}

TEST_F(Faces, AnEmptySnapshotIsAHeader) {
  model::Snapshot const nothing;
  auto const columns = default_columns();
  EXPECT_EQ(test::captured(
                [&](base::Output& output) { write_table(output, {nothing, {}, columns}, {}); }),
            "PROCESS  PID  PROTO  LOCAL  REMOTE  STATE  RECV-Q  SEND-Q  USER\n");
  EXPECT_EQ(test::captured(
                [&](base::Output& output) { write_json_lines(output, {nothing, {}, columns}); }),
            "");
}

}  // namespace
}  // namespace lastack::ui
