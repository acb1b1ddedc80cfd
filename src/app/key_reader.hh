// Single keys of the terminal on stdin, for a program that otherwise prints line after line.
#pragma once

#include <termios.h>

#include <cstdint>

#include "base/error.hh"
#include "base/fd.hh"

namespace lastack::app {

enum class Key : std::uint8_t { Next, Quit };

// While it is there keys come one by one and are not echoed; when it goes the terminal is as it
// was. So it is when a signal asks to end: that is a Quit, and signal() says which. To be made
// while there is one thread; blocks those signals for good.
class KeyReader {
 public:
  [[nodiscard]] static base::Result<KeyReader> open();
  KeyReader(KeyReader&& other) noexcept;
  KeyReader& operator=(KeyReader&&) = delete;
  KeyReader(KeyReader const&) = delete;
  KeyReader& operator=(KeyReader const&) = delete;
  ~KeyReader();

  // Waits. Quit: 'q', the end of the input, or a signal.
  [[nodiscard]] Key next();
  // That asked to end; 0: none.
  [[nodiscard]] int signal() const { return signal_; }

 private:
  KeyReader(base::Fd signals, termios const& before);

  void take_keys() const;
  void take_signal();
  [[nodiscard]] static Key read_key();

  base::Fd signals_;
  termios before_;
  int signal_ = 0;
};

// Ends the process as that signal does.
[[noreturn]] void end_by_signal(int signal);

}  // namespace lastack::app
