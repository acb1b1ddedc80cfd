// A list of things to do, in the middle of the screen or where the mouse asked for it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ui/tui/dialog_style.hh"
#include "ui/tui/overlay.hh"

namespace lastack::ui::tui {

struct MenuItem {
  std::string label;
  std::string key;  // the key that does the same without the menu, at the right; "" none
  std::function<void()> run;
  std::string why_not;  // disabled, and why; ""
  bool separator = false;
  char32_t hot = 0;  // runs it at once; 0 none
};

class Menu : public Overlay {
 public:
  // `at`: the corner where there is room; std::nullopt: in the middle.
  Menu(std::string title, std::vector<MenuItem> items, std::optional<std::pair<int, int>> at,
       DialogStyle style);

  void draw(Canvas& canvas) override;
  bool key(Key key) override;
  bool mouse(Mouse const& mouse) override;

 private:
  [[nodiscard]] bool can_run(std::size_t at) const;
  [[nodiscard]] int needed_width() const;
  void move(int by);
  void go_to_end(bool last);
  void jump_to(char32_t letter);
  bool run(std::size_t at);
  void draw_item(Canvas& canvas, Rect const& line, std::size_t at) const;

  std::string title_;
  std::vector<MenuItem> items_;
  std::optional<std::pair<int, int>> at_;
  DialogStyle style_;
  std::size_t chosen_ = 0;
  std::size_t top_ = 0;
  bool follow_ = true;  // the choice is to be on the screen; the wheel looks elsewhere
  // As last drawn:
  Rect box_;
  Rect inner_;
};

}  // namespace lastack::ui::tui
