// The part of the screen that decides which rows are shown, and how.
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.hh"
#include "filter/filter.hh"
#include "ui/tui/chooser.hh"
#include "ui/tui/input_line.hh"
#include "ui/tui/menu.hh"
#include "ui/tui/screen.hh"

namespace lastack::ui::tui {
namespace {

// From the fastest to only on demand.
constexpr std::array<std::uint32_t, 9> kPaces{100, 200, 500, 1000, 2000, 3000, 5000, 10'000, 0};
constexpr std::size_t kMostRemembered = 50;

void remember(std::vector<std::string>& history, std::string const& text) {
  if (text.empty()) return;
  std::erase(history, text);
  history.push_back(text);
  if (history.size() > kMostRemembered) history.erase(history.begin());
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string_view without_minus(std::string_view sort) {
  return sort.starts_with('-') ? sort.substr(1) : sort;
}

}  // namespace

// A filter that no longer parses (a service name that is gone) shows everything, and says so.
void Screen::configure() {
  auto filter = filter::parse(settings_.view.filter, names_);
  filter_error_ = filter ? "" : "filter: " + filter.error().message;
  endpoints_->configure(settings_.view, filter ? std::move(*filter) : filter::Filter());
  endpoints_->refresh(frame());
  dirty_ = true;
}

void Screen::apply_filter(std::string_view text) {
  settings_.view.filter = text;
  configure();
}

void Screen::set_pace(std::uint32_t milliseconds) {
  settings_.pace_ms = milliseconds;
  host_.set_pace(milliseconds);
}

void Screen::step_pace(int by) {
  auto const last = static_cast<int>(kPaces.size()) - 1;
  auto const at = std::lower_bound(kPaces.begin(), kPaces.end() - 1, settings_.pace_ms);
  int const index = settings_.pace_ms == 0 ? last : static_cast<int>(at - kPaces.begin());
  set_pace(kPaces[static_cast<std::size_t>(std::clamp(index + by, 0, last))]);
  tell(settings_.pace_ms == 0
           ? std::string(say({"only on demand: Ctrl-R", "仅按需刷新：Ctrl-R"}))
           : fmt::format(fmt::runtime(say({"every {} s", "每 {} 秒"})), settings_.pace_ms / 1000.0),
       Tone::Info);
}

void Screen::toggle(bool Toggles::* member) {
  auto& value = settings_.view.toggles.*member;
  value = !value;
  configure();
}

void Screen::group(Grouping grouping) {
  auto& now = settings_.view.grouping;
  now = now == grouping ? Grouping::None : grouping;
  configure();
}

// The same column again turns the order round.
void Screen::sort_by(std::string_view column) {
  if (column == kTimeInState) {
    return tell(
        say({"rows cannot be sorted by the time in their state", "不能按处于该状态的时间排序"}),
        Tone::Info);
  }
  auto& sort = settings_.view.sort;
  bool const same = without_minus(sort) == column;
  bool const turns = same && !sort.starts_with('-');
  sort = turns ? "-" + std::string(column) : std::string(column);
  configure();
}

void Screen::sort_by_next() {
  auto const& choices =
      settings_.view.columns.empty() ? default_column_choices() : settings_.view.columns;
  auto const now =
      std::ranges::find(choices, without_minus(settings_.view.sort), &ColumnChoice::id);
  auto next = now == choices.end() ? choices.begin() : now + 1;
  while (next != choices.end() && next->id == kTimeInState) ++next;
  if (next == choices.end()) {
    settings_.view.sort.clear();  // the default order comes after the last column
    return configure();
  }
  sort_by(next->id);
}

void Screen::search_on(bool backwards) {
  if (needle_.empty()) return open_search();
  followed_ = 0;
  if (!view().search(frame(), backwards, false)) tell(say({"not found", "未找到"}), Tone::Info);
}

// What the cursor stands for in another view becomes the filter of the first.
void Screen::drill_down() {
  auto const filter = view().drill_down();
  if (filter.empty()) return;
  remember(filters_, settings_.view.filter);
  apply_filter(filter);
  show_view(0);
}

bool Screen::act_on_list(Action action) {
  struct Toggle {
    Action action;
    bool Toggles::* member;
  };
  constexpr std::array kToggles{
      Toggle{Action::ToggleTcp, &Toggles::tcp},
      Toggle{Action::ToggleUdp, &Toggles::udp},
      Toggle{Action::ToggleIpv4, &Toggles::ipv4},
      Toggle{Action::ToggleIpv6, &Toggles::ipv6},
      Toggle{Action::ToggleListening, &Toggles::listening},
      Toggle{Action::ToggleConnected, &Toggles::connected},
      Toggle{Action::ToggleLoopback, &Toggles::loopback},
  };
  constexpr std::array kOfList{Action::FoldTimeWait, Action::Tree,     Action::Filter,
                               Action::ClearFilter,  Action::SortMenu, Action::SortNextColumn,
                               Action::SortReverse,  Action::Columns,  Action::StateMenu,
                               Action::NamespaceMenu};
  auto const known = std::ranges::find(kToggles, action, &Toggle::action);
  bool const of_list =
      known != kToggles.end() || std::ranges::find(kOfList, action) != kOfList.end();
  if (of_list && (view_ != 0 || shows_details_)) show_view(0);  // what it does is to be seen
  if (known != kToggles.end()) return toggle(known->member), true;
  switch (action) {
    case Action::FoldTimeWait: group(Grouping::FoldTimeWait); return true;
    case Action::Tree: group(Grouping::ByProcess); return true;
    case Action::Filter: open_filter(); return true;
    case Action::ClearFilter: apply_filter(""); return true;
    case Action::Search: open_search(); return true;
    case Action::SearchNext: search_on(false); return true;
    case Action::SearchPrevious: search_on(true); return true;
    case Action::SortMenu: open_sort_menu(); return true;
    case Action::SortNextColumn: sort_by_next(); return true;
    case Action::SortReverse:
      if (settings_.view.sort.empty()) {
        tell(say({"the usual order has no reverse; s sorts by a column",
                  "默认顺序不能反转；按 s 选择排序列"}),
             Tone::Info);
      } else {
        sort_by(std::string(without_minus(settings_.view.sort)));
      }
      return true;
    case Action::Columns: open_columns(); return true;
    case Action::StateMenu: open_states(); return true;
    case Action::NamespaceMenu: open_namespaces(); return true;
    case Action::ToggleNames:
    case Action::ToggleServices: {
      auto& setting =
          action == Action::ToggleNames ? settings_.resolve_hosts : settings_.service_names;
      setting = !setting;
      host_.resolve_names(settings_.resolve_hosts, settings_.service_names);
      return true;
    }
    case Action::Pause: paused_ = !paused_; return true;
    case Action::Refresh:
      paused_ = false;  // else it would not be seen
      host_.refresh();
      return true;
    case Action::Faster: step_pace(-1); return true;
    case Action::Slower: step_pace(1); return true;
    case Action::SaveView: open_save_view(); return true;
    case Action::LoadView: open_load_view(); return true;
    case Action::Settings: open_settings(); return true;
    default: return false;
  }
}

// Applied while it is typed; what does not parse yet leaves the list as it is.
void Screen::open_filter() {
  auto const before = settings_.view.filter;
  push(std::make_unique<InputLine>(InputLine::Options{
                                       .title = {"Filter", "过滤"},
                                       .text = before,
                                       .history = filters_,
                                       .changed =
                                           [this](std::string const& text) {
                                             auto const filter = filter::parse(text, names_);
                                             if (!filter) return filter.error().message;
                                             apply_filter(text);
                                             return std::string();
                                           },
                                       .accept =
                                           [this](std::string const& text) {
                                             if (!filter::parse(text, names_)) return false;
                                             remember(filters_, text);
                                             apply_filter(text);
                                             show_view(0);
                                             return true;
                                           },
                                       .cancel = [this, before] { apply_filter(before); },
                                   },
                                   style()));
}

void Screen::open_search() {
  auto const before = needle_;
  push(std::make_unique<InputLine>(
      InputLine::Options{
          .title = {"Search", "搜索"},
          .text = "",
          .history = searches_,
          .changed =
              [this](std::string const& text) {
                needle_ = text;
                followed_ = 0;
                bool const found = text.empty() || view().search(frame(), false, true);
                return std::string(found ? "" : say({"not found", "未找到"}));
              },
          .accept =
              [this](std::string const& text) {
                needle_ = text;
                remember(searches_, text);
                return true;
              },
          .cancel = [this, before] { needle_ = before; },
      },
      style()));
}

void Screen::open_sort_menu() {
  std::vector<MenuItem> items;
  items.push_back({.label = std::string(say({"the usual order: by process", "默认顺序：按进程"})),
                   .key = {},
                   .run =
                       [this] {
                         settings_.view.sort.clear();
                         configure();
                       },
                   .why_not = {}});
  auto const& choices =
      settings_.view.columns.empty() ? default_column_choices() : settings_.view.columns;
  for (auto const& choice : choices) {
    if (choice.id == kTimeInState) continue;
    bool const now = without_minus(settings_.view.sort) == choice.id;
    items.push_back({.label = upper(choice.id),
                     .key = now ? (settings_.view.sort.starts_with('-') ? "v" : "^") : "",
                     .run = [this, id = choice.id] { sort_by(id); },
                     .why_not = {}});
  }
  push(std::make_unique<Menu>(std::string(say({"Sort by", "排序方式"})), std::move(items),
                              std::nullopt, style()));
}

// Those that are shown first, in their order; then all others.
void Screen::open_columns() {
  auto const shown =
      settings_.view.columns.empty() ? default_column_choices() : settings_.view.columns;
  std::vector<Choice> choices;
  choices.reserve(shown.size());
  for (auto const& choice : shown) {
    choices.push_back(
        {.id = choice.id, .label = upper(choice.id), .on = true, .width = choice.width});
  }
  auto const add = [&](std::string_view id) {
    if (std::ranges::find(shown, id, &ColumnChoice::id) != shown.end()) return;
    choices.push_back({.id = std::string(id), .label = upper(id), .on = false, .width = 0});
  };
  for (auto const& column : all_columns()) add(column.id);
  add(kTimeInState);
  push(std::make_unique<Chooser>(Chooser::Options{.title = std::string(say({"Columns", "列"})),
                                                  .choices = std::move(choices),
                                                  .can_order = true,
                                                  .can_size = true,
                                                  .only_one = false,
                                                  .accept =
                                                      [this](std::vector<Choice> const& chosen) {
                                                        auto& columns = settings_.view.columns;
                                                        columns.clear();
                                                        for (auto const& each : chosen) {
                                                          if (each.on)
                                                            columns.push_back(
                                                                {each.id, each.width});
                                                        }
                                                        if (columns == default_column_choices())
                                                          columns.clear();
                                                        configure();
                                                      }},
                                 style()));
}

void Screen::open_states() {
  std::array<std::size_t, model::kSocketStateCount> counts{};
  for (Slot slot = 0; slot < store_.slot_count(); ++slot) {
    if (!store_.is_used(slot) || store_.extra(slot).mark == Mark::Gone) continue;
    ++counts[static_cast<std::size_t>(store_.endpoint(slot).state)];
  }
  std::vector<Choice> choices;
  for (std::size_t i = 0; i < model::kSocketStateCount; ++i) {
    auto const state = static_cast<model::SocketState>(i);
    bool const on = (settings_.view.toggles.states & model::mask_of(state)) != 0;
    choices.push_back({.id = std::to_string(i),
                       .label = fmt::format("{:<14} {}", model::name(state), counts[i]),
                       .on = on,
                       .width = 0});
  }
  push(std::make_unique<Chooser>(
      Chooser::Options{.title = std::string(say({"States", "状态"})),
                       .choices = std::move(choices),
                       .can_order = false,
                       .can_size = false,
                       .only_one = false,
                       .accept =
                           [this](std::vector<Choice> const& chosen) {
                             model::SocketStateMask states = 0;
                             for (std::size_t i = 0; i < chosen.size(); ++i) {
                               if (chosen[i].on) {
                                 states |= model::mask_of(static_cast<model::SocketState>(i));
                               }
                             }
                             settings_.view.toggles.states = states;
                             configure();
                           }},
      style()));
}

// By the filter, so that it is seen and remembered like any other.
void Screen::open_namespaces() {
  std::vector<MenuItem> items;
  items.push_back({.label = std::string(say({"all", "全部"})),
                   .key = {},
                   .run = [this] { apply_filter(""); },
                   .why_not = {}});
  for (auto const& netns : store_.snapshot().namespaces) {
    items.push_back(
        {.label = base::printable(netns.label),
         .key = fmt::format("{}", netns.inode),
         .run = [this, inode = netns.inode] { apply_filter(fmt::format("netns = {}", inode)); },
         .why_not = {}});
  }
  push(std::make_unique<Menu>(std::string(say({"Network namespace", "网络命名空间"})),
                              std::move(items), std::nullopt, style()));
}

void Screen::save_settings() {
  if (auto const saved = host_.save(settings_); !saved) {
    tell(saved.error().message, Tone::Bad);
  } else {
    tell(say({"saved", "已保存"}), Tone::Good);
  }
}

void Screen::open_save_view() {
  push(std::make_unique<InputLine>(
      InputLine::Options{.title = {"Save this view as", "将此视图保存为"},
                         .text = {},
                         .history = {},
                         .changed = [](std::string const&) { return std::string(); },
                         .accept =
                             [this](std::string const& name) {
                               if (name.empty()) return false;
                               settings_.saved[name] = settings_.view;
                               save_settings();
                               return true;
                             },
                         .cancel = [] {}},
      style()));
}

void Screen::open_load_view() {
  if (settings_.saved.empty()) {
    return tell(say({"no view is saved yet: v saves this one", "尚未保存视图：v 保存当前视图"}),
                Tone::Info);
  }
  std::vector<MenuItem> items;
  items.reserve(settings_.saved.size());
  for (auto const& [name, saved] : settings_.saved) {
    items.push_back({.label = base::printable(name),
                     .key = base::printable(saved.filter),
                     .run =
                         [this, view = saved] {
                           settings_.view = view;
                           configure();
                           show_view(0);
                         },
                     .why_not = {}});
  }
  push(std::make_unique<Menu>(std::string(say({"Saved views", "已保存的视图"})), std::move(items),
                              std::nullopt, style()));
}

void Screen::open_settings() {
  struct Theme {
    ThemeChoice choice;
    base::Phrase name;
  };
  constexpr std::array kThemes{
      Theme{ThemeChoice::Auto, {"colours: as the terminal is", "颜色：随终端"}},
      Theme{ThemeChoice::Dark, {"colours: dark", "颜色：深色"}},
      Theme{ThemeChoice::Light, {"colours: light", "颜色：浅色"}},
      Theme{ThemeChoice::Mono, {"no colours", "无颜色"}},
  };
  std::vector<MenuItem> items;
  items.reserve(kThemes.size() + 3);
  for (auto const& theme : kThemes) {
    items.push_back({.label = std::string(say(theme.name)),
                     .key = settings_.theme == theme.choice ? "*" : "",
                     .run =
                         [this, choice = theme.choice] {
                           settings_.theme = choice;
                           host_.set_theme(choice);
                         },
                     .why_not = {}});
  }
  items.push_back({.label = {}, .key = {}, .run = {}, .why_not = {}, .separator = true});
  items.push_back({.label = std::string(say({"save settings now", "立即保存设置"})),
                   .key = {},
                   .run = [this] { save_settings(); },
                   .why_not = {}});
  items.push_back(
      {.label = std::string(say({"reset everything but saved views", "重置（保留已保存的视图）"})),
       .key = {},
       .run =
           [this] {
             auto saved = std::move(settings_.saved);
             settings_ = Settings();
             settings_.saved = std::move(saved);
             host_.set_pace(settings_.pace_ms);
             host_.set_theme(settings_.theme);
             host_.resolve_names(false, false);
             store_.set_flash(std::uint64_t{settings_.flash_ms} * 1'000'000);
             configure();
           },
       .why_not = {}});
  push(std::make_unique<Menu>(std::string(say({"Settings", "设置"})), std::move(items),
                              std::nullopt, style()));
}

}  // namespace lastack::ui::tui
