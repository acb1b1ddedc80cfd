// The same words in the languages that lastack speaks, side by side, so that none is forgotten.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lastack::base {

enum class Language : std::uint8_t { English, Chinese };
inline constexpr std::array kLanguages{Language::English, Language::Chinese};

// UTF-8, static: refers to literals.
struct Phrase {
  std::string_view en;
  std::string_view zh;

  [[nodiscard]] constexpr std::string_view in(Language language) const {
    return language == Language::Chinese ? zh : en;
  }
  [[nodiscard]] constexpr bool empty() const { return en.empty() && zh.empty(); }
  [[nodiscard]] constexpr bool complete() const { return !en.empty() && !zh.empty(); }
};

}  // namespace lastack::base
