// The state machine with what stands in each state now, and how often each edge was taken since
// the screen was opened. A picture where there are 100 columns, else a list.
#pragma once

#include "ui/tui/state_list.hh"
#include "ui/tui/state_picture.hh"

namespace lastack::ui::tui {

class DiagramView : public View {
 public:
  [[nodiscard]] base::Phrase title() const override { return list_.title(); }
  void refresh(Frame const& frame) override;
  void draw(Canvas& canvas, Rect const& area, Frame const& frame) override;
  bool act(Action action, Frame const& frame) override;
  // On a state: chooses it.
  bool click(Mouse const& mouse, Frame const& frame) override;
  bool search(Frame const& frame, bool backwards, bool include_current) override;
  // The state that was chosen.
  [[nodiscard]] std::string drill_down() const override;

 private:
  void draw_picture(Canvas& canvas, Rect const& area);
  bool scroll(Action action);

  StateList list_;
  StatePicture picture_;
  std::optional<tcp::State> chosen_;
  Rect area_;  // as last drawn
  int top_ = 0;
  bool is_list_ = false;
  // What the picture was made of.
  std::uint64_t version_ = 0;
  base::Language language_ = base::Language::English;
  bool unicode_ = true;
  bool made_ = false;
};

}  // namespace lastack::ui::tui
