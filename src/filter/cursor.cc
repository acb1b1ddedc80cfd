#include "filter/cursor.hh"

#include <algorithm>
#include <array>

#include "base/text.hh"

namespace lastack::filter {
namespace {

constexpr std::string_view kBlanks = " \t\n\r\v\f";
constexpr std::string_view kEndsWord = " \t\n\r\v\f()|&!=<>~:,\"'";
constexpr std::string_view kEndsPlain = " \t\n\r\v\f()|&";
constexpr std::string_view kEndsList = " \t\n\r\v\f()|&,";
constexpr std::string_view kNeverStartsValue = "()|&!=<>~";

struct Spelling {
  std::string_view text;
  Compare compare;
};

// A sign before any of its own beginnings.
constexpr auto kSigns = std::to_array<Spelling>({{"==", Compare::Equal},
                                                 {"=~", Compare::Match},
                                                 {"=", Compare::Equal},
                                                 {"!=", Compare::NotEqual},
                                                 {"!~", Compare::NotMatch},
                                                 {"<=", Compare::LessEqual},
                                                 {"<", Compare::Less},
                                                 {">=", Compare::GreaterEqual},
                                                 {">", Compare::Greater},
                                                 {"~", Compare::Match}});
constexpr auto kWords = std::to_array<Spelling>({{"eq", Compare::Equal},
                                                 {"ne", Compare::NotEqual},
                                                 {"neq", Compare::NotEqual},
                                                 {"lt", Compare::Less},
                                                 {"le", Compare::LessEqual},
                                                 {"leq", Compare::LessEqual},
                                                 {"gt", Compare::Greater},
                                                 {"ge", Compare::GreaterEqual},
                                                 {"geq", Compare::GreaterEqual}});
constexpr auto kReserved = std::to_array<std::string_view>({"and", "or", "not"});

bool is_blank(char c) { return kBlanks.find(c) != kBlanks.npos; }

std::size_t length_until(std::string_view text, std::string_view ends) {
  return std::min(text.find_first_of(ends), text.size());
}

// A regular expression without blanks: parentheses inside it belong to it.
std::size_t regex_length(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_blank(text[i])) return i;
    if (text[i] == '\\' && i + 1 < text.size() && !is_blank(text[i + 1])) {
      ++i;
    } else if (text[i] == '(') {
      ++depth;
    } else if (text[i] == ')' && --depth < 0) {
      return i;
    }
  }
  return text.size();
}

}  // namespace

void Cursor::skip_blanks() {
  while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
}

bool Cursor::at_end() {
  skip_blanks();
  return at_ == text_.size();
}

bool Cursor::at(char c) { return !at_end() && text_[at_] == c; }

bool Cursor::take(char c) {
  if (!at(c)) return false;
  ++at_;
  return true;
}

std::string_view Cursor::peek_word() {
  skip_blanks();
  return rest().substr(0, length_until(rest(), kEndsWord));
}

bool Cursor::take_word(std::string_view keyword) {
  if (!base::equals_ignoring_case(peek_word(), keyword)) return false;
  at_ += keyword.size();
  return true;
}

bool Cursor::at_and() { return at('&') || base::equals_ignoring_case(peek_word(), "and"); }
bool Cursor::at_or() { return at('|') || base::equals_ignoring_case(peek_word(), "or"); }

bool Cursor::take_and() { return take_word("and") || take_sign('&'); }
bool Cursor::take_or() { return take_word("or") || take_sign('|'); }

// Once or twice: & or &&.
bool Cursor::take_sign(char c) {
  if (!take(c)) return false;
  if (rest().starts_with(c)) ++at_;
  return true;
}

bool Cursor::take_not() { return take_word("not") || take('!'); }

Operator Cursor::take_operator() {
  if (at_ > 0 && rest().starts_with(':')) {
    Operator const colon{rest().substr(0, 1), at_, Compare::Equal};
    ++at_;
    return colon;
  }
  auto const word = peek_word();
  Operator found{rest().substr(0, 0), at_, Compare::Equal};
  auto const take_it = [&](Spelling const& spelling) {
    found = {rest().substr(0, spelling.text.size()), at_, spelling.compare};
    at_ += spelling.text.size();
    return found;
  };
  for (auto const& sign : kSigns) {
    if (rest().starts_with(sign.text)) return take_it(sign);
  }
  for (auto const& spelling : kWords) {
    if (base::equals_ignoring_case(word, spelling.text)) return take_it(spelling);
  }
  return found;
}

bool Cursor::at_reserved_word() {
  auto const word = peek_word();
  return std::ranges::any_of(kReserved, [&](std::string_view reserved) {
    return base::equals_ignoring_case(word, reserved);
  });
}

Parsed<Value> Cursor::take_quoted() {
  auto const quote = text_[at_];
  Value value{{}, at_ + 1, true, false};
  for (auto i = at_ + 1; i < text_.size(); ++i) {
    if (text_[i] == quote) {
      at_ = i + 1;
      return value;
    }
    // As in a shell: \" and \\ between double quotes, all else stands for itself.
    bool const escapes = quote == '"' && text_[i] == '\\' && i + 1 < text_.size() &&
                         (text_[i + 1] == '"' || text_[i + 1] == '\\');
    if (escapes) ++i;
    value.text += text_[i];
  }
  return error_at(at_, std::string("this ") + quote + " is never closed; expected another " +
                           quote + " before the end of the filter");
}

// /…/ ends at a slash that a blank, ) | & or the end follows; exe:/usr/bin/x has none.
std::optional<Value> Cursor::take_slashed() {
  auto const text = rest().substr(0, length_until(rest(), kBlanks));
  if (!text.starts_with('/')) return std::nullopt;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
      continue;
    }
    bool const closes =
        text[i] == '/' && (i + 1 == text.size() || kEndsPlain.find(text[i + 1]) != kEndsPlain.npos);
    if (!closes || i == 1) continue;
    Value value{std::string(text.substr(1, i - 1)), at_, false, true};
    at_ += i + 1;
    return value;
  }
  return std::nullopt;
}

std::size_t Cursor::unquoted_length(ValueStyle style) const {
  switch (style) {
    case ValueStyle::Regex: return regex_length(rest());
    case ValueStyle::List: return length_until(rest(), kEndsList);
    case ValueStyle::Plain:
    case ValueStyle::Text: break;
  }
  return length_until(rest(), kEndsPlain);
}

Parsed<Value> Cursor::take_value(ValueStyle style, std::string_view expected) {
  if (at('"') || at('\'')) return take_quoted();
  auto const missing = [&](std::string_view advice) {
    return error_at(
        at_, "expected " + std::string(expected) + ", found " + found_here() + std::string(advice));
  };
  bool const opens_regex = style == ValueStyle::Regex && at('(');
  auto const length = unquoted_length(style);
  if (length == 0 ||
      (kNeverStartsValue.find(text_[at_]) != kNeverStartsValue.npos && !opens_regex)) {
    return missing("");
  }
  if (at_reserved_word()) return missing("; put it in quotes if it is meant as a value");
  if (style == ValueStyle::Text || style == ValueStyle::Regex) {
    if (auto slashed = take_slashed()) return *std::move(slashed);
  }
  Value value{std::string(rest().substr(0, length)), at_, false, false};
  at_ += length;
  return value;
}

std::string Cursor::found_here() {
  if (at_end()) return "the end of the filter";
  auto const length = length_until(rest(), kEndsPlain);
  return quoted(rest().substr(0, std::max<std::size_t>(length, 1)));
}

}  // namespace lastack::filter
