// The live screen without its terminal: keys, the mouse, updates and time go in, a canvas comes
// out. Everything that reaches outside goes through the Host.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "filter/name_lookup.hh"
#include "model/tcp_settings.hh"
#include "ui/tui/details.hh"
#include "ui/tui/dialog_style.hh"
#include "ui/tui/endpoints_view.hh"
#include "ui/tui/host.hh"
#include "ui/tui/overlay.hh"
#include "ui/tui/pager.hh"
#include "ui/tui/settings.hh"
#include "ui/tui/store.hh"
#include "ui/tui/view.hh"

namespace lastack::ui::tui {

struct ScreenTraits {
  base::Language language = base::Language::English;
  bool unicode = true;
  model::TcpSettings tcp_settings{};  // of the namespace that lastack runs in
};

// How grave what is told is.
enum class Tone : std::uint8_t { Info, Good, Warning, Bad };

class Screen {
 public:
  // All must outlive it.
  Screen(Settings settings, ScreenTraits const& traits, filter::NameLookup const& names,
         Host& host);
  Screen(Screen const&) = delete;
  Screen& operator=(Screen const&) = delete;
  ~Screen();

  void update(Update&& update);
  // Time passes: marks fade, messages go. `now_ns`: CLOCK_MONOTONIC.
  void tick(std::uint64_t now_ns);
  void key(Key key);
  void mouse(Mouse const& mouse);
  // Goes where text is typed; elsewhere nothing happens. Any bytes.
  void paste(std::string_view text);

  // True: something may look different from the last draw().
  [[nodiscard]] bool is_dirty() const { return dirty_; }
  void draw(Canvas& canvas);
  void redraw() { dirty_ = true; }

  [[nodiscard]] bool wants_to_quit() const { return quits_; }
  // Since this was last asked a question came up whose answer cannot be taken back: what has been
  // typed before is to be dropped.
  [[nodiscard]] bool drops_typed() { return std::exchange(asks_, false); }
  // No updates are wanted, and time stands still.
  [[nodiscard]] bool is_paused() const { return paused_; }
  [[nodiscard]] Settings const& settings() const { return settings_; }

  // A line at the bottom, for some seconds. Any bytes.
  void tell(std::string_view text, Tone tone);
  // Lines (printable) of something that was begun, a probe or closing: its window goes on.
  void show_job(std::vector<std::string> const& lines);
  // That process did not end on what was sent: whether to use force.
  void ask_to_kill(std::uint64_t handle, std::string_view name);
  // Names that were looked up. They must outlive it.
  void set_naming(Naming naming);

  // For tests.
  [[nodiscard]] EndpointsView const& endpoints() const { return *endpoints_; }
  [[nodiscard]] Store const& store() const { return store_; }

 private:
  struct Message {
    std::string text;
    Tone tone = Tone::Info;
    std::uint64_t until_ns = 0;
  };

  // screen.cc: what comes in, and where it goes
  [[nodiscard]] Frame frame() const;
  [[nodiscard]] View& view() const;
  [[nodiscard]] std::string_view say(base::Phrase const& phrase) const {
    return phrase.in(traits_.language);
  }
  [[nodiscard]] DialogStyle style() const {
    return {.language = traits_.language, .unicode = traits_.unicode};
  }
  void act(Action action);
  void go_back();
  void show_view(std::size_t index);
  void click(Mouse const& mouse);
  void push(std::unique_ptr<Overlay> overlay);
  template <typename Handle>
  void to_overlay(Handle const& handle);
  void watch_visible();
  void follow();
  void draw_bottom(Canvas& canvas, Rect const& area);
  static void draw_message(Canvas& canvas, Rect const& area, Message const& message);
  [[nodiscard]] std::string toggled() const;

  // screen_list.cc: which rows are shown, and how
  bool act_on_list(Action action);
  void configure();
  void apply_filter(std::string_view text);
  void set_pace(std::uint32_t milliseconds);
  void step_pace(int by);
  void toggle(bool Toggles::* member);
  void group(Grouping grouping);
  void sort_by(std::string_view column);
  void sort_by_next();
  void search_on(bool backwards);
  void drill_down();
  void open_filter();
  void open_search();
  void open_sort_menu();
  void open_columns();
  void open_states();
  void open_namespaces();
  void open_save_view();
  void open_load_view();
  void open_settings();
  void save_settings();

  // screen_rows.cc: what is done with rows
  bool act_on_rows(Action action);
  [[nodiscard]] std::vector<Slot> chosen() const;  // the tagged rows, or the one under the cursor
  [[nodiscard]] SocketId id_of(Slot slot) const;
  void tag();
  void toggle_follow();
  void open_details();
  void show_closed(ClosedLife const& life);
  void open_finding(model::Finding const& finding);
  void close_details();
  [[nodiscard]] ClosedLife const* closed_life(std::uint64_t cookie) const;
  void complete_details();
  void open_explanation();
  [[nodiscard]] std::uint64_t selected_row() const;  // its name; 0: none
  void open_context_menu(std::optional<std::pair<int, int>> at);
  void ask_to_close();
  void ask_to_end();
  void add_sockets(std::uint32_t pid, std::vector<std::string>& lines) const;
  void end_with(EndPreview const& preview);
  void open_probe();
  void open_job(std::string title);
  void copy_row();
  void open_export();
  void export_to(std::string const& path);

  Settings settings_;
  ScreenTraits traits_;
  filter::NameLookup const& names_;
  Host& host_;
  Store store_;
  std::unique_ptr<EndpointsView> endpoints_;
  std::vector<std::unique_ptr<View>> others_;
  std::vector<View*> views_;
  std::size_t view_ = 0;
  std::vector<std::unique_ptr<Overlay>> overlays_;
  Details details_;
  bool shows_details_ = false;
  std::uint64_t details_cookie_ = 0;  // of the row shown; 0: its whole life is known
  bool asks_ = false;  // a question has come up that must not be answered by what was typed before
  Pager* job_ = nullptr;  // among the overlays
  std::string needle_;
  std::vector<std::string> filters_;  // typed so far
  std::vector<std::string> searches_;
  std::string filter_error_;  // of the filter in the settings
  std::optional<Message> message_;
  Naming naming_;
  Rect body_;
  std::uint64_t now_ns_ = 0;
  std::uint64_t followed_ = 0;    // cookie of the row that the cursor stays with; 0: none
  Slot followed_slot_ = kNoSlot;  // where it was last
  bool paused_ = false;
  bool quits_ = false;
  bool dirty_ = true;
};

}  // namespace lastack::ui::tui
