// Things to be switched on and off, put in order and given a width: columns, states, namespaces.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ui/tui/dialog_style.hh"
#include "ui/tui/overlay.hh"

namespace lastack::ui::tui {

struct Choice {
  std::string id;
  std::string label;
  bool on = false;
  int width = 0;  // 0: automatic
};

class Chooser : public Overlay {
 public:
  struct Options {
    std::string title;
    std::vector<Choice> choices;
    bool can_order = false;
    bool can_size = false;
    bool only_one = false;  // switching one on switches the others off; there is always one
    std::function<void(std::vector<Choice> const&)> accept;  // Enter, with all choices
  };
  Chooser(Options options, DialogStyle style);

  void draw(Canvas& canvas) override;
  bool key(Key key) override;
  bool mouse(Mouse const& mouse) override;

 private:
  bool accept();
  void toggle(std::size_t at);
  void move_cursor(int by);
  void move_item(int by);
  void size_item(int by);
  [[nodiscard]] std::vector<std::string> key_lines(int width) const;
  [[nodiscard]] std::string line_of(Choice const& choice) const;

  Options options_;
  DialogStyle style_;
  std::size_t cursor_ = 0;
  std::size_t top_ = 0;
  // As last drawn:
  Rect box_;
  Rect list_;
};

}  // namespace lastack::ui::tui
