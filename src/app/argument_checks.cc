#include "app/argument_checks.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace lastack::app {
namespace {

constexpr double kMaxSeconds = 3600;
constexpr double kMaxDurationMs = 366.0 * 24 * 3600 * 1000;

struct ColorName {
  std::string_view name;
  Color color;
};
constexpr auto kColors = std::to_array<ColorName>(
    {{"auto", Color::Auto}, {"always", Color::Always}, {"never", Color::Never}});

struct Unit {
  std::string_view name;
  double milliseconds;
};
constexpr auto kUnits = std::to_array<Unit>({{"", 1000},
                                             {"ms", 1},
                                             {"s", 1000},
                                             {"m", 60'000},
                                             {"min", 60'000},
                                             {"h", 3'600'000},
                                             {"d", 86'400'000}});

}  // namespace

std::string one_of_the_colors(std::string const& text) {
  if (std::ranges::find(kColors, text, &ColorName::name) != kColors.end()) return "";
  return "'" + text + "' is none of auto, always, never";
}

Color read_color(std::string const& text) {
  auto const* found = std::ranges::find(kColors, text, &ColorName::name);
  return found == kColors.end() ? Color::Auto : found->color;
}

std::optional<double> read_seconds(std::string const& text) {
  double seconds = 0;
  auto const* end = text.data() + text.size();
  auto const [stop, problem] = std::from_chars(text.data(), end, seconds);
  bool const good = problem == std::errc() && stop == end && seconds >= 0 && seconds <= kMaxSeconds;
  return good ? std::optional(seconds) : std::nullopt;
}

std::string some_seconds(std::string const& text) {
  if (read_seconds(text)) return "";
  return "'" + text + "' is no number of seconds from 0 to 3600";
}

std::optional<std::uint64_t> read_duration_ms(std::string const& text) {
  double value = 0;
  auto const* end = text.data() + text.size();
  auto const [stop, problem] = std::from_chars(text.data(), end, value);
  auto const* unit = std::ranges::find(kUnits, std::string_view(stop, end), &Unit::name);
  if (problem != std::errc() || unit == kUnits.end()) return std::nullopt;
  auto const milliseconds = value * unit->milliseconds;
  if (!(milliseconds >= 0 && milliseconds <= kMaxDurationMs)) return std::nullopt;
  return static_cast<std::uint64_t>(milliseconds);
}

std::string some_duration(std::string const& text) {
  if (read_duration_ms(text)) return "";
  return "'" + text + "' is no time such as 10s, 500ms, 2m or 1h";
}

}  // namespace lastack::app
