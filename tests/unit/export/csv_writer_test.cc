#include "export/csv_writer.hh"

#include <gtest/gtest.h>

namespace lastack::exporting {
namespace {

std::string field(std::string_view text) {
  std::string out;
  CsvWriter(out).field(text);
  return out;
}

TEST(CsvWriter, SeparatesFieldsAndEndsRecordsWithCrLf) {
  std::string out;
  CsvWriter csv(out);
  csv.field("sshd");
  csv.field("");
  csv.number(22);
  csv.end_record();
  csv.field("nginx");
  csv.end_record();
  EXPECT_EQ(out, "sshd,,22\r\nnginx\r\n");
}

TEST(CsvWriter, QuotesWhatWouldSplitAField) {
  EXPECT_EQ(field("a,b"), "\"a,b\"");
  EXPECT_EQ(field("a;b"), "\"a;b\"");
  EXPECT_EQ(field("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(field(" x"), "\" x\"");
  EXPECT_EQ(field("[::1]:80"), "[::1]:80");
}

TEST(CsvWriter, ARecordIsOneLine) {
  EXPECT_EQ(field("two\r\nlines"), R"(two\r\nlines)");
  EXPECT_EQ(field("\x1b[31m\x7f"), R"(\e[31m\x7f)");
}

TEST(CsvWriter, AFormulaBecomesText) {
  EXPECT_EQ(field("=1+1"), "'=1+1");
  EXPECT_EQ(field("+1"), "'+1");
  EXPECT_EQ(field("-bash"), "'-bash");
  EXPECT_EQ(field("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(field("\uff1d1"), "'\uff1d1");
  EXPECT_EQ(field("=cmd|'/C calc',\"x\""), "\"'=cmd|'/C calc',\"\"x\"\"\"");
}

}  // namespace
}  // namespace lastack::exporting
