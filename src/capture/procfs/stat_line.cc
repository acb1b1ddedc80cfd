#include "capture/procfs/stat_line.hh"

#include "capture/procfs/fields.hh"

namespace lastack::capture::procfs {
namespace {

// Field numbers of proc_pid_stat(5); the first one behind comm is 3, the state.
constexpr int kParentField = 4;
constexpr int kFlagsField = 9;
constexpr int kStartField = 22;
constexpr std::uint32_t kKernelThread = 0x00200000;  // PF_KTHREAD of include/linux/sched.h

void skip_fields(std::string_view& rest, int count) {
  for (; count > 0; --count) take_until(rest, ' ');
}

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
  skip_fields(rest, kFlagsField - kParentField - 1);
  auto const flags = whole_number<std::uint32_t>(take_until(rest, ' '));
  skip_fields(rest, kStartField - kFlagsField - 1);
  auto const start = whole_number<std::uint64_t>(take_until(rest, ' '));
  if (!pid || state.size() != 1 || !parent || !start) return std::nullopt;

  return StatLine{.pid = *pid,
                  .comm = text.substr(open + 2, close - open - 2),
                  .state = state[0],
                  .parent = *parent,
                  .start_ticks = *start,
                  .kernel_thread = (flags.value_or(0) & kKernelThread) != 0};
}

}  // namespace lastack::capture::procfs
