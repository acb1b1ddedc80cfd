// `lastack kill`: the processes behind sockets, ended or signalled.
#include <unistd.h>

#include <chrono>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "act/signals.hh"
#include "app/action_log.hh"
#include "app/clocks.hh"
#include "app/command.hh"
#include "app/confirm.hh"
#include "app/kill_options.hh"
#include "app/kill_preview.hh"
#include "app/kill_targets.hh"
#include "app/names.hh"
#include "app/notices.hh"
#include "app/privileges.hh"
#include "app/socket_label.hh"
#include "base/output.hh"
#include "base/text.hh"

namespace lastack::app {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kGrace{5000};      // for a program that was asked to end
constexpr milliseconds kAfterKill{5000};  // SIGKILL waits only for what the kernel is doing

enum class KillResult : std::uint8_t {
  Ended,
  Signalled,  // by a signal that is not sent to end anything
  AlreadyGone,
  StillRuns,
  NotPermitted,
  Failed,
};
struct KillResultText {
  std::string_view id;
  std::string_view text;
};
// In the order of KillResult.
constexpr std::array<KillResultText, 6> kResults{{
    {"ended", "ended"},
    {"signalled", "signalled"},
    {"already_gone", "already gone"},
    {"still_runs", "still runs"},
    {"not_permitted", "not permitted"},
    {"failed", "failed"},
}};
KillResultText text_of(KillResult result) { return kResults[static_cast<std::size_t>(result)]; }

struct Progress {
  KillResult result = KillResult::StillRuns;
  int signal = 0;  // the last one that was sent
  std::string why;

  [[nodiscard]] bool done() const {
    return result == KillResult::Ended || result == KillResult::Signalled ||
           result == KillResult::AlreadyGone;
  }
};

class KillRun {
 public:
  KillRun(KillOptions const& options, KillTargets const& found)
      : options_(options), found_(found), output_(STDOUT_FILENO), signal_(options.signal) {}

  int run();

 private:
  [[nodiscard]] model::Process const& process_of(KillTarget const& target) const {
    return found_.snapshot.processes[target.process];
  }
  [[nodiscard]] std::string label(KillTarget const& target) const {
    auto const& process = process_of(target);
    return process_label(process.pid, process.comm);
  }
  [[nodiscard]] std::string question() const;
  void preview();
  [[nodiscard]] std::optional<int> refuse();
  [[nodiscard]] bool confirmed();
  int signal_all();
  void send(std::size_t index, int signal);
  void await_ends(milliseconds limit);
  [[nodiscard]] bool is_to_be_killed(KillTarget const& target) const;
  void kill_the_rest();
  void log(std::size_t index, std::string_view result) const;
  void tell(std::size_t index);
  void write_json(KillTarget const& target, std::string_view result, Progress const* progress);
  int finish(int status);

  KillOptions const& options_;
  KillTargets const& found_;
  base::Output output_;
  ActionLog log_;
  Questioner person_;
  int signal_;
  std::vector<Progress> progress_;  // as found_.targets stand
};

int KillRun::finish(int status) {
  if (auto const written = output_.finish("stdout"); !written) {
    complain("kill", written.error().message);
    return kExitFailure;
  }
  return status;
}

int KillRun::run() {
  preview();
  if (options_.dry_run) {
    if (!options_.json) output_.append("dry run: nothing was signalled\n");
    return finish(kExitOk);
  }
  if (auto const status = refuse()) return finish(*status);
  return finish(signal_all());
}

void KillRun::preview() {
  if (options_.json && options_.dry_run) {
    for (auto const& target : found_.targets) write_json(target, "dry_run", nullptr);
    return;
  }
  if (options_.json && options_.yes) return;
  std::string text;
  for (auto const& target : found_.targets) append_kill_preview(text, found_.snapshot, target);
  base::Output errors(STDERR_FILENO);
  auto& where = options_.json ? errors : output_;
  where.append(text);
  where.flush();
}

std::optional<int> KillRun::refuse() {
  if (found_.targets.size() > 1 && !options_.all) {
    complain("kill", fmt::format("{} processes have such sockets, and none was signalled: --all "
                                 "means them all",
                                 found_.targets.size()));
    return kExitUsage;
  }
  if (options_.yes) return std::nullopt;
  if (!person_.has_terminal()) {
    complain("kill",
             "there is no terminal to ask on, and nothing was signalled: --yes does not ask");
    return kExitUsage;
  }
  if (confirmed()) return std::nullopt;
  complain("kill", "nothing was signalled");
  return kExitFailure;
}

std::string KillRun::question() const {
  auto const whom = found_.targets.size() == 1
                        ? label(found_.targets.front())
                        : fmt::format("these {} processes", found_.targets.size());
  return fmt::format("Send {} to {}? [y/N, another signal, ? for a list] ",
                     act::signal_name(signal_), whom);
}

bool KillRun::confirmed() {
  for (;;) {
    auto const answer = person_.ask(question());
    if (!answer) return false;
    if (means_yes(*answer)) return true;
    if (*answer == "?") {
      for (auto const& signal : act::signals()) {
        person_.say(
            fmt::format("  {:>2}  {:<8} {}\n", signal.number, signal.name, signal.meaning.en));
      }
    } else if (auto const other = act::parse_signal(*answer)) {
      signal_ = *other;  // asked about once more
    } else {
      return false;
    }
  }
}

int KillRun::signal_all() {
  if (auto const there = system_log_is_there(); !there) {
    complain("kill", "not logged, as there is no system log: " + there.error().message);
  }
  progress_.resize(found_.targets.size());
  for (std::size_t i = 0; i < found_.targets.size(); ++i) send(i, signal_);
  if (act::ends_a_program(signal_) || options_.kill_after) {
    await_ends(signal_ == SIGKILL ? kAfterKill : options_.kill_after.value_or(kGrace));
    kill_the_rest();
  }
  bool all_done = true;
  std::set<std::string_view> needed;
  for (std::size_t i = 0; i < found_.targets.size(); ++i) {
    tell(i);
    all_done &= progress_[i].done();
    if (progress_[i].result == KillResult::NotPermitted) needed.insert("CAP_KILL");
  }
  output_.flush();
  for (auto const capability : needed) {
    complain("kill", fmt::format("{} is missing: {}", capability, remedy_for(capability)));
  }
  return all_done && found_.refused.empty() ? kExitOk : kExitFailure;
}

void KillRun::send(std::size_t index, int signal) {
  auto& progress = progress_[index];
  auto const sent = found_.targets[index].handle.signal(signal);
  progress.signal = signal;
  if (sent) {
    bool const expected_to_end = act::ends_a_program(signal) || options_.kill_after;
    progress.result = expected_to_end ? KillResult::StillRuns : KillResult::Signalled;
    log(index, "sent");
    return;
  }
  auto const code = sent.error().code;
  progress.result = code == ESRCH   ? KillResult::AlreadyGone
                    : code == EPERM ? KillResult::NotPermitted
                                    : KillResult::Failed;
  if (code != ESRCH) progress.why = sent.error().message;
  log(index, progress.why.empty() ? text_of(progress.result).id : progress.why);
}

// All of them together have this long.
void KillRun::await_ends(milliseconds limit) {
  constexpr std::uint64_t kNsPerMs = 1'000'000;
  auto const end = monotonic_ns() / kNsPerMs + static_cast<std::uint64_t>(limit.count());
  for (std::size_t i = 0; i < found_.targets.size(); ++i) {
    if (progress_[i].result != KillResult::StillRuns) continue;
    auto const now = monotonic_ns() / kNsPerMs;
    milliseconds const left(end > now ? end - now : 0);
    if (!found_.targets[i].handle.wait_gone(left)) continue;
    progress_[i].result = KillResult::Ended;
    log(i, "ended");
  }
}

bool KillRun::is_to_be_killed(KillTarget const& target) const {
  if (options_.kill_after) return true;
  if (options_.yes || !person_.has_terminal()) return false;
  return person_.confirms(
      fmt::format("{} still runs. Send SIGKILL, which leaves it no time to "
                  "clean up? [y/N] ",
                  label(target)));
}

void KillRun::kill_the_rest() {
  if (signal_ == SIGKILL) return;
  bool any = false;
  for (std::size_t i = 0; i < found_.targets.size(); ++i) {
    await_ends(milliseconds(0));  // while somebody thought about another one
    if (progress_[i].result != KillResult::StillRuns) continue;
    if (!is_to_be_killed(found_.targets[i])) continue;
    await_ends(milliseconds(0));
    if (progress_[i].result != KillResult::StillRuns) continue;
    send(i, SIGKILL);
    any = true;
  }
  if (any) await_ends(kAfterKill);
}

void KillRun::log(std::size_t index, std::string_view result) const {
  auto const& target = found_.targets[index];
  auto const& process = process_of(target);
  auto what = fmt::format("{} to {}", act::signal_name(progress_[index].signal), label(target));
  if (!process.exe.empty()) what += " exe=" + base::printable(process.exe);
  if (process.uid_known) what += fmt::format(" of uid={}", process.uid);
  what += fmt::format(
      " for {}", socket_label(found_.snapshot, found_.snapshot.endpoints[target.matching.front()]));
  log_.record("kill", what, result);
}

void KillRun::tell(std::size_t index) {
  auto const& target = found_.targets[index];
  auto const& progress = progress_[index];
  if (options_.json) {
    write_json(target, text_of(progress.result).id, &progress);
    return;
  }
  auto line = fmt::format("{:<13}  {} {}", text_of(progress.result).text, label(target),
                          act::signal_name(progress.signal));
  if (!progress.why.empty()) line += ": " + progress.why;
  output_.append(line + '\n');
}

void KillRun::write_json(KillTarget const& target, std::string_view result,
                         Progress const* progress) {
  exporting::JsonWriter json(output_.buffer());
  json.begin_object();
  json.key("action").string("kill");
  json.key("result").string(result);
  json.key("signal").string(act::signal_name(progress == nullptr ? signal_ : progress->signal));
  if (progress != nullptr && !progress->why.empty()) json.key("error").string(progress->why);
  if (progress != nullptr && progress->result == KillResult::NotPermitted) {
    json.key("needs").string("CAP_KILL");
  }
  write_kill_preview(json, found_.snapshot, target);
  json.end_object();
  json.end_line();
  output_.drain();
}

void tell_refused(KillTargets const& found, KillOptions const& options) {
  for (auto const& refused : found.refused) {
    auto const& process = found.snapshot.processes[refused.process];
    complain("kill", fmt::format("refused: {}: {}{}", process_label(process.pid, process.comm),
                                 act::reason(refused.why).en,
                                 act::may_be_forced(refused.why) ? " (--force ends it)" : ""));
    if (!options.json) continue;
    base::Output output(STDOUT_FILENO);
    exporting::JsonWriter json(output.buffer());
    json.begin_object();
    json.key("action").string("kill");
    json.key("result").string("refused");
    json.key("error").string(act::reason(refused.why).en);
    write_process(json, found.snapshot, process);
    json.end_object();
    json.end_line();
    output.flush();
  }
}

std::string nobody_to_end(KillTargets const& found, KillOptions const& options) {
  if (!found.refused.empty()) return "nothing was signalled";
  if (found.ownerless == 0) return fmt::format("no socket matches '{}' now", options.filter);
  return base::counted(found.ownerless, "socket matches", "sockets match") +
         ", but no process is known that has one open ('lastack list' says why)";
}

}  // namespace

int run_kill(std::span<char const* const> arguments) {
  auto const options = parse_kill_options(arguments);
  if (!options) return options.error();
  auto const filter = filter::parse(options->filter, SystemNames());
  if (!filter) {
    complain("kill", "filter: " + filter.error().message);
    return kExitUsage;
  }
  auto const found = find_kill_targets(*filter, *options);
  if (!found) {
    complain("kill", found.error().message);
    return kExitFailure;
  }
  if (auto const line = notice(found->snapshot.unseen, {}, {}); !line.empty()) {
    complain("kill", line);
  }
  tell_refused(*found, *options);
  if (found->targets.empty()) {
    complain("kill", nobody_to_end(*found, *options));
    return kExitFailure;
  }
  return KillRun(*options, *found).run();
}

}  // namespace lastack::app
