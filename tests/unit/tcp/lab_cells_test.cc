// The table against what was measured: 476 cells of situation and segment.
#include "support/lab_cells.hh"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace lastack::tcp {
namespace {

using test::lab_table;

constexpr std::size_t kCells = 476;

struct Answered {
  std::string reply;
  std::string next;
};

template <typename Write>
Answered ask(Reading const& reading, std::string const& situation, std::string const& probe,
             Write write) {
  auto tcb = test::block_of(test::situation(situation));
  auto const before = tcb.state;
  auto const outcome = Machine(reading).arrive(tcb, test::segment_of(test::probe(probe), tcb));
  auto const reply =
      test::answer(outcome, [&](Segment const& segment) { return write(segment, before); });
  return {reply, test::lab_name(tcb.state)};
}

TEST(LabCells, OfTheRfcAreThoseOfTheTableWithRfc5961) {
  std::set<std::pair<std::string, std::string>> seen;
  for (auto const& row : lab_table("matrix-rfc-vs-linux.tsv")) {
    ASSERT_EQ(row.size(), 7U);
    auto const got = ask(kMitigated, row[0], row[1],
                         [](Segment const& reply, State) { return test::rfc_reply(reply); });
    EXPECT_EQ(got.reply, row[2]) << row[0] << " / " << row[1];
    EXPECT_EQ(got.next, row[3]) << row[0] << " / " << row[1];
    seen.emplace(row[0], row[1]);
  }
  EXPECT_EQ(seen.size(), kCells);
}

TEST(LabCells, OfLinuxAreThoseOfTheTableWithItsOverlay) {
  std::size_t different = 0;
  std::set<std::pair<std::string, std::string>> seen;
  for (auto const& row : lab_table("matrix-rfc-vs-linux.tsv")) {
    auto const got = ask(kLinux, row[0], row[1], test::linux_reply);
    EXPECT_EQ(got.reply, row[4]) << row[0] << " / " << row[1];
    EXPECT_EQ(got.next, row[5]) << row[0] << " / " << row[1];
    seen.emplace(row[0], row[1]);
    different += row[6] == "DIFF" ? 1U : 0U;
  }
  EXPECT_EQ(seen.size(), kCells);
  EXPECT_EQ(different, 62U) << "a part of the cells must really be Linux' own";
}

// errno of the socket, as the kernel's own words.
std::string error_of(Tell tell) {
  switch (tell) {
    case Tell::Reset: return "Connection reset by peer";
    case Tell::Refused: return "Connection refused";
    case Tell::Broken: return "Broken pipe";
    default: return "ok";
  }
}

TEST(LabCells, TellTheProcessWhatLinuxTellsIt) {
  std::size_t errors = 0;
  for (auto const& row : lab_table("matrix-linux-6.18.44.tsv")) {
    ASSERT_EQ(row.size(), 6U);
    if (row[5] == "-") continue;  // no process has it any more
    auto tcb = test::block_of(test::situation(row[0]));
    auto const outcome = Machine(kLinux).arrive(tcb, test::segment_of(test::probe(row[1]), tcb));
    EXPECT_EQ(error_of(outcome.tell()), row[5]) << row[0] << " / " << row[1];
    errors += row[5] == "ok" ? 0U : 1U;
  }
  EXPECT_EQ(errors, 28U);
}

TEST(LabCells, OfTimeWaitWithRfc1337) {
  auto with_rfc1337 = kLinux;
  with_rfc1337.amendments |= Condition::Rfc1337;
  auto const rows = lab_table("matrix-linux-rfc1337-timewait.tsv");
  EXPECT_EQ(rows.size(), 34U);
  for (auto const& row : rows) {
    auto const got = ask(with_rfc1337, row[0], row[1], test::linux_reply);
    EXPECT_EQ(got.reply, row[2]) << row[1];
    EXPECT_EQ(got.next, row[4]) << row[1];
  }
}

}  // namespace
}  // namespace lastack::tcp
