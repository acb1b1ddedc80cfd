#include "app/probe_run.hh"

#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "app/clocks.hh"
#include "app/command.hh"
#include "app/privileges.hh"
#include "app/probe_log.hh"
#include "app/terminal.hh"
#include "base/text.hh"
#include "capture/netns/reach.hh"
#include "explain/probe_text.hh"
#include "ui/probe/probe_json.hh"

namespace lastack::app {
namespace {

using model::ProbeStep;
using model::ProbeVerdict;
using std::chrono::milliseconds;

constexpr std::uint64_t kMillisecond = 1'000'000;
// Events are read that often, and come in order after that long.
constexpr milliseconds kRound{10};
constexpr std::uint64_t kInOrder = 20 * kMillisecond;
// After a probe its connection is followed into TIME_WAIT, if that does not take longer.
constexpr std::uint64_t kAfterwards = 250 * kMillisecond;

ui::ProbeStyle style_of(ProbeCommand const& command) {
  bool const chinese = command.language == base::Language::Chinese;
  return {.language = command.language,
          .color = wants_color(command.color),
          .unicode = chinese || speaks_utf8(),
          .width = std::clamp(terminal_width().value_or(100), std::size_t{40}, std::size_t{100})};
}

// What the kernel's events tell as well, and better.
bool is_told_by_events(ProbeStep::Kind kind) {
  switch (kind) {
    case ProbeStep::Kind::Icmp:
    case ProbeStep::Kind::Sent:
    case ProbeStep::Kind::Banner:
    case ProbeStep::Kind::Transition: return false;
    default: return true;
  }
}

std::uint64_t netns_inode(base::Fd const* netns) {
  if (netns != nullptr) return capture::netns::inode_of(*netns).value_or(0);
  struct stat info{};
  return ::stat("/proc/self/ns/net", &info) == 0 ? info.st_ino : 0;
}

}  // namespace

ProbeRun::ProbeRun(ProbeCommand const& command, std::vector<model::ProbeTarget> targets,
                   base::Output& output)
    : command_(command),
      targets_(std::move(targets)),
      output_(output),
      text_(style_of(command)),
      shows_steps_(!command.quiet && (command.steps || targets_.size() == 1)),
      records_(targets_.size()) {
  text_.measure(targets_);
}

ProbeWatch::Tell ProbeRun::teller() {
  return [this](std::size_t target, ProbeStep const& step) { add_step(records_[target], step); };
}

base::Result<void> ProbeRun::run(StopRequest const& stop) {
  auto prober = act::Prober::start(targets_, command_.options, *this);
  if (!prober) return std::unexpected(prober.error());
  started_ns_ = monotonic_ns();
  if (is_table()) text_.append_header(output_.buffer());
  bool const is_live = is_single() && shows_steps_ && !command_.json;
  if (is_live) text_.append_title(output_.buffer(), targets_.front());
  while (shown_ < targets_.size() && !output_.stopped()) {
    (*prober)->advance();
    if (watch_) watch_->drain();
    if (stop.came()) break;
    if (is_live) show_steps(0, watch_ ? monotonic_ns() - kInOrder : monotonic_ns());
    show_ready(false);
    output_.flush();
    if (shown_ < targets_.size()) wait(**prober, stop);
  }
  (*prober)->cancel();
  if (watch_) watch_->drain();
  show_ready(true);
  if (is_table()) show_legend();
  ended_ns_ = monotonic_ns();
  return {};
}

// Until a socket has something to tell, something is due, or a signal comes.
void ProbeRun::wait(act::Prober const& prober, StopRequest const& stop) const {
  auto limit = prober.is_done() ? kRound : prober.until_due();
  if (watch_) limit = std::min(limit, kRound);
  std::array<pollfd, 2> waiting{{{prober.fd(), POLLIN, 0}, {stop.fd(), POLLIN, 0}}};
  (void)::poll(waiting.data(), waiting.size(), static_cast<int>(limit.count()));
}

void ProbeRun::on_step(std::size_t target, model::ProbeResult const& result,
                       ProbeStep const& step) {
  auto& record = records_[target];
  record.result = result;
  bool const begins = !std::exchange(record.is_begun, true);
  if (!shows_steps_) return;
  if (!watch_) return add_step(record, step);
  if (begins && result.flow.local_port != 0) watch_->follow(target, result.flow);
  if (is_told_by_events(step.kind)) {
    record.told_again.push_back(step);
  } else {
    add_step(record, step);
  }
}

void ProbeRun::on_result(std::size_t target, model::ProbeResult const& result) {
  auto& record = records_[target];
  record.result = result;
  record.has_result = true;
  record.settled_by_ns = monotonic_ns() + (watch_ ? kAfterwards : 0);
}

// In the order of time, as far as it is not printed yet.
void ProbeRun::add_step(Record& record, ProbeStep const& step) {
  auto const at = std::upper_bound(
      record.steps.begin() + static_cast<std::ptrdiff_t>(record.printed), record.steps.end(),
      step.time_ns, [](std::uint64_t time, ProbeStep const& each) { return time < each.time_ns; });
  record.steps.insert(at, step);
}

bool ProbeRun::is_settled(std::size_t target, std::uint64_t now_ns) const {
  auto const& record = records_[target];
  if (!record.has_result) return false;
  if (!watch_ || now_ns >= record.settled_by_ns) return true;
  auto const over_ns = record.result.ended_ns + kInOrder;
  return record.result.flow.local_port == 0 || (watch_->is_over(target) && now_ns >= over_ns);
}

void ProbeRun::show_steps(std::size_t target, std::uint64_t until_ns) {
  auto& record = records_[target];
  for (; record.printed < record.steps.size(); ++record.printed) {
    auto const& step = record.steps[record.printed];
    if (step.time_ns > until_ns) return;
    text_.append_step(output_.buffer(), record.result, step);
  }
}

void ProbeRun::show_ready(bool all) {
  auto const now = monotonic_ns();
  for (; shown_ < targets_.size(); ++shown_) {
    if (!all && !is_settled(shown_, now)) return;
    if (was_probed(shown_)) show(shown_);
    if (watch_) watch_->forget(shown_);
  }
}

// A run that was ended has nothing to tell of the rest.
bool ProbeRun::was_probed(std::size_t target) const {
  auto const& record = records_[target];
  return record.has_result && (record.is_begun || record.result.verdict != ProbeVerdict::Cancelled);
}

void ProbeRun::show(std::size_t target) {
  auto& record = records_[target];
  auto& out = output_.buffer();
  // Nothing came from the kernel: then what the socket tells will do.
  if (watch_ && !watch_->has_seen(target)) {
    for (auto const& step : std::exchange(record.told_again, {})) add_step(record, step);
  }
  if (command_.json) {
    ui::append_probe_json(out, targets_[target], record.result, record.steps, command_.language);
  } else if (command_.quiet) {
    text_.append_short(out, targets_[target], record.result);
  } else if (shows_steps_) {
    if (!is_single()) text_.append_title(out, targets_[target]);
    show_steps(target, model::kUnknown64);
    text_.append_verdict(out, targets_[target], record.result);
  } else {
    text_.append_row(out, targets_[target], record.result);
  }
  record.steps = {};
  record.told_again = {};
  output_.drain();
}

// What is not as one would wish is explained once, below the table.
void ProbeRun::show_legend() {
  std::set<ProbeVerdict> verdicts;
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    if (was_probed(i)) verdicts.insert(records_[i].result.verdict);
  }
  verdicts.erase(ProbeVerdict::Open);
  std::vector<ProbeVerdict> const explained(verdicts.begin(), verdicts.end());
  text_.append_legend(output_.buffer(), explained);
}

bool ProbeRun::is_all_open() const {
  std::map<std::pair<std::string, std::uint16_t>, bool> open;
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    open[{targets_[i].host, targets_[i].port}] |= model::is_open(records_[i].result.verdict);
  }
  return std::ranges::all_of(open, [](auto const& each) { return each.second; });
}

std::string ProbeRun::summary() const {
  std::map<ProbeVerdict, std::size_t> verdicts;
  std::size_t left = 0;
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    if (was_probed(i)) {
      ++verdicts[records_[i].result.verdict];
    } else {
      ++left;
    }
  }
  auto const say = [&](base::Phrase phrase) { return phrase.in(command_.language); };
  auto text = fmt::format(
      fmt::runtime(say({"{} of {} probed in {:.1f} s", "{} / {} 已探测，用时 {:.1f} 秒"})),
      targets_.size() - left, targets_.size(), static_cast<double>(ended_ns_ - started_ns_) / 1e9);
  bool first = true;
  for (auto const& [verdict, count] : verdicts) {
    text += first ? say({": ", "："}) : say({", ", "，"});
    text += fmt::format("{} {}", count, say(explain::words_of(verdict).label));
    first = false;
  }
  if (left > 0) {
    text += fmt::format(
        fmt::runtime(say({"; interrupted, {} not probed", "；已中断，{} 个未探测"})), left);
  }
  return text;
}

bool ProbeRun::needs_summary() const {
  if (output_.closed()) return false;
  bool is_whole = true;
  for (std::size_t i = 0; i < targets_.size(); ++i) is_whole = is_whole && was_probed(i);
  return !is_whole || (!is_single() && !command_.quiet && !command_.json);
}

void ProbeRun::log() const {
  std::vector<ProbeLogEntry> entries;
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    if (was_probed(i)) {
      entries.push_back({.target = &targets_[i], .result = &records_[i].result});
    }
  }
  log_probe(entries);
}

void watch_if_permitted(ProbeRun& run, base::Fd const* netns) {
  auto watch = ProbeWatch::start(netns_inode(netns), run.teller());
  if (!watch) {
    complain("probe",
             "only what the socket itself tells is shown, not the state changes of both "
             "ends: " +
                 watch.error().message + " ('" + grant_command() + "' helps)");
    return;
  }
  if (!(*watch)->nameless().empty()) {
    complain("probe", "some causes will be unknown: " + (*watch)->nameless());
  }
  run.watch_with(std::move(*watch));
}

void complain_of_losses(ProbeRun const& run) {
  auto const lost = run.lost();
  if (lost == 0) return;
  complain("probe", base::counted(lost, "record", "records") +
                        " of the kernel's events lost: steps may be missing");
}

}  // namespace lastack::app
