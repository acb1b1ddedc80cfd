// Something to be decided, with what there is to know about it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ui/tui/dialog_style.hh"
#include "ui/tui/overlay.hh"

namespace lastack::ui::tui {

class Question : public Overlay {
 public:
  struct Button {
    std::string label;
    Key hot = 0;  // runs it at once; 0 none
    std::function<void()> run;
  };
  // Esc closes it and runs nothing.
  Question(std::string title, std::vector<std::string> lines, std::vector<Button> buttons,
           std::size_t preselected, DialogStyle style);

  void draw(Canvas& canvas) override;
  bool key(Key key) override;
  bool mouse(Mouse const& mouse) override;

 private:
  [[nodiscard]] int buttons_width() const;
  bool run(std::size_t at);
  void choose(int by);
  void scroll(int by);
  void draw_lines(Canvas& canvas, Rect const& area);
  void draw_buttons(Canvas& canvas, Rect const& area);

  std::string title_;
  std::vector<std::string> lines_;
  std::vector<Button> buttons_;
  std::size_t chosen_;
  DialogStyle style_;
  std::size_t top_ = 0;
  // As last drawn:
  std::size_t shown_ = 1;
  std::vector<Rect> places_;  // of the buttons
};

}  // namespace lastack::ui::tui
