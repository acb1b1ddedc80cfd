// Values in phrases: "{fin_timeout}" becomes what it is on this machine.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/phrase.hh"
#include "explain/limits.hh"

namespace lastack::explain {

// "1 min 42 s", "1 分 42 秒"; two units at most, milliseconds below 10 s.
[[nodiscard]] std::string duration_text(Milliseconds duration, base::Language language);

// name -> value, without braces.
using Values = std::map<std::string, std::string, std::less<>>;

// Every placeholder that texts of states may use.
[[nodiscard]] std::span<std::string_view const> placeholders();
[[nodiscard]] Values values_of(model::TcpSettings const& settings, base::Language language);

// Names that are not among the values stay as they are, braces and all.
[[nodiscard]] std::string fill(std::string_view text, Values const& values);

}  // namespace lastack::explain
