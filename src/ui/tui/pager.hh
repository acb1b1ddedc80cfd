// Text to be read, as large as the screen allows.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ui/tui/dialog_style.hh"
#include "ui/tui/overlay.hh"

namespace lastack::ui::tui {

class Pager : public Overlay {
 public:
  Pager(std::string title, std::vector<std::string> lines, DialogStyle style);

  // Other lines, at the same place of the text; who was at an end that had been scrolled to stays
  // at the end.
  void set(std::vector<std::string> lines);
  void append(std::string line);
  // Called once, when it closes.
  void on_close(std::function<void()> closed);

  void draw(Canvas& canvas) override;
  bool key(Key key) override;
  bool mouse(Mouse const& mouse) override;

 private:
  [[nodiscard]] std::size_t last_top() const;
  void scroll(std::ptrdiff_t by);
  bool close();

  std::string title_;
  std::vector<std::string> lines_;
  DialogStyle style_;
  std::function<void()> closed_;
  std::size_t top_ = 0;
  std::size_t left_ = 0;    // columns scrolled away
  std::size_t shown_ = 1;   // lines, as last drawn
  bool follows_ = false;    // stays at the end
  std::size_t widest_ = 0;  // of lines_
  std::size_t room_ = 1;    // columns, as last drawn
};

}  // namespace lastack::ui::tui
