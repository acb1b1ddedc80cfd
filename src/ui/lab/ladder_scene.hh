// A ladder laid out for drawing: what stands where, in pixels, before anybody knows how it is
// drawn.
//
// Downward the order counts, not the time: each line of the story has rows of its own, and a long
// wait is a mark. What a host does stands beside its rail, segments stand between the rails.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/phrase.hh"
#include "lab/play/story.hh"
#include "lab/scenario/scenario.hh"

namespace lastack::ui {

// What a colour says, of a state and of a segment.
enum class LadderTone : std::uint8_t {
  Text,
  Muted,
  Waiting,  // LISTEN, TIME_WAIT: for whatever may come
  Opening,
  Open,
  Closing,
  Reset,
};

struct SceneRail {
  std::string_view name;
  std::string address;
  int x = 0;
  int left = 0;  // of the bars on it
  int right = 0;
};

// One end of a connection in one state.
struct SceneBar {
  int x = 0;  // of its middle
  int top = 0;
  int bottom = 0;
  tcp::State state = tcp::State::Closed;
};

enum class Tip : std::uint8_t { Head, Cross, None };

struct SceneArrow {
  int x1 = 0, y1 = 0;
  int x2 = 0, y2 = 0;
  LadderTone tone = LadderTone::Open;
  Tip tip = Tip::Head;
  bool forged = false;
  bool twice = false;
  std::string label;
};

enum class Kind : std::uint8_t { Call, Change, Reason };

struct SceneLine {
  int x = 0;
  int y = 0;           // of the base line
  bool right = false;  // it ends at x
  Kind kind = Kind::Call;
  std::string text{};
  tcp::State to = tcp::State::Closed;  // of a change: comes behind the text
};

struct SceneNote {
  int top = 0;
  int height = 0;
  std::vector<std::string> lines{};
};

struct SceneTime {
  int y = 0;
  std::string text{};
};

struct LadderScene {
  int width = 0;
  int top = 0;  // of the rails
  int bottom = 0;
  std::vector<SceneRail> rails;
  std::vector<SceneBar> bars;
  std::vector<SceneArrow> arrows;
  std::vector<SceneLine> lines;
  std::vector<SceneNote> notes;
  std::vector<SceneTime> times;
  std::vector<SceneTime> pauses;
};

inline constexpr int kSceneMargin = 24;
inline constexpr int kSceneTimes = 84;  // columns of the time end here
inline constexpr int kSceneBar = 16;    // width of a bar

[[nodiscard]] LadderTone tone_of(tcp::State state);

// `top`: where the rails begin.
[[nodiscard]] LadderScene ladder_scene(lab::Scenario const& scenario, lab::Story const& story,
                                       base::Language language, int top);

// The width that ladder_scene() will have.
[[nodiscard]] int ladder_scene_width(lab::Scenario const& scenario, lab::Story const& story);

}  // namespace lastack::ui
