#include "app/screen_settings.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/own_files.hh"
#include "app/toml.hh"
#include "base/text.hh"
#include "filter/states.hh"
#include "ui/columns/selection.hh"
#include "ui/tui/endpoints_view.hh"

namespace lastack::app {
namespace {

using ui::tui::Grouping;
using ui::tui::Settings;
using ui::tui::ThemeChoice;
using ui::tui::Toggles;
using ui::tui::ViewSettings;

template <typename Value>
struct Word {
  std::string_view word;
  Value value;
};

constexpr std::array kGroupings{Word{"none", Grouping::None},
                                Word{"time-wait", Grouping::FoldTimeWait},
                                Word{"process", Grouping::ByProcess}};
constexpr std::array kThemes{Word{"auto", ThemeChoice::Auto}, Word{"dark", ThemeChoice::Dark},
                             Word{"light", ThemeChoice::Light}, Word{"mono", ThemeChoice::Mono}};

struct Switch {
  std::string_view key;
  bool Toggles::* member;
};
constexpr std::array kSwitches{
    Switch{"tcp", &Toggles::tcp},
    Switch{"udp", &Toggles::udp},
    Switch{"ipv4", &Toggles::ipv4},
    Switch{"ipv6", &Toggles::ipv6},
    Switch{"listening", &Toggles::listening},
    Switch{"connected", &Toggles::connected},
    Switch{"loopback", &Toggles::loopback},
};

constexpr std::uint32_t kMostFlashMs = 60'000;
constexpr int kWidestColumn = 500;

template <typename Words>
std::string_view word_of(Words const& words, auto value) {
  for (auto const& each : words) {
    if (each.value == value) return each.word;
  }
  return words.front().word;
}

// Reads one table and remembers which of its keys were known.
class Reader {
 public:
  Reader(toml::table const& table, std::string where, std::vector<std::string>& problems)
      : table_(table), where_(std::move(where)), problems_(problems) {}

  void flag(std::string_view key, bool& value) {
    if (auto const* node = find(key)) {
      auto const read = node->value_exact<bool>();
      read ? void(value = *read) : wrong(key, "true or false");
    }
  }
  void text(std::string_view key, std::string& value) {
    if (auto const* node = find(key)) {
      auto const read = node->value_exact<std::string>();
      read ? void(value = *read) : wrong(key, "a text in quotes");
    }
  }
  void number(std::string_view key, std::uint32_t& value, std::uint32_t least, std::uint32_t most,
              bool or_zero) {
    auto const* node = find(key);
    if (node == nullptr) return;
    auto const read = node->value_exact<std::int64_t>();
    bool const good = read && ((*read >= least && *read <= most) || (or_zero && *read == 0));
    good
        ? void(value = static_cast<std::uint32_t>(*read))
        : wrong(key, fmt::format("a number from {} to {}{}", least, most, or_zero ? ", or 0" : ""));
  }
  template <typename Words, typename Value>
  void word(std::string_view key, Words const& words, Value& value) {
    auto const* node = find(key);
    if (node == nullptr) return;
    auto const read = node->value_exact<std::string>();
    for (auto const& each : words) {
      if (read && each.word == *read) return void(value = each.value);
    }
    std::vector<std::string_view> accepted;
    accepted.reserve(words.size());
    for (auto const& each : words) accepted.push_back(each.word);
    wrong(key, fmt::format("one of {}", fmt::join(accepted, ", ")));
  }
  // Calls visit(text) for each element; false from it: the element is wrong.
  template <typename Visit>
  void texts(std::string_view key, std::string_view accepted, Visit const& visit) {
    auto const* node = find(key);
    if (node == nullptr) return;
    auto const* array = node->as_array();
    if (array == nullptr) return wrong(key, fmt::format("a list of {}", accepted));
    for (auto const& element : *array) {
      auto const read = element.value_exact<std::string>();
      if (!read || !visit(*read)) wrong(key, fmt::format("a list of {}", accepted));
    }
  }
  [[nodiscard]] toml::table const* table(std::string_view key) {
    auto const* node = find(key);
    if (node == nullptr) return nullptr;
    if (!node->is_table()) wrong(key, fmt::format("a table [{}]", key));
    return node->as_table();
  }
  void wrong(std::string_view key, std::string_view accepted) {
    problems_.push_back(fmt::format("{}{} is not {}", where_, base::printable(key), accepted));
  }
  // What nobody asked for.
  void finish() {
    for (auto const& [key, value] : table_) {
      if (std::ranges::find(known_, key.str()) != known_.end()) continue;
      problems_.push_back(fmt::format("{}{} is no setting", where_, base::printable(key.str())));
    }
  }

 private:
  toml::node const* find(std::string_view key) {
    known_.emplace_back(key);
    return table_.get(key);
  }

  toml::table const& table_;
  std::string where_;
  std::vector<std::string>& problems_;
  std::vector<std::string> known_;
};

// "process" or "process:20".
bool read_column(std::string const& text, std::vector<ui::tui::ColumnChoice>& columns) {
  auto const colon = text.find(':');
  auto const name = text.substr(0, colon);
  auto const* column = ui::find_column(name);
  if (column == nullptr && name != ui::tui::kTimeInState) return false;
  int width = 0;
  if (colon != std::string::npos) {
    auto const digits = text.substr(colon + 1);
    auto const [stop, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), width);
    bool const good = problem == std::errc() && stop == digits.data() + digits.size() &&
                      width > 0 && width <= kWidestColumn;
    if (!good) return false;
  }
  columns.push_back({column == nullptr ? name : std::string(column->id), width});
  return true;
}

// A group of states as in filters; but a name that is a state's own means that one alone.
std::optional<model::SocketStateMask> read_states(std::string_view text) {
  for (std::size_t i = 0; i < model::kSocketStateCount; ++i) {
    auto const state = static_cast<model::SocketState>(i);
    if (base::equals_ignoring_case(model::name(state), text)) return model::mask_of(state);
  }
  return filter::states_named(text);
}

void read_view(toml::table const& table, std::string const& where, ViewSettings& view,
               std::vector<std::string>& problems) {
  Reader reader(table, where, problems);
  reader.text("filter", view.filter);
  reader.text("sort", view.sort);
  if (auto const sort = ui::parse_sort(view.sort); !view.sort.empty() && !sort) {
    problems.push_back(where + "sort: " + sort.error().message);
    view.sort.clear();
  }
  reader.word("grouping", kGroupings, view.grouping);
  reader.texts("columns", "columns, like \"process\" or \"process:20\"",
               [&](std::string const& text) { return read_column(text, view.columns); });
  for (auto const& each : kSwitches) reader.flag(each.key, view.toggles.*each.member);
  model::SocketStateMask states = 0;
  reader.texts("states", "states, like \"ESTABLISHED\"", [&](std::string const& text) {
    auto const named = read_states(text);
    if (named) states |= *named;
    return named.has_value();
  });
  if (states != 0) view.toggles.states = states;
  reader.finish();
}

toml::table view_table(ViewSettings const& view) {
  toml::table table;
  table.insert("filter", view.filter);
  table.insert("sort", view.sort);
  table.insert("grouping", word_of(kGroupings, view.grouping));
  if (!view.columns.empty()) {
    toml::array columns;
    for (auto const& column : view.columns) {
      columns.push_back(column.width == 0 ? column.id
                                          : fmt::format("{}:{}", column.id, column.width));
    }
    table.insert("columns", std::move(columns));
  }
  for (auto const& each : kSwitches) table.insert(each.key, view.toggles.*each.member);
  if (view.toggles.states != model::kAllSocketStates) {
    toml::array states;
    for (std::size_t i = 0; i < model::kSocketStateCount; ++i) {
      auto const state = static_cast<model::SocketState>(i);
      if ((view.toggles.states & model::mask_of(state)) != 0) states.push_back(model::name(state));
    }
    table.insert("states", std::move(states));
  }
  return table;
}

ReadSettings from_table(toml::table const& table) {
  ReadSettings out;
  auto& settings = out.settings;
  Reader reader(table, "", out.problems);
  reader.number("pace_ms", settings.pace_ms, ui::tui::kFastestPaceMs, ui::tui::kSlowestPaceMs,
                true);
  reader.number("flash_ms", settings.flash_ms, 1, kMostFlashMs, true);
  reader.word("theme", kThemes, settings.theme);
  reader.flag("resolve_hosts", settings.resolve_hosts);
  reader.flag("service_names", settings.service_names);
  reader.flag("mouse", settings.mouse);
  if (auto const* view = reader.table("view")) {
    read_view(*view, "view.", settings.view, out.problems);
  }
  if (auto const* saved = reader.table("saved")) {
    for (auto const& [name, node] : *saved) {
      auto const where = "saved." + base::printable(name.str()) + ".";
      if (auto const* view = node.as_table()) {
        read_view(*view, where, settings.saved[std::string(name.str())], out.problems);
      } else {
        out.problems.push_back(where + " is no table");
      }
    }
  }
  reader.finish();
  return out;
}

}  // namespace

std::string settings_path() { return config_path("config.toml"); }

ReadSettings parse_settings(std::string_view text) {
  auto const parsed = toml::parse(text);
  if (parsed) return from_table(parsed.table());
  auto const& error = parsed.error();
  return {{},
          {fmt::format("line {}, column {}: {}", error.source().begin.line,
                       error.source().begin.column, base::printable(error.description()))}};
}

std::string settings_text(Settings const& settings) {
  toml::table table;
  table.insert("pace_ms", static_cast<std::int64_t>(settings.pace_ms));
  table.insert("flash_ms", static_cast<std::int64_t>(settings.flash_ms));
  table.insert("theme", word_of(kThemes, settings.theme));
  table.insert("resolve_hosts", settings.resolve_hosts);
  table.insert("service_names", settings.service_names);
  table.insert("mouse", settings.mouse);
  table.insert("view", view_table(settings.view));
  toml::table saved;
  for (auto const& [name, view] : settings.saved) saved.insert(name, view_table(view));
  if (!saved.empty()) table.insert("saved", std::move(saved));
  std::ostringstream out;
  out << "# Settings of lastack's live screen. It writes this file itself: comments do not stay.\n"
      << toml::toml_formatter(table) << '\n';
  return out.str();
}

base::Result<ReadSettings> read_settings(std::string const& path) {
  if (path.empty()) return ReadSettings();
  auto const text = read_own_file(path);
  if (!text) return std::unexpected(text.error());
  auto const& content = *text;
  if (!content) return ReadSettings();
  auto read = parse_settings(*content);
  for (auto& problem : read.problems) problem.insert(0, base::printable(path) + ": ");
  return read;
}

base::Result<void> write_settings(std::string const& path, Settings const& settings) {
  if (path.empty())
    return base::fail("neither XDG_CONFIG_HOME nor HOME names a place for settings");
  return write_own_file(path, settings_text(settings));
}

}  // namespace lastack::app
