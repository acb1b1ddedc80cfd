// What the screen remembers from one time to the next. A plain value; app/ reads and writes it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/phrase.hh"
#include "ui/tui/line.hh"
#include "ui/tui/toggles.hh"

namespace lastack::ui::tui {

enum class ThemeChoice : std::uint8_t { Auto, Dark, Light, Mono };

struct ColumnChoice {
  std::string id;  // as in --columns
  int width = 0;   // 0: as wide as needed

  bool operator==(ColumnChoice const&) const = default;
};

// What is shown and how: saved under a name, too.
struct ViewSettings {
  std::string filter;
  std::vector<ColumnChoice> columns;  // none: the default ones
  std::string sort;                   // as in --sort; "": the default order
  Toggles toggles;
  Grouping grouping = Grouping::None;

  bool operator==(ViewSettings const&) const = default;
};

struct Settings {
  ViewSettings view;
  std::map<std::string, ViewSettings> saved;  // by name
  std::uint32_t pace_ms = 1000;               // 100 to 10,000; 0: only on demand
  std::uint32_t flash_ms = 2000;
  ThemeChoice theme = ThemeChoice::Auto;
  bool resolve_hosts = false;
  bool service_names = false;
  bool mouse = true;

  bool operator==(Settings const&) const = default;
};

inline constexpr std::uint32_t kFastestPaceMs = 100;
inline constexpr std::uint32_t kSlowestPaceMs = 10'000;

}  // namespace lastack::ui::tui
