// One line of a scenario file, word by word, each with the column that it begins at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hh"

namespace lastack::lab {

struct Word {
  std::string_view text;  // empty: the line has ended
  std::uint32_t column = 1;
};

// Refers to the text. A comment begins with a word that begins with '#'.
class Line {
 public:
  Line(std::string_view file, std::uint32_t number, std::string_view text);

  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] bool is_over() const { return peek().text.empty(); }
  [[nodiscard]] Word peek() const;
  Word next();
  // The next word is this one, and is taken.
  bool accept(std::string_view text);
  // What is left, comments and all.
  std::string_view rest();

  // "FILE:3:14: expected a port, found '-1'".
  [[nodiscard]] std::unexpected<base::Error> wrong(Word const& word,
                                                   std::string_view expected) const;
  // The same, without "expected".
  [[nodiscard]] std::unexpected<base::Error> fail(Word const& word, std::string_view what) const;
  [[nodiscard]] base::Result<void> end() const;

 private:
  std::string_view file_;
  std::uint32_t number_;
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace lastack::lab
