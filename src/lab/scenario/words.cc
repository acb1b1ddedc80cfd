#include "lab/scenario/words.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ranges>
#include <utility>

#include <fmt/format.h>

namespace lastack::lab {
namespace {

using Flag = std::pair<std::string_view, tcp::Flags>;
constexpr auto kFlags = std::to_array<Flag>({{"SYN", tcp::kSyn},
                                             {"FIN", tcp::kFin},
                                             {"RST", tcp::kRst},
                                             {"PSH", tcp::kPsh},
                                             {"URG", tcp::kUrg},
                                             {"ACK", tcp::kAck}});

struct Unit {
  std::string_view name;
  std::int64_t us;
};
// The largest that divides a span is written.
constexpr auto kUnits =
    std::to_array<Unit>({{"min", 60'000'000}, {"s", 1'000'000}, {"ms", 1000}, {"us", 1}});
constexpr std::int64_t kLongest = std::int64_t{365} * 24 * 3600 * 1'000'000;

constexpr auto kCalls =
    std::to_array<std::string_view>({"socket", "bind", "listen", "connect", "accept", "send",
                                     "recv", "shutdown", "close", "abort"});
constexpr auto kShuts = std::to_array<std::string_view>({"RD", "WR", "RDWR"});

struct OptionWord {
  std::string_view name;
  std::string_view value;  // what it takes; empty: nothing
  bool (*set)(Options&, std::string_view value);
};

bool set_span(Span& to, std::string_view value) {
  auto const span = parse_span(value);
  if (span) to = *span;
  return span.has_value();
}
bool set_span(std::optional<Span>& to, std::string_view value) {
  to = parse_span(value);
  return to.has_value();
}

constexpr auto kOptions = std::to_array<OptionWord>({
    {"SO_REUSEADDR", "", [](Options& to, std::string_view) { return to.reuse_address = true; }},
    {"SO_LINGER", "SPAN", [](Options& to, std::string_view v) { return set_span(to.linger, v); }},
    {"SO_KEEPALIVE", "", [](Options& to, std::string_view) { return to.keepalive = true; }},
    {"TCP_KEEPIDLE", "SPAN",
     [](Options& to, std::string_view v) { return set_span(to.keep_idle, v); }},
    {"TCP_KEEPINTVL", "SPAN",
     [](Options& to, std::string_view v) { return set_span(to.keep_interval, v); }},
    {"TCP_KEEPCNT", "N",
     [](Options& to, std::string_view v) {
       auto const number = parse_number(v);
       if (!number || *number == 0 || *number > 127) return false;
       to.keep_count = static_cast<std::uint8_t>(*number);
       return true;
     }},
    {"TCP_USER_TIMEOUT", "SPAN",
     [](Options& to, std::string_view v) { return set_span(to.user_timeout, v); }},
    {"TCP_LINGER2", "SPAN",
     [](Options& to, std::string_view v) {
       if (v == "-1") to.linger2 = Span{-1};
       return v == "-1" || set_span(to.linger2, v);
     }},
    {"TCP_DEFER_ACCEPT", "", [](Options& to, std::string_view) { return to.defer_accept = true; }},
    {"TCP_NODELAY", "", [](Options& to, std::string_view) { return to.no_delay = true; }},
});

template <std::size_t N>
std::optional<std::size_t> index_of(std::array<std::string_view, N> const& words,
                                    std::string_view text) {
  auto const* found = std::ranges::find(words, text);
  if (found == words.end()) return std::nullopt;
  return static_cast<std::size_t>(found - words.begin());
}

}  // namespace

std::string flags_text(tcp::Flags flags, bool told) {
  std::string text;
  for (auto const& [name, flag] : kFlags) {
    if ((flags & flag) == 0 || (flag == tcp::kPsh && !told)) continue;
    text += fmt::format("{}{}", text.empty() ? "" : "+", name);
  }
  return text.empty() ? "none" : text;
}

std::optional<tcp::Flags> parse_flags(std::string_view text) {
  auto flags = tcp::kNoFlags;
  if (text == "none") return flags;
  if (text.empty()) return std::nullopt;
  for (auto const part : std::views::split(text, '+')) {
    auto const* found = std::ranges::find(kFlags, std::string_view(part), &Flag::first);
    if (found == kFlags.end() || (flags & found->second) != 0) return std::nullopt;
    flags = flags | found->second;
  }
  return flags;
}

std::string span_text(Span span) {
  if (span.us == 0) return "0s";
  auto const* unit =
      std::ranges::find_if(kUnits, [&](Unit const& each) { return span.us % each.us == 0; });
  // 1500 ms reads better as 1.5 s.
  if (unit->name == "ms" && span.us >= 1'000'000) {
    return fmt::format("{:g}s", static_cast<double>(span.us) / 1e6);
  }
  return fmt::format("{}{}", span.us / unit->us, unit->name);
}

std::optional<Span> parse_span(std::string_view text) {
  double number = 0;
  auto const [rest, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || text.starts_with('-')) return std::nullopt;
  std::string_view const name(rest, text.data() + text.size());
  auto const* unit = std::ranges::find(kUnits, name, &Unit::name);
  if (unit == kUnits.end()) return std::nullopt;
  auto const us = number * static_cast<double>(unit->us);
  if (!(us >= 0 && us <= static_cast<double>(kLongest))) return std::nullopt;
  return Span{std::llround(us)};
}

std::string address_text(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24U, (address >> 16U) & 255U, (address >> 8U) & 255U,
                     address & 255U);
}

std::optional<std::uint32_t> parse_address(std::string_view text) {
  std::uint32_t address = 0;
  int parts = 0;
  for (auto const part : std::views::split(text, '.')) {
    auto const number = parse_number(std::string_view(part));
    if (!number || *number > 255 || ++parts > 4) return std::nullopt;
    address = address << 8U | *number;
  }
  if (parts != 4) return std::nullopt;
  return address;
}

std::optional<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t number = 0;
  auto const* const end = text.data() + text.size();
  auto const [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

std::string_view word(Call call) { return kCalls.at(static_cast<std::size_t>(call)); }

std::optional<Call> parse_call(std::string_view text) {
  auto const index = index_of(kCalls, text);
  if (!index) return std::nullopt;
  return static_cast<Call>(*index);
}

std::string_view word(Shut how) { return kShuts.at(static_cast<std::size_t>(how)); }

std::optional<Shut> parse_shut(std::string_view text) {
  auto const index = index_of(kShuts, text);
  if (!index) return std::nullopt;
  return static_cast<Shut>(*index);
}

std::optional<Error> parse_error(std::string_view text) {
  for (auto error = Error::None; error <= Error::NotYet;
       error = static_cast<Error>(static_cast<std::uint8_t>(error) + 1)) {
    if (name(error) == text) return error;
  }
  return std::nullopt;
}

bool set_option(Options& options, std::string_view text) {
  auto const equals = std::min(text.find('='), text.size());
  auto const* found = std::ranges::find(kOptions, text.substr(0, equals), &OptionWord::name);
  if (found == kOptions.end() || found->value.empty() != (equals == text.size())) return false;
  return found->set(options, text.substr(std::min(equals + 1, text.size())));
}

std::string option_names() {
  std::string text;
  for (auto const& option : kOptions) {
    text += fmt::format("{}{}{}{}", text.empty() ? "" : ", ", option.name,
                        option.value.empty() ? "" : "=", option.value);
  }
  return text;
}

}  // namespace lastack::lab
