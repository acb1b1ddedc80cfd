#include "track/index.hh"

#include <gtest/gtest.h>

#include <random>
#include <unordered_map>
#include <vector>

namespace lastack::track {
namespace {

using Model = std::unordered_map<std::uint64_t, std::uint32_t>;

void expect_same(Index const& index, Model const& model, std::vector<std::uint64_t> const& keys) {
  ASSERT_EQ(index.size(), model.size());
  for (auto const key : keys) {
    auto const found = model.find(key);
    ASSERT_EQ(index.find(key), found == model.end() ? Index::kNowhere : found->second) << key;
  }
}

// Random operations on these keys; every so often everything is looked up.
void play(std::vector<std::uint64_t> const& keys, std::size_t operations, unsigned seed) {
  std::mt19937 random(seed);
  Index index;
  Model model;
  for (std::size_t i = 0; i < operations; ++i) {
    auto const key = keys[random() % keys.size()];
    if (random() % 5 < 3) {
      auto const place = static_cast<std::uint32_t>(random() % 1'000'000);
      index.set(key, place);
      model[key] = place;
    } else {
      index.erase(key);
      model.erase(key);
    }
    if (i % (operations / 8) == 0) expect_same(index, model, keys);
  }
  expect_same(index, model, keys);
  for (auto const key : keys) index.erase(key);
  expect_same(index, {}, keys);
}

std::vector<std::uint64_t> runs_of_cookies(std::size_t count) {
  std::vector<std::uint64_t> keys;
  for (std::uint64_t at = 1; keys.size() < count; at += 7919) {
    for (std::uint64_t next = at; next < at + 64 && keys.size() < count; ++next) {
      keys.push_back(next);
    }
  }
  return keys;
}

std::vector<std::uint64_t> any_numbers(std::size_t count) {
  std::mt19937_64 random(793);  // NOLINT: the same in every run
  std::vector<std::uint64_t> keys(count);
  for (auto& key : keys) key = random() | 1U;
  return keys;
}

TEST(Index, IsAHashTableLikeAnyOther) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    play(runs_of_cookies(3000), 40'000, seed);
    play(any_numbers(3000), 40'000, seed);
  }
}

// Few cells and many keys: long runs, and holes to be closed across the end of the table.
TEST(Index, ClosesHolesInCrowdedTables) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    play(any_numbers(700), 8000, seed);
    play(runs_of_cookies(716), 8000, seed);
  }
}

// Keys that differ only in bits that the table's place does not look at make one long run.
TEST(Index, BearsKeysOfOneHome) {
  std::vector<std::uint64_t> keys;
  Index probe;
  for (std::uint64_t key = 5; keys.size() < 300; key += 16) keys.push_back(key);
  play(keys, 20'000, 7);
}

TEST(Index, GrowsAndKeepsWhatItHas) {
  Index index;
  auto const keys = runs_of_cookies(100'000);
  for (std::size_t i = 0; i < keys.size(); ++i) index.set(keys[i], static_cast<std::uint32_t>(i));
  EXPECT_EQ(index.size(), keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) ASSERT_EQ(index.find(keys[i]), i);
  EXPECT_GE(index.memory(), keys.size() * 12);
  EXPECT_LE(index.memory(), keys.size() * 64);
}

TEST(Index, ReplacesThePlaceOfAKey) {
  Index index;
  index.set(7, 1);
  index.set(7, 2);
  EXPECT_EQ(index.size(), 1U);
  EXPECT_EQ(index.find(7), 2U);
}

TEST(Index, AnEmptyOneHasNothing) {
  Index index;
  EXPECT_EQ(index.find(7), Index::kNowhere);
  index.erase(7);
  EXPECT_EQ(index.size(), 0U);
  index.set(7, 1);
  index.erase(8);
  EXPECT_EQ(index.size(), 1U);
  EXPECT_EQ(index.find(0), Index::kNowhere) << "0 is no key";
}

}  // namespace
}  // namespace lastack::track
