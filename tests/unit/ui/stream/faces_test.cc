// The lines of `watch`: compared with files that people have looked at, and the promises that hold
// whatever is shown.
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <ranges>
#include <set>
#include <string>
#include <vector>

#include "base/text.hh"
#include "support/golden.hh"
#include "support/sample_lives.hh"
#include "ui/stream/life_text.hh"
#include "ui/stream/stream_json.hh"
#include "ui/stream/transition_text.hh"

namespace lastack::ui {
namespace {

std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  for (auto const part : std::views::split(text, '\n')) {
    lines.emplace_back(part.begin(), part.end());
  }
  EXPECT_TRUE(lines.back().empty()) << "the last line ends, too";
  lines.pop_back();
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

class Watched : public ::testing::Test {
 protected:
  Watched() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    clock_.set_offset(test::kSampleOffsetNs);
  }

  std::string transitions(LineStyle style) {
    TransitionText text(sample_.book(), clock_, style, test::kHostNetns);
    std::string out;
    for (auto const& [life, transition] : sample_.steps()) text.append(out, life, transition);
    return out;
  }
  std::string lives(LineStyle style) {
    LifeText text(sample_.book(), clock_, style, test::kHostNetns);
    std::string out;
    for (auto const& [life, time_ns] : sample_.ends()) text.append(out, life, time_ns);
    return out;
  }
  std::string json_transitions() {
    std::string out;
    StreamJson json(out, sample_.book(), clock_);
    for (auto const& [life, transition] : sample_.steps()) json.write(life, transition);
    return out;
  }
  std::string json_lives() {
    std::string out;
    StreamJson json(out, sample_.book(), clock_);
    for (auto const& [life, time_ns] : sample_.ends()) json.write(life, time_ns);
    return out;
  }

  test::SampleLives sample_;
  StreamClock clock_;
};

TEST_F(Watched, Transitions) { test::expect_golden("watch_transitions.txt", transitions({})); }

TEST_F(Watched, TransitionsInPlainAscii) {
  test::expect_golden("watch_transitions_ascii.txt", transitions({.unicode = false}));
}

TEST_F(Watched, TransitionsInColour) {
  test::expect_golden("watch_transitions_color.txt", transitions({.color = true}));
}

TEST_F(Watched, Lives) { test::expect_golden("watch_lives.txt", lives({})); }

TEST_F(Watched, LivesInPlainAscii) {
  test::expect_golden("watch_lives_ascii.txt", lives({.unicode = false}));
}

TEST_F(Watched, LivesInColour) {
  test::expect_golden("watch_lives_color.txt", lives({.color = true}));
}

TEST_F(Watched, JsonTransitions) {
  test::expect_golden("watch_transitions.jsonl", json_transitions());
}

TEST_F(Watched, JsonLives) { test::expect_golden("watch_lives.jsonl", json_lives()); }

TEST_F(Watched, EachIsOneLine) {
  EXPECT_EQ(lines_of(transitions({})).size(), sample_.steps().size());
  EXPECT_EQ(lines_of(json_transitions()).size(), sample_.steps().size());
  EXPECT_EQ(lines_of(lives({})).size(), sample_.ends().size());
  EXPECT_EQ(lines_of(json_lives()).size(), sample_.ends().size());
}

// Names are the processes' own, and namespaces may be anything.
TEST_F(Watched, NoNameReachesTheTerminalRaw) {
  for (bool const unicode : {true, false}) {
    expect_harmless(transitions({.unicode = unicode}));
    expect_harmless(lives({.unicode = unicode}));
  }
  expect_harmless(json_transitions());
  expect_harmless(json_lives());
}

TEST_F(Watched, ColoursChangeNothingElse) {
  EXPECT_NE(transitions({.color = true}), transitions({}));
  EXPECT_EQ(without_colors(transitions({.color = true})), transitions({}));
  EXPECT_NE(lives({.color = true}), lives({}));
  EXPECT_EQ(without_colors(lives({.color = true})), lives({}));
}

// A locale without UTF-8; names of processes apart, which are what they are.
TEST_F(Watched, WithoutUnicodeNothingOfOursIsUnicode) {
  auto const is_ascii = [](std::string const& line) {
    return std::ranges::all_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  };
  for (auto const& line : lines_of(transitions({.unicode = false}))) {
    if (line.find("\u65e5") == std::string::npos) {
      EXPECT_TRUE(is_ascii(line)) << line;
    }
  }
  for (auto const& line : lines_of(lives({.unicode = false}))) EXPECT_TRUE(is_ascii(line)) << line;
}

TEST_F(Watched, ColumnsStandUnderEachOther) {
  TransitionText text(sample_.book(), clock_, {}, test::kHostNetns);
  auto const& [life, transition] = sample_.steps().front();
  std::string first;
  text.append(first, life, transition);
  std::string all;
  for (auto const& step : sample_.steps()) text.append(all, step.life, step.transition);
  std::set<std::size_t> arrows;
  all.clear();
  for (auto const& step : sample_.steps()) text.append(all, step.life, step.transition);
  for (auto const& line : lines_of(all)) {
    arrows.insert(base::display_width(std::string_view(line).substr(0, line.find("→"))));
  }
  EXPECT_EQ(arrows.size(), 1U) << "once every width has been seen";
}

TEST_F(Watched, AProcessThatChangesItsNameIsCalledByTheNewOne) {
  TransitionText text(sample_.book(), clock_, {}, test::kHostNetns);
  auto const& [life, transition] = sample_.steps().front();
  std::string before;
  text.append(before, life, transition);
  EXPECT_NE(before.find("curl[812]"), std::string::npos);
  sample_.changeable_book().processes[life.process].comm = "wget";
  text.owners().forget(life.process);
  std::string after;
  text.append(after, life, transition);
  EXPECT_NE(after.find("wget[812]"), std::string::npos);
  text.owners().forget(1'000'000);  // one that was never shown
}

TEST_F(Watched, AndSoItIsInJson) {
  auto [life, transition] = sample_.steps().front();
  auto& book = sample_.changeable_book();
  life.endpoint.owners_at = static_cast<std::uint32_t>(book.owners.size());
  life.endpoint.owner_count = 1;
  book.owners.push_back({.process = life.process, .fd = -1});
  std::string out;
  StreamJson json(out, sample_.book(), clock_);
  json.write(life, transition);
  book.processes[life.process].comm = "wget";
  json.forget(life.process);
  json.write(life, transition);
  auto const lines = lines_of(out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_NE(lines[0].find(R"("comm":"curl")"), std::string::npos);
  EXPECT_NE(lines[1].find(R"("comm":"wget")"), std::string::npos);
  json.forget(1'000'000);  // one that was never shown
}

TEST_F(Watched, ProcessesMayComeLater) {
  TransitionText text(sample_.book(), clock_, {}, test::kHostNetns);
  auto [life, transition] = sample_.steps().front();
  std::string out;
  text.append(out, life, transition);
  model::Process late;
  late.pid = 77;
  late.comm = "late";
  sample_.changeable_book().processes.push_back(late);
  life.process = static_cast<std::uint32_t>(sample_.book().processes.size() - 1);
  text.append(out, life, transition);
  EXPECT_NE(out.find("late[77]"), std::string::npos);
}

TEST_F(Watched, NotesStandAmongTheLines) {
  TransitionText text(sample_.book(), clock_, {}, test::kHostNetns);
  std::string out;
  text.append_note(out, test::kSampleNs, "12 records lost\x1b[2J\n");
  EXPECT_EQ(out, "22:38:29.123456  -- 12 records lost\\e[2J\\n\n");
}

TEST_F(Watched, EveryJsonLineIsAnObjectWithMembersOfItsOwn) {
  for (auto const& line : lines_of(json_transitions() + json_lives())) {
    rapidjson::Document object;
    object.Parse(line.c_str());
    ASSERT_FALSE(object.HasParseError()) << line;
    std::set<std::string> names;
    for (auto const& member : object.GetObject()) names.insert(member.name.GetString());
    EXPECT_EQ(names.size(), object.MemberCount()) << line;
  }
}

TEST_F(Watched, JsonTellsWhatIsKnownAndLeavesOutWhatIsNot) {
  auto const lines = lines_of(json_lives());
  rapidjson::Document known;
  known.Parse(lines[0].c_str());
  EXPECT_EQ(known["duration_us"].GetUint64(), 64'000'000U);
  EXPECT_EQ(known["handshake_us"].GetUint64(), 136U);
  EXPECT_EQ(known["path"].Size(), 5U);
  EXPECT_EQ(known["bytes_received"].GetUint64(), 1'234'567U);
  rapidjson::Document unknown;
  unknown.Parse(lines[2].c_str());
  for (auto const* member : {"start_time", "duration_us", "handshake_us", "bytes_sent", "rtt_us",
                             "retransmitted_syn_acks", "path_cut"}) {
    EXPECT_FALSE(unknown.HasMember(member)) << member;
  }
  EXPECT_FALSE(unknown["path"][0].HasMember("dwell_us"));
  rapidjson::Document cut;
  cut.Parse(lines[3].c_str());
  EXPECT_EQ(cut["path_cut"].GetUint64(), 3U);
}

TEST_F(Watched, OfAHandshakeThatWasNotSeenWholeNothingIsSaid) {
  auto [life, time_ns] = sample_.ends()[1];
  life.hops[0] = model::Hop(model::SocketState::SynReceived, model::Hop::kUnknownDwell,
                            model::Cause::SynCookie, true);
  std::string out;
  StreamJson json(out, sample_.book(), clock_);
  json.write(life, time_ns);
  EXPECT_EQ(out.find("handshake_us"), std::string::npos);
}

TEST_F(Watched, AGapTellsItsInterval) {
  std::string out;
  StreamJson json(out, sample_.book(), clock_);
  json.write_gap(test::kSampleNs - 200'000'000, test::kSampleNs, 12);
  EXPECT_EQ(out, R"({"event":"gap","time":"2025-11-23T22:38:29.123456Z",)"
                 R"("since":"2025-11-23T22:38:28.923456Z","lost":12})"
                 "\n");
}

}  // namespace
}  // namespace lastack::ui
