#include "filter/text_pattern.hh"

#include <re2/re2.h>

#include <utility>

namespace lastack::filter {
namespace {

constexpr int kRegexMemory = 1 << 20;  // bytes: program and automaton caches

}  // namespace

TextPattern TextPattern::equal_to(std::string text) {
  TextPattern out;
  out.text_ = std::move(text);
  return out;
}

TextPattern TextPattern::beginning_with(std::string text) {
  auto out = equal_to(std::move(text));
  out.only_beginning_ = true;
  return out;
}

std::expected<TextPattern, std::string> TextPattern::regex(std::string_view expression) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kRegexMemory);
  options.set_never_capture(true);
  auto compiled =
      std::make_shared<RE2 const>(re2::StringPiece(expression.data(), expression.size()), options);
  if (!compiled->ok()) return std::unexpected(compiled->error());
  TextPattern out;
  out.regex_ = std::move(compiled);
  return out;
}

bool TextPattern::matches(std::string_view text) const {
  if (regex_) return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *regex_);
  return only_beginning_ ? text.starts_with(text_) : text == text_;
}

}  // namespace lastack::filter
