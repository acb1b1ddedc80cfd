// Walks through the text of a filter and cuts it into words, operators and values. What a
// character means depends on what is expected, so the parser asks for it by name.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "filter/fields.hh"
#include "filter/syntax_error.hh"

namespace lastack::filter {

struct Operator {
  std::string_view text;  // as typed; empty where there was none and = is meant
  std::size_t offset = 0;
  Compare compare = Compare::Equal;
};

struct Value {
  std::string text;        // unquoted, escapes resolved, without the slashes of /regex/
  std::size_t offset = 0;  // of its first byte, behind the quote
  bool quoted = false;
  bool regex = false;  // was written as /regex/
};

// How an unquoted value ends.
enum class ValueStyle : unsigned char {
  Plain,  // at a blank ( ) | &
  List,   // and at a comma
  Text,   // as Plain, and /…/ is a regular expression
  Regex,  // at a blank or an unbalanced ), so that ^(a|b)$ needs no quotes
};

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  [[nodiscard]] std::size_t offset() const { return at_; }
  void skip_blanks();
  // These three skip blanks first.
  [[nodiscard]] bool at_end();
  [[nodiscard]] bool at(char c);
  bool take(char c);

  // The word (field or keyword) that starts here, blanks skipped; may be empty.
  [[nodiscard]] std::string_view peek_word();
  bool take_word(std::string_view keyword);  // any case
  void advance(std::size_t bytes) { at_ += bytes; }

  // and & &&, or | ||, not ! — the word or the sign.
  [[nodiscard]] bool at_and();
  [[nodiscard]] bool at_or();
  bool take_and();
  bool take_or();
  bool take_not();

  // An operator, if there is one: = == eq != ne neq < lt <= le leq > gt >= ge geq ~ =~ !~, or
  // a colon that touches the word before (dport:443).
  [[nodiscard]] Operator take_operator();

  // `expected` names what is missing, as in "a port after 'dport ='".
  [[nodiscard]] Parsed<Value> take_value(ValueStyle style, std::string_view expected);

  // What stands here, for an error message: "'=', …" or "the end of the filter".
  [[nodiscard]] std::string found_here();

 private:
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  bool take_sign(char c);
  [[nodiscard]] bool at_reserved_word();
  [[nodiscard]] Parsed<Value> take_quoted();
  [[nodiscard]] std::optional<Value> take_slashed();
  [[nodiscard]] std::size_t unquoted_length(ValueStyle style) const;

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace lastack::filter
