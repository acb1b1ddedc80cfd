#include "app/language.hh"

#include <array>
#include <cstdlib>
#include <string_view>

#include "app/terminal.hh"

namespace lastack::app {
namespace {

using base::Language;

Language language_of_locale() {
  for (auto const* variable : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    auto const* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    bool const chinese = std::string_view(value).starts_with("zh") && speaks_utf8();
    return chinese ? Language::Chinese : Language::English;
  }
  return Language::English;
}

}  // namespace

std::string one_of_the_languages(std::string const& text) {
  if (text == "en" || text == "zh" || text == "auto") return "";
  return "'" + text + "' is none of en, zh, auto";
}

Language read_language(std::string const& text) {
  if (text == "zh") return Language::Chinese;
  return text == "en" ? Language::English : language_of_locale();
}

}  // namespace lastack::app
