// The help screen: every key, as the table of keys has it, and what marks and colours mean.
#pragma once

#include <string>
#include <vector>

#include "ui/tui/dialog_style.hh"
#include "ui/tui/overlay.hh"

namespace lastack::ui::tui {

class HelpPage : public Overlay {
 public:
  explicit HelpPage(DialogStyle style) : style_(style) {}

  void draw(Canvas& canvas) override;
  bool key(Key key) override;
  bool mouse(Mouse const& mouse) override;

  // A stretch of text in one style; a line is some of them.
  struct Piece {
    int x = 0;
    std::string text;
    Style style;
  };
  using Line = std::vector<Piece>;

 private:
  void scroll(int by);

  DialogStyle style_;
  std::size_t top_ = 0;
  // As last drawn:
  std::size_t shown_ = 1;
  std::size_t count_ = 0;
};

}  // namespace lastack::ui::tui
