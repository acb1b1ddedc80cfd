#include "ui/tui/screen.hh"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hh"
#include "ui/explain/page.hh"
#include "ui/tui/closed_view.hh"
#include "ui/tui/diagram_view.hh"
#include "ui/tui/findings_view.hh"
#include "ui/tui/header.hh"
#include "ui/tui/help.hh"
#include "ui/tui/listeners_view.hh"
#include "ui/tui/processes_view.hh"
#include "ui/tui/status_bar.hh"
#include "ui/tui/stream_view.hh"

namespace lastack::ui::tui {
namespace {

constexpr std::uint64_t kMessageNs = 6'000'000'000;
constexpr std::uint64_t kWarningNs = 15'000'000'000;
constexpr int kRoomForKeys = 12;  // lines of a screen that also has a line of keys

Ink ink_of(Tone tone) {
  constexpr std::array kInks{Ink::Plain, Ink::Good, Ink::Warning, Ink::Bad};
  return kInks[static_cast<std::size_t>(tone)];
}

std::uint64_t length_of(Tone tone) { return tone >= Tone::Warning ? kWarningNs : kMessageNs; }

// "F1 Help  F4 Filter …": the keys that have a word for it, as far as there is room.
void draw_keys(Canvas& canvas, Rect const& area, Frame const& frame) {
  Style const bar{.ground = Ground::Bar};
  canvas.fill(area, bar);
  int x = area.x + 1;
  for (auto const& binding : bindings()) {
    if (binding.label.empty()) continue;
    auto const key = name_of(binding.keys[0], frame.unicode);
    auto const label = binding.label.in(frame.language);
    int const width = static_cast<int>(base::display_width(key) + base::display_width(label)) + 3;
    if (x + width > area.x + area.width) return;
    x += canvas.put(x, area.y, key, {.ink = Ink::Accent, .ground = Ground::Bar, .bold = true});
    x += canvas.put(x, area.y, " ", bar);
    x += canvas.put(x, area.y, label, bar) + 2;
  }
}

}  // namespace

Screen::Screen(Settings settings, ScreenTraits const& traits, filter::NameLookup const& names,
               Host& host)
    : settings_(std::move(settings)),
      traits_(traits),
      names_(names),
      host_(host),
      endpoints_(std::make_unique<EndpointsView>(store_)) {
  others_.push_back(std::make_unique<ProcessesView>());
  others_.push_back(std::make_unique<ListenersView>());
  others_.push_back(std::make_unique<StreamView>());
  others_.push_back(std::make_unique<DiagramView>());
  others_.push_back(std::make_unique<ClosedView>());
  others_.push_back(std::make_unique<FindingsView>());
  views_.push_back(endpoints_.get());
  for (auto const& other : others_) views_.push_back(other.get());
  store_.set_flash(std::uint64_t{settings_.flash_ms} * 1'000'000);
  host_.set_pace(settings_.pace_ms);
  host_.resolve_names(settings_.resolve_hosts, settings_.service_names);
  configure();
}

Screen::~Screen() = default;

Frame Screen::frame() const {
  return {.store = store_,
          .settings = settings_,
          .language = traits_.language,
          .unicode = traits_.unicode,
          .naming = naming_,
          .needle = needle_};
}

View& Screen::view() const {
  if (shows_details_) return const_cast<Details&>(details_);
  return *views_[view_];
}

void Screen::update(Update&& update) {
  dirty_ = true;
  if (update.life) details_.set_life(update.life->life);
  for (auto const& reading : update.readings) details_.add_reading(reading, update.now_ns);
  store_.apply(std::move(update));
  endpoints_->changed(store_.take_changes());
  details_.set_settings({store_.snapshot().namespaces.size(), traits_.tcp_settings});
  endpoints_->refresh(frame());
  view().refresh(frame());
  if (shows_details_ && details_.is_gone()) complete_details();
  follow();
}

void Screen::tick(std::uint64_t now_ns) {
  now_ns_ = now_ns;
  if (message_ && message_->until_ns == 0) message_->until_ns = now_ns + length_of(message_->tone);
  if (message_ && now_ns >= message_->until_ns) {
    message_.reset();
    dirty_ = true;
  }
  if (paused_) return;
  auto const before = store_.version();
  store_.expire(now_ns);
  if (store_.version() == before) return;
  endpoints_->changed(store_.take_changes());
  endpoints_->refresh(frame());
  view().refresh(frame());
  dirty_ = true;
}

// The cursor stays with the row that is followed, wherever the order puts it.
void Screen::follow() {
  if (followed_ == 0) return;
  bool const is_there = store_.is_used(followed_slot_) &&
                        store_.extra(followed_slot_).mark != Mark::Gone &&
                        store_.endpoint(followed_slot_).cookie == followed_;
  if (!is_there) followed_slot_ = store_.find(followed_);
  if (followed_slot_ != kNoSlot && endpoints_->move_to(followed_slot_)) return;
  followed_ = 0;
  tell(say({"the row that was followed is gone or not shown", "跟随的行已消失或未显示"}),
       Tone::Info);
}

void Screen::tell(std::string_view text, Tone tone) {
  std::string printable;
  base::append_message(printable, text);
  // What comes while a warning is up is put behind it, so that neither is lost.
  bool const waits = message_ && message_->tone >= Tone::Warning && tone >= Tone::Warning;
  if (waits) printable = message_->text + "; " + printable;
  message_ = Message{std::move(printable), tone, now_ns_ == 0 ? 0 : now_ns_ + length_of(tone)};
  dirty_ = true;
}

void Screen::set_naming(Naming naming) {
  naming_ = naming;
  endpoints_->set_naming(naming);
  endpoints_->refresh(frame());
  dirty_ = true;
}

void Screen::push(std::unique_ptr<Overlay> overlay) {
  overlays_.push_back(std::move(overlay));
  dirty_ = true;
}

// The one on top gets it first. It may open another one, so it is looked for again.
template <typename Handle>
void Screen::to_overlay(Handle const& handle) {
  auto* const top = overlays_.back().get();
  if (handle(*top)) return;
  if (top == job_) {
    job_ = nullptr;
    host_.cancel_jobs();
  }
  std::erase_if(overlays_, [&](auto const& each) { return each.get() == top; });
}

void Screen::key(Key key) {
  dirty_ = true;
  if (message_ && message_->tone < Tone::Warning) message_.reset();
  if (key == kEscape && overlays_.empty() && message_) return message_.reset();
  if (!overlays_.empty()) return to_overlay([&](Overlay& top) { return top.key(key); });
  act(action_of(key));
}

void Screen::paste(std::string_view text) {
  dirty_ = true;
  if (!overlays_.empty()) overlays_.back()->paste(text);
}

void Screen::mouse(Mouse const& mouse) {
  dirty_ = true;
  if (!overlays_.empty()) return to_overlay([&](Overlay& top) { return top.mouse(mouse); });
  click(mouse);
}

void Screen::click(Mouse const& mouse) {
  if (!body_.contains(mouse.x, mouse.y)) return;
  if (&view() == endpoints_.get() && mouse.button == MouseButton::Left) {
    auto const column = endpoints_->column_at(mouse.x, mouse.y);
    if (!column.empty()) return sort_by(column);
  }
  bool const hit = view().click(mouse, frame());
  if (hit && &view() == endpoints_.get()) followed_ = 0;
  if (hit && mouse.button == MouseButton::DoubleLeft) return open_details();
  if (hit && mouse.button == MouseButton::Right) open_context_menu(std::pair(mouse.x, mouse.y));
}

void Screen::show_view(std::size_t index) {
  close_details();
  view_ = index;
  view().refresh(frame());
}

void Screen::go_back() {
  if (shows_details_) return close_details();
  if (!needle_.empty()) return needle_.clear();
  if (store_.tagged_count() > 0) return store_.untag_all();
  if (view_ == 0 && !settings_.view.filter.empty()) return apply_filter("");
  if (view_ == 0 && settings_.view.toggles != Toggles()) {
    settings_.view.toggles = Toggles();
    return configure();
  }
  show_view(0);
}

void Screen::act(Action action) {
  if (action >= Action::View1 && action <= Action::View7) {
    return show_view(static_cast<std::size_t>(action) - static_cast<std::size_t>(Action::View1));
  }
  switch (action) {
    case Action::None: return;
    case Action::Quit: quits_ = true; return;
    case Action::Back: return go_back();
    case Action::Help: return push(std::make_unique<HelpPage>(style()));
    case Action::Suspend:
    case Action::Redraw: return;
    case Action::NextView: return show_view((view_ + 1) % views_.size());
    case Action::PreviousView: return show_view((view_ + views_.size() - 1) % views_.size());
    case Action::Up:
    case Action::Down:
    case Action::PageUp:
    case Action::PageDown:
    case Action::First:
    case Action::Last:
      if (&view() == endpoints_.get()) followed_ = 0;
      break;
    default: break;
  }
  // What the view itself knows better comes first: sorting its own columns, opening what it shows.
  if (view().act(action, frame())) return;
  if (act_on_list(action)) return;
  (void)act_on_rows(action);
}

// Queues, timers and tcp_info of what is on the screen are read anew for each update.
void Screen::watch_visible() {
  std::vector<SocketId> sockets;
  for (auto const slot : view().visible()) {
    if (store_.is_used(slot) && store_.extra(slot).mark != Mark::Gone) {
      sockets.push_back(id_of(slot));
    }
  }
  host_.watch_sockets(std::move(sockets));
}

void Screen::draw(Canvas& canvas) {
  dirty_ = false;
  canvas.fill(canvas.whole(), {});
  auto const now = frame();
  int const head = header_height(canvas.height());
  draw_header(canvas, {0, 0, canvas.width(), head}, now);
  int const alert = head > 0 ? draw_gravest(canvas, {0, head, canvas.width(), 1}, now) : 0;
  int const bottom = canvas.height() >= kRoomForKeys ? 2 : 1;
  int const above = head + alert;
  body_ = {0, above, canvas.width(), std::max(0, canvas.height() - above - bottom)};
  view().draw(canvas, body_, now);
  draw_bottom(canvas, {0, canvas.height() - bottom, canvas.width(), bottom});
  for (auto const& overlay : overlays_) overlay->draw(canvas);
  watch_visible();
}

// The status bar, and the keys; a message takes their place for a while.
void Screen::draw_bottom(Canvas& canvas, Rect const& area) {
  // The other views show everything.
  bool const filtered = view_ == 0 && !shows_details_;
  Status const status{.filter = filtered ? settings_.view.filter + toggled() : "",
                      .paused = paused_,
                      .matching = filtered ? endpoints_->list().matching() : store_.rows(),
                      .total = store_.rows(),
                      .tagged = store_.tagged_count(),
                      .grouping = settings_.view.grouping,
                      .message = filter_error_,
                      .is_error = !filter_error_.empty()};
  Style const named{.ink = Ink::Title, .ground = Ground::Cursor, .bold = true};
  auto const title = " " + std::string(view().title().in(traits_.language)) + " ";
  int const named_width = canvas.put(area.x, area.y, title, named, area.width);
  draw_status_bar(canvas, {area.x + named_width, area.y, area.width - named_width, 1}, status,
                  frame());
  if (message_) return draw_message(canvas, area, *message_);
  if (area.height > 1) {
    draw_keys(canvas, {area.x, area.y + area.height - 1, area.width, 1}, frame());
  }
}

// In as many lines as it takes, over what stands above.
void Screen::draw_message(Canvas& canvas, Rect const& area, Message const& message) {
  constexpr int kMostLines = 6;
  auto const lines = wrap(message.text, static_cast<std::size_t>(std::max(area.width - 2, 1)));
  int const shown = std::min({static_cast<int>(lines.size()), kMostLines, canvas.height()});
  // One line takes the place of the keys; more stand above the status bar.
  int y = shown == 1 ? area.y + area.height - 1 : std::max(0, area.y - shown);
  Style const said{.ink = ink_of(message.tone), .ground = Ground::Bar, .bold = true};
  canvas.fill({area.x, y, area.width, shown}, said);
  for (int i = 0; i < shown; ++i) {
    canvas.put(area.x + 1, y++, lines[static_cast<std::size_t>(i)], said, area.width - 1);
  }
}

// What the toggles leave out, so that no row is missing without a word.
std::string Screen::toggled() const {
  auto const& toggles = settings_.view.toggles;
  std::string out;
  auto const leaves_out = [&](bool shown, base::Phrase const& what) {
    if (shown) return;
    out += out.empty() ? "  " : " ";
    out += "-";
    out += say(what);
  };
  leaves_out(toggles.tcp, {"TCP", "TCP"});
  leaves_out(toggles.udp, {"UDP", "UDP"});
  leaves_out(toggles.ipv4, {"IPv4", "IPv4"});
  leaves_out(toggles.ipv6, {"IPv6", "IPv6"});
  leaves_out(toggles.listening, {"listening", "监听"});
  leaves_out(toggles.connected, {"not-listening", "非监听"});
  leaves_out(toggles.loopback, {"loopback", "环回"});
  leaves_out(toggles.states == model::kAllSocketStates, {"some-states", "部分状态"});
  return out;
}

}  // namespace lastack::ui::tui
