// A question with a typed answer, as a bar at the bottom: filter, search, names, paths.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/phrase.hh"
#include "ui/tui/dialog_style.hh"
#include "ui/tui/line_editor.hh"
#include "ui/tui/overlay.hh"

namespace lastack::ui::tui {

class InputLine : public Overlay {
 public:
  struct Options {
    base::Phrase title;
    std::string text;
    std::vector<std::string> history;  // oldest first
    // After every change of the text. Returns what is wrong with it, printable, or "". One that
    // begins with "column N:" (from 1, in code points) is shown with a ^ under that column.
    std::function<std::string(std::string const&)> changed;
    std::function<bool(std::string const&)> accept;  // Enter; true: it closes
    std::function<void()> cancel;                    // Esc
  };
  InputLine(Options options, DialogStyle style);

  void draw(Canvas& canvas) override;
  bool key(Key key) override;
  bool mouse(Mouse const& mouse) override;
  void paste(std::string_view text) override;

 private:
  void tell_change();
  void walk_history(bool older);
  void draw_text(Canvas& canvas, int y);
  void draw_error(Canvas& canvas, int y);

  Options options_;
  DialogStyle style_;
  LineEditor editor_;
  std::string error_;
  std::string typed_;       // what was there before the history was walked
  std::size_t history_at_;  // options_.history.size(): none of them
  // As last drawn:
  Rect drawn_;
  int text_x_ = 0;         // where the text begins
  std::size_t first_ = 0;  // the first byte shown
};

}  // namespace lastack::ui::tui
