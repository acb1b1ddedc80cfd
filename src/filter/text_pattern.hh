// What a text field is compared with: one exact text, the beginning of one, or a regular
// expression. A value; copies share the compiled expression. Safe to use from several threads.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace lastack::filter {

class TextPattern {
 public:
  TextPattern() = default;  // equal to ""
  [[nodiscard]] static TextPattern equal_to(std::string text);
  [[nodiscard]] static TextPattern beginning_with(std::string text);
  // RE2 syntax, searched anywhere in the text. Error: RE2's own words, not made printable.
  [[nodiscard]] static std::expected<TextPattern, std::string> regex(std::string_view expression);

  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  std::string text_;
  bool only_beginning_ = false;
  std::shared_ptr<re2::RE2 const> regex_;  // replaces text_ where set
};

}  // namespace lastack::filter
