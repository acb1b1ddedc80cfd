#include "base/told.hh"

#include <gtest/gtest.h>

namespace lastack::base {
namespace {

TEST(Told, PutsValuesIntoEitherLanguage) {
  Told const told{{"{0} of {1}", "{1} 之 {0}"}, {"3", "7"}};
  EXPECT_EQ(told.in(Language::English), "3 of 7");
  EXPECT_EQ(told.in(Language::Chinese), "7 之 3");
}

TEST(Told, LeavesWhatIsNoPlaceAlone) {
  EXPECT_EQ((Told{{"{} {9} {x} {0", ""}, {"a"}}.in(Language::English)), "{} {9} {x} {0");
  EXPECT_EQ((Told{{"{0}", ""}, {"{0}"}}.in(Language::English)), "{0}") << "values are not read";
  EXPECT_EQ(Told().in(Language::English), "");
}

}  // namespace
}  // namespace lastack::base
