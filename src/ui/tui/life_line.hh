// The life of a connection on a time axis: a segment a state, why it ended below the joints.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/life.hh"
#include "ui/tui/text_page.hh"
#include "ui/tui/view.hh"

namespace lastack::ui::tui {

struct LifeStep {
  model::SocketState state = model::SocketState::Closed;
  std::optional<std::uint64_t> dwell_us;
  model::Cause left_by = model::Cause::Unknown;
  bool inferred = false;
};

struct LifePath {
  std::vector<LifeStep> steps;  // not empty
  bool over = false;            // else the last state is the present one, and grows
  std::uint32_t left_out = 0;   // states that found no room, before the last one
  bool begin_unknown = false;   // it was there before it was watched
};

// Where nothing is known of its life: the present state alone.
[[nodiscard]] LifePath path_of(model::Life const& life, std::uint64_t now_ns);

// `width`: columns there are. The axis where it fits, else a list, a line a state.
[[nodiscard]] std::vector<PageLine> life_line(LifePath const& path, int width, Frame const& frame);
[[nodiscard]] std::vector<PageLine> life_axis(LifePath const& path, int width, Frame const& frame);
[[nodiscard]] std::vector<PageLine> life_list(LifePath const& path, Frame const& frame);
// Whether the axis fits.
[[nodiscard]] bool fits_axis(LifePath const& path, int width, Frame const& frame);

}  // namespace lastack::ui::tui
