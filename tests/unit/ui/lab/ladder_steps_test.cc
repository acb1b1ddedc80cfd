#include "ui/lab/ladder_steps.hh"

#include <gtest/gtest.h>

#include "support/golden.hh"
#include "support/lab_story.hh"

namespace lastack::ui {
namespace {

std::string all_of(LadderSteps const& steps) {
  auto text = steps.head();
  for (std::size_t i = 0; i < steps.count(); ++i) {
    text += steps.step(i) + "[" + steps.prompt(i) + "]\n";
  }
  return text;
}

TEST(LadderSteps, ExplainEachLine) {
  auto const [scenario, story] = test::lost_and_forged();
  for (auto const language : base::kLanguages) {
    bool const chinese = language == base::Language::Chinese;
    LadderSteps const steps(scenario, story, {.language = language, .width = 90});
    test::expect_golden(chinese ? "lab/steps_zh.txt" : "lab/steps_en.txt", all_of(steps));
  }
}

}  // namespace
}  // namespace lastack::ui
