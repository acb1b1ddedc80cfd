// A line of text being typed, without its looks.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "ui/tui/input.hh"

namespace lastack::ui::tui {

// UTF-8. The cursor is always at the boundary of a character, its combining marks included.
class LineEditor {
 public:
  static constexpr std::size_t kLongest = 4096;  // bytes; more is not typed, nor pasted

  explicit LineEditor(std::string_view text = {});

  // Left, Right, Home, End, Backspace, Delete, Ctrl-A/E/U/W/K and printable characters. False: the
  // key is none of these.
  bool key(Key key);

  [[nodiscard]] std::string const& text() const { return text_; }
  // In bytes.
  [[nodiscard]] std::size_t cursor() const { return cursor_; }
  // Invalid bytes become U+FFFD, what no terminal shows becomes blanks; the cursor goes to the end.
  void set(std::string_view text);

 private:
  void erase(std::size_t from, std::size_t to);
  bool insert(Key key);

  std::string text_;
  std::size_t cursor_ = 0;
};

}  // namespace lastack::ui::tui
