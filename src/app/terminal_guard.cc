#include "app/terminal_guard.hh"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>
#include <string_view>
#include <utility>

namespace lastack::app {
namespace {

// Whoever asks the guard to end means the screen.
constexpr std::array kPassedOn{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
// A stop that was sent to the whole group has stopped the screen within this time; else it was
// sent to the guard alone. (Curses stops twice when asked twice.) One of the guard's own has, too;
// else it was taken back.
constexpr timespec kStopsWithin{.tv_sec = 0, .tv_nsec = 300'000'000};

// Everything a program that draws may have switched on. Those that move the cursor come before
// the alternate screen is left, which brings it back to where it was.
constexpr std::string_view kSwitchOff =
    "\x1b[?2026l"                                                          // held-back updates
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1005l\x1b[?1006l\x1b[?1015l"   // mouse
    "\x1b[?1004l\x1b[?2004l"                                               // focus, bracketed paste
    "\x1b[?1l\x1b>"                                                        // keypad
    "\x1b[4l\x1b[?7h\x0f\x1b(B\x1b[m";                                     // insertion, wrap, look
constexpr std::string_view kToLastLine = "\x1b[23;0;0t\x1b[r\x1b[999;1H";  // the title, too
constexpr std::string_view kSaveCursor = "\x1b\x37";
constexpr std::string_view kLeaveAlternate = "\x1b[?1049l\x1b[?25h\x1b[m\r\x1b[K";

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    auto const written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // hung up: nobody is left to see it
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

// The terminal as it was before the screen came up.
class TerminalBefore {
 public:
  static std::optional<TerminalBefore> of_stdin() {
    termios modes{};
    if (::tcgetattr(STDIN_FILENO, &modes) != 0) return std::nullopt;
    return TerminalBefore(modes);
  }

  // Keys come one by one although they came by lines before: a screen is up, or was left up.
  [[nodiscard]] bool is_drawn_on() const {
    termios now{};
    return ::tcgetattr(STDIN_FILENO, &now) == 0 && (modes_.c_lflag & ICANON) != 0 &&
           (now.c_lflag & ICANON) == 0;
  }

  // Another job of the shell, or the shell itself, may have the terminal: it is not ours then.
  [[nodiscard]] static bool is_ours() { return ::tcgetpgrp(STDIN_FILENO) == ::getpgrp(); }

  void restore() const {
    int const fd = ::isatty(STDOUT_FILENO) != 0 ? STDOUT_FILENO : STDIN_FILENO;
    bool const drawn_on = is_drawn_on();
    write_all(fd, kSwitchOff);
    // Where the screen has not come up yet, the cursor stays where it is.
    write_all(fd, drawn_on ? kToLastLine : kSaveCursor);
    write_all(fd, kLeaveAlternate);
    // Keys that were meant for the screen are not for the shell.
    if (drawn_on) (void)::tcflush(STDIN_FILENO, TCIFLUSH);
    restore_modes();
  }

  // Not TCSADRAIN, which waits as long as the output is held (Ctrl-S).
  void restore_modes() const { (void)::tcsetattr(STDIN_FILENO, TCSANOW, &modes_); }

 private:
  explicit TerminalBefore(termios const& modes) : modes_(modes) {}

  termios modes_;
};

class Guard {
 public:
  Guard(TerminalBefore const& before, pid_t child, sigset_t const& waited)
      : before_(before), child_(child), waited_(waited) {}

  // Until the child has ended: its status, as of waitpid().
  int wait() {
    for (;;) {
      auto const signal = next_signal();
      bool const asks_to_end =
          std::ranges::find(kPassedOn, signal.si_signo) != std::ranges::end(kPassedOn);
      if (asks_to_end) asked_to_end_ = signal.si_signo;
      if (reap()) return is_put_down_ ? asked_to_end_ : status_;
      if (signal.si_signo == SIGCONT) go_on();
      if (signal.si_signo == SIGTSTP) stop_owed_ = signal.si_code != SI_KERNEL;
      if (asks_to_end) pass_on(signal.si_signo);
    }
  }

 private:
  siginfo_t next_signal() {
    siginfo_t signal{};
    // A SIGCONT that reaches the child after a SIGTSTP takes that back (kernel: prepare_signal()):
    // one for the whole group may come to it after our answer to ours.
    int const got = stop_owed_ || redrawing_ ? ::sigtimedwait(&waited_, &signal, &kStopsWithin)
                                             : ::sigwaitinfo(&waited_, &signal);
    if (got == -1) {
      signal = {};
      if (errno == EAGAIN) {
        stop_owed_ = false;
        (void)::kill(child_, SIGTSTP);
      }
    }
    return signal;
  }

  void pass_on(int signal) const {
    (void)::kill(child_, signal);
    if (stopped_) (void)::kill(child_, SIGCONT);
  }

  // True: the child has ended.
  bool reap() {
    bool newly_stopped = false;
    bool newly_continued = false;
    while (::waitpid(child_, &status_, WNOHANG | WUNTRACED | WCONTINUED) == child_) {
      if (WIFEXITED(status_) || WIFSIGNALED(status_)) return true;
      stopped_ = newly_stopped = WIFSTOPPED(status_);
      newly_continued = !stopped_;
    }
    if (newly_stopped) stop_too();
    if (newly_continued && frozen_) go_on();
    return false;
  }

  void stop_too() {
    stop_owed_ = false;
    if (std::exchange(redrawing_, false) && WSTOPSIG(status_) == SIGTSTP) {
      (void)::kill(child_, SIGCONT);
      return;
    }
    bool const in_background = WSTOPSIG(status_) == SIGTTOU || WSTOPSIG(status_) == SIGTTIN;
    if (in_background && asked_to_end_ != 0) {
      // It was stopped, which has left the terminal tidy, and cannot have it back to end properly.
      is_put_down_ = true;
      (void)::kill(child_, SIGKILL);
      return;
    }
    // Nobody can tidy up before a SIGSTOP.
    if (WSTOPSIG(status_) == SIGSTOP && before_.is_drawn_on() && TerminalBefore::is_ours()) {
      frozen_ = ::tcgetattr(STDIN_FILENO, &frozen_modes_) == 0;
      before_.restore();
    }
    // As the terminal's own stop: it does nothing where no shell could continue us.
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    (void)::raise(SIGTSTP);
    (void)::sigprocmask(SIG_UNBLOCK, &stop, nullptr);
    (void)::sigprocmask(SIG_BLOCK, &stop, nullptr);
  }

  void go_on() {
    if (stopped_) (void)::kill(child_, SIGCONT);
    if (!frozen_ || !TerminalBefore::is_ours()) return;
    // Curses draws everything anew after a stop of its own, in the modes it finds before.
    frozen_ = false;
    (void)::tcsetattr(STDIN_FILENO, TCSANOW, &frozen_modes_);
    redrawing_ = true;
    (void)::kill(child_, SIGTSTP);
  }

  TerminalBefore const& before_;
  pid_t child_;
  sigset_t waited_;
  int status_ = 0;
  bool stopped_ = false;
  bool stop_owed_ = false;  // the guard was asked to stop, the child has not stopped yet
  bool frozen_ = false;     // stopped by SIGSTOP, with the screen up
  termios frozen_modes_{};  // those of the screen, then
  int asked_to_end_ = 0;    // the signal
  bool is_put_down_ = false;
  bool redrawing_ = false;  // stopped only to be continued
};

[[noreturn]] void run_child(std::function<int()> const& screen, TerminalBefore const& before,
                            pid_t guard, sigset_t const& mask) noexcept {
  (void)::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != guard) ::_exit(EXIT_FAILURE);  // it died before it could be told
  (void)::sigprocmask(SIG_SETMASK, &mask, nullptr);
  int const status = screen();
  (void)std::fflush(nullptr);
  if (::getppid() != guard && before.is_drawn_on()) {
    // The shell took the terminal when the guard died, so curses could not set its modes. Not
    // every shell sets them itself.
    sigset_t output;
    sigemptyset(&output);
    sigaddset(&output, SIGTTOU);
    (void)::sigprocmask(SIG_BLOCK, &output, nullptr);
    before.restore_modes();
  }
  ::_exit(status);
}

void say(char const* what, char const* why) {
  (void)::dprintf(STDERR_FILENO, "lastack screen: %s %s\n", what, why);
}

[[noreturn]] void die_by(int signal) {
  (void)::prctl(PR_SET_DUMPABLE, 0);  // the one core that tells something is the child's
  (void)::signal(signal, SIG_DFL);
  (void)::raise(signal);
  sigset_t unblocked;
  sigemptyset(&unblocked);
  sigaddset(&unblocked, signal);
  (void)::sigprocmask(SIG_UNBLOCK, &unblocked, nullptr);
  ::_exit(128 + signal);
}

}  // namespace

int run_guarded(std::function<int()> const& screen) {
  auto const before = TerminalBefore::of_stdin();
  if (!before) return screen();

  sigset_t waited;
  sigemptyset(&waited);
  for (auto const signal : kPassedOn) sigaddset(&waited, signal);
  for (auto const signal : {SIGCHLD, SIGTSTP, SIGCONT}) sigaddset(&waited, signal);
  // These would stop the guard alone.
  sigset_t blocked = waited;
  for (auto const signal : {SIGTTOU, SIGTTIN}) sigaddset(&blocked, signal);
  sigset_t mask;
  (void)::sigprocmask(SIG_BLOCK, &blocked, &mask);
  (void)::signal(SIGCHLD, SIG_DFL);  // ignored, the child's status would be lost

  (void)std::fflush(nullptr);
  auto const guard = ::getpid();
  auto const child = ::fork();
  if (child == -1) {
    say("cannot start a process:", std::strerror(errno));
    return EXIT_FAILURE;
  }
  if (child == 0) run_child(screen, *before, guard, mask);

  int const status = Guard(*before, child, waited).wait();
  bool const clean = WIFEXITED(status) && !before->is_drawn_on();
  if (!clean && TerminalBefore::is_ours()) before->restore();
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  say("killed:", ::strsignal(WTERMSIG(status)));
  die_by(WTERMSIG(status));
}

}  // namespace lastack::app
