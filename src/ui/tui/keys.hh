// The one table of keys: what a key does, where, and what the help screen says of it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/phrase.hh"
#include "ui/tui/input.hh"

namespace lastack::ui::tui {

enum class Action : std::uint8_t {
  None,
  // everywhere
  Quit,
  Back,  // close what is open; else clear search, tags, filter, toggles
  Help,
  Redraw,
  Suspend,  // by the terminal itself; here for the help screen
  NextView,
  PreviousView,
  View1,  // endpoints
  View2,  // processes
  View3,  // listeners
  View4,  // transitions
  View5,  // diagram
  View6,  // recently closed
  View7,  // findings
  // movement
  Up,
  Down,
  PageUp,
  PageDown,
  First,
  Last,
  ScrollLeft,
  ScrollRight,
  // finding
  Filter,
  Search,
  SearchNext,
  SearchPrevious,
  ClearFilter,
  SortMenu,
  SortReverse,
  SortNextColumn,
  Columns,  // choose, order and size
  // what is shown
  ToggleTcp,
  ToggleUdp,
  ToggleIpv4,
  ToggleIpv6,
  ToggleListening,
  ToggleConnected,
  ToggleLoopback,
  StateMenu,
  NamespaceMenu,
  ToggleNames,     // resolve host names
  ToggleServices,  // service names
  FoldTimeWait,
  Tree,
  Fold,  // open or close the group under the cursor
  // time
  Pause,
  Refresh,  // look now
  Faster,
  Slower,
  Follow,
  // one row, or the tagged ones
  Tag,
  UntagAll,
  Details,
  ContextMenu,
  Explain,
  CloseConnection,
  EndProcess,
  Probe,
  Copy,
  Export,
  // settings
  SaveView,
  LoadView,
  Settings,  // theme, saving, reset
};

enum class KeyGroup : std::uint8_t { General, Move, Find, Show, Time, Act, Settings };
inline constexpr int kKeyGroupCount = 7;
[[nodiscard]] base::Phrase title(KeyGroup group);

struct Binding {
  Action action = Action::None;
  std::array<Key, 4> keys{};  // 0: none
  KeyGroup group = KeyGroup::General;
  base::Phrase help;   // a line of the help screen
  base::Phrase label;  // a word for the bar at the bottom and for menus; empty: not there
};

[[nodiscard]] std::span<Binding const> bindings();
[[nodiscard]] Action action_of(Key key);
[[nodiscard]] Binding const* binding_of(Action action);
// "F5", "Ctrl-R", "/", "PgUp", "↑".
[[nodiscard]] std::string name_of(Key key, bool unicode);

}  // namespace lastack::ui::tui
