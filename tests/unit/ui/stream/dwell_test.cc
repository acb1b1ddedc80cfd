#include <gtest/gtest.h>

#include "ui/stream/transition_text.hh"

namespace lastack::ui {
namespace {

std::string dwell(std::uint64_t microseconds) {
  std::string out;
  append_dwell(out, microseconds);
  return out;
}

TEST(Dwell, HasThreeDigitsOrSo) {
  EXPECT_EQ(dwell(0), "0.000ms");
  EXPECT_EQ(dwell(136), "0.136ms");
  EXPECT_EQ(dwell(99'999), "99.999ms");
  EXPECT_EQ(dwell(100'000), "100ms");
  EXPECT_EQ(dwell(999'999), "999ms");
  EXPECT_EQ(dwell(1'000'000), "1.00s");
  EXPECT_EQ(dwell(3'260'000), "3.26s");
  EXPECT_EQ(dwell(3'069'999), "3.06s");
  EXPECT_EQ(dwell(59'999'999), "59.99s");
  EXPECT_EQ(dwell(60'000'000), "1m");
  EXPECT_EQ(dwell(8'040'000'000), "2h14m");
  EXPECT_EQ(dwell(90'061'000'000), "1d1h");
}

TEST(StickyColumns, AreAsWideAsTheWidestSoFarWithinReason) {
  StickyColumns columns;
  auto const padded = [&](std::size_t width) {
    std::string out(width, 'x');
    columns.pad(out, StickyColumns::Dwell, width);
    return out.size();
  };
  auto const usual = padded(1);
  EXPECT_EQ(padded(3), usual);
  EXPECT_EQ(padded(20), 22U);
  EXPECT_EQ(padded(1), 22U) << "it stays as wide";
  EXPECT_EQ(padded(200), 202U);
  EXPECT_EQ(padded(1), 49U) << "the rest need not suffer for one";
}

}  // namespace
}  // namespace lastack::ui
