// A machine made by hand that tells the live screen what the thread of the live table would:
//
//   test::Machine machine;
//   auto const nginx = machine.process(12, "nginx");
//   auto const place = machine.open(test::tcp("10.0.0.1", 80, "10.0.0.2", 4000), nginx);
//   store.apply(machine.whole());            // everything, as after a comparison with a dump
//   machine.move(place, SocketState::CloseWait);
//   store.apply(machine.changes());          // what changed since
#pragma once

#include <arpa/inet.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ui/tui/update.hh"

namespace lastack::test {

// An endpoint in ESTABLISHED; IPv6 where `local` has a colon.
inline model::Endpoint tcp(char const* local, std::uint16_t local_port, char const* remote,
                           std::uint16_t remote_port) {
  model::Endpoint made;
  bool const is_v6 = std::string(local).find(':') != std::string::npos;
  made.family = is_v6 ? model::Family::Inet6 : model::Family::Inet;
  ::inet_pton(is_v6 ? AF_INET6 : AF_INET, local, made.flow.local.bytes.data());
  ::inet_pton(is_v6 ? AF_INET6 : AF_INET, remote, made.flow.remote.bytes.data());
  made.flow.local_port = local_port;
  made.flow.remote_port = remote_port;
  made.state = model::SocketState::Established;
  return made;
}
inline model::Endpoint listener(char const* local, std::uint16_t port) {
  auto made =
      tcp(local, port, std::string(local).find(':') == std::string::npos ? "0.0.0.0" : "::", 0);
  made.state = model::SocketState::Listen;
  return made;
}
inline model::Endpoint udp(char const* local, std::uint16_t port) {
  auto made = listener(local, port);
  made.protocol = model::Protocol::Udp;
  made.state = model::SocketState::Unconnected;
  return made;
}

class Machine {
 public:
  using Place = ui::tui::Place;
  using Update = ui::tui::Update;
  static constexpr std::uint32_t kNobody = model::kNone;

  Machine() { namespaces_.push_back({.inode = 4026531840, .label = "host"}); }

  // Time

  std::uint64_t now_ns = 1'000'000'000'000;
  void pass_ms(std::uint64_t milliseconds) { now_ns += milliseconds * 1'000'000; }

  // Processes and names

  // Its index in the book.
  std::uint32_t process(std::uint32_t pid, std::string comm) {
    auto const index = static_cast<std::uint32_t>(processes_.size());
    processes_.emplace_back();
    singles_.push_back(static_cast<std::uint32_t>(owners_.size()));
    owners_.push_back({.process = index, .fd = -1});
    become(index, pid, std::move(comm));
    return index;
  }
  // The entry is that process now.
  void become(std::uint32_t index, std::uint32_t pid, std::string comm) {
    model::Process process;
    process.pid = pid;
    process.comm = std::move(comm);
    process.uid = pid;
    process.uid_known = true;
    processes_[index] = std::move(process);
    told_anew_.insert(index);
  }
  void user(std::uint32_t uid, std::string name) {
    users_[uid] = std::move(name);
    users_changed_ = true;
  }
  std::uint32_t netns(std::string label) {
    namespaces_.push_back({.inode = 4026532000 + namespaces_.size(), .label = std::move(label)});
    namespaces_changed_ = true;
    return static_cast<std::uint32_t>(namespaces_.size() - 1);
  }

  // Connections

  Place open(model::Endpoint endpoint, std::uint32_t process = kNobody) {
    auto place = static_cast<Place>(rows_.size());
    if (free_.empty()) {
      rows_.emplace_back();
    } else {
      place = free_.back();
      free_.pop_back();
    }
    if (endpoint.cookie == 0) endpoint.cookie = next_cookie_++;
    if (endpoint.inode == 0) endpoint.inode = static_cast<std::uint32_t>(endpoint.cookie);
    auto& row = rows_[place].emplace();
    row.update = {.place = place,
                  .endpoint = endpoint,
                  .since_ns = now_ns,
                  .born_ns = now_ns,
                  .opened_by = model::Side::Local};
    own(place, process);
    begun_.insert(place);
    return place;
  }
  void move(Place place, model::SocketState state) {
    auto& row = rows_[place]->update;
    row.endpoint.state = state;
    row.since_ns = now_ns;
    if (!begun_.contains(place)) changed_.insert(place);
  }
  void own(Place place, std::uint32_t process) {
    auto& row = *rows_[place];
    row.process = process;
    auto& endpoint = row.update.endpoint;
    endpoint.owner_count = process == kNobody ? 0 : 1;
    endpoint.owners_at = process == kNobody ? 0 : singles_[process];
    endpoint.no_owner = process == kNobody ? model::NoOwner::Orphan : model::NoOwner::HasOwner;
    if (!begun_.contains(place)) changed_.insert(place);
  }
  void close(Place place, model::Cause cause = model::Cause::Unknown) {
    if (begun_.erase(place) == 0) gone_.push_back({.place = place, .cause = cause});
    changed_.erase(place);
    rows_[place].reset();
    freed_.push_back(place);
  }
  // To change anything else; it is told with the next changes.
  model::Endpoint& endpoint(Place place) {
    if (!begun_.contains(place)) changed_.insert(place);
    return rows_[place]->update.endpoint;
  }
  [[nodiscard]] bool is_open(Place place) const {
    return place < rows_.size() && rows_[place].has_value();
  }
  [[nodiscard]] Place place_count() const { return static_cast<Place>(rows_.size()); }

  // UDP and sockets without connection.
  std::vector<model::Endpoint> others;
  std::uint64_t next_cookie() { return next_cookie_++; }

  ui::tui::Totals totals;

  // What changed since the last update.
  Update changes() {
    auto update = common();
    update.gone = std::exchange(gone_, {});
    for (auto const place : begun_) update.rows.push_back(rows_[place]->update);
    for (auto const place : changed_) update.rows.push_back(rows_[place]->update);
    update.owners_at = owners_told_;
    update.owners.assign(owners_.begin() + static_cast<std::ptrdiff_t>(owners_told_),
                         owners_.end());
    return told(std::move(update));
  }

  // Everything: the book of owners is written anew.
  Update whole() {
    write_owners_anew();
    auto update = common();
    update.whole = true;
    for (auto const& row : rows_) {
      if (row) update.rows.push_back(row->update);
    }
    update.others_told = true;
    update.others = others;
    update.owners = owners_;
    return told(std::move(update));
  }

 private:
  struct Row {
    ui::tui::RowUpdate update;
    std::uint32_t process = kNobody;
  };

  Update common() {
    Update update;
    for (auto const index : std::exchange(told_anew_, {})) {
      update.processes.emplace_back(index, processes_[index]);
    }
    if (std::exchange(namespaces_changed_, false)) update.namespaces = namespaces_;
    if (std::exchange(users_changed_, false)) update.users = users_;
    update.totals = totals;
    update.now_ns = now_ns;
    update.wall_offset_ns = 1'763'000'000'000'000'000;
    return update;
  }
  Update told(Update update) {
    begun_.clear();
    changed_.clear();
    gone_.clear();
    owners_told_ = owners_.size();
    free_.insert(free_.end(), freed_.begin(), freed_.end());
    freed_.clear();
    return update;
  }
  // As track::LiveTable does: a run for each process, then what a scan has found.
  void write_owners_anew() {
    owners_.clear();
    for (std::uint32_t i = 0; i < processes_.size(); ++i) {
      singles_[i] = i;
      owners_.push_back({.process = i, .fd = -1});
    }
    for (auto& row : rows_) {
      if (!row || row->process == kNobody) continue;
      row->update.endpoint.owners_at = static_cast<std::uint32_t>(owners_.size());
      owners_.push_back({.process = row->process, .fd = 7});
    }
  }

  std::vector<std::optional<Row>> rows_;
  std::vector<Place> free_;
  std::vector<Place> freed_;  // since the last update: a place is used again only once that is told
  std::vector<model::Process> processes_;
  std::set<std::uint32_t> told_anew_;
  std::vector<model::Owner> owners_;
  std::vector<std::uint32_t> singles_;
  std::size_t owners_told_ = 0;
  std::vector<model::NetNs> namespaces_;
  std::map<std::uint32_t, std::string> users_;
  std::set<Place> begun_;
  std::set<Place> changed_;
  std::vector<ui::tui::RowGone> gone_;
  std::uint64_t next_cookie_ = 1;
  bool namespaces_changed_ = true;
  bool users_changed_ = false;
};

}  // namespace lastack::test
