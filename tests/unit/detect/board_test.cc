#include "detect/board.hh"

#include <gtest/gtest.h>

namespace lastack::detect {
namespace {

using model::Severity;

constexpr std::uint64_t kSecond = 1'000'000'000;

model::Finding finding(std::string subject, Severity severity = Severity::Warning) {
  model::Finding made;
  made.detector = "test";
  made.subject = std::move(subject);
  made.severity = severity;
  return made;
}

std::vector<Turn> turns(std::vector<Change> const& changes) {
  std::vector<Turn> all;
  all.reserve(changes.size());
  for (auto const& each : changes) all.push_back(each.turn);
  return all;
}

TEST(Board, TellsAFindingOnceUntilItIsOver) {
  Board board(10 * kSecond);
  EXPECT_EQ(turns(board.update({finding("a")}, 1 * kSecond)), std::vector{Turn::Arose});
  EXPECT_TRUE(board.update({finding("a")}, 2 * kSecond).empty());
  EXPECT_TRUE(board.update({}, 11 * kSecond).empty()) << "held";
  auto const cleared = board.update({}, 12 * kSecond);
  ASSERT_EQ(turns(cleared), std::vector{Turn::Cleared});
  EXPECT_EQ(cleared[0].standing->finding.subject, "a");
  EXPECT_TRUE(board.standing().empty());
  EXPECT_EQ(turns(board.update({finding("a")}, 20 * kSecond)), std::vector{Turn::Arose});
}

TEST(Board, WhatFlapsIsHeldLonger) {
  Board board(10 * kSecond);
  std::uint64_t now = kSecond;
  std::size_t told = board.update({finding("a")}, now).size();
  for (int i = 0; i < 20; ++i) {
    told += board.update({}, now += 3 * kSecond).size();
    told += board.update({finding("a")}, now += 3 * kSecond).size();
  }
  EXPECT_EQ(told, 1U) << "it came and went twenty times and was told once";
  EXPECT_TRUE(board.update({}, now + 15 * kSecond).empty()) << "beyond what a steady one gets";
  EXPECT_EQ(turns(board.update({}, now + 80 * kSecond)), std::vector{Turn::Cleared});
}

TEST(Board, TellsWhatGetsWorseAndDoesNotTakeItBack) {
  Board board(10 * kSecond);
  (void)board.update({finding("a")}, 1 * kSecond);
  EXPECT_EQ(turns(board.update({finding("a", Severity::Critical)}, 2 * kSecond)),
            std::vector{Turn::Worsened});
  EXPECT_TRUE(board.update({finding("a")}, 3 * kSecond).empty());
  EXPECT_EQ(board.standing().front()->finding.severity, Severity::Critical);
  EXPECT_TRUE(board.update({finding("a", Severity::Critical)}, 4 * kSecond).empty());
  EXPECT_TRUE(board.update({finding("a")}, 13 * kSecond).empty());
  EXPECT_EQ(board.standing().front()->finding.severity, Severity::Critical);
  EXPECT_TRUE(board.update({finding("a")}, 14 * kSecond).empty()) << "milder is no news";
  EXPECT_EQ(board.standing().front()->finding.severity, Severity::Warning);
}

TEST(Board, KeepsTheEarliestTime) {
  Board board(10 * kSecond);
  auto early = finding("a");
  early.since_ns = 5;
  (void)board.update({early}, 1 * kSecond);
  auto late = finding("a");
  late.since_ns = 900;
  (void)board.update({late}, 2 * kSecond);
  EXPECT_EQ(board.standing().front()->finding.since_ns, 5U);
}

TEST(Board, IsBounded) {
  Board board;
  Findings flood;
  for (std::size_t i = 0; i < Board::kMost + 7; ++i) flood.push_back(finding(std::to_string(i)));
  EXPECT_EQ(board.update(std::move(flood), kSecond).size(), Board::kMost);
  EXPECT_EQ(board.left_out(), 7U);
  EXPECT_EQ(board.standing().size(), Board::kMost);
}

TEST(Board, ThoseMostSevereComeFirst) {
  Board board;
  auto const changes = board.update(
      {finding("a", Severity::Notice), finding("b", Severity::Critical), finding("c")}, kSecond);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].standing->finding.subject, "b");
  EXPECT_EQ(board.standing().back()->finding.subject, "a");
}

}  // namespace
}  // namespace lastack::detect
