// Comma-separated values as RFC 4180 has them: CRLF ends a record, a field that holds a
// comma, a quote or the like is quoted, quotes are doubled.
//
// Two promises beyond it:
// - One record is one line of text: control characters, newlines included, are made visible
//   as base::append_printable does.
// - A field that begins with = + - @ (or their full-width forms) gets a leading ', because
//   spreadsheets would take it for a formula, and text of processes may be an attacker's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lastack::exporting {

class CsvWriter {
 public:
  explicit CsvWriter(std::string& out) : out_(out) {}

  // `text` is printable() output; control characters that it holds nevertheless are escaped.
  void field(std::string_view text);
  void number(std::uint64_t value);
  void end_record();

 private:
  void separate();

  std::string& out_;
  bool first_ = true;
};

}  // namespace lastack::exporting
