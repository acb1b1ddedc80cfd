#include "lab/scenario/line.hh"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hh"

namespace lastack::lab {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::size_t kMostQuoted = 40;

}  // namespace

Line::Line(std::string_view file, std::uint32_t number, std::string_view text)
    : file_(file), number_(number), text_(text) {}

Word Line::peek() const {
  auto const begin = text_.find_first_not_of(kBlanks, at_);
  if (begin == std::string_view::npos || text_[begin] == '#') {
    return {{}, static_cast<std::uint32_t>(std::min(begin, text_.size()) + 1)};
  }
  auto const end = std::min(text_.find_first_of(kBlanks, begin), text_.size());
  return {text_.substr(begin, end - begin), static_cast<std::uint32_t>(begin + 1)};
}

Word Line::next() {
  auto const word = peek();
  at_ = word.column - 1 + word.text.size();
  return word;
}

bool Line::accept(std::string_view text) {
  if (peek().text != text) return false;
  (void)next();
  return true;
}

std::string_view Line::rest() {
  auto const begin = std::min(text_.find_first_not_of(kBlanks, at_), text_.size());
  auto const end = text_.find_last_not_of(kBlanks) + 1;
  at_ = text_.size();
  return begin < end ? text_.substr(begin, end - begin) : std::string_view();
}

std::unexpected<base::Error> Line::fail(Word const& word, std::string_view what) const {
  return base::fail(fmt::format("{}:{}:{}: {}", file_, number_, word.column, what));
}

std::unexpected<base::Error> Line::wrong(Word const& word, std::string_view expected) const {
  auto found = word.text.empty() ? std::string("the end of the line")
                                 : "'" + base::printable(word.text.substr(0, kMostQuoted)) + "'";
  return fail(word, fmt::format("expected {}, found {}", expected, found));
}

base::Result<void> Line::end() const {
  if (auto const word = peek(); !word.text.empty()) return wrong(word, "the end of the line");
  return {};
}

}  // namespace lastack::lab
