#include "app/confirm.hh"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>

#include "base/fd.hh"

namespace lastack::app {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    reader = base::Fd(ends[0]);
    writer = base::Fd(ends[1]);
  }
  base::Fd reader;
  base::Fd writer;
};

// Asks with `typed` waiting to be read, behind which the input ends.
struct Dialogue {
  explicit Dialogue(std::string const& typed) {
    EXPECT_EQ(::write(input.writer.get(), typed.data(), typed.size()),
              static_cast<ssize_t>(typed.size()));
    input.writer = base::Fd();
  }
  [[nodiscard]] Questioner person() const {
    return {input.reader.get(), output.writer.get(), true};
  }
  [[nodiscard]] std::string shown() {
    output.writer = base::Fd();
    std::string text(4096, '\0');
    auto const got = ::read(output.reader.get(), text.data(), text.size());
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }
  Pipe input;
  Pipe output;
};

TEST(Confirm, TakesOnlyAYesForAYes) {
  for (auto const* yes : {"y\n", "Y\n", "yes\n", " YES \r\n"}) {
    EXPECT_TRUE(Dialogue(yes).person().confirms("? ")) << yes;
  }
  for (auto const* no : {"", "\n", "n\n", "no\n", "yes please\n", "j\n", "y", "\ny\n"}) {
    EXPECT_FALSE(Dialogue(no).person().confirms("? ")) << no;
  }
}

TEST(Confirm, ShowsTheQuestionAndReadsNoFurtherThanTheLine) {
  Dialogue dialogue("first\nsecond\n");
  auto const person = dialogue.person();
  EXPECT_EQ(person.ask("one? "), "first");
  EXPECT_EQ(person.ask("two? "), "second");
  EXPECT_EQ(person.ask("three? "), std::nullopt);
  EXPECT_EQ(dialogue.shown(), "one? two? three? \n");
}

TEST(Confirm, KeepsALongAnswerShort) {
  auto const answer = Dialogue(std::string(5000, 'y') + "\n").person().ask("? ");
  EXPECT_TRUE(answer);
  EXPECT_LT(answer.value_or(std::string(5000, '-')).size(), 1000U);
}

}  // namespace
}  // namespace lastack::app
