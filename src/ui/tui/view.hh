// A view: one way of looking at the store. The screen shows one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/phrase.hh"
#include "ui/columns/column.hh"
#include "ui/tui/canvas.hh"
#include "ui/tui/input.hh"
#include "ui/tui/keys.hh"
#include "ui/tui/settings.hh"
#include "ui/tui/store.hh"

namespace lastack::ui::tui {

// What a view may look at.
struct Frame {
  Store const& store;
  Settings const& settings;
  base::Language language = base::Language::English;
  bool unicode = true;
  Naming naming{};
  std::string_view needle;  // what is searched for
};

class View {
 public:
  View() = default;
  View(View const&) = delete;
  View& operator=(View const&) = delete;
  virtual ~View() = default;

  [[nodiscard]] virtual base::Phrase title() const = 0;
  // The store has changed. Called before draw() for the view that is shown, only.
  virtual void refresh(Frame const& frame) = 0;
  virtual void draw(Canvas& canvas, Rect const& area, Frame const& frame) = 0;
  // False: it is nothing that this view does.
  virtual bool act(Action action, Frame const& frame) = 0;
  // A left click or the wheel inside the area. False: nothing was there.
  virtual bool click(Mouse const& mouse, Frame const& frame) = 0;
  // Moves to the next row that contains the needle. False: there is none, or no rows.
  virtual bool search(Frame const& frame, bool backwards, bool include_current) {
    (void)frame, (void)backwards, (void)include_current;
    return false;
  }
  // The row of the store that the cursor stands for; kNoSlot: none.
  [[nodiscard]] virtual Slot selected() const { return kNoSlot; }
  // The process that the cursor stands for; 0: none.
  [[nodiscard]] virtual std::uint32_t selected_pid() const { return 0; }
  // The same where it is one of the past, whose pid another may have by now.
  [[nodiscard]] virtual std::optional<OwnerName> past_owner() const { return std::nullopt; }
  // Rows on the screen whose queues, timers and tcp_info are wanted fresh.
  [[nodiscard]] virtual std::vector<Slot> visible() const { return {}; }
  // Filter text that shows in the first view what the cursor stands for ("pid = 12"); "": none.
  [[nodiscard]] virtual std::string drill_down() const { return {}; }
};

}  // namespace lastack::ui::tui
