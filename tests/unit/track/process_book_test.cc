#include "track/process_book.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/story.hh"

namespace lastack::track {
namespace {

using test::actor;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint64_t kStart = 5'000'000'000;

class Book : public ::testing::Test {
 protected:
  [[nodiscard]] std::string const& name(std::uint32_t entry) const { return processes[entry].comm; }
  // A process that had something and has it no more.
  std::uint32_t idle(std::uint32_t pid) {
    auto const entry = book.entry_of(actor(pid, "p" + std::to_string(pid)));
    book.retain(entry);
    book.release(entry);
    return entry;
  }
  static model::Process found(std::uint32_t pid, std::string comm) {
    model::Process process;
    process.pid = pid;
    process.comm = std::move(comm);
    return process;
  }

  std::vector<model::Process> processes;
  std::vector<model::Owner> owners;
  ProcessBook book{processes, owners};
};

TEST_F(Book, AProcessIsItsPidAndItsStart) {
  auto const curl = book.entry_of(actor(100, "curl"));
  EXPECT_EQ(book.entry_of(actor(100, "curl")), curl);
  EXPECT_NE(book.entry_of(actor(101, "curl")), curl);
  auto const later = book.entry_of(actor(100, "wget", kStart + 1'000'000'000));
  EXPECT_NE(later, curl);
  EXPECT_EQ(name(curl), "curl") << "it stays what it was";
  EXPECT_EQ(name(later), "wget");
  EXPECT_EQ(processes[later].pid, 100U);
  EXPECT_EQ(book.start_ns(curl), kStart);
}

TEST_F(Book, StartsThatProcTellsAreNotExact) {
  auto const curl = book.entry_of(actor(100, "curl"));
  EXPECT_EQ(book.entry_of(found(100, "curl"), kStart + 1'500'000'000), curl);
  EXPECT_EQ(book.entry_of(found(100, "curl"), kStart - 1'500'000'000), curl);
  EXPECT_NE(book.entry_of(found(100, "curl"), kStart + 3'000'000'000), curl);
}

TEST_F(Book, AProcessWhoseStartIsNotKnownIsTheOneOfThatPid) {
  auto const curl = book.entry_of(actor(100, "curl"));
  EXPECT_EQ(book.entry_of(found(100, "curl"), 0), curl);
  auto const seen = book.entry_of(found(200, "nginx"), 0);
  EXPECT_EQ(book.start_ns(seen), 0U);
  EXPECT_EQ(book.entry_of(actor(200, "nginx")), seen);
  EXPECT_EQ(book.start_ns(seen), kStart) << "what is exact counts from then on";
}

TEST_F(Book, ExecGivesAProcessAnotherName) {
  auto const entry = book.entry_of(actor(100, "sh"));
  EXPECT_THAT(book.take_changed(), ElementsAre(entry));
  EXPECT_EQ(book.entry_of(actor(100, "curl")), entry);
  EXPECT_EQ(name(entry), "curl");
  EXPECT_TRUE(book.has_changed());
  EXPECT_THAT(book.take_changed(), ElementsAre(entry));
  EXPECT_FALSE(book.has_changed());
  EXPECT_EQ(book.entry_of(found(100, ""), 0), entry);
  EXPECT_EQ(name(entry), "curl") << "no name tells nothing";
  EXPECT_EQ(book.entry_of(actor(100, "curl")), entry);
  EXPECT_THAT(book.take_changed(), IsEmpty());
}

TEST_F(Book, ANameMayFillItsRoom) {
  auto const entry = book.entry_of(actor(100, "sixteen-letters!"));
  EXPECT_EQ(name(entry), "sixteen-letters!");
}

TEST_F(Book, EachProcessHasARunOfOwners) {
  auto const curl = book.entry_of(actor(100, "curl"));
  auto const nginx = book.entry_of(actor(200, "nginx"));
  for (auto const entry : {curl, nginx}) {
    EXPECT_EQ(owners[book.single_owner(entry)].process, entry);
    EXPECT_EQ(owners[book.single_owner(entry)].fd, -1);
  }
  owners.push_back({.process = curl, .fd = 3});  // of a socket that was scanned
  auto const third = book.entry_of(actor(300, "sshd"));
  EXPECT_EQ(owners[book.single_owner(third)].process, third);
  book.reset_owners();
  EXPECT_EQ(owners.size(), 3U);
  auto const fourth = book.entry_of(actor(400, "ftpd"));
  for (auto const entry : {curl, nginx, third, fourth}) {
    EXPECT_EQ(owners[book.single_owner(entry)].process, entry);
  }
}

TEST_F(Book, IdleEntriesAreKeptForAWhileThenTheOldestGoesFirst) {
  auto const first = idle(1);
  auto const second = idle(2);
  for (std::uint32_t pid = 3; pid <= ProcessBook::kMaxIdle; ++pid) idle(pid);
  EXPECT_EQ(book.entry_of(actor(1, "p1")), first) << "still there";
  auto const one_more = idle(100'000);
  EXPECT_EQ(processes.size(), ProcessBook::kMaxIdle + 1);
  EXPECT_EQ(name(one_more), "p100000");
  (void)book.take_changed();
  auto const reused = book.entry_of(actor(100'001, "new"));
  EXPECT_EQ(reused, first);
  EXPECT_EQ(name(first), "new");
  EXPECT_THAT(book.take_changed(), ElementsAre(first)) << "it was filled anew";
  EXPECT_EQ(owners[book.single_owner(reused)].process, reused);
  EXPECT_EQ(processes.size(), ProcessBook::kMaxIdle + 1);
  EXPECT_EQ(name(second), "p2");
  EXPECT_NE(book.entry_of(actor(1, "p1")), first) << "pid 1 was forgotten";
}

TEST_F(Book, WhatIsReferredToIsNeverReused) {
  auto const kept = book.entry_of(actor(1, "kept"));
  book.retain(kept);
  auto const again = idle(2);
  book.retain(again);  // something refers to it again
  for (std::uint32_t pid = 3; pid < 3 * ProcessBook::kMaxIdle; ++pid) idle(pid);
  EXPECT_EQ(name(kept), "kept");
  EXPECT_EQ(name(again), "p2");
  EXPECT_LE(processes.size(), ProcessBook::kMaxIdle + 3) << "the others took turns";
  book.release(kept);
  for (std::uint32_t pid = 50'000; pid < 50'000 + 2 * ProcessBook::kMaxIdle; ++pid) idle(pid);
  EXPECT_NE(name(kept), "kept") << "its turn came once nothing referred to it";
  EXPECT_EQ(name(again), "p2");
}

TEST_F(Book, AnEntryThatTwoThingsReferToIsIdleAfterBothLeft) {
  auto const entry = book.entry_of(actor(1, "twice"));
  book.retain(entry);
  book.retain(entry);
  book.release(entry);
  for (std::uint32_t pid = 10; pid < 10 + 2 * ProcessBook::kMaxIdle; ++pid) idle(pid);
  EXPECT_EQ(name(entry), "twice");
}

TEST_F(Book, TheNewestOfAPidIsTheOneThatIsFound) {
  auto const old = book.entry_of(actor(100, "old"));
  book.retain(old);
  auto const now = book.entry_of(actor(100, "now", kStart + 1'000'000'000));
  book.retain(now);
  EXPECT_EQ(book.entry_of(found(100, "now"), 0), now);
  book.release(old);
  for (std::uint32_t pid = 1000; pid < 1000 + 2 * ProcessBook::kMaxIdle; ++pid) idle(pid);
  EXPECT_EQ(book.entry_of(found(100, "now"), 0), now) << "though the old one's entry was reused";
}

}  // namespace
}  // namespace lastack::track
