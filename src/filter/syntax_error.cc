#include "filter/syntax_error.hh"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.hh"

namespace lastack::filter {
namespace {

constexpr std::size_t kEchoColumns = 40;
constexpr std::size_t kLongestMistypedName = 24;
constexpr std::size_t kSuggestions = 3;

// How many slips of the finger still make a name of this length recognisable.
std::size_t tolerance(std::size_t length) {
  if (length <= 3) return 1;
  return length <= 7 ? 2 : 3;
}

}  // namespace

std::unexpected<SyntaxError> error_at(std::size_t offset, std::string_view what) {
  auto const column = offset + 1;
  auto message = "column " + std::to_string(column) + ": ";
  message += what;
  return std::unexpected(SyntaxError{column, std::move(message)});
}

std::string echoed(std::string_view input, std::size_t columns) {
  constexpr std::size_t kLongestCodePoint = 4;  // bytes
  std::string out;
  base::append_cut(out, base::printable(input.substr(0, kLongestCodePoint * columns)), columns,
                   "…");
  return out;
}

std::string quoted(std::string_view input) { return "'" + echoed(input, kEchoColumns) + "'"; }

std::string did_you_mean(std::string_view input, std::span<std::string_view const> names) {
  if (input.size() > kLongestMistypedName) return {};
  std::vector<std::pair<std::size_t, std::size_t>> near;  // distance, index
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto const distance = base::edit_distance(input, names[i]);
    if (distance <= tolerance(input.size()) && distance < input.size()) {
      near.emplace_back(distance, i);
    }
  }
  if (near.empty()) return {};
  std::ranges::sort(near);
  near.resize(std::min(near.size(), kSuggestions));
  std::string out = "; did you mean ";
  for (std::size_t i = 0; i < near.size(); ++i) {
    if (i > 0) out += i + 1 == near.size() ? " or " : ", ";
    out += quoted(names[near[i].second]);
  }
  return out + "?";
}

}  // namespace lastack::filter
