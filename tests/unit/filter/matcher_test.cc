// A Matcher whose snapshot grows and changes, as the book of a long-running watcher does.
#include "filter/matcher.hh"

#include <gtest/gtest.h>

#include <array>
#include <string_view>
#include <utility>

#include "unit/filter/support.hh"

namespace lastack::filter::testing {
namespace {

Filter parsed(std::string_view text) {
  auto filter = parse(text, FakeNames(), Scope::Transitions);
  if (!filter) {
    ADD_FAILURE() << text << ": " << filter.error().message;
    return {};
  }
  return *std::move(filter);
}

model::Endpoint owned_by(model::Snapshot& book, std::uint32_t process) {
  model::Endpoint out;
  out.owners_at = static_cast<std::uint32_t>(book.owners.size());
  out.owner_count = 1;
  book.owners.push_back({.process = process, .fd = 3});
  return out;
}

model::Endpoint without_owner(std::uint32_t uid) {
  model::Endpoint out;
  out.uid = uid;
  return out;
}

constexpr auto kFilters = std::to_array<std::string_view>(
    {"process = nginx", "process ~ ^n and not user = 53", "pid > 100", "user = www-data",
     "user ~ ^www or netns = blue", "netns != host", "unit = nginx.service or container ~ ^3f",
     "user = 1000 or exe = /usr/sbin/nginx", "state listen or dport = :443"});

// One entry after the other into an empty book: the answers are those of a Matcher that had all
// of it from the beginning.
TEST(MatcherExtend, AGrowingBookIsAnsweredLikeAWholeOne) {
  auto const whole = sample();
  for (auto const text : kFilters) {
    auto const filter = parsed(text);
    model::Snapshot book;
    Matcher growing(filter, book);
    book.owners = whole.owners;
    book.users = whole.users;
    for (auto const& netns : whole.namespaces) {
      book.namespaces.push_back(netns);
      growing.extend();
    }
    for (auto const& process : whole.processes) {
      book.processes.push_back(process);
      growing.extend();
    }
    for (auto const& endpoint : whole.endpoints) growing.learn_user(endpoint.uid);

    Matcher const at_once(filter, whole);
    for (auto const& endpoint : whole.endpoints) {
      EXPECT_EQ(growing(endpoint), at_once(endpoint)) << text << ", row " << endpoint.cookie;
    }
  }
}

TEST(MatcherExtend, AnswersForWhatWasThereStay) {
  auto book = sample();
  auto const filter = parsed("process = nginx");
  Matcher matches(filter, book);
  book.processes[0].comm = "renamed";  // nobody said so
  book.processes.push_back(process(400, "nginx", 0));
  matches.extend();
  matches.extend();
  EXPECT_TRUE(matches(owned_by(book, 4)));
  EXPECT_TRUE(matches(owned_by(book, 0))) << "work for the appended only";
}

TEST(MatcherRefresh, ASlotTakenByAnotherProcessIsAskedAgain) {
  auto book = sample();
  auto const filter = parsed("process = nginx and user = www-data");
  Matcher matches(filter, book);
  auto const endpoint = owned_by(book, 2);
  auto const neighbour = owned_by(book, 1);
  EXPECT_FALSE(matches(endpoint));
  book.processes[2] = process(500, "nginx", 33);
  matches.refresh_process(2);
  EXPECT_TRUE(matches(endpoint));
  EXPECT_TRUE(matches(neighbour));
  book.processes[2].uid_known = false;
  matches.refresh_process(2);
  EXPECT_FALSE(matches(endpoint)) << "its facts changed";
  EXPECT_TRUE(matches(neighbour));
}

TEST(MatcherRefresh, LeavesNamespacesAlone) {
  auto book = sample();
  auto const filter = parsed("netns = blue and process = named");
  Matcher matches(filter, book);
  auto const& dns = book.endpoints[kDns - 1];
  EXPECT_TRUE(matches(dns));
  matches.refresh_process(1);
  EXPECT_TRUE(matches(dns));
}

TEST(MatcherRefresh, AnAppendedProcessNeedsNoExtendBefore) {
  auto book = sample();
  auto const filter = parsed("pid = 600 or pid = 601");
  Matcher matches(filter, book);
  for (std::uint32_t const pid : {602U, 600U, 603U, 601U}) {
    book.processes.push_back(process(pid, "new", 0));
  }
  matches.refresh_process(7);
  EXPECT_FALSE(matches(owned_by(book, 4)));
  EXPECT_TRUE(matches(owned_by(book, 5)));
  EXPECT_FALSE(matches(owned_by(book, 6)));
  EXPECT_TRUE(matches(owned_by(book, 7)));
}

TEST(MatcherLearnUser, ANewUidIsAnsweredLearnedOrNot) {
  auto book = sample();
  auto const filter = parsed("user = alice or user = 2000");
  Matcher matches(filter, book);
  book.users[1000] = "alice";
  EXPECT_TRUE(matches(without_owner(1000)));
  EXPECT_TRUE(matches(without_owner(2000)));
  EXPECT_FALSE(matches(without_owner(3000)));
  for (std::uint32_t const uid : {3000U, 1000U, 2000U, 1000U}) matches.learn_user(uid);
  EXPECT_TRUE(matches(without_owner(1000)));
  EXPECT_TRUE(matches(without_owner(2000)));
  EXPECT_FALSE(matches(without_owner(3000)));
  EXPECT_FALSE(matches(without_owner(model::kNone))) << "the kernel's own: nobody's";
}

TEST(MatcherLearnUser, WhatIsLearnedIsRemembered) {
  auto book = sample();
  auto const filter = parsed("user = alice");
  Matcher matches(filter, book);
  book.users[1000] = "alice";
  matches.learn_user(1000);
  book.users.clear();
  EXPECT_TRUE(matches(without_owner(1000)));
  EXPECT_FALSE(matches(without_owner(1001)));
}

TEST(MatcherLearnUser, EveryTestOfUserLearns) {
  auto book = sample();
  auto const filter = parsed("user ~ ^al and user = alice and process != x");
  Matcher matches(filter, book);
  book.users = {{1000, "alice"}, {1001, "alan"}};
  matches.learn_user(1001);
  matches.learn_user(1000);
  book.users.clear();
  EXPECT_TRUE(matches(without_owner(1000)));
  EXPECT_FALSE(matches(without_owner(1001)));
}

}  // namespace
}  // namespace lastack::filter::testing
