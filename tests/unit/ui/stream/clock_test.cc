#include "ui/stream/clock.hh"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace lastack::ui {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::int64_t kUnix = 1'763'937'509;  // 2025-11-23T22:38:29Z

std::string local(StreamClock& clock, std::uint64_t time_ns) {
  std::string out;
  clock.append_local(out, time_ns);
  return out;
}
std::string utc(StreamClock& clock, std::uint64_t time_ns) {
  std::string out;
  clock.append_utc(out, time_ns);
  return out;
}

class Clock : public ::testing::Test {
 protected:
  void in_zone(char const* zone) {
    ::setenv("TZ", zone, 1);
    ::tzset();
  }
  Clock() {
    in_zone("UTC");
    clock_.set_offset(kUnix * static_cast<std::int64_t>(kSecond) - 1000 * 1'000'000'000LL);
  }
  ~Clock() override { in_zone("UTC"); }

  StreamClock clock_;
};

TEST_F(Clock, ShowsMicroseconds) {
  EXPECT_EQ(local(clock_, 1000 * kSecond), "22:38:29.000000");
  EXPECT_EQ(local(clock_, 1000 * kSecond + 999), "22:38:29.000000") << "cut, not rounded";
  EXPECT_EQ(local(clock_, 1000 * kSecond + 1'000), "22:38:29.000001");
  EXPECT_EQ(local(clock_, 1000 * kSecond + 999'999'999), "22:38:29.999999");
  EXPECT_EQ(utc(clock_, 1000 * kSecond + 123'456'789), "2025-11-23T22:38:29.123456Z");
}

TEST_F(Clock, GoesOnFromSecondToSecondAndBack) {
  EXPECT_EQ(local(clock_, 1000 * kSecond), "22:38:29.000000");
  EXPECT_EQ(local(clock_, 1031 * kSecond), "22:39:00.000000");
  EXPECT_EQ(local(clock_, 1000 * kSecond), "22:38:29.000000") << "events may come late";
  EXPECT_EQ(utc(clock_, 1000 * kSecond + 86'400 * 8 * kSecond), "2025-12-01T22:38:29.000000Z");
  EXPECT_EQ(utc(clock_, 1000 * kSecond), "2025-11-23T22:38:29.000000Z");
}

TEST_F(Clock, FollowsTheWallClockWhenItIsSet) {
  EXPECT_EQ(local(clock_, 1000 * kSecond), "22:38:29.000000");
  clock_.set_offset((kUnix + 3600) * static_cast<std::int64_t>(kSecond) - 1000 * 1'000'000'000LL);
  EXPECT_EQ(local(clock_, 1000 * kSecond), "23:38:29.000000");
  EXPECT_EQ(clock_.unix_ns(1000 * kSecond), (kUnix + 3600) * static_cast<std::int64_t>(kSecond));
}

TEST_F(Clock, LocalTimeIsThatOfTheZone) {
  in_zone("XXX-5:30");
  EXPECT_EQ(local(clock_, 1000 * kSecond), "04:08:29.000000");
  EXPECT_EQ(utc(clock_, 1000 * kSecond), "2025-11-23T22:38:29.000000Z");
}

}  // namespace
}  // namespace lastack::ui
