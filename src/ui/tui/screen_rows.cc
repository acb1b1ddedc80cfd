// The part of the screen that does something with rows: looks closer, copies, closes, ends.
#include <algorithm>
#include <array>
#include <csignal>
#include <ranges>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "base/text.hh"
#include "explain/other_end.hh"
#include "explain/socket.hh"
#include "ui/cli/csv_table.hh"
#include "ui/cli/json_lines.hh"
#include "ui/cli/table_writer.hh"
#include "ui/explain/socket_page.hh"
#include "ui/explain/state_page.hh"
#include "ui/findings/findings_text.hh"
#include "ui/tui/closed_view.hh"
#include "ui/tui/findings_view.hh"
#include "ui/tui/input_line.hh"
#include "ui/tui/menu.hh"
#include "ui/tui/question.hh"
#include "ui/tui/screen.hh"
#include "ui/tui/stream_view.hh"

namespace lastack::ui::tui {
namespace {

constexpr std::size_t kMostListed = 12;
constexpr int kPageBorder = 10;  // of the window that explanations are shown in

std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool is_listener(model::Endpoint const& endpoint) {
  return endpoint.state == model::SocketState::Listen ||
         endpoint.state == model::SocketState::Unconnected;
}

// "nginx[12]  10.0.0.1:80 → 10.0.0.2:4711  ESTABLISHED", printable.
std::string row_text(model::Snapshot const& snapshot, model::Endpoint const& endpoint,
                     bool unicode) {
  ui::View const view{.snapshot = snapshot, .naming = {}, .compact = true};
  ui::Row const row{view, endpoint};
  std::string out;
  column("process").cells->text(out, row);
  if (auto const owners = snapshot.owners_of(endpoint); !owners.empty()) {
    out += fmt::format("[{}]", snapshot.process_of(owners.front()).pid);
  }
  out += "  ";
  column("local").cells->text(out, row);
  out += unicode ? " → " : " -> ";
  column("remote").cells->text(out, row);
  out += "  ";
  out += model::name(endpoint.state);
  return out;
}

}  // namespace

std::vector<Slot> Screen::chosen() const {
  auto slots = store_.tagged();
  if (slots.empty() && view().selected() != kNoSlot) slots.push_back(view().selected());
  std::erase_if(slots, [&](Slot slot) {
    return !store_.is_used(slot) || store_.extra(slot).mark == Mark::Gone;
  });
  return slots;
}

SocketId Screen::id_of(Slot slot) const {
  auto const& endpoint = store_.endpoint(slot);
  auto const* netns = store_.snapshot().netns_of(endpoint);
  SocketId id{.place = store_.extra(slot).place,
              .endpoint = endpoint,
              .netns_inode = netns == nullptr ? 0 : netns->inode};
  for (auto const& owner : store_.snapshot().owners_of(endpoint)) {
    if (owner.fd < 0) continue;
    id.holder_pid = store_.snapshot().process_of(owner).pid;
    id.holder_fd = owner.fd;
    break;
  }
  return id;
}

bool Screen::act_on_rows(Action action) {
  struct Doing {
    Action action;
    void (Screen::*run)();
  };
  constexpr std::array kDoings{
      Doing{Action::Tag, &Screen::tag},
      Doing{Action::Follow, &Screen::toggle_follow},
      Doing{Action::Details, &Screen::open_details},
      Doing{Action::Explain, &Screen::open_explanation},
      Doing{Action::CloseConnection, &Screen::ask_to_close},
      Doing{Action::EndProcess, &Screen::ask_to_end},
      Doing{Action::Probe, &Screen::open_probe},
      Doing{Action::Copy, &Screen::copy_row},
      Doing{Action::Export, &Screen::open_export},
  };
  if (action == Action::UntagAll) return store_.untag_all(), true;
  if (action == Action::ContextMenu) return open_context_menu(std::nullopt), true;
  auto const known = std::ranges::find(kDoings, action, &Doing::action);
  if (known == kDoings.end()) return false;
  (this->*known->run)();
  return true;
}

void Screen::tag() {
  auto const slot = view().selected();
  if (slot != kNoSlot) store_.tag(slot, !store_.extra(slot).tagged);
  followed_ = 0;
  (void)view().act(Action::Down, frame());
}

void Screen::toggle_follow() {
  auto const slot = view().selected();
  followed_ = followed_ != 0 || slot == kNoSlot ? 0 : store_.endpoint(slot).cookie;
  tell(followed_ != 0 ? say({"the cursor follows this row; F or moving it ends that",
                             "光标跟随此行；按 F 或移动光标即停止"})
                      : say({"no row is followed", "未跟随任何行"}),
       Tone::Info);
}

// Of a connection that is over as well; of what stands for several, those.
void Screen::open_details() {
  if (shows_details_) return;
  if (auto* findings = dynamic_cast<FindingsView*>(&view())) {
    if (auto const* finding = findings->selected_finding()) open_finding(*finding);
    return;
  }
  if (auto* closed = dynamic_cast<ClosedView*>(&view())) {
    auto const* life = closed->selected_life();
    if (life != nullptr) show_closed(*life);
    return;
  }
  auto const slot = view().selected();
  if (auto* stream = dynamic_cast<StreamView*>(&view()); stream != nullptr && slot == kNoSlot) {
    auto const* life = closed_life(stream->selected_cookie());
    return life == nullptr ? tell(say({"that connection is over", "该连接已结束"}), Tone::Info)
                           : show_closed(*life);
  }
  if (slot == kNoSlot) {
    if (!view().act(Action::Fold, frame())) drill_down();
    return;
  }
  if (store_.extra(slot).mark == Mark::Gone) {
    if (auto const* life = closed_life(store_.endpoint(slot).cookie)) return show_closed(*life);
  }
  details_.show(slot, frame());
  details_cookie_ = store_.endpoint(slot).cookie;
  host_.want_life(store_.extra(slot).place);
  auto const pid = view().selected_pid();
  if (pid != 0) details_.set_more(pid, host_.process_more(pid));
  shows_details_ = true;
}

// All that is known of it, as `lastack diagnose` prints it.
void Screen::open_finding(model::Finding const& finding) {
  PageStyle const page{
      .language = traits_.language,
      .width = static_cast<std::size_t>(std::clamp(body_.width - kPageBorder, 20, 100)),
      .color = false,
      .unicode = traits_.unicode};
  std::string text;
  write_finding(text, page, finding, store_.now_ns());
  std::vector<std::string> lines;
  for (auto const line : std::views::split(text, '\n')) {
    lines.emplace_back(line.begin(), line.end());
  }
  push(std::make_unique<Pager>(std::string(say({"Finding", "诊断结果"})), std::move(lines),
                               style()));
}

void Screen::show_closed(ClosedLife const& life) {
  details_.show_closed(life, frame());
  details_cookie_ = 0;
  shows_details_ = true;
}

// What is below has not been kept up meanwhile.
void Screen::close_details() {
  if (std::exchange(shows_details_, false)) view().refresh(frame());
}

ClosedLife const* Screen::closed_life(std::uint64_t cookie) const {
  if (cookie == 0) return nullptr;
  auto const& closed = store_.closed();
  auto const found = std::ranges::find_if(closed.rbegin(), closed.rend(), [&](auto const& each) {
    return each.life.endpoint.cookie == cookie;
  });
  return found == closed.rend() ? nullptr : &*found;
}

// The row has gone while it was shown: how it went is told with the connections that are over.
void Screen::complete_details() {
  if (auto const* life = closed_life(std::exchange(details_cookie_, 0))) details_.complete(*life);
}

// The same as `lastack explain` says of it, and of its state.
void Screen::open_explanation() {
  auto const slot = view().selected();
  if (slot == kNoSlot) return;
  // All but what is large, and of that the few that have to do with it.
  auto const& snapshot = store_.snapshot();
  auto const& all = snapshot.endpoints;
  model::Snapshot few;
  few.owners = snapshot.owners;
  few.processes = snapshot.processes;
  few.namespaces = snapshot.namespaces;
  few.interfaces = snapshot.interfaces;
  few.users = snapshot.users;
  few.endpoints.push_back(all[slot]);
  if (auto const other = store_.other_end(slot); other != kNoSlot) {
    few.endpoints.push_back(all[other]);
  }
  for (Slot each = 0; each < store_.slot_count(); ++each) {
    bool const there =
        store_.is_used(each) && store_.extra(each).mark != Mark::Gone && each != slot;
    if (there && all[each].state == model::SocketState::Listen) few.endpoints.push_back(all[each]);
  }
  for (auto& endpoint : few.endpoints) endpoint.details = model::kNone;
  std::vector<model::TcpSettings> const settings(few.namespaces.size(), traits_.tcp_settings);
  SocketView const words{few, settings, traits_.language};
  auto const& endpoint = few.endpoints.front();
  PageStyle const page{.language = traits_.language,
                       .width = static_cast<std::size_t>(std::max(body_.width - kPageBorder, 20)),
                       .color = false,
                       .unicode = traits_.unicode};
  std::string out;
  explain::OtherEnds const ends(few);
  auto explanation = explain::explain(endpoint, ends, traits_.tcp_settings);
  auto const since_ns = store_.extra(slot).since_ns;
  if (since_ns != 0 && since_ns <= store_.now_ns()) {  // it was watched
    explanation.since = explain::Milliseconds((store_.now_ns() - since_ns) / 1'000'000);
  }
  write_socket(out, page, words, explanation);
  if (auto const state = model::tcp_state(endpoint.state);
      state && endpoint.protocol == model::Protocol::Tcp) {
    out += '\n';
    write_state(out, page, *state, explain::values_of(traits_.tcp_settings, traits_.language));
  }
  push(std::make_unique<Pager>(std::string(say({"Explanation", "解释"})), lines_of(out), style()));
}

std::uint64_t Screen::selected_row() const {
  auto const slot = view().selected();
  return slot == kNoSlot ? 0 : store_.row_id(slot);
}

// It is about the row in its title, whatever has its line by the time that something is chosen.
void Screen::open_context_menu(std::optional<std::pair<int, int>> at) {
  auto const slot = view().selected();
  auto const row = selected_row();
  bool const has_row = slot != kNoSlot;
  std::string const no_row(has_row ? "" : say({"no row", "没有行"}));
  std::string const no_process(
      view().selected_pid() != 0 ? "" : say({"no process has it", "没有进程持有它"}));
  auto const item = [&](Action action, std::string_view label, void (Screen::*run)(),
                        std::string why_not) {
    auto const* binding = binding_of(action);
    return MenuItem{.label = std::string(label),
                    .key = binding == nullptr ? "" : name_of(binding->keys[0], traits_.unicode),
                    .run =
                        [this, run, row] {
                          if (row != selected_row()) {
                            return tell(say({"that row is gone", "该行已消失"}), Tone::Info);
                          }
                          (this->*run)();
                        },
                    .why_not = std::move(why_not)};
  };
  std::vector<MenuItem> items{
      item(Action::CloseConnection, say({"Close connection", "关闭连接"}), &Screen::ask_to_close,
           chosen().empty() ? no_row : ""),
      item(Action::EndProcess, say({"End process", "结束进程"}), &Screen::ask_to_end, no_process),
      item(Action::Explain, say({"Explain", "解释"}), &Screen::open_explanation, no_row),
      item(Action::Probe, say({"Probe", "探测"}), &Screen::open_probe, no_row),
      item(Action::Copy, say({"Copy", "复制"}), &Screen::copy_row, no_row),
      item(Action::Details, say({"Properties", "属性"}), &Screen::open_details, ""),
      MenuItem{.label = {}, .key = {}, .run = {}, .why_not = {}, .separator = true},
      item(Action::Follow, say({"Follow", "跟随"}), &Screen::toggle_follow, no_row),
      item(Action::Tag, say({"Tag", "标记"}), &Screen::tag, no_row),
      item(Action::Export, say({"Export", "导出"}), &Screen::open_export, ""),
  };
  auto const title = has_row ? row_text(store_.snapshot(), store_.endpoint(slot), traits_.unicode)
                             : std::string(view().title().in(traits_.language));
  push(std::make_unique<Menu>(title, std::move(items), at, style()));
}

// Listeners and connections are never closed together: what is tagged beside connections stays.
void Screen::ask_to_close() {
  auto slots = chosen();
  if (slots.empty()) return;
  auto const listeners = static_cast<std::size_t>(
      std::ranges::count_if(slots, [&](Slot slot) { return is_listener(store_.endpoint(slot)); }));
  bool const only_listeners = listeners == slots.size();
  if (!only_listeners) {
    std::erase_if(slots, [&](Slot slot) { return is_listener(store_.endpoint(slot)); });
  }
  std::vector<std::string> lines;
  if (only_listeners) {
    lines.emplace_back(say({"This is no connection but a LISTENER: its service stops.",
                            "这不是连接而是监听者：其服务将停止。"}));
  } else if (listeners > 0) {
    lines.push_back(
        fmt::format(fmt::runtime(say({"{} listeners among the tagged rows are left alone.",
                                      "已标记行中的 {} 个监听者不受影响。"})),
                    listeners));
  }
  bool const own = std::ranges::any_of(slots, [&](Slot slot) {
    return host_.carries_session(store_.snapshot(), store_.endpoint(slot));
  });
  if (own) {
    lines.emplace_back(say({"CAREFUL: your own session runs over one of these.",
                            "小心：你自己的会话正经由其中之一。"}));
  }
  lines.push_back(
      fmt::format(fmt::runtime(say({"To be closed ({}):", "将关闭（{}）："})), slots.size()));
  for (std::size_t i = 0; i < std::min(slots.size(), kMostListed); ++i) {
    lines.push_back("  " + row_text(store_.snapshot(), store_.endpoint(slots[i]), traits_.unicode));
  }
  if (slots.size() > kMostListed) {
    lines.push_back(fmt::format(fmt::runtime(say({"  and {} more", "  以及另外 {} 个"})),
                                slots.size() - kMostListed));
  }
  std::vector<SocketId> sockets;
  sockets.reserve(slots.size());
  for (auto const slot : slots) sockets.push_back(id_of(slot));
  auto const close = [this, sockets = std::move(sockets)] {
    open_job(std::string(say({"Closing", "正在关闭"})));
    host_.close_connections(sockets);
    store_.untag_all();
  };
  asks_ = true;
  // Stopping a service takes another letter than closing a connection.
  Key const hot = only_listeners ? U'L' : U'y';
  push(std::make_unique<Question>(
      std::string(say({"Close", "关闭"})), std::move(lines),
      std::vector<Question::Button>{
          {std::string(say({"Cancel (n)", "取消 (n)"})), 'n', [] {}},
          {std::string(only_listeners ? say({"Close the listener (L)", "关闭监听者 (L)"})
                                      : say({"Close (y)", "关闭 (y)"})),
           hot, close}},
      0, style()));
}

void Screen::ask_to_end() {
  auto const pid = view().selected_pid();
  if (pid == 0) return tell(say({"no process has this", "没有进程持有它"}), Tone::Info);
  auto const& processes = store_.snapshot().processes;
  auto const known =
      std::ranges::find(processes.rbegin(), processes.rend(), pid, &model::Process::pid);
  auto const past = view().past_owner();
  if (known == processes.rend() || (past && !is_same(*past, *known))) {
    return tell(say({"that process has ended", "该进程已结束"}), Tone::Info);
  }
  auto preview = host_.hold_process(*known);
  if (preview.never) return tell(preview.refused, Tone::Bad);
  add_sockets(pid, preview.lines);
  end_with(preview);
}

// What else goes with it.
void Screen::add_sockets(std::uint32_t pid, std::vector<std::string>& lines) const {
  auto const& snapshot = store_.snapshot();
  std::vector<Slot> slots;
  for (Slot slot = 0; slot < store_.slot_count(); ++slot) {
    if (!store_.is_used(slot) || store_.extra(slot).mark == Mark::Gone) continue;
    auto const owners = snapshot.owners_of(store_.endpoint(slot));
    bool const has_it = std::ranges::any_of(
        owners, [&](model::Owner const& owner) { return snapshot.process_of(owner).pid == pid; });
    if (has_it) slots.push_back(slot);
  }
  lines.push_back(
      fmt::format(fmt::runtime(say({"Its sockets ({}):", "其套接字（{}）："})), slots.size()));
  for (std::size_t i = 0; i < std::min(slots.size(), kMostListed); ++i) {
    lines.push_back("  " + row_text(snapshot, store_.endpoint(slots[i]), traits_.unicode));
  }
  if (slots.size() > kMostListed) {
    lines.push_back(fmt::format(fmt::runtime(say({"  and {} more", "  以及另外 {} 个"})),
                                slots.size() - kMostListed));
  }
}

void Screen::end_with(EndPreview const& preview) {
  struct Signal {
    int number;
    std::string_view name;
  };
  static constexpr std::array kSignals{
      Signal{SIGTERM, "SIGTERM"}, Signal{SIGINT, "SIGINT"},   Signal{SIGHUP, "SIGHUP"},
      Signal{SIGQUIT, "SIGQUIT"}, Signal{SIGSTOP, "SIGSTOP"}, Signal{SIGCONT, "SIGCONT"},
      Signal{SIGUSR1, "SIGUSR1"}, Signal{SIGUSR2, "SIGUSR2"}, Signal{SIGKILL, "SIGKILL"}};
  auto lines = preview.lines;
  if (!preview.refused.empty()) {
    lines.insert(lines.begin(), std::string(say({"CAREFUL: ", "小心："})) + preview.refused);
  }
  auto const others = [this, name = preview.name, handle = preview.handle] {
    std::vector<MenuItem> items;
    items.reserve(kSignals.size());
    for (auto const& signal : kSignals) {
      items.push_back(
          {.label = std::string(signal.name),
           .key = std::to_string(signal.number),
           .run = [this, handle, number = signal.number] { host_.signal_process(handle, number); },
           .why_not = {}});
    }
    push(std::make_unique<Menu>(name, std::move(items), std::nullopt, style()));
  };
  asks_ = true;
  push(std::make_unique<Question>(
      fmt::format("{} {}", say({"End", "结束"}), preview.name), std::move(lines),
      std::vector<Question::Button>{
          {std::string(say({"Cancel (n)", "取消 (n)"})), 'n', [] {}},
          {"SIGTERM (t)", 't',
           [this, handle = preview.handle] { host_.signal_process(handle, SIGTERM); }},
          {std::string(say({"Other signal (o)", "其他信号 (o)"})), 'o', others}},
      0, style()));
}

void Screen::ask_to_kill(std::uint64_t handle, std::string_view name) {
  asks_ = true;
  push(std::make_unique<Question>(
      std::string(name),
      std::vector<std::string>{std::string(
          say({"It has not ended on SIGTERM. SIGKILL ends it at once: it cannot save anything.",
               "SIGTERM 之后它仍未结束。SIGKILL 会立即结束它，来不及保存任何内容。"}))},
      std::vector<Question::Button>{
          {std::string(say({"Leave it (n)", "不处理 (n)"})), 'n', [] {}},
          {"SIGKILL (K)", U'K',  // 'k' moves the cursor, and may be on its way
           [this, handle] { host_.signal_process(handle, SIGKILL); }}},
      0, style()));
}

void Screen::open_job(std::string title) {
  auto pager = std::make_unique<Pager>(std::move(title), std::vector<std::string>(), style());
  job_ = pager.get();
  push(std::move(pager));
}

void Screen::show_job(std::vector<std::string> const& lines) {
  for (auto const& line : lines) {
    if (job_ != nullptr) job_->append(line);
  }
  dirty_ = true;
}

// The other side; of a listener, its own.
void Screen::open_probe() {
  std::string target;
  if (auto const slot = view().selected(); slot != kNoSlot) {
    auto const& endpoint = store_.endpoint(slot);
    ui::View const cells{.snapshot = store_.snapshot(), .naming = {}, .compact = true};
    column(is_listener(endpoint) ? "local" : "remote").cells->text(target, {cells, endpoint});
    if (target.starts_with("0.0.0.0:")) target.replace(0, 7, "127.0.0.1");
    if (target.starts_with("[::]:")) target.replace(0, 4, "[::1]");
    if (target.starts_with("*:")) target.replace(0, 1, "127.0.0.1");
  }
  push(std::make_unique<InputLine>(
      InputLine::Options{.title = {"Probe HOST:PORT", "探测 主机:端口"},
                         .text = target,
                         .history = {},
                         .changed = [](std::string const&) { return std::string(); },
                         .accept =
                             [this](std::string const& text) {
                               if (text.empty()) return false;
                               open_job(base::printable(text));
                               host_.probe(text);
                               return true;
                             },
                         .cancel = [] {}},
      style()));
}

void Screen::copy_row() {
  auto const slot = view().selected();
  if (slot == kNoSlot) return;
  auto const text = row_text(store_.snapshot(), store_.endpoint(slot), traits_.unicode);
  if (auto const copied = host_.copy(text); !copied) return tell(copied.error().message, Tone::Bad);
  tell(say({"copied, where the terminal allows it (OSC 52)", "已复制（若终端允许 OSC 52）"}),
       Tone::Good);
}

void Screen::open_export() {
  show_view(0);  // that is what is written
  push(std::make_unique<InputLine>(
      InputLine::Options{.title = {"Write what is shown to (.csv, .jsonl, else text)",
                                   "写入文件（.csv、.jsonl，其他为文本）"},
                         .text = "lastack.csv",
                         .history = {},
                         .changed = [](std::string const&) { return std::string(); },
                         .accept =
                             [this](std::string const& path) {
                               if (!path.empty()) export_to(path);
                               return !path.empty();
                             },
                         .cancel = [] {}},
      style()));
}

void Screen::export_to(std::string const& path) {
  Rows rows;
  for (auto const slot : endpoints_->list().rows()) {
    if (store_.extra(slot).mark != Mark::Gone) rows.push_back(slot);
  }
  bool const json = path.ends_with(".json") || path.ends_with(".jsonl");
  // What is shown but the time in a state, which only the screen knows; programs pick for
  // themselves.
  auto const& chosen = settings_.view.columns;
  Columns columns;
  for (auto const& choice : chosen.empty() ? default_column_choices() : chosen) {
    if (auto const* column = find_column(choice.id)) columns.push_back(column);
  }
  if (json && chosen.empty()) columns = default_json_columns();
  auto const written = host_.write_file(path, [&](base::Output& output) {
    Listing const listing{store_.snapshot(), rows, columns, naming_};
    if (json) return write_json_lines(output, listing);
    if (path.ends_with(".csv")) return write_csv(output, listing, {});
    (void)write_table(output, listing, {});
  });
  if (!written) return tell(written.error().message, Tone::Bad);
  tell(fmt::format(fmt::runtime(say({"{} rows written to {}", "已将 {} 行写入 {}"})), rows.size(),
                   base::printable(path)),
       Tone::Good);
}

}  // namespace lastack::ui::tui
