#include "export/csv_writer.hh"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hh"

namespace lastack::exporting {
namespace {

constexpr auto kFormulaStarts =
    std::to_array<std::string_view>({"=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"});

bool looks_like_formula(std::string_view text) {
  return std::ranges::any_of(kFormulaStarts,
                             [text](std::string_view start) { return text.starts_with(start); });
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// ';' too: where the comma is the decimal mark, spreadsheets split there. Blanks at the ends
// would be trimmed by some readers.
bool needs_quotes(std::string_view text) {
  return text.find_first_of("\",;") != std::string_view::npos || text.starts_with(' ') ||
         text.ends_with(' ');
}

void append_doubling_quotes(std::string& out, std::string_view text) {
  for (auto const c : text) {
    if (c == '"') out += '"';
    out += c;
  }
}

void append_field(std::string& out, std::string_view text) {
  bool const quoted = needs_quotes(text);
  if (quoted) out += '"';
  if (looks_like_formula(text)) out += '\'';
  if (quoted) {
    append_doubling_quotes(out, text);
    out += '"';
  } else {
    out += text;
  }
}

}  // namespace

void CsvWriter::separate() {
  if (!first_) out_ += ',';
  first_ = false;
}

void CsvWriter::field(std::string_view text) {
  separate();
  if (std::ranges::any_of(text, is_control)) {
    append_field(out_, base::printable(text));
  } else {
    append_field(out_, text);
  }
}

void CsvWriter::number(std::uint64_t value) {
  separate();
  std::array<char, 20> digits{};
  out_.append(digits.data(), std::to_chars(digits.begin(), digits.end(), value).ptr);
}

void CsvWriter::end_record() {
  out_ += "\r\n";
  first_ = true;
}

}  // namespace lastack::exporting
