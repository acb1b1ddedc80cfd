#include "ui/columns/format.hh"

#include <gtest/gtest.h>

namespace lastack::ui {
namespace {

template <typename Append, typename Value>
std::string text(Append append, Value value) {
  std::string out;
  append(out, value);
  return out;
}

TEST(Format, DurationsHaveTwoUnitsAtMost) {
  EXPECT_EQ(text(append_duration, 0U), "0ms");
  EXPECT_EQ(text(append_duration, 200U), "200ms");
  EXPECT_EQ(text(append_duration, 43'210U), "43s");
  EXPECT_EQ(text(append_duration, 60'000U), "1m");
  EXPECT_EQ(text(append_duration, 7'140'000U), "1h59m");
  EXPECT_EQ(text(append_duration, 3'600'500U), "1h");
  EXPECT_EQ(text(append_duration, 273'600'000U), "3d4h");
}

TEST(Format, TimesAreUtc) {
  EXPECT_EQ(text(append_time, std::int64_t{0}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(text(append_time, std::int64_t{1'763'870'184'120}), "2025-11-23T03:56:24.120Z");
  EXPECT_EQ(text(append_time, std::int64_t{1'709'164'799'999}), "2024-02-28T23:59:59.999Z");
}

TEST(Format, RoundTripTimesAreMilliseconds) {
  EXPECT_EQ(text(append_microseconds_as_ms, 34U), "0.034ms");
  EXPECT_EQ(text(append_microseconds_as_ms, 12'345U), "12.345ms");
}

TEST(Format, RatesHaveTheLargestUnitThatFits) {
  EXPECT_EQ(text(append_bytes_per_second, 999U), "999B/s");
  EXPECT_EQ(text(append_bytes_per_second, 1'250U), "1.2kB/s");
  EXPECT_EQ(text(append_bytes_per_second, 12'345'678U), "12.3MB/s");
  EXPECT_EQ(text(append_bytes_per_second, 5'000'000'000U), "5.0GB/s");
}

TEST(Format, DigitsAreCounted) {
  EXPECT_EQ(digits_of(0), 1);
  EXPECT_EQ(digits_of(9), 1);
  EXPECT_EQ(digits_of(10), 2);
  EXPECT_EQ(digits_of(18'446'744'073'709'551'615U), 20);
}

}  // namespace
}  // namespace lastack::ui
