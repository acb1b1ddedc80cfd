// Every face of a ladder, of a plain story and of one in which things go wrong.
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>

#include "base/text.hh"
#include "support/golden.hh"
#include "support/lab_story.hh"
#include "ui/lab/ladder_json.hh"
#include "ui/lab/ladder_pair.hh"
#include "ui/lab/ladder_svg.hh"
#include "ui/lab/ladder_text.hh"

namespace lastack::ui {
namespace {

using base::Language;
using test::LabStory;

LabStory handshake() { return test::played("three-way-handshake"); }

std::string json_of(LabStory const& played) {
  return ladder_json(played.scenario,
                     {.reading = "linux", .seed = 1, .lab = &played.story, .kernel = {}});
}
std::string svg_of(LabStory const& played, Language language) {
  return ladder_svg(played.scenario, played.story,
                    {.language = language, .caption = "reading linux, seed 1"});
}

rapidjson::Document parsed(std::string const& json) {
  rapidjson::Document document;
  document.Parse(json.c_str());
  EXPECT_FALSE(document.HasParseError()) << json;
  return document;
}

TEST(Ladder, TextOfAHandshake) {
  auto const [scenario, story] = handshake();
  test::expect_golden("lab/handshake_en.txt", ladder_text(scenario, story, {}));
  test::expect_golden("lab/handshake_zh.txt",
                      ladder_text(scenario, story, {.language = Language::Chinese}));
}

TEST(Ladder, TextWithoutUnicodeHasNone) {
  auto const [scenario, story] = test::lost_and_forged();
  auto const text = ladder_text(scenario, story, {.width = 100, .unicode = false});
  EXPECT_EQ(std::ranges::find_if(text, [](unsigned char c) { return c >= 0x80; }), text.end());
  test::expect_golden("lab/lost_and_forged_ascii.txt", text);
}

TEST(Ladder, TextKeepsItsWidth) {
  for (std::size_t const width : {60U, 80U, 100U, 120U}) {
    for (auto const& [scenario, story] : {handshake(), test::lost_and_forged()}) {
      for (auto const language : base::kLanguages) {
        auto const text = ladder_text(scenario, story, {.language = language, .width = width});
        std::size_t begin = 0;
        for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
          auto const row = std::string_view(text).substr(begin, end - begin);
          EXPECT_LE(base::display_width(row), width) << row;
          begin = end + 1;
        }
      }
    }
  }
}

TEST(Ladder, PairOfTwoThatAgreeAndOfTwoThatDoNot) {
  auto const [scenario, story] = handshake();
  auto other = story;
  std::erase_if(other.lines, [](lab::StoryLine const& line) {
    auto const* change = std::get_if<lab::StateLine>(&line.what);
    return change != nullptr && change->to == tcp::State::SynReceived;
  });
  auto const pair = [&](lab::Story const& with) {
    return ladder_pair(scenario,
                       {.one_name = "Linux 6.18.44 plays server",
                        .other_name = "lab, reading linux",
                        .one = with,
                        .other = story},
                       {.width = 150});
  };
  EXPECT_EQ(pair(story).find('!'), std::string::npos);
  test::expect_golden("lab/pair.txt", pair(other));
}

TEST(Ladder, Json) {
  for (auto const& [name, played] : {std::pair{"handshake", handshake()},
                                     std::pair{"lost_and_forged", test::lost_and_forged()}}) {
    auto const json = json_of(played);
    EXPECT_TRUE(base::is_valid_utf8(json));
    auto const document = parsed(json);
    ASSERT_TRUE(document.IsObject());
    EXPECT_EQ(document["events"].Size(), played.story.lines.size());
    test::expect_golden(std::string("lab/") + name + ".json", json);
  }
}

TEST(Ladder, JsonSaysWhatWasLostAndForged) {
  auto const document = parsed(json_of(test::lost_and_forged()));
  int lost = 0;
  int forged = 0;
  for (auto const& event : document["events"].GetArray()) {
    if (std::string_view(event["kind"].GetString()) != "segment") continue;
    bool const is_lost = std::string_view(event["fate"].GetString()) == "lost";
    EXPECT_EQ(event["arrived"].IsNull(), is_lost);
    lost += is_lost ? 1 : 0;
    forged += event["forged"].GetBool() ? 1 : 0;
  }
  EXPECT_EQ(lost, 1);
  EXPECT_EQ(forged, 1);
}

TEST(Ladder, JsonOfTwoStoriesNamesTheLinesThatDiffer) {
  auto const [scenario, story] = handshake();
  auto other = story;
  other.lines.pop_back();
  auto const document = parsed(ladder_json(
      scenario, {.reading = "linux",
                 .seed = 7,
                 .lab = &story,
                 .kernel = KernelLadder{.story = &other, .release = "6.18.44", .part = 1}}));
  EXPECT_STREQ(document["kernel"]["host"].GetString(), "server");
  EXPECT_STREQ(document["kernel"]["release"].GetString(), "6.18.44");
  EXPECT_EQ(document["kernel"]["events"].Size() + 1, document["lab"]["events"].Size());
  ASSERT_EQ(document["differences"].Size(), 1U);
  EXPECT_TRUE(document["differences"][0]["kernel"].IsNull());
  EXPECT_EQ(document["differences"][0]["lab"].GetUint64(), story.lines.size() - 1);
  EXPECT_FALSE(document.HasMember("events"));
}

TEST(Ladder, Svg) {
  test::expect_golden("lab/handshake_en.svg", svg_of(handshake(), Language::English));
  test::expect_golden("lab/lost_and_forged_zh.svg",
                      svg_of(test::lost_and_forged(), Language::Chinese));
}

TEST(Ladder, SvgLetsNoWordOutOfItsPlace) {
  auto const svg = svg_of(test::lost_and_forged(), Language::English);
  EXPECT_NE(svg.find("Lost &amp; &lt;forged&gt;"), std::string::npos);
  EXPECT_EQ(svg.find("<forged>"), std::string::npos);
}

}  // namespace
}  // namespace lastack::ui
