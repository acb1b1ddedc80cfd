// The diagram of room `diagram` on a canvas, states coloured by what stands there.
#pragma once

#include <array>
#include <optional>

#include "tcp/state.hh"
#include "ui/tui/view.hh"

namespace lastack::ui::tui {

class StatePicture {
 public:
  static constexpr int kWidth = 100;

  // Draws it anew, with the store's counts.
  void make(Frame const& frame);

  [[nodiscard]] Canvas const& canvas() const { return canvas_; }
  // Where the state's box is, its sides included.
  [[nodiscard]] Rect const& box(tcp::State state) const {
    return boxes_[static_cast<std::size_t>(state)];
  }
  [[nodiscard]] std::optional<tcp::State> state_at(int x, int y) const;

 private:
  void find_boxes(std::vector<std::string> const& lines, bool unicode);
  void color_boxes(Store const& store, std::vector<std::string> const& lines);

  Canvas canvas_{kWidth, 1};
  std::array<Rect, tcp::kStateCount> boxes_{};
};

}  // namespace lastack::ui::tui
