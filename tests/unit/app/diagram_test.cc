#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "app/diagram_marks.hh"
#include "app/diagram_options.hh"
#include "support/golden.hh"

namespace lastack::app {
namespace {

std::string const kDocs = std::string(LASTACK_GOLDEN) + "/../../docs/";

TEST(DiagramDocument, IsUpToDate) {
  using base::Language;
  auto const svg = [](Language language) {
    return diagram::draw(diagram::Format::Svg, {.language = language}, {});
  };
  test::expect_same_as_file(kDocs + "tcp-diagram.svg", svg(Language::English));
  test::expect_same_as_file(kDocs + "tcp-diagram.zh.svg", svg(Language::Chinese));
}

std::uint64_t count_of(diagram::Marks const& marks, tcp::State from, tcp::State to) {
  for (std::size_t i = 0; i < tcp::kEdges.size(); ++i) {
    auto const& edge = tcp::kEdges[i];
    if (edge.from == from && edge.to == to) return marks.edge_counts.at(i).value_or(12345);
  }
  return 99999;
}

base::Result<diagram::Marks> marks_of(std::string const& text, std::uint64_t& strange) {
  std::istringstream lines(text);
  return marks_of_lines(lines, "f", strange);
}

TEST(DiagramMarks, CountTransitionsAndLives) {
  std::uint64_t strange = 0;
  auto const marks = marks_of(
      "{\"event\":\"transition\",\"from\":\"CLOSED\",\"to\":\"SYN_SENT\"}\n\n"
      "{\"event\":\"transition\",\"from\":\"CLOSED\",\"to\":\"SYN_SENT\"}\n"
      "{\"event\":\"transition\",\"from\":\"LAST_ACK\",\"to\":\"ESTABLISHED\"}\n"
      "{\"event\":\"life\",\"path\":[{\"state\":\"SYN_SENT\"}]}\n",
      strange);
  ASSERT_TRUE(marks);
  EXPECT_EQ(count_of(*marks, tcp::State::Closed, tcp::State::SynSent), 2U);
  EXPECT_EQ(count_of(*marks, tcp::State::SynSent, tcp::State::Closed), 1U);
  EXPECT_EQ(count_of(*marks, tcp::State::Closed, tcp::State::Listen), 0U);
  EXPECT_EQ(strange, 1U);
}

// A tally tells all edges so far, again and again.
TEST(DiagramMarks, TakeTheLastTally) {
  std::uint64_t strange = 0;
  auto const line = [](int count) {
    return "{\"event\":\"tally\",\"edges\":[{\"from\":\"CLOSED\",\"to\":\"LISTEN\",\"count\":" +
           std::to_string(count) + "}]}\n";
  };
  auto const marks = marks_of(line(3) + line(5), strange);
  ASSERT_TRUE(marks);
  EXPECT_EQ(count_of(*marks, tcp::State::Closed, tcp::State::Listen), 5U);
}

TEST(DiagramMarks, SayThatAFileIsEmpty) {
  std::uint64_t strange = 0;
  EXPECT_FALSE(marks_of("", strange));
}

TEST(DiagramMarks, NameTheLineThatIsWrong) {
  std::uint64_t strange = 0;
  auto const marks = marks_of("{\"event\":\"gap\"}\nnonsense\n", strange);
  ASSERT_FALSE(marks);
  EXPECT_TRUE(marks.error().message.starts_with("f:2: not a JSON object"));
}

std::expected<DiagramOptions, int> parsed(std::vector<char const*> const& arguments) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  auto options = parse_diagram_options(arguments);
  (void)testing::internal::GetCapturedStderr();
  (void)testing::internal::GetCapturedStdout();
  return options;
}

TEST(DiagramOptions, AreRead) {
  auto const options =
      parsed({"--format", "svg", "--lang", "zh", "--theme", "dark", "--live", "2s"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->format, diagram::Format::Svg);
  EXPECT_EQ(options->language, base::Language::Chinese);
  EXPECT_TRUE(options->dark);
  EXPECT_EQ(options->live, std::chrono::milliseconds(2000));
  EXPECT_EQ(parsed({"--live"})->live, std::chrono::milliseconds(10'000));
  EXPECT_EQ(parsed({})->live, std::nullopt);
}

TEST(DiagramOptions, AreRefused) {
  for (auto const& wrong : std::vector<std::vector<char const*>>{{"--format", "png"},
                                                                 {"--lang", "de"},
                                                                 {"--theme", "blue"},
                                                                 {"--live", "soon"},
                                                                 {"--live", "0s"},
                                                                 {"--tally", "f", "--live"},
                                                                 {"--tally", "f", "--of", "pid 1"},
                                                                 {"established"}}) {
    auto const options = parsed(wrong);
    ASSERT_FALSE(options) << wrong.front();
    EXPECT_EQ(options.error(), 2) << wrong.front();
  }
}

}  // namespace
}  // namespace lastack::app
