#include "capture/procfs/stat_line.hh"

#include "capture/procfs/fields.hh"

namespace lastack::capture::procfs {
namespace {

// Field numbers of proc_pid_stat(5); the first one behind comm is 3, the state.
constexpr int kParentField = 4;
constexpr int kStartField = 22;

}  // namespace

std::optional<StatLine> parse_stat_line(std::string_view text) {
  auto const open = text.find(" (");
  auto const close = text.rfind(") ");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2) {
    return std::nullopt;
  }
  auto const pid = whole_number<std::uint32_t>(text.substr(0, open));
  auto rest = text.substr(close + 2);
  auto const state = take_until(rest, ' ');
  auto const parent = whole_number<std::uint32_t>(take_until(rest, ' '));
  for (int field = kParentField + 1; field < kStartField; ++field) take_until(rest, ' ');
  auto const start = whole_number<std::uint64_t>(take_until(rest, ' '));
  if (!pid || state.size() != 1 || !parent || !start) return std::nullopt;

  return StatLine{*pid, text.substr(open + 2, close - open - 2), state[0], *parent, *start};
}

}  // namespace lastack::capture::procfs
