// The small shapes that files of /proc are made of. Pure.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lastack::capture::procfs {

// Takes what precedes `separator` off `text`, and the separator; all of it where there is none.
inline std::string_view take_until(std::string_view& text, char separator) {
  auto const end = text.find(separator);
  auto const part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

// All of `text` as a decimal number; nullopt for anything else, also where it does not fit.
template <typename Number>
[[nodiscard]] std::optional<Number> whole_number(std::string_view text) {
  Number value{};
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The inode of a link such as "socket:[4711]" or "net:[4026531840]"; `kind` is "socket", "net".
[[nodiscard]] inline std::optional<std::uint64_t> inode_of_link(std::string_view link,
                                                                std::string_view kind) {
  if (link.size() < kind.size() + 4 || !link.starts_with(kind)) return std::nullopt;
  link.remove_prefix(kind.size());
  if (!link.starts_with(":[") || !link.ends_with(']')) return std::nullopt;
  return whole_number<std::uint64_t>(link.substr(2, link.size() - 3));
}

}  // namespace lastack::capture::procfs
