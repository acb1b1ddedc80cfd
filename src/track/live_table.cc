#include "track/live_table.hh"

#include <algorithm>
#include <utility>

#include "tcp/edges.hh"
#include "track/causes.hh"
#include "track/flow_key.hh"

namespace lastack::track {

using model::Cause;
using model::EventKind;
using model::SocketEvent;
using model::SocketState;

namespace {

constexpr std::size_t kMaxDefects = 16;

// What Linux does according to the table.
constexpr auto kAllowed = [] {
  std::array<tcp::StateSet, tcp::kStateCount> to{};
  for (auto const& edge : tcp::kEdges) {
    if (!edge.in_linux) continue;
    auto& row = to[static_cast<std::size_t>(edge.from)];
    row = row | edge.to;
  }
  return to;
}();

// In these states the peer's FIN has arrived. The kernel counts it as a byte received.
constexpr auto kFinReceived =
    tcp::State::CloseWait | tcp::State::LastAck | tcp::State::Closing | tcp::State::TimeWait;

void take_totals(Connection& connection, SocketEvent const& event, bool had_fin) {
  if (event.totals == nullptr) return;
  connection.totals = *event.totals;
  connection.totals_known = true;
  auto const state = model::tcp_state(connection.endpoint.state).value_or(tcp::State::Closed);
  bool const fin = had_fin || kFinReceived.has(state);
  if (fin && connection.totals.bytes_received > 0) --connection.totals.bytes_received;
}

bool is_allowed(SocketState from, SocketState to) {
  auto const next = model::tcp_state(to);
  return next && kAllowed[static_cast<std::size_t>(from)].has(*next);
}

// A full socket that steps into a mini-socket closes without an error, and nothing on its stack
// says otherwise; the mini-socket was not told of.
bool has_unseen_mini(SocketEvent const& event) {
  bool const steps = event.from == SocketState::FinWait2 || event.from == SocketState::Closing;
  bool const otherwise = event.caller != model::Caller::Unknown &&
                         event.caller != model::Caller::Receiver &&
                         event.caller != model::Caller::FinStep;
  return steps && event.to == SocketState::Closed && event.error == 0 && !otherwise &&
         !event.time_wait_full && !event.has(SocketEvent::NetnsDying) &&
         !event.has(SocketEvent::FileClosing);
}

// An orphan in FIN_WAIT_2 also ends so by data that come after close(): both ends look the same.
bool may_be_data_after_close(SocketEvent const& event) {
  return event.from == SocketState::FinWait2 && event.has(SocketEvent::Orphan) &&
         event.caller == model::Caller::Receiver;
}

}  // namespace

LiveTable::LiveTable(Sink& sink) : sink_(&sink), processes_(book_.processes, book_.owners) {}

void LiveTable::apply(SocketEvent const& event) {
  ++counts_.events;
  switch (event.kind) {
    case EventKind::State: return apply_state(event);
    case EventKind::RequestArmed:
    case EventKind::RequestDisarmed:
    case EventKind::RequestFired: return apply_request(event);
    case EventKind::MiniArmed:
    case EventKind::MiniDisarmed:
    case EventKind::MiniFired: return apply_mini(event);
    case EventKind::Accepted: return take_acceptor(event);
    case EventKind::PortChosen: return take_port(event);
  }
}

void LiveTable::apply_state(SocketEvent const& event) {
  if (event.from == SocketState::Listen && event.to == SocketState::SynReceived) {
    return begin_without_request(event);
  }
  auto place = by_cookie_.find(event.cookie);
  if (event.from == SocketState::Closed) {
    if (place != Index::kNowhere && slots_[place].is_mini) {
      put_aside(place);
    } else if (place != Index::kNowhere) {  // its end was missed
      catch_up(place, SocketState::Closed, event.time_ns);
    }
    place = begin(event, SocketState::Closed, event.time_ns);
    slots_[place].opened_by = Side::Local;
  } else {
    place = find_or_adopt(place, event);
    if (place == Index::kNowhere) return;
  }

  if (slots_[place].is_mini && event.to != SocketState::Closed) {
    // of a new connection of the same socket, whose beginning was missed
    put_aside(place);
    place = begin(event, event.from, 0);
  }
  auto& connection = slots_[place];
  if (connection.is_mini && event.to == SocketState::Closed) {
    // The full socket has handed over to its mini-socket and goes.
    take_totals(connection, event, false);
    return;
  }
  if (connection.endpoint.state != event.from) {
    catch_up(place, event.from, event.time_ns);
    connection.since_ns = 0;  // it was in this state for some part of the time
  }
  describe(connection, event);
  if (has_unseen_mini(event)) return become_unseen_mini(place, event);
  auto const cause = cause_of(event, connection);
  learn_owner(connection, event, cause);
  take_totals(connection, event, cause == Cause::TimeWaitTableFull);
  bool const acknowledged = event.from == SocketState::LastAck && cause == Cause::Ack;
  if (acknowledged) pair_with_local_peer(event);
  move(place, event.to, event.time_ns, cause);
}

// Its mini-socket was not seen: an orphan goes on in FIN_WAIT_2, others in TIME_WAIT; a dump will
// tell of it.
void LiveTable::become_unseen_mini(std::uint32_t place, SocketEvent const& event) {
  auto& connection = slots_[place];
  bool const waits = event.from == SocketState::FinWait2 && event.has(SocketEvent::Orphan);
  take_totals(connection, event, !waits);
  connection.is_mini = true;
  connection.endpoint.inode = 0;
  bool const doubtful = may_be_data_after_close(event);
  if (doubtful) put_off(place, event.time_ns, Cause::DataAfterClose, kDoubtPatience);
  if (!doubtful) ++netns_counts_[connection.endpoint.netns].minis;
  if (waits) return index_by_flow(place);
  move(place, SocketState::TimeWait, event.time_ns, usual_cause(event.from, SocketState::TimeWait),
       true, event.time_ns);
}

std::uint32_t LiveTable::begin(SocketEvent const& event, SocketState state,
                               std::uint64_t since_ns) {
  auto const place = slots_.take();
  auto& connection = slots_[place];
  auto& endpoint = connection.endpoint;
  endpoint.state = state;
  endpoint.family = event.family;
  endpoint.netns = namespace_entry(event.netns_inode);
  endpoint.no_owner = model::NoOwner::NotAsked;  // until somebody looks
  connection.since_ns = since_ns;
  connection.born_ns = since_ns;
  connection.from_snapshot = since_ns == 0;
  connection.is_new = true;
  describe(connection, event);
  if (event.cookie != 0) set_cookie(place, event.cookie);
  ++counts_.begun;
  return place;
}

// The connection of an event of a socket that did not begin just now; kNowhere: none that matters.
std::uint32_t LiveTable::find_or_adopt(std::uint32_t place, SocketEvent const& event) {
  bool const from_request = event.from == SocketState::SynReceived;
  if (place == Index::kNowhere) place = find_nameless(event.flow, event.netns_inode);
  if (place != Index::kNowhere) {
    auto const& found = slots_[place];
    // a child that lost the race against another one of the same request: the request goes on
    bool const is_loser = from_request && event.to == SocketState::Closed;
    if (found.is_request && is_loser) return Index::kNowhere;
    if (found.is_request || found.endpoint.cookie == 0) adopt(place, event.cookie);
    return place;
  }
  if (!from_request) return begin(event, event.from, 0);
  if (event.to == SocketState::Closed) return Index::kNowhere;  // the loser of such a race
  return begin_after_cookie(event);
}

// A request, or a child whose cookie was not told yet.
std::uint32_t LiveTable::find_nameless(model::Flow const& flow, std::uint32_t netns) const {
  auto const place = by_flow_.size() == 0 ? Index::kNowhere : find_by_flow(flow, netns);
  if (place == Index::kNowhere || slots_[place].is_mini) return Index::kNowhere;
  bool const waits = slots_[place].is_request || slots_[place].endpoint.cookie == 0;
  return waits ? place : Index::kNowhere;
}

// A dump that is under way may have taken hold of a request that then became a socket or went, and
// have given it a cookie of its own.
void LiveTable::remember_request(Connection const& connection) {
  if (!remembers_ended_ || !connection.is_request) return;
  auto const& endpoint = connection.endpoint;
  past_requests_.push_back(flow_key(plain(endpoint.flow), book_.namespaces[endpoint.netns].inode));
}

// The request becomes the socket that grew out of it.
void LiveTable::adopt(std::uint32_t place, std::uint64_t cookie) {
  remember_request(slots_[place]);
  call_off(place);
  unindex_flow(place);
  slots_[place].is_request = false;
  set_cookie(place, cookie);
}

// No request was seen: a SYN cookie kept the handshake, which has just ended.
std::uint32_t LiveTable::begin_after_cookie(SocketEvent const& event) {
  auto const child = begin(event, SocketState::Listen, 0);
  slots_[child].opened_by = Side::Remote;
  slots_[child].from_snapshot = false;
  inherit_owner(slots_[child], event.flow);
  slots_[child].from_cookie = sees_callers_;
  enter_syn_received(child, event.time_ns, Cause::Syn, true);
  slots_[child].since_ns = 0;
  return child;
}

// TCP Fast Open: the child of a listener is there from the SYN on. It has no cookie yet.
void LiveTable::begin_without_request(SocketEvent const& event) {
  bool const known = find_by_flow(event.flow, event.netns_inode) != Index::kNowhere;
  if (known || event.flow.remote_port == 0) return;
  auto const place = begin(event, SocketState::Listen, event.time_ns);
  auto& child = slots_[place];
  child.opened_by = Side::Remote;
  inherit_owner(child, event.flow);
  index_by_flow(place);
  enter_syn_received(place, event.time_ns, Cause::Syn, false);
}

// It never was in LISTEN itself: that is no part of its path.
void LiveTable::enter_syn_received(std::uint32_t place, std::uint64_t time_ns, Cause cause,
                                   bool inferred, std::uint64_t not_before_ns) {
  slots_[place].since_ns = 0;
  move(place, SocketState::SynReceived, time_ns, cause, inferred, not_before_ns);
  slots_[place].hop_count = 0;
}

// What is told with every event and may have become known only now.
void LiveTable::describe(Connection& connection, SocketEvent const& event) {
  auto& endpoint = connection.endpoint;
  auto const port = endpoint.flow.local_port;
  endpoint.flow = event.flow;
  if (event.flow.local_port == 0) endpoint.flow.local_port = port;
  endpoint.interface = event.interface;
  if (event.kind == EventKind::State) {
    endpoint.uid = event.uid;
    endpoint.mptcp_subflow = endpoint.mptcp_subflow || event.has(SocketEvent::Subflow);
    endpoint.v6_only = event.has(SocketEvent::V6Only);
    if (event.inode != 0) endpoint.inode = event.inode;
  }
  connection.last_event_ns = event.time_ns;
  connection.missing_once = false;
}

void LiveTable::set_cookie(std::uint32_t place, std::uint64_t cookie) {
  auto const old = slots_[place].endpoint.cookie;
  if (old != 0 && old != cookie && by_cookie_.find(old) == place) by_cookie_.erase(old);
  slots_[place].endpoint.cookie = cookie;
  by_cookie_.set(cookie, place);
}

// A mini-socket whose cookie goes to a new connection of the same socket is known by its flow.
void LiveTable::put_aside(std::uint32_t place) {
  auto& connection = slots_[place];
  by_cookie_.erase(connection.endpoint.cookie);
  connection.aside = true;
  if (!connection.by_flow) index_aside(place);
}

// Never over the entry of another one of the same flow, which is the newer.
void LiveTable::index_aside(std::uint32_t place) {
  auto const& endpoint = slots_[place].endpoint;
  auto const key = flow_key(plain(endpoint.flow), book_.namespaces[endpoint.netns].inode);
  if (by_flow_.find(key) == Index::kNowhere) index_by_flow(place);
}

std::uint32_t LiveTable::find_mini(std::uint64_t cookie, model::Flow const& flow,
                                   std::uint32_t netns) const {
  auto const place = by_cookie_.find(cookie);
  if (place != Index::kNowhere && slots_[place].endpoint.flow == flow) return place;
  auto const aside = by_flow_.size() == 0 ? Index::kNowhere : find_by_flow(flow, netns);
  bool const matches =
      aside != Index::kNowhere && slots_[aside].aside && slots_[aside].endpoint.cookie == cookie;
  if (matches) return aside;
  if (place == Index::kNowhere) return Index::kNowhere;
  auto with_port = slots_[place].endpoint.flow;
  bool const had_none = with_port.local_port == 0;
  with_port.local_port = flow.local_port;
  bool const same_peer =
      with_port.remote == flow.remote && with_port.remote_port == flow.remote_port;
  return had_none && same_peer ? place : Index::kNowhere;
}

void LiveTable::move(std::uint32_t place, SocketState to, std::uint64_t time_ns, Cause cause,
                     bool inferred, std::uint64_t not_before_ns) {
  auto& connection = slots_[place];
  let_go(connection);
  auto const from = connection.endpoint.state;
  model::Transition transition{.time_ns = time_ns,
                               .from = from,
                               .to = to,
                               .cause = cause,
                               .inferred = inferred,
                               .not_before_ns = not_before_ns};
  std::uint64_t dwell_us = Hop::kUnknownDwell;
  if (from == SocketState::Closed) {
    transition.dwell_ns = model::kUnknown64;
  } else if (connection.since_ns != 0) {
    transition.dwell_ns = time_ns > connection.since_ns ? time_ns - connection.since_ns : 0;
    dwell_us = transition.dwell_ns / 1000;
  }
  if (!is_allowed(from, to)) report_defect(connection, to);
  if (from != SocketState::Closed) {
    if (connection.hop_count < model::Life::kMaxHops) {
      connection.hops[connection.hop_count++] = Hop(from, dwell_us, cause, inferred);
    } else {
      ++connection.lost_hops;
    }
  }
  if (connection.closed_first_by == Side::Unknown) {
    connection.closed_first_by = closer(from, to, cause);
  }
  connection.has_inferred = connection.has_inferred || inferred;
  connection.endpoint.state = to;
  connection.since_ns = time_ns;
  count(connection, from, cause);
  if (follows_changes_) note_change(place);
  ++counts_.transitions;
  counts_.inferred += inferred ? 1 : 0;
  if (to == SocketState::Listen) add_listener(connection);
  if (from == SocketState::Listen && to != SocketState::SynReceived) remove_listener(connection);
  if (to == SocketState::Closed) connection.ended_by = cause;
  bool const without_port =
      to == SocketState::SynSent && !inferred && connection.endpoint.flow.local_port == 0;
  if (without_port) return hold(place);
  sink_->on_transition(connection, transition);
  if (to == SocketState::Closed) finish(place, time_ns);
}

void LiveTable::take_port(SocketEvent const& event) {
  auto const place = by_cookie_.find(event.cookie);
  bool const waits = place != Index::kNowhere && slots_[place].is_held;
  if (!waits || event.flow.local_port == 0) return;
  slots_[place].endpoint.flow = event.flow;
  if (follows_changes_) note_change(place);
  let_go(slots_[place]);
}

void LiveTable::hold(std::uint32_t place) {
  auto& connection = slots_[place];
  connection.is_held = true;
  held_.push_back({place, connection.generation, connection.since_ns});
}

void LiveTable::catch_up(std::uint32_t place, SocketState target, std::uint64_t time_ns) {
  auto& connection = slots_[place];
  auto const heard =
      connection.last_event_ns < time_ns ? connection.last_event_ns : connection.since_ns;
  auto const not_before =
      std::max(heard, connection.confirmed_ns < time_ns ? connection.confirmed_ns : 0);
  for (std::size_t steps = 0; steps < tcp::kStateCount; ++steps) {
    auto const from = connection.endpoint.state;
    if (from == target) return;
    auto const next = tcp::next_towards(*model::tcp_state(from), *model::tcp_state(target));
    auto const to = next ? model::from_tcp(*next) : target;
    move(place, to, time_ns, usual_cause(from, to), true, not_before);
    if (to == SocketState::Closed) return;
    connection.since_ns = to == target ? time_ns : 0;  // nobody knows how long it was between
  }
}

void LiveTable::finish(std::uint32_t place, std::uint64_t time_ns) {
  auto& connection = slots_[place];
  auto const cookie = connection.endpoint.cookie;
  if (by_cookie_.find(cookie) == place) by_cookie_.erase(cookie);
  connection.aside = false;
  remember_request(connection);
  unindex_flow(place);
  if (remembers_ended_ && cookie != 0) ended_[cookie] = time_ns;
  ++counts_.ended;
  if (follows_changes_) note_end(place);
  sink_->on_end(connection, time_ns);
  if (connection.process != model::kNone) processes_.release(connection.process);
  slots_.give_back(place);
}

// As the kernel counts: a connect() that fails before its SYN is sent does not count.
void LiveTable::count(Connection const& connection, SocketState from, Cause cause) {
  auto& counts = netns_counts_[connection.endpoint.netns];
  if (from == SocketState::Closed && connection.endpoint.state == SocketState::SynSent) {
    ++counts.active_opens;
  } else if (from == SocketState::SynSent && cause == Cause::ConnectFailed) {
    counts.active_opens -= counts.active_opens > 0 ? 1 : 0;
  } else if (from == SocketState::SynReceived && connection.opened_by == Side::Remote &&
             connection.endpoint.state != SocketState::Closed) {
    ++counts.passive_opens;
  } else if (cause == Cause::TimeWaitTableFull) {
    ++counts.time_wait_overflows;
  }
}

NetnsCounts LiveTable::counts_of(std::uint32_t netns_inode) const {
  auto const known = netns_entries_.find(netns_inode);
  return known == netns_entries_.end() ? NetnsCounts() : netns_counts_[known->second];
}

void LiveTable::report_defect(Connection const& connection, SocketState to) {
  ++counts_.defects;
  if (defects_.size() >= kMaxDefects) return;
  defects_.push_back(std::string(model::name(connection.endpoint.state)) + " -> " +
                     std::string(model::name(to)) + " of cookie " +
                     std::to_string(connection.endpoint.cookie));
}

std::uint32_t LiveTable::namespace_entry(std::uint32_t inode) {
  auto const known = netns_entries_.find(inode);
  if (known != netns_entries_.end()) return known->second;
  auto const entry = static_cast<std::uint32_t>(book_.namespaces.size());
  book_.namespaces.push_back({.inode = inode, .label = "net:[" + std::to_string(inode) + "]"});
  netns_counts_.emplace_back();
  was_listed_.push_back(false);
  netns_entries_.emplace(inode, entry);
  return entry;
}

void LiveTable::index_by_flow(std::uint32_t place) {
  auto& connection = slots_[place];
  auto const& endpoint = connection.endpoint;
  auto const key = flow_key(plain(endpoint.flow), book_.namespaces[endpoint.netns].inode);
  by_flow_.set(key, place);
  connection.by_flow = true;
}

void LiveTable::unindex_flow(std::uint32_t place) {
  auto& connection = slots_[place];
  if (!connection.by_flow || connection.aside) return;
  connection.by_flow = false;
  auto const& endpoint = connection.endpoint;
  auto const key = flow_key(plain(endpoint.flow), book_.namespaces[endpoint.netns].inode);
  if (by_flow_.find(key) == place) by_flow_.erase(key);
}

std::uint32_t LiveTable::find_by_flow(model::Flow const& flow, std::uint32_t netns) const {
  auto const wanted = plain(flow);
  auto const place = by_flow_.find(flow_key(wanted, netns));
  bool const same = place != Index::kNowhere && plain(slots_[place].endpoint.flow) == wanted;
  return same ? place : Index::kNowhere;
}

std::size_t LiveTable::memory() const {
  return slots_.memory() + by_cookie_.memory() + by_flow_.memory() +
         pending_.capacity() * sizeof(Pending) + others_.capacity() * sizeof(model::Endpoint);
}

}  // namespace lastack::track
