#include "app/screen_host.hh"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "act/close.hh"
#include "act/protected.hh"
#include "act/signals.hh"
#include "app/command.hh"
#include "app/names.hh"
#include "app/privileges.hh"
#include "app/screen_probe.hh"
#include "app/screen_settings.hh"
#include "app/socket_label.hh"
#include "app/socket_reader.hh"
#include "base/fd.hh"
#include "base/output.hh"
#include "base/text.hh"
#include "capture/procfs/children.hh"
#include "capture/procfs/directory.hh"
#include "capture/procfs/process_reader.hh"
#include "capture/sock_diag/one_socket.hh"
#include "ui/explain/socket_words.hh"
#include "ui/tui/screen.hh"
#include "ui/tui/terminal.hh"

namespace lastack::app {

using ui::tui::Screen;
using ui::tui::SocketId;
using ui::tui::Tone;

namespace {

constexpr std::size_t kMostFiles = 500;
// A program that was asked to end gets this long before the question whether to use force.
constexpr std::chrono::milliseconds kGrace{4000};

}  // namespace

ScreenHost::~ScreenHost() {
  cancel_jobs();
  jobs_.end();
}

void ScreenHost::set_pace(std::uint32_t milliseconds) {
  mailbox_.wish([&](ScreenWishes& wishes) { wishes.pace_ms = milliseconds; });
}

void ScreenHost::refresh() {
  mailbox_.wish([](ScreenWishes& wishes) { ++wishes.refresh; });
}

void ScreenHost::watch_sockets(std::vector<SocketId> sockets) {
  std::vector<model::Endpoint> endpoints;
  endpoints.reserve(sockets.size());
  for (auto const& socket : sockets) endpoints.push_back(socket.endpoint);
  names_.want(endpoints);
  mailbox_.wish([&](ScreenWishes& wishes) { wishes.sockets = std::move(sockets); });
}

void ScreenHost::want_life(ui::tui::Place place) {
  mailbox_.wish([&](ScreenWishes& wishes) { wishes.life = place; });
}

void ScreenHost::resolve_names(bool hosts, bool services) { names_.turn(hosts, services); }

ui::tui::ProcessMore ScreenHost::process_more(std::uint32_t pid) {
  ui::tui::ProcessMore more;
  auto const process = fs_.process(pid);
  auto const files = process.below("fd");
  if (files.open_errno() != 0) {
    more.problem = std::string("open files: ") + std::strerror(files.open_errno());
  } else {
    std::vector<std::string> names;
    auto const error = capture::procfs::for_each_entry(
        files.fd(), [&](char const* name) { names.emplace_back(name); });
    if (error != 0) more.problem = std::string("open files: ") + std::strerror(error);
    std::ranges::sort(names, {},
                      [](std::string const& name) { return std::pair(name.size(), name); });
    more.left_out = names.size() > kMostFiles ? names.size() - kMostFiles : 0;
    names.resize(std::min(names.size(), kMostFiles));
    for (auto const& name : names) {
      auto const target = files.link(name);
      more.open_files.push_back(name + " -> " + (target ? *target : "?"));
    }
  }
  auto const children = capture::procfs::children_of(fs_, {&pid, 1});
  if (!children) {
    more.problem += (more.problem.empty() ? "" : "; ") + children.error().message;
    return more;
  }
  if (auto const mine = children->find(pid); mine != children->end()) {
    for (auto const& child : mine->second) more.children.emplace_back(child.pid, child.comm);
  }
  return more;
}

bool ScreenHost::carries_session(model::Snapshot const& snapshot, model::Endpoint const& endpoint) {
  return act::ProtectedProcesses(fs_).is_session_connection(snapshot, endpoint);
}

// Once is enough.
void ScreenHost::complain_of_missing_log() {
  if (std::exchange(log_was_looked_for_, true)) return;
  if (auto const there = system_log_is_there(); !there) {
    complain("screen", "not logged, as there is no system log: " + there.error().message);
  }
}

// The kernel is asked one by one on the jobs' thread; each result is a line of the window.
void ScreenHost::close_connections(std::vector<SocketId> sockets) {
  complain_of_missing_log();
  cancelled_ = std::make_shared<std::atomic<bool>>(false);  // the one before stays as it is
  jobs_.begin([this, sockets = std::move(sockets), cancelled = cancelled_] {
    act::Closer closer;
    std::size_t closed = 0;
    std::size_t gone = 0;
    for (auto const& socket : sockets) {
      if (cancelled->load() || jobs_.is_ending()) break;
      auto const outcome = closer.close({.key = capture::sock_diag::key_of(socket.endpoint),
                                         .netns_inode = socket.netns_inode,
                                         .state = socket.endpoint.state,
                                         .holder = holder_of(socket)});
      closed += outcome.result == act::CloseResult::Closed ? 1U : 0U;
      gone += outcome.result == act::CloseResult::AlreadyGone ? 1U : 0U;
      auto const what =
          fmt::format("{} {} {}", ui::local_text(socket.endpoint), ui::remote_text(socket.endpoint),
                      model::name(socket.endpoint.state));
      log_.record("close", what, outcome.done() ? act::id(outcome.result) : outcome.why);
      std::vector<std::string> lines{what + ": " +
                                     std::string(act::phrase(outcome.result).in(language_))};
      if (!outcome.why.empty()) lines.push_back("    " + base::printable(outcome.why));
      if (!outcome.needs.empty()) lines.push_back("    " + remedy_for(outcome.needs));
      jobs_.tell([lines](Screen& screen) { screen.show_job(lines); });
    }
    constexpr base::Phrase kSummary{"{} closed, {} already gone, {} not closed",
                                    "已关闭 {}，早已不在 {}，未关闭 {}"};
    auto const summary = fmt::format(fmt::runtime(kSummary.in(language_)), closed, gone,
                                     sockets.size() - closed - gone);
    jobs_.tell([summary, good = closed + gone == sockets.size()](Screen& screen) {
      screen.show_job({summary});
      screen.tell(summary, good ? Tone::Good : Tone::Warning);
    });
  });
}

ui::tui::EndPreview ScreenHost::hold_process(model::Process const& process) {
  ui::tui::EndPreview preview;
  preview.name = process_label(process.pid, process.comm);
  auto held = process.start_unix_ms == 0
                  ? act::ProcessHandle::open(fs_, process.pid)
                  : act::ProcessHandle::open_started(fs_, process.pid, process.start_unix_ms);
  if (!held) {
    preview.never = true;
    preview.refused = preview.name + ": " + held.error().message;
    return preview;
  }
  // Without a time to compare, it must be the same by its looks at least.
  auto const now = capture::procfs::ProcessReader(fs_).read(process.pid, model::Fact::Exe);
  if (process.start_unix_ms == 0 &&
      (!now || now->comm != process.comm || now->exe != process.exe)) {
    preview.never = true;
    preview.refused = preview.name + ": another process has its pid by now";
    return preview;
  }
  preview.handle = ++last_handle_;
  held_[preview.handle] = {std::make_shared<act::ProcessHandle>(std::move(*held)), preview.name};
  if (held_.size() > kMostHeld) held_.erase(held_.begin());
  auto const protection = act::ProtectedProcesses(fs_).of(process.pid);
  if (protection != act::Protection::None) {
    preview.refused = act::reason(protection).in(language_);
    preview.never = !act::may_be_forced(protection);
  }
  auto const line = [&](base::Phrase const& label, std::string_view text) {
    preview.lines.push_back(fmt::format("{}: {}", label.in(language_), base::printable(text)));
  };
  line({"Program", "程序"}, process.exe.empty() ? "?" : process.exe);
  line({"Command", "命令"}, process.cmdline);
  if (process.uid_known) {
    line({"User", "用户"}, user_name(process.uid).value_or(std::to_string(process.uid)));
  }
  if (!process.unit.empty()) line({"Unit", "单元"}, process.unit);
  auto const more = process_more(process.pid);
  std::string children;
  for (auto const& [pid, comm] : more.children) children += process_label(pid, comm) + " ";
  if (!children.empty()) {
    preview.lines.push_back(
        fmt::format("{}: {}", base::Phrase{"Children", "子进程"}.in(language_), children));
  }
  return preview;
}

void ScreenHost::signal_process(std::uint64_t handle, int signal) {
  auto const known = held_.find(handle);
  if (known == held_.end()) {
    return complain("screen", "the process was asked about too long ago; nothing was sent");
  }
  complain_of_missing_log();
  jobs_.begin([this, handle, held = known->second.process, name = known->second.name, signal] {
    auto const sent = held->signal(signal);
    auto const signal_text = act::signal_name(signal);
    log_.record("kill", name + " " + signal_text, sent ? "sent" : sent.error().message);
    if (!sent) {
      auto text = name + ": " + sent.error().message;
      if (sent.error().code == EPERM) text += "; " + remedy_for("CAP_KILL");
      return jobs_.tell([text](Screen& screen) { screen.tell(text, Tone::Bad); });
    }
    if (!act::ends_a_program(signal)) {
      return jobs_.tell(
          [text = signal_text + " -> " + name](Screen& screen) { screen.tell(text, Tone::Good); });
    }
    if (ends_within(*held, kGrace)) {
      log_.record("kill", name, "ended");
      auto const text = name + " " + std::string(base::Phrase{"has ended", "已结束"}.in(language_));
      return jobs_.tell([text](Screen& screen) { screen.tell(text, Tone::Good); });
    }
    jobs_.tell([handle, name](Screen& screen) { screen.ask_to_kill(handle, name); });
  });
}

// False also where the screen is left meanwhile.
bool ScreenHost::ends_within(act::ProcessHandle const& process,
                             std::chrono::milliseconds limit) const {
  constexpr std::chrono::milliseconds kStep{100};
  for (auto waited = kStep; waited <= limit; waited += kStep) {
    if (process.wait_gone(kStep)) return true;
    if (jobs_.is_ending()) return false;
  }
  return false;
}

base::Result<void> ScreenHost::write_file(std::string const& path,
                                          std::function<void(base::Output&)> const& write) {
  // Not over something that is there: a name that was typed is no reason to lose a file.
  base::Fd const fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd.valid()) return base::fail_errno("write " + base::printable(path));
  base::Output output(fd.get());
  write(output);
  return output.finish(base::printable(path));
}

base::Result<void> ScreenHost::copy(std::string_view text) { return terminal_.copy(text); }

base::Result<void> ScreenHost::save(ui::tui::Settings const& settings) {
  return write_settings(settings_path_, settings);
}

void ScreenHost::set_theme(ui::tui::ThemeChoice theme) { terminal_.set_theme(theme); }

void ScreenHost::probe(std::string target) {
  auto stop = StopRequest::by_call();
  if (!stop) return complain("probe", stop.error().message);
  probe_stop_ = std::make_shared<StopRequest>(std::move(*stop));
  jobs_.begin([this, target = std::move(target), mine = probe_stop_] {
    probe_for_screen(target, language_, *mine, [this](std::string line) {
      jobs_.tell([line = std::move(line)](Screen& screen) { screen.show_job({line}); });
    });
  });
}

void ScreenHost::cancel_jobs() {
  cancelled_->store(true);
  if (probe_stop_) probe_stop_->request();
}

}  // namespace lastack::app
