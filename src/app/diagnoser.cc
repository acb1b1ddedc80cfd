#include "app/diagnoser.hh"

#include <unistd.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "app/clocks.hh"
#include "app/privileges.hh"
#include "capture/sock_diag/channels.hh"
#include "capture/sock_diag/lookup.hh"
#include "filter/matcher.hh"

namespace lastack::app {

namespace sock_diag = capture::sock_diag;

namespace {

// Sockets that are looked at afresh; more are as the last dump had them.
constexpr std::size_t kMostClosely = 2048;

// Queues and timers change by no event. Worth a closer look are listeners, what is half closed, and
// whoever had something unread, unsent or unanswered when last seen.
bool is_worth_it(model::Endpoint const& row) {
  if (row.details != model::kNone || row.cookie == 0) return false;
  if (row.protocol != model::Protocol::Tcp) return false;
  bool const waits = row.state == model::SocketState::Listen ||
                     row.state == model::SocketState::CloseWait ||
                     row.state == model::SocketState::FinWait2;
  if (waits) return true;
  bool const full_socket = row.state != model::SocketState::TimeWait &&
                           row.state != model::SocketState::SynReceived &&
                           row.state != model::SocketState::SynSent;
  return full_socket && (row.recv_queue > 0 || row.send_queue > 0 || row.retransmits > 0);
}

detect::Timing timing_of(track::Connection const& connection) {
  return {.since_ns = connection.since_ns,
          .born_ns = connection.born_ns,
          .opened_by = connection.opened_by};
}

// Tells a socket in its state from all others: cookies count up from 1, states are fewer than 16.
std::uint64_t key_of(model::Endpoint const& endpoint) {
  return (endpoint.cookie << 4U) | static_cast<std::uint64_t>(endpoint.state);
}

std::vector<std::string> missing_names() {
  std::vector<std::string> names;
  auto const missing = missing_capabilities();
  if (!missing) return names;
  names.reserve(missing->size());
  for (auto const& each : *missing) names.emplace_back(each.name);
  return names;
}

std::optional<sock_diag::HeldBy> holder_of(model::Snapshot const& snapshot,
                                           model::Endpoint const& row) {
  auto const owners = snapshot.owners_of(row);
  if (owners.empty() || owners.front().fd < 0) return std::nullopt;
  return sock_diag::HeldBy{.pid = snapshot.process_of(owners.front()).pid, .fd = owners.front().fd};
}

// The row as it is now, with all that the kernel tells of it.
void refresh(model::Snapshot& snapshot, model::Endpoint& row, sock_diag::FoundSocket const& found) {
  row.recv_queue = found.endpoint.recv_queue;
  row.send_queue = found.endpoint.send_queue;
  row.timer = found.endpoint.timer;
  row.timer_ms = found.endpoint.timer_ms;
  row.retransmits = found.endpoint.retransmits;
  row.details = static_cast<std::uint32_t>(snapshot.details.size());
  snapshot.details.push_back(found.details);
}

}  // namespace

Diagnoser::Diagnoser(DiagnosisSetup setup)
    : setup_(std::move(setup)),
      history_(monotonic_ns()),
      board_(setup_.hold_ns),
      missing_capabilities_(missing_names()) {}

model::Process const* Diagnoser::owner_of(track::LiveTable const& table,
                                          model::Life const& life) const {
  auto const& processes = table.book().processes;
  return life.process < processes.size() ? &processes[life.process] : nullptr;
}

std::uint64_t Diagnoser::netns_of(track::LiveTable const& table, model::Life const& life) {
  auto const& namespaces = table.book().namespaces;
  auto const index = life.endpoint.netns;
  return index < namespaces.size() ? namespaces[index].inode : 0;
}

void Diagnoser::on_transition(track::LiveTable const& table, model::Life const& life,
                              model::Transition const& transition) {
  history_.on_transition(life, transition, owner_of(table, life), netns_of(table, life));
}

void Diagnoser::on_end(track::LiveTable const& table, model::Life const& life) {
  history_.on_end(life, owner_of(table, life), netns_of(table, life));
}

void Diagnoser::on_losses(capture::bpf::RingLosses const& losses) { losses_ = losses; }

// In the order of LiveTable::snapshot().
void Diagnoser::time_rows(track::LiveTable const& table) {
  timings_.clear();
  timings_.reserve(snapshot_.endpoints.size());
  table.for_each([&](track::Connection const& each) { timings_.push_back(timing_of(each)); });
  timings_.resize(snapshot_.endpoints.size());
}

// A mini-socket may have the cookie of a socket that is still open, so the state must be the same.
void Diagnoser::time_rows_by_cookie(track::LiveTable const& table) {
  std::unordered_map<std::uint64_t, std::uint32_t> rows;
  rows.reserve(snapshot_.endpoints.size());
  for (std::uint32_t i = 0; i < snapshot_.endpoints.size(); ++i) {
    auto const& row = snapshot_.endpoints[i];
    if (row.cookie != 0) rows[key_of(row)] = i;
  }
  table.for_each([&](track::Connection const& each) {
    auto const found = rows.find(key_of(each.endpoint));
    if (found != rows.end()) timings_[found->second] = timing_of(each);
  });
}

void Diagnoser::choose_rows() {
  rows_.clear();
  auto const count = static_cast<std::uint32_t>(snapshot_.endpoints.size());
  rows_.reserve(count);
  if (setup_.filter.empty()) {
    rows_.resize(count);
    std::iota(rows_.begin(), rows_.end(), 0U);
    return;
  }
  filter::Matcher const matches(setup_.filter, snapshot_);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (matches(snapshot_.endpoints[i])) rows_.push_back(i);
  }
}

void Diagnoser::read_closely(std::uint32_t netns, std::vector<std::uint32_t> const& rows) {
  capture::procfs::ProcFs const fs;
  sock_diag::Channels channels(fs);
  auto const holder = holder_of(snapshot_, snapshot_.endpoints[rows.front()]);
  auto const channel = channels.of(snapshot_.namespaces[netns].inode, holder);
  std::vector<sock_diag::SocketKey> keys;
  keys.reserve(rows.size());
  for (auto const index : rows) keys.push_back(sock_diag::key_of(snapshot_.endpoints[index]));
  auto const answers = channel
                           ? look_up(**channel, keys, model::Fact::TcpInfo | model::Fact::Memory)
                           : std::unexpected(channel.error());
  if (!answers) {
    unread_ += rows.size();
    return;
  }
  for (std::size_t i = 0; i < answers->size(); ++i) {
    auto const& answer = (*answers)[i];
    if (answer) {
      refresh(snapshot_, snapshot_.endpoints[rows[i]], *answer);
    } else if (!sock_diag::is_absent(answer.error())) {
      ++unread_;
    }
  }
}

void Diagnoser::read_closely() {
  std::map<std::uint32_t, std::vector<std::uint32_t>> by_namespace;
  std::size_t count = 0;
  unread_ = 0;
  for (auto const index : rows_) {
    auto const& row = snapshot_.endpoints[index];
    if (!is_worth_it(row)) continue;
    if (snapshot_.netns_of(row) != nullptr && count < kMostClosely) {
      by_namespace[row.netns].push_back(index);
      ++count;
    } else {
      ++unread_;
    }
  }
  for (auto const& [netns, rows] : by_namespace) read_closely(netns, rows);
}

std::vector<detect::Change> Diagnoser::look(track::LiveTable const& table, std::uint64_t now_ns) {
  auto const began = thread_cpu_ns();
  table.snapshot_to(snapshot_);
  snapshot_.unseen = unseen_;
  time_rows(table);
  choose_rows();
  read_closely();
  auto changes = look_at_snapshot(now_ns);
  cost_ns_ = thread_cpu_ns() - began;
  return changes;
}

std::vector<detect::Change> Diagnoser::look(model::Snapshot snapshot, track::LiveTable const* table,
                                            std::uint64_t now_ns) {
  snapshot_ = std::move(snapshot);
  unread_ = 0;
  timings_.assign(snapshot_.endpoints.size(), {});
  if (table != nullptr) time_rows_by_cookie(*table);
  choose_rows();
  return look_at_snapshot(now_ns);
}

std::vector<detect::Change> Diagnoser::look_at_snapshot(std::uint64_t now_ns) {
  facts_.read(snapshot_, now_ns);
  detect::Scene scene;
  scene.snapshot = &snapshot_;
  scene.rows = rows_;
  scene.timings = timings_;
  scene.namespaces = facts_.namespaces();
  scene.process_facts = facts_.processes();
  scene.memory = facts_.memory();
  scene.nr_open = facts_.nr_open();
  scene.baseline = setup_.baseline ? &*setup_.baseline : nullptr;
  scene.baseline_file = setup_.baseline_file;
  scene.blindness = {.events = setup_.events,
                     .no_events_why = setup_.no_events_why,
                     .lost = losses_.lost(),
                     .skipped = losses_.skipped,
                     .malformed = losses_.malformed,
                     .missing_capabilities = missing_capabilities_,
                     .unread_sockets = unread_,
                     .unread_namespaces = facts_.unread()};
  scene.now_ns = now_ns;
  scene.wall_offset_ns = wall_offset_ns();
  scene.own_pid = static_cast<std::uint32_t>(::getpid());
  history_.note(scene);
  scene.history = &history_;
  return board_.update(detect::look(setup_.config, scene), now_ns);
}

}  // namespace lastack::app
