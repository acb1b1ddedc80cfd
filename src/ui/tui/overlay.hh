// What lies over the view for a while and gets the keys first: a dialog, a menu, a page.
#pragma once

#include <string_view>

#include "ui/tui/canvas.hh"
#include "ui/tui/input.hh"

namespace lastack::ui::tui {

class Overlay {
 public:
  Overlay() = default;
  Overlay(Overlay const&) = delete;
  Overlay& operator=(Overlay const&) = delete;
  virtual ~Overlay() = default;

  virtual void draw(Canvas& canvas) = 0;
  // False: it is done and goes away.
  virtual bool key(Key key) = 0;
  virtual bool mouse(Mouse const& mouse) = 0;
  // Text that was pasted, any bytes; ignored where none is typed.
  virtual void paste(std::string_view text) { (void)text; }
};

}  // namespace lastack::ui::tui
