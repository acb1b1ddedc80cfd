#include "ui/lab/check_text.hh"

#include <gtest/gtest.h>

namespace lastack::ui {
namespace {

using lab::Cell;
using lab::Situation;

TEST(CheckText, CountsWhatIsEqualAndShowsWhatIsNot) {
  std::vector<Cell> const kernel{
      {Situation::Closed, 0, "RA seq=0 ack=RCV.NXT+1", "none", "none", "-"},
      {Situation::TimeWait, 24, "-", "TIME_WAIT", "none", "ok"}};
  auto table = kernel;
  EXPECT_EQ(check_text({"6.18.44", "linux", kernel, table}),
            "Linux 6.18.44 against the table, reading linux\n"
            "\n"
            "situation                cells  equal  different\n"
            "CLOSED                       1      1          0\n"
            "TIME_WAIT                    1      1          0\n"
            "all                          2      2          0\n");
  table[1].after = "TIME_WAIT";
  EXPECT_EQ(check_text({"6.18.44", "literal", kernel, table}),
            "Linux 6.18.44 against the table, reading literal\n"
            "\n"
            "situation                cells  equal  different\n"
            "CLOSED                       1      1          0\n"
            "TIME_WAIT                    1      0          1\n"
            "all                          2      1          1\n"
            "\n"
            "TIME_WAIT, RST seq=RCV.NXT\n"
            "  kernel         -                                            TIME_WAIT > none  ok\n"
            "  literal        -                                            TIME_WAIT > TIME_WAIT  "
            "ok\n");
}

TEST(CheckText, IsATableForTheFile) {
  std::vector<Cell> const cells{
      {Situation::Listen, 0, "SA seq=other ack=RCV.NXT+1", "LISTEN", "SYN_RECV", "-"}};
  EXPECT_EQ(cells_table(cells),
            "state\tsegment\treply\tstate_before\tstate_after\tsocket_error\n"
            "LISTEN\tSYN seq=RCV.NXT\tSA seq=other ack=RCV.NXT+1\tLISTEN\tSYN_RECV\t-\n");
}

}  // namespace
}  // namespace lastack::ui
