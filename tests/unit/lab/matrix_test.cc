#include "lab/matrix.hh"

#include <gtest/gtest.h>

#include "lab/simulated_subject.hh"
#include "support/lab_cells.hh"

namespace lastack::lab {
namespace {

std::string errno_text(std::string const& error) {
  if (error == "Broken pipe") return "EPIPE";
  if (error == "Connection refused") return "ECONNREFUSED";
  if (error == "Connection reset by peer") return "ECONNRESET";
  return error;
}

// Not only the table, but the whole host: led into each situation by calls and segments.
TEST(Matrix, OfTheSimulatedLinuxIsTheOneThatWasMeasured) {
  SimulatedSubject subject(0x0ac80001, settings_of(tcp::kLinux));
  auto const cells = run_matrix(subject);
  ASSERT_TRUE(cells) << cells.error().message;
  ASSERT_EQ(cells->size(), kCellCount);
  auto const measured = test::lab_table("matrix-linux-6.18.44.tsv");
  ASSERT_EQ(measured.size(), kCellCount);
  for (std::size_t i = 0; i < kCellCount; ++i) {
    auto const& cell = (*cells)[i];
    auto const& row = measured[i];
    ASSERT_EQ(name(cell.situation), row[0]);
    ASSERT_EQ(kProbes[cell.probe].name, row[1]);
    EXPECT_EQ(cell.reply, row[2]) << row[0] << " / " << row[1];
    EXPECT_EQ(cell.before, row[3]) << row[0] << " / " << row[1];
    EXPECT_EQ(cell.after, row[4]) << row[0] << " / " << row[1];
    EXPECT_EQ(cell.error, errno_text(row[5])) << row[0] << " / " << row[1];
  }
}

}  // namespace
}  // namespace lastack::lab
