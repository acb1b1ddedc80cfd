#include "ui/tui/terminal.hh"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>
#include <utf8proc.h>

// Functions only: curses' macros have names such as erase, move and timeout.
#define NCURSES_NOMACROS
#include <curses.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/fd.hh"
#include "base/text.hh"
#include "ui/tui/ascii.hh"
#include "ui/tui/background.hh"
#include "ui/tui/base64.hh"
#include "ui/tui/terminal_keys.hh"
#include "ui/tui/theme.hh"
#include "ui/tui/utf8.hh"

namespace lastack::ui::tui {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kEscapeDelayMs = 25;
constexpr std::chrono::milliseconds kAnswerLimit{100};
constexpr std::chrono::milliseconds kDoubleClick{400};
constexpr std::size_t kLongestPaste = 65'536;
constexpr std::size_t kLongestAnswer = 64;
constexpr int kEscapeCharacter = 0x1b;
// Codes for define_key(), beyond those of curses.
constexpr int kPasteBegin = KEY_MAX + 1;
constexpr int kPasteEnd = KEY_MAX + 2;
constexpr std::string_view kPasteOn = "\x1b[?2004h";
constexpr std::string_view kPasteOff = "\x1b[?2004l";

void write_out(std::string_view text) {
  (void)std::fwrite(text.data(), 1, text.size(), stdout);
  (void)std::fflush(stdout);
}

std::string_view variable(char const* name) {
  auto const* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

// Asks the terminal; what was typed before it answered is left in `typed`.
std::optional<bool> asked_background(std::string& typed) {
  termios before{};
  if (::tcgetattr(STDIN_FILENO, &before) != 0) return {};
  auto raw = before;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  if (::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) != 0) return {};
  write_out(kBackgroundQuery);
  std::optional<bool> light;
  auto const deadline = Clock::now() + kAnswerLimit;
  for (auto now = Clock::now(); !light && now < deadline; now = Clock::now()) {
    auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - now).count();
    pollfd waiting{STDIN_FILENO, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(left) + 1) <= 0) continue;
    std::array<char, 256> chunk{};
    auto const got = ::read(STDIN_FILENO, chunk.data(), chunk.size());
    if (got <= 0) break;
    typed.append(chunk.data(), static_cast<std::size_t>(got));
    light = take_background(typed);
  }
  (void)::tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
  return light;
}

MouseButton wheel_or_button(mmask_t state) {
  if ((state & BUTTON4_PRESSED) != 0) return MouseButton::WheelUp;
  if ((state & BUTTON5_PRESSED) != 0) return MouseButton::WheelDown;
  if ((state & BUTTON3_PRESSED) != 0) return MouseButton::Right;
  if ((state & BUTTON2_PRESSED) != 0) return MouseButton::Middle;
  return MouseButton::Left;
}
constexpr mmask_t kButtons =
    BUTTON1_PRESSED | BUTTON2_PRESSED | BUTTON3_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED;

base::Result<base::Fd> watch_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (auto const signal : {SIGWINCH, SIGTSTP, SIGCONT}) sigaddset(&signals, signal);
  // SIGTTOU: who has lost the terminal to the shell must still be able to put it right.
  auto blocked = signals;
  sigaddset(&blocked, SIGTTOU);
  if (int const error = ::pthread_sigmask(SIG_BLOCK, &blocked, nullptr); error != 0) {
    return base::fail_errno("block signals", error);
  }
  base::Fd fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd.valid()) return base::fail_errno("signalfd");
  return fd;
}

base::Result<base::Fd> watch_both(int input, int signals) {
  base::Fd both(::epoll_create1(EPOLL_CLOEXEC));
  if (!both.valid()) return base::fail_errno("epoll_create1");
  for (auto const fd : {input, signals}) {
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    if (::epoll_ctl(both.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
      return base::fail_errno("epoll_ctl");
    }
  }
  return both;
}

// One character and its combining marks, as curses takes them.
cchar_t cell_of(std::string_view text, attr_t attributes, short pair) {
  std::array<wchar_t, CCHARW_MAX + 1> wide{};
  std::size_t count = 0;
  while (!text.empty() && count < CCHARW_MAX) {
    utf8proc_int32_t value = -1;
    auto const used = utf8proc_iterate(reinterpret_cast<utf8proc_uint8_t const*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &value);
    if (used <= 0) break;
    wide[count++] = static_cast<wchar_t>(value);
    text.remove_prefix(static_cast<std::size_t>(used));
  }
  if (count == 0) wide[0] = L' ';
  cchar_t cell{};
  (void)::setcchar(&cell, wide.data(), attributes, pair, nullptr);
  return cell;
}

}  // namespace

class Terminal::Impl {
 public:
  explicit Impl(TerminalOptions const& options) : options_(options) {}
  Impl(Impl const&) = delete;
  Impl& operator=(Impl const&) = delete;
  ~Impl() {
    if (screen_ == nullptr) return;
    suspend();
    ::delscreen(screen_);
  }

  base::Result<void> open();
  [[nodiscard]] int fd() const { return both_.get(); }
  std::optional<Input> read();
  void show(Canvas const& canvas);
  void redraw() { shown_.reset(); }
  void set_theme(ThemeChoice theme);
  void set_mouse(bool on);
  void suspend();
  void resume();

 private:
  void learn_background();
  void set_modes();
  std::optional<Input> after_signals();
  std::optional<Input> next_input();
  std::optional<Input> after_character(unsigned character);
  std::optional<Input> after_escape();
  std::optional<Input> after_code(int code);
  std::optional<Input> pasted(int kind, unsigned character);
  std::optional<Input> clicked();
  bool skip_late_answer(unsigned character);
  void stop();
  Input take_size();
  [[nodiscard]] bool has_hung_up() const;
  void put(int x, int y, Glyph const& glyph);
  short pair_of(short ink, short ground);

  TerminalOptions options_;
  SCREEN* screen_ = nullptr;
  base::Fd signals_;
  base::Fd both_;
  Depth depth_ = Depth::Mono;
  std::optional<bool> background_light_;
  bool light_ = false;
  bool awaits_answer_ = false;          // the question was not answered in time
  std::optional<std::size_t> skipped_;  // bytes of a late answer so far
  bool pasting_ = false;
  std::string paste_;          // so far
  std::optional<Input> held_;  // came with another one, to be told next
  std::map<std::pair<short, short>, short> pairs_;
  std::optional<Canvas> shown_;
  Mouse last_click_{.x = -1, .y = -1};
  Clock::time_point last_click_at_{};
  bool suspended_ = false;
};

base::Result<void> Terminal::Impl::open() {
  auto signals = watch_signals();
  if (!signals) return std::unexpected(signals.error());
  signals_ = std::move(*signals);
  auto both = watch_both(STDIN_FILENO, signals_.get());
  if (!both) return std::unexpected(both.error());
  both_ = std::move(*both);

  std::string typed;
  auto const term = variable("TERM");
  if (options_.theme == ThemeChoice::Auto && options_.color && may_tell_background(term)) {
    background_light_ = asked_background(typed);
    awaits_answer_ = !background_light_;
  }
  if (!background_light_) background_light_ = background_of_variable(variable("COLORFGBG"));

  ::use_tioctl(TRUE);  // the terminal's size, not that of LINES and COLUMNS
  screen_ = ::newterm(nullptr, stdout, stdin);  // initscr() would exit
  if (screen_ == nullptr) {
    return base::fail(
        fmt::format("TERM is '{}', of which terminfo knows nothing", base::printable(term)));
  }
  if (::tigetstr("cup") == nullptr) {  // no way to move the cursor
    return base::fail(
        fmt::format("a terminal of type '{}' cannot be drawn on", base::printable(term)));
  }
  if (variable("ESCDELAY").empty()) ::set_escdelay(kEscapeDelayMs);
  set_modes();
  if (::has_colors() && ::start_color() == OK) {
    (void)::use_default_colors();
    depth_ = depth_of(COLORS, options_.color && variable("NO_COLOR").empty());
  }
  set_theme(options_.theme);
  (void)::define_key("\x1b[200~", kPasteBegin);
  (void)::define_key("\x1b[201~", kPasteEnd);
  set_mouse(options_.mouse);
  write_out(kPasteOn);
  for (auto const c : std::string(typed.rbegin(), typed.rend())) {
    (void)::ungetch(static_cast<unsigned char>(c));
  }
  return {};
}

void Terminal::Impl::set_modes() {
  (void)::cbreak();
  (void)::noecho();
  (void)::nonl();
  (void)::keypad(stdscr, TRUE);
  (void)::nodelay(stdscr, TRUE);
  (void)::typeahead(-1);
  (void)::curs_set(0);
  (void)::leaveok(stdscr, TRUE);
  // Ctrl-C stays a signal, so that even a hanging lastack can be stopped. Ctrl-Z comes as a key,
  // and Ctrl-S and Ctrl-Q do not stop the terminal.
  termios mode{};
  if (::tcgetattr(STDIN_FILENO, &mode) != 0) return;
  mode.c_cc[VSUSP] = _POSIX_VDISABLE;
  mode.c_iflag &= ~static_cast<tcflag_t>(IXON);
  mode.c_lflag &= ~static_cast<tcflag_t>(IEXTEN);
  if (::tcsetattr(STDIN_FILENO, TCSADRAIN, &mode) == 0) (void)::def_prog_mode();
}

void Terminal::Impl::set_theme(ThemeChoice theme) {
  options_.theme = theme;
  light_ = theme == ThemeChoice::Light ||
           (theme == ThemeChoice::Auto && background_light_.value_or(false));
  redraw();
}

void Terminal::Impl::set_mouse(bool on) {
  options_.mouse = on;
  (void)::mouseinterval(0);  // double clicks are told apart here: curses would make all wait
  (void)::mousemask(on ? kButtons : 0, nullptr);
}

void Terminal::Impl::suspend() {
  if (suspended_) return;
  suspended_ = true;
  (void)::mousemask(0, nullptr);
  write_out(kPasteOff);
  (void)::endwin();
}

void Terminal::Impl::resume() {
  if (!suspended_) return;
  suspended_ = false;
  (void)::reset_prog_mode();
  (void)::clearok(curscr, TRUE);
  (void)::refresh();
  (void)::curs_set(0);
  set_mouse(options_.mouse);
  write_out(kPasteOn);
  redraw();
}

// Stops as Ctrl-Z stops others: where nobody could continue it, the kernel leaves it be.
void Terminal::Impl::stop() {
  suspend();
  struct sigaction usual{};
  struct sigaction before{};
  usual.sa_handler = SIG_DFL;
  (void)::sigaction(SIGTSTP, &usual, &before);
  sigset_t only;
  sigset_t mask;
  sigemptyset(&only);
  sigaddset(&only, SIGTSTP);
  (void)::raise(SIGTSTP);
  (void)::pthread_sigmask(SIG_UNBLOCK, &only, &mask);  // here it stops, and goes on
  (void)::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  (void)::sigaction(SIGTSTP, &before, nullptr);
  for (signalfd_siginfo info{}; ::read(signals_.get(), &info, sizeof info) > 0;) {
  }
  resume();
}

Input Terminal::Impl::take_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
    (void)::resize_term(size.ws_row, size.ws_col);
  }
  redraw();
  return Resize{COLS, LINES};
}

std::optional<Input> Terminal::Impl::after_signals() {
  bool anew = false;
  for (signalfd_siginfo info{}; ::read(signals_.get(), &info, sizeof info) > 0;) {
    anew = true;
    if (info.ssi_signo == SIGTSTP) stop();
    if (info.ssi_signo == SIGCONT) {  // the terminal may have been used by others meanwhile
      suspend();
      resume();
    }
  }
  if (!anew) return std::nullopt;
  return take_size();
}

bool Terminal::Impl::has_hung_up() const {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  if (::poll(&input, 1, 0) <= 0) return false;
  if ((input.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) return true;
  int pending = 0;
  return ::ioctl(STDIN_FILENO, FIONREAD, &pending) != 0 || pending == 0;
}

std::optional<Input> Terminal::Impl::read() {
  if (held_) return std::exchange(held_, std::nullopt);
  if (auto input = after_signals()) return input;
  return next_input();
}

std::optional<Input> Terminal::Impl::next_input() {
  for (;;) {
    wint_t character = 0;
    auto const kind = ::get_wch(&character);
    if (kind == ERR) return has_hung_up() ? std::optional<Input>(HangUp{}) : std::nullopt;
    std::optional<Input> input;
    if (pasting_) {
      input = pasted(kind, character);
    } else if (kind == KEY_CODE_YES) {
      input = after_code(static_cast<int>(character));
    } else if (!skip_late_answer(character)) {
      input = after_character(character);
    }
    if (input) return input;
  }
}

std::optional<Input> Terminal::Impl::after_character(unsigned character) {
  if (character == kEscapeCharacter) return after_escape();
  if (character == control('Z')) {
    stop();
    return take_size();
  }
  return key_of_character(character);
}

std::optional<Input> Terminal::Impl::after_escape() {
  wint_t next = 0;
  auto const kind = ::get_wch(&next);
  if (kind == ERR) return Key{kEscape};
  if (kind == KEY_CODE_YES) {
    held_ = after_code(static_cast<int>(next));
    return Key{kEscape};
  }
  if (next == ']' && awaits_answer_) {
    skipped_ = 0;
    return std::nullopt;
  }
  if (next == kEscapeCharacter) return Key{kEscape};
  return kAlt | key_of_character(next);
}

// Of the background's colour, which is not needed any more. True: that was part of it.
bool Terminal::Impl::skip_late_answer(unsigned character) {
  if (!skipped_) return false;
  auto const is_end = character == '\a' || character == '\\' || ++*skipped_ > kLongestAnswer;
  if (is_end) {
    skipped_.reset();
    awaits_answer_ = false;
  }
  return true;
}

std::optional<Input> Terminal::Impl::after_code(int code) {
  if (code == KEY_MOUSE) return clicked();
  if (code == kPasteBegin) {
    pasting_ = true;
    return std::nullopt;
  }
  auto const key = key_of_curses(code);
  return key == 0 ? std::nullopt : std::optional<Input>(key);
}

std::optional<Input> Terminal::Impl::pasted(int kind, unsigned character) {
  if (kind == KEY_CODE_YES) {
    if (character != kPasteEnd) return std::nullopt;
    pasting_ = false;
    return Paste{std::exchange(paste_, {})};
  }
  if (paste_.size() < kLongestPaste) append_utf8(paste_, character);
  return std::nullopt;
}

std::optional<Input> Terminal::Impl::clicked() {
  MEVENT event{};
  if (::getmouse(&event) != OK || (event.bstate & kButtons) == 0) return std::nullopt;
  Mouse mouse{.x = event.x, .y = event.y, .button = wheel_or_button(event.bstate)};
  if (mouse.button != MouseButton::Left) return mouse;
  auto const now = Clock::now();
  auto const is_second =
      mouse.x == last_click_.x && mouse.y == last_click_.y && now - last_click_at_ < kDoubleClick;
  last_click_ = is_second ? Mouse{.x = -1, .y = -1} : mouse;
  last_click_at_ = now;
  if (is_second) mouse.button = MouseButton::DoubleLeft;
  return mouse;
}

short Terminal::Impl::pair_of(short ink, short ground) {
  auto const known = pairs_.find({ink, ground});
  if (known != pairs_.end()) return known->second;
  auto const pair = static_cast<short>(pairs_.size() + 1);
  // A terminal of few pairs: what is left over looks plain.
  auto const made = pair < COLOR_PAIRS && ::init_pair(pair, ink, ground) == OK ? pair : short{0};
  pairs_.emplace(std::pair(ink, ground), made);
  return made;
}

void Terminal::Impl::put(int x, int y, Glyph const& glyph) {
  auto const depth = options_.theme == ThemeChoice::Mono ? Depth::Mono : depth_;
  auto const look = look_of(glyph.style, depth, light_);
  attr_t attributes = A_NORMAL;
  if (look.bold) attributes |= A_BOLD;
  if (look.underline) attributes |= A_UNDERLINE;
  if (look.dim) attributes |= A_DIM;
  if (look.reverse) attributes |= A_REVERSE;
  auto const pair = depth == Depth::Mono ? short{0} : pair_of(look.ink, look.ground);
  auto const text = options_.unicode ? glyph.text() : ascii_for(glyph.text());
  auto const cell = cell_of(glyph.size == 0 ? std::string_view(" ") : text, attributes, pair);
  (void)::mvadd_wch(y, x, &cell);
  if (!options_.unicode && glyph.width == 2) (void)::mvadd_wch(y, x + 1, &cell);
}

void Terminal::Impl::show(Canvas const& canvas) {
  if (suspended_) return;
  auto const is_other =
      !shown_ || shown_->width() != canvas.width() || shown_->height() != canvas.height();
  if (is_other) {
    (void)::erase();
    (void)::clearok(stdscr, TRUE);
  }
  auto const width = std::min(canvas.width(), COLS);
  auto const height = std::min(canvas.height(), LINES);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      auto const& glyph = canvas.at(x, y);
      if (glyph.width == 0 || (!is_other && glyph == shown_->at(x, y))) continue;
      put(x, y, glyph);
    }
  }
  (void)::refresh();
  shown_ = canvas;
}

Terminal::Terminal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Terminal::Terminal(Terminal&&) noexcept = default;
Terminal& Terminal::operator=(Terminal&&) noexcept = default;
Terminal::~Terminal() = default;

base::Result<Terminal> Terminal::open(TerminalOptions const& options) {
  auto impl = std::make_unique<Impl>(options);
  if (auto opened = impl->open(); !opened) return std::unexpected(opened.error());
  return Terminal(std::move(impl));
}

int Terminal::width() const { return COLS; }
int Terminal::height() const { return LINES; }
int Terminal::fd() const { return impl_->fd(); }
std::optional<Input> Terminal::read() { return impl_->read(); }
void Terminal::show(Canvas const& canvas) { impl_->show(canvas); }
void Terminal::redraw() { impl_->redraw(); }
void Terminal::set_theme(ThemeChoice theme) { impl_->set_theme(theme); }
void Terminal::set_mouse(bool on) { impl_->set_mouse(on); }
void Terminal::suspend() { impl_->suspend(); }
void Terminal::resume() { impl_->resume(); }

base::Result<void> Terminal::copy(std::string_view text) {
  if (text.size() > kLongestCopy) {
    return base::fail(fmt::format("{} bytes are too long for the clipboard (at most {})",
                                  text.size(), kLongestCopy));
  }
  write_out("\x1b]52;c;" + base64(text) + "\a");
  return {};
}

}  // namespace lastack::ui::tui
