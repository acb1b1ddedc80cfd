// The live table beside a dump: what events did not tell.
#include <algorithm>
#include <utility>

#include "tcp/edges.hh"
#include "track/flow_key.hh"
#include "track/live_table.hh"

namespace lastack::track {

using model::Endpoint;
using model::SocketState;

namespace {

// What the table follows; the rest is shown as the last dump had it.
bool is_followed(Endpoint const& row) {
  return row.protocol == model::Protocol::Tcp && model::tcp_state(row.state).has_value() &&
         row.state != SocketState::BoundInactive && row.state != SocketState::Closed;
}

// With a long tcp_fin_timeout or TCP_LINGER2 an orphan in FIN_WAIT_2 is a full socket, and keeps
// another timer.
bool is_mini(Endpoint const& row) {
  if (row.inode != 0) return false;
  if (row.state == SocketState::TimeWait) return true;
  return row.state == SocketState::FinWait2 && row.timer != model::TimerKind::Keepalive;
}

// Who closed first, as far as the state tells it.
Side closer_by(SocketState state) {
  switch (state) {
    case SocketState::FinWait1:
    case SocketState::FinWait2:
    case SocketState::TimeWait: return Side::Local;
    case SocketState::CloseWait:
    case SocketState::LastAck: return Side::Remote;
    default: return Side::Unknown;
  }
}

// When the row entered its state, at the latest. A TIME_WAIT's timer tells; it is set anew by each
// FIN that the peer repeats.
std::uint64_t entered_ns(Endpoint const& row, Dump const& dump) {
  if (row.state != SocketState::TimeWait || row.timer != model::TimerKind::TimeWait) {
    return dump.now_ns;
  }
  auto const fires_ns = dump.now_ns + std::uint64_t{row.timer_ms} * 1'000'000;
  return std::clamp(fires_ns, kTimeWaitLength, kTimeWaitLength + dump.now_ns) - kTimeWaitLength;
}

// The socket of the row has begun something else since: it stands where no way leads to, or has
// another peer. What is under way may still be given another address of its own.
bool is_begun_anew(Connection const& connection, Endpoint const& row) {
  if (connection.is_mini || is_mini(row)) return false;
  auto const known = plain(connection.endpoint.flow);
  auto const found = plain(row.flow);
  bool const other_peer = known.remote != found.remote || known.remote_port != found.remote_port;
  bool const other_port = known.local_port != 0 && known.local_port != found.local_port;
  auto const from = connection.endpoint.state;
  return other_peer || other_port ||
         (from != row.state &&
          !tcp::next_towards(*model::tcp_state(from), *model::tcp_state(row.state)));
}

// As far as a row tells who opened it: a request was opened by the peer, and so was a connection
// to a port that somebody listens on. Of one that is closing the listener may be gone already.
Side opener(Endpoint const& row, bool to_listener) {
  if (row.state == SocketState::Listen || row.state == SocketState::SynSent) return Side::Local;
  if (to_listener || row.state == SocketState::SynReceived) return Side::Remote;
  return row.state == SocketState::Established ? Side::Local : Side::Unknown;
}

}  // namespace

void LiveTable::expect_dump() {
  ended_.clear();
  past_requests_.clear();
  remembers_ended_ = true;
}

void LiveTable::forget_dump() {
  remembers_ended_ = false;
  ended_.clear();
  past_requests_.clear();
}

std::uint32_t LiveTable::entry_of(model::Process const& process) {
  auto const start_ns = process.start_unix_ms * 1'000'000 - boot_offset_ns_;
  bool const known = process.start_unix_ms != 0 && start_ns > 0;
  return processes_.entry_of(process, known ? static_cast<std::uint64_t>(start_ns) : 0);
}

Corrections LiveTable::reconcile(model::Snapshot const& seen, Dump const& dump) {
  boot_offset_ns_ = dump.boot_offset_ns;
  Corrections corrections;
  auto const namespaces = take_namespaces(seen);
  std::ranges::sort(past_requests_);
  std::vector<std::uint32_t> places(seen.endpoints.size(), Index::kNowhere);
  for (std::size_t i = 0; i < places.size(); ++i) {
    auto const& row = seen.endpoints[i];
    if (!is_followed(row)) continue;
    auto const netns = namespaces[row.netns];
    places[i] = find_row(row, book_.namespaces[netns].inode);
    bool const anew = places[i] != Index::kNowhere &&
                      slots_[places[i]].last_event_ns <= dump.begun_ns &&
                      is_begun_anew(slots_[places[i]], row);
    if (anew) {
      catch_up(places[i], SocketState::Closed, dump.now_ns);
      ++corrections.ended;
    }
    if (places[i] == Index::kNowhere || anew) {
      if (!anew && is_past(row, book_.namespaces[netns].inode)) continue;
      places[i] = take_in(seen, row, netns, dump);
      ++corrections.found;
    }
    update(places[i], row, dump, corrections);
    slots_[places[i]].confirmed_ns = dump.begun_ns;
  }
  std::vector<bool> found(slots_.end());
  for (auto const place : places) {
    if (place != Index::kNowhere) found[place] = true;
  }
  end_missing(found, looked_into(seen, namespaces), dump, corrections);
  if (dump.owners_known) take_owners(seen, places);
  take_others(seen, namespaces);
  forget_dump();
  return corrections;
}

// Over since the dump was begun, though it still shows it.
bool LiveTable::is_past(Endpoint const& row, std::uint64_t netns) const {
  if (row.cookie != 0 && ended_.contains(row.cookie)) return true;
  bool const is_request = row.state == SocketState::SynReceived && row.inode == 0;
  return is_request && std::ranges::binary_search(past_requests_, flow_key(plain(row.flow), netns));
}

std::vector<std::uint32_t> LiveTable::take_namespaces(model::Snapshot const& seen) {
  std::vector<std::uint32_t> entries;
  for (auto const& netns : seen.namespaces) {
    entries.push_back(namespace_entry(static_cast<std::uint32_t>(netns.inode)));
    book_.namespaces[entries.back()].label = netns.label;
    was_listed_[entries.back()] = true;
  }
  for (auto const& [where, name] : seen.interfaces) {
    book_.interfaces[{entries[where.first], where.second}] = name;
  }
  return entries;
}

std::uint32_t LiveTable::find_row(Endpoint const& row, std::uint64_t netns) const {
  auto const inode = static_cast<std::uint32_t>(netns);
  if (is_mini(row)) return find_mini(row.cookie, row.flow, inode);
  auto const place = by_cookie_.find(row.cookie);
  // A mini-socket of another connection has the cookie; or of this one, begun since.
  bool const elsewhere =
      place != Index::kNowhere && slots_[place].is_mini && slots_[place].endpoint.flow != row.flow;
  if (elsewhere) return Index::kNowhere;
  return place != Index::kNowhere ? place : find_nameless(row.flow, inode);
}

std::uint32_t LiveTable::take_in(model::Snapshot const& seen, Endpoint const& row,
                                 std::uint32_t netns, Dump const& dump) {
  auto const place = slots_.take();
  auto& connection = slots_[place];
  connection.endpoint = row;
  connection.endpoint.netns = netns;
  connection.endpoint.owners_at = 0;
  connection.endpoint.owner_count = 0;
  connection.endpoint.details = model::kNone;
  connection.last_event_ns = dump.begun_ns;
  connection.is_new = true;
  connection.closed_first_by = closer_by(row.state);
  connection.is_mini = is_mini(row);
  connection.is_request = row.state == SocketState::SynReceived && row.inode == 0;
  if (connection.is_mini) {
    connection.fires_ns = dump.now_ns + std::uint64_t{row.timer_ms} * 1'000'000;
  }
  name_by_cookie(place);
  if (connection.is_request) index_by_flow(place);
  ++counts_.begun;
  if (follows_changes_) note_change(place);
  // A mini-socket whose beginning was missed belongs to a connection that was told already.
  if (!dump.first && connection.is_mini) ++netns_counts_[netns].minis;
  if (dump.first || (connection.is_mini && !dump.polling)) {
    connection.from_snapshot = true;
    if (row.state == SocketState::Listen) add_listener(connection);
    return place;
  }
  bool const to_listener = std::ranges::any_of(listeners_, [&](Listener const& listener) {
    return listener.netns == netns && listener.port == row.flow.local_port;
  });
  connection.closed_first_by = Side::Unknown;  // its steps tell
  connection.opened_by = opener(row, to_listener);
  connection.last_event_ns = dump.previous_ns;
  if (auto const owners = seen.owners_of(row); dump.owners_known && !owners.empty()) {
    own(connection, entry_of(seen.process_of(owners.front())), OwnerSource::Scanned);
  } else if (connection.opened_by == Side::Remote) {
    inherit_owner(connection, row.flow);
  }
  auto const when = std::max(entered_ns(row, dump), dump.previous_ns);
  if (connection.opened_by == Side::Remote) {
    connection.endpoint.state = SocketState::Listen;
    enter_syn_received(place, when, model::Cause::Syn, true, dump.previous_ns);
    if (row.state != SocketState::SynReceived) connection.since_ns = 0;
  } else {
    connection.endpoint.state =
        connection.opened_by == Side::Local ? SocketState::Closed : SocketState::Established;
    connection.since_ns = 0;
  }
  catch_up(place, row.state, when);
  connection.last_event_ns = dump.begun_ns;
  return place;
}

// A mini-socket and a new connection of the same socket share a cookie: the new one has it.
void LiveTable::name_by_cookie(std::uint32_t place) {
  auto& connection = slots_[place];
  auto const cookie = connection.endpoint.cookie;
  auto const other = by_cookie_.find(cookie);
  if (other != Index::kNowhere && slots_[other].is_mini) put_aside(other);
  if (other != Index::kNowhere && !slots_[other].is_mini && connection.is_mini) {
    connection.aside = true;
    index_aside(place);
    return;
  }
  set_cookie(place, cookie);
}

void LiveTable::update(std::uint32_t place, Endpoint const& row, Dump const& dump,
                       Corrections& corrections) {
  auto& connection = slots_[place];
  auto& endpoint = connection.endpoint;
  connection.missing_once = false;
  if (connection.is_request && row.state != SocketState::SynReceived) {
    adopt(place, row.cookie);
  } else if (endpoint.cookie == 0 && row.cookie != 0) {
    set_cookie(place, row.cookie);
  }
  if (connection.last_event_ns > dump.begun_ns) return;     // events know better
  if (connection.is_mini && is_mini(row)) call_off(place);  // it is there
  endpoint.recv_queue = row.recv_queue;
  endpoint.send_queue = row.send_queue;
  endpoint.timer = row.timer;
  endpoint.timer_ms = row.timer_ms;
  endpoint.retransmits = row.retransmits;
  endpoint.inode = row.inode;
  endpoint.uid = row.uid;
  endpoint.v6_only = row.v6_only;
  endpoint.mptcp_subflow = endpoint.mptcp_subflow || row.mptcp_subflow;
  endpoint.interface = row.interface;
  if (endpoint.flow.local_port == 0) endpoint.flow = row.flow;
  if (endpoint.state == row.state) return;
  // a mini-socket that is known to be in TIME_WAIT, and the dump that it is in FIN_WAIT_2
  if (!tcp::next_towards(*model::tcp_state(endpoint.state), *model::tcp_state(row.state))) return;
  ++corrections.moved;
  if (is_mini(row) && !connection.is_mini) {
    connection.is_mini = true;
    ++netns_counts_[endpoint.netns].minis;
  }
  catch_up(place, row.state, std::max(entered_ns(row, dump), connection.last_event_ns));
}

// By entry of the book: whether the dump can have seen the sockets of that namespace.
std::vector<bool> LiveTable::looked_into(model::Snapshot const& seen,
                                         std::vector<std::uint32_t> const& namespaces) const {
  // One that was listed before and is not now is gone; one that never was is out of reach.
  std::vector<bool> looked = was_listed_;
  for (auto const entry : namespaces) looked[entry] = true;
  for (auto const& [why, labels] : seen.unseen.unreadable_namespaces) {
    for (std::size_t entry = 0; entry < looked.size(); ++entry) {
      bool const closed = std::ranges::find(labels, book_.namespaces[entry].label) != labels.end();
      if (closed) looked[entry] = false;
    }
  }
  return looked;
}

void LiveTable::end_missing(std::vector<bool> const& found, std::vector<bool> const& looked,
                            Dump const& dump, Corrections& corrections) {
  for (std::uint32_t place = 0; place < found.size(); ++place) {
    auto& connection = slots_[place];
    if (!connection.in_use || found[place] || connection.pending_ns != 0) continue;
    if (connection.last_event_ns >= dump.begun_ns || !looked[connection.endpoint.netns]) continue;
    if (!connection.missing_once && !dump.polling) {
      connection.missing_once = true;
      continue;
    }
    ++corrections.ended;
    catch_up(place, SocketState::Closed, dump.now_ns);
  }
}

// `places`: of each row of `seen`.
void LiveTable::take_owners(model::Snapshot const& seen, std::vector<std::uint32_t> const& places) {
  std::vector<std::uint32_t> entries;
  for (auto const& process : seen.processes) {
    auto const entry = entry_of(process);
    processes_.retain(entry);  // until its sockets refer to it
    entries.push_back(entry);
  }
  processes_.reset_owners();
  for (std::uint32_t place = 0; place < slots_.end(); ++place) {
    auto& connection = slots_[place];
    if (!connection.in_use || connection.process == model::kNone) continue;
    connection.endpoint.owners_at = processes_.single_owner(connection.process);
    connection.endpoint.owner_count = 1;
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i] == Index::kNowhere) continue;
    auto& connection = slots_[places[i]];
    auto const owners = seen.owners_of(seen.endpoints[i]);
    if (owners.empty()) {
      connection.endpoint.no_owner = seen.endpoints[i].no_owner;
      continue;
    }
    bool const keeps = std::ranges::any_of(owners, [&](model::Owner const& owner) {
      return entries[owner.process] == connection.process;
    });
    own(connection, keeps ? connection.process : entries[owners.front().process],
        OwnerSource::Scanned);
    connection.endpoint.owners_at = static_cast<std::uint32_t>(book_.owners.size());
    connection.endpoint.owner_count = static_cast<std::uint32_t>(owners.size());
    for (auto const& owner : owners) book_.owners.push_back({entries[owner.process], owner.fd});
  }
  for (auto const process : std::exchange(others_processes_, entries)) {
    processes_.release(process);
  }
}

void LiveTable::take_others(model::Snapshot const& seen,
                            std::vector<std::uint32_t> const& namespaces) {
  others_.clear();
  for (auto const& row : seen.endpoints) {
    if (is_followed(row)) continue;
    auto other = row;
    other.netns = namespaces[row.netns];
    other.details = model::kNone;
    other.owners_at = static_cast<std::uint32_t>(book_.owners.size());
    auto const owners = seen.owners_of(row);
    for (auto const& owner : owners) {
      auto const entry = entry_of(seen.processes[owner.process]);
      book_.owners.push_back({entry, owner.fd});
    }
    others_.push_back(other);
  }
}

model::Snapshot LiveTable::snapshot() const {
  model::Snapshot out;
  snapshot_to(out);
  return out;
}

void LiveTable::snapshot_to(model::Snapshot& out) const {
  out = book_;
  out.endpoints.reserve(size() + others_.size());
  for_each([&](Connection const& connection) { out.endpoints.push_back(row_of(connection)); });
  out.endpoints.insert(out.endpoints.end(), others_.begin(), others_.end());
}

}  // namespace lastack::track
