#include "app/key_reader.hh"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace lastack::app {
namespace {

constexpr char kEscape = '\x1b';
constexpr char kControlD = '\x04';
constexpr auto kEnding = std::to_array({SIGINT, SIGTERM, SIGHUP, SIGQUIT});

bool has_input() {
  pollfd waiting{STDIN_FILENO, POLLIN, 0};
  return ::poll(&waiting, 1, 0) > 0;
}

bool read_byte(char& byte) {
  ssize_t got = 0;
  do {
    got = ::read(STDIN_FILENO, &byte, 1);
  } while (got < 0 && errno == EINTR);
  return got == 1;
}

}  // namespace

base::Result<KeyReader> KeyReader::open() {
  termios before{};
  if (::tcgetattr(STDIN_FILENO, &before) != 0) return base::fail_errno("stdin");
  sigset_t signals;
  sigemptyset(&signals);
  for (auto const signal : kEnding) sigaddset(&signals, signal);
  // Whoever has continued us after Ctrl-Z has set the terminal for itself.
  sigaddset(&signals, SIGCONT);
  if (int const error = ::pthread_sigmask(SIG_BLOCK, &signals, nullptr); error != 0) {
    return base::fail_errno("block signals", error);
  }
  base::Fd fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd.valid()) return base::fail_errno("signalfd");
  return KeyReader(std::move(fd), before);
}

KeyReader::KeyReader(base::Fd signals, termios const& before)
    : signals_(std::move(signals)), before_(before) {
  take_keys();
}

KeyReader::KeyReader(KeyReader&& other) noexcept
    : signals_(std::move(other.signals_)), before_(other.before_), signal_(other.signal_) {}

KeyReader::~KeyReader() {
  if (signals_.valid()) (void)::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

void KeyReader::take_keys() const {
  auto modes = before_;
  modes.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  modes.c_cc[VMIN] = 1;
  modes.c_cc[VTIME] = 0;
  (void)::tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

void KeyReader::take_signal() {
  signalfd_siginfo told{};
  if (::read(signals_.get(), &told, sizeof told) != sizeof told) return;
  if (told.ssi_signo == SIGCONT) {
    take_keys();
  } else {
    signal_ = static_cast<int>(told.ssi_signo);
  }
}

// The rest of an arrow key or of a letter of several bytes is no key of its own.
Key KeyReader::read_key() {
  char key = 0;
  if (!read_byte(key) || key == 'q' || key == 'Q' || key == kControlD) return Key::Quit;
  if (key == kEscape || static_cast<unsigned char>(key) >= 0x80) {
    char more = 0;
    while (has_input() && read_byte(more)) {
    }
  }
  return Key::Next;
}

Key KeyReader::next() {
  while (signal_ == 0) {
    std::array<pollfd, 2> waiting{{{signals_.get(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return Key::Quit;
    }
    if (waiting[0].revents != 0) {
      take_signal();
    } else if (waiting[1].revents != 0) {
      return read_key();
    }
  }
  return Key::Quit;
}

void end_by_signal(int signal) {
  (void)::signal(signal, SIG_DFL);
  (void)::raise(signal);
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, signal);
  (void)::pthread_sigmask(SIG_UNBLOCK, &ending, nullptr);
  ::_exit(128 + signal);
}

}  // namespace lastack::app
