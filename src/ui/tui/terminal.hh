// The terminal: shows canvases, tells keys. The only part of lastack that knows curses.
//
// While it is open, the terminal is its own: nothing else may write there. One at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.hh"
#include "ui/tui/canvas.hh"
#include "ui/tui/input.hh"
#include "ui/tui/settings.hh"

namespace lastack::ui::tui {

// The size is another one now; or all is to be drawn anew, as after Ctrl-Z and fg.
struct Resize {
  int width = 0;
  int height = 0;
};
// Text that was pasted, as it came; Overlay::paste() takes it.
struct Paste {
  std::string text;
};
// There is no terminal any more.
struct HangUp {};

using Input = std::variant<Key, Mouse, Resize, Paste, HangUp>;

struct TerminalOptions {
  ThemeChoice theme = ThemeChoice::Auto;
  bool mouse = true;
  bool unicode = true;  // the locale's characters are UTF-8
  bool color = true;    // false: as after --color never; NO_COLOR is looked at here
};

class Terminal {
 public:
  // Takes stdin and stdout. The locale must be set, and no other thread be there yet: SIGWINCH,
  // SIGTSTP, SIGCONT and SIGTTOU are blocked, so that threads made later leave them to this one.
  // Ctrl-C remains a signal; Ctrl-Z suspends in read().
  [[nodiscard]] static base::Result<Terminal> open(TerminalOptions const& options);
  Terminal(Terminal&&) noexcept;
  Terminal& operator=(Terminal&&) noexcept;
  ~Terminal();

  [[nodiscard]] int width() const;
  [[nodiscard]] int height() const;

  // Readable when read() may have something. Then read() is to be called until it says nullopt.
  [[nodiscard]] int fd() const;
  // Does not wait, but for the 25 ms in which what follows Esc makes it another key.
  [[nodiscard]] std::optional<Input> read();

  // What is there already is not written again.
  void show(Canvas const& canvas);
  // Everything again, with the next show(): Ctrl-L.
  void redraw();

  void set_theme(ThemeChoice theme);
  void set_mouse(bool on);

  // To the terminal's clipboard (OSC 52). Error: too long.
  static constexpr std::size_t kLongestCopy = 65'536;
  base::Result<void> copy(std::string_view text);

  // Gives the terminal back for a while, as it was; and takes it again.
  void suspend();
  void resume();

 private:
  class Impl;
  explicit Terminal(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace lastack::ui::tui
