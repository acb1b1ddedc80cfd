// Request and mini-sockets: what their timers tell. A timer that goes away may be set anew in the
// next instant, so its end is only decided once nothing has followed.
#include <algorithm>
#include <ranges>
#include <utility>

#include "track/causes.hh"
#include "track/flow_key.hh"
#include "track/live_table.hh"

namespace lastack::track {

using model::Caller;
using model::Cause;
using model::EventKind;
using model::SocketEvent;
using model::SocketState;

void LiveTable::apply_request(SocketEvent const& event) {
  auto place = find_by_flow(event.flow, event.netns_inode);
  bool const armed = event.kind == EventKind::RequestArmed;
  if (place != Index::kNowhere && !slots_[place].is_request) place = Index::kNowhere;
  if (place != Index::kNowhere && armed && event.retries == 0 && slots_[place].pending_ns != 0) {
    // the old one has made room for a new one of the same flow
    move(place, SocketState::Closed, event.time_ns, Cause::RequestDropped);
    place = Index::kNowhere;
  }
  if (place == Index::kNowhere) {
    if (!armed) return;  // it became a connection already, or was never seen
    give_way(event);
    tell_port_to_peer(event);
    place = begin(event, SocketState::Listen, event.time_ns);
    auto& request = slots_[place];
    request.is_request = true;
    request.opened_by = Side::Remote;
    request.retransmitted_syn_acks = event.retries;
    inherit_owner(request, event.listener);
    index_by_flow(place);
    enter_syn_received(place, event.time_ns, Cause::Syn, false);
    return;
  }
  auto& request = slots_[place];
  request.last_event_ns = event.time_ns;
  if (event.cookie != 0 && request.endpoint.cookie == 0) set_cookie(place, event.cookie);
  if (armed) {
    call_off(place);
    request.retransmitted_syn_acks = event.retries;
    return;
  }
  if (event.kind == EventKind::RequestFired) {
    bool const orphaned = event.listener != 0 && by_cookie_.find(event.listener) == Index::kNowhere;
    put_off(place, event.time_ns, orphaned ? Cause::ListenerClosed : Cause::SynAckLimit);
  } else if (event.caller == Caller::Handshake) {
    put_off(place, event.time_ns, Cause::Ack);  // its child tells at once, or was skipped
  } else if (event.caller != Caller::TimerWheel) {
    put_off(place, event.time_ns, cause_of_end(event, false));
  }
}

void LiveTable::apply_mini(SocketEvent const& event) {
  auto place = find_mini(event.cookie, event.flow, event.netns_inode);
  bool const time_wait = event.to == SocketState::TimeWait;
  if (place == Index::kNowhere) {
    if (event.cookie == 0) return;
    if (event.kind == EventKind::MiniDisarmed && event.caller == Caller::TimerWheel) return;
    place = begin_mini(event);
  }
  auto& connection = slots_[place];
  connection.last_event_ns = event.time_ns;
  connection.missing_once = false;
  connection.endpoint.flow.local_port = event.flow.local_port;
  switch (event.kind) {
    case EventKind::MiniArmed: return become_mini(place, event);
    case EventKind::MiniFired:
      return end_mini(place, event.time_ns,
                      time_wait ? Cause::TimeWaitTimeout : Cause::FinWait2Timeout, time_wait);
    default: break;
  }
  if (event.caller == Caller::TimerWheel) return;
  connection.is_mini = true;
  arrive_in_mini(place, time_wait, event.time_ns);
  put_off(place, event.time_ns, cause_of_end(event, true));
}

// One that was there before it was watched, or whose beginning was missed.
std::uint32_t LiveTable::begin_mini(SocketEvent const& event) {
  auto nameless = event;
  nameless.cookie = 0;
  auto const place = begin(nameless, event.to, 0);
  slots_[place].is_mini = true;
  slots_[place].endpoint.cookie = event.cookie;
  name_by_cookie(place);
  if (event.kind == EventKind::MiniArmed) slots_[place].is_mini = false;  // it becomes one
  return place;
}

void LiveTable::become_mini(std::uint32_t place, SocketEvent const& event) {
  auto& connection = slots_[place];
  bool const was_mini = connection.is_mini;
  call_off(place);
  connection.is_mini = true;
  netns_counts_[connection.endpoint.netns].minis += was_mini ? 0 : 1;
  connection.fires_ns = event.time_ns + event.fires_in_ms * 1'000'000;
  connection.endpoint.inode = 0;
  if (event.to == SocketState::TimeWait) {
    if (connection.endpoint.state == SocketState::TimeWait) return;
    unindex_flow(place);
    // the kernel passes through FIN_WAIT_2 even where one segment brings the ACK and the FIN
    bool const next = connection.endpoint.state == SocketState::FinWait2 ||
                      connection.endpoint.state == SocketState::Closing;
    if (!next) catch_up(place, SocketState::FinWait2, event.time_ns);
    auto const from = slots_[place].endpoint.state;
    move(place, SocketState::TimeWait, event.time_ns, usual_cause(from, SocketState::TimeWait));
    return;
  }
  bool const is_there = connection.endpoint.state == SocketState::FinWait2 ||
                        connection.endpoint.state == SocketState::TimeWait;
  if (!is_there) catch_up(place, SocketState::FinWait2, event.time_ns);
  if (!was_mini) index_by_flow(place);
}

// The step of a mini-socket from FIN_WAIT_2 to TIME_WAIT happens inside it and is mostly not
// seen; at its end the timer tells when it was.
void LiveTable::end_mini(std::uint32_t place, std::uint64_t time_ns, Cause cause, bool time_wait) {
  auto const began = time_ns > kTimeWaitLength ? time_ns - kTimeWaitLength : 0;
  arrive_in_mini(place, time_wait, time_wait ? began : time_ns);
  move(place, SocketState::Closed, time_ns, cause);
}

// Passes through what was missed until it is in the state of the mini-socket, in TIME_WAIT since
// `when_ns` or since it was last heard of.
void LiveTable::arrive_in_mini(std::uint32_t place, bool time_wait, std::uint64_t when_ns) {
  auto& connection = slots_[place];
  auto const target = time_wait ? SocketState::TimeWait : SocketState::FinWait2;
  bool const is_there =
      connection.endpoint.state == target || connection.endpoint.state == SocketState::TimeWait;
  if (is_there) return;
  auto const when = std::max({when_ns, connection.since_ns});
  if (connection.endpoint.state != SocketState::FinWait2 &&
      connection.endpoint.state != SocketState::Closing) {
    catch_up(place, SocketState::FinWait2, when);
    connection.since_ns = 0;
  }
  if (!time_wait) return;
  auto const from = connection.endpoint.state;
  move(place, target, when, usual_cause(from, target), true, connection.since_ns);
}

// Its peer is on this machine, and has just got the ACK of its FIN: so the FIN has arrived.
void LiveTable::pair_with_local_peer(SocketEvent const& event) {
  if (by_flow_.size() == 0) return;
  auto const place = find_by_flow(reversed(event.flow), event.netns_inode);
  if (place == Index::kNowhere || !slots_[place].is_mini) return;
  unindex_flow(place);
  slots_[place].last_event_ns = event.time_ns;
  call_off(place);  // it is there
  if (slots_[place].endpoint.state != SocketState::FinWait2) return;
  move(place, SocketState::TimeWait, event.time_ns, Cause::Fin, true, slots_[place].since_ns);
}

// The SYN came from a socket of this machine whose port was not told yet.
void LiveTable::tell_port_to_peer(SocketEvent const& event) {
  auto const peer = reversed(plain(event.flow));
  for (auto const& entry : held_ | std::views::reverse) {
    auto& connection = slots_[entry.place];
    auto flow = plain(connection.endpoint.flow);
    flow.local_port = peer.local_port;
    bool const same = connection.generation == entry.generation && connection.is_held &&
                      flow == peer &&
                      book_.namespaces[connection.endpoint.netns].inode == event.netns_inode;
    if (!same) continue;
    connection.endpoint.flow.local_port = peer.local_port;
    return let_go(connection);
  }
}

// The TIME_WAIT of the same flow, if a segment has just ended it: it was this SYN.
void LiveTable::give_way(SocketEvent const& event) {
  for (auto& entry : pending_) {
    if (entry.cause != Cause::DataAfterClose || entry.patience_ns != kPatience) continue;
    auto const& connection = slots_[entry.place];
    bool const same = connection.generation == entry.generation && connection.is_mini &&
                      connection.pending_ns == entry.since_ns &&
                      book_.namespaces[connection.endpoint.netns].inode == event.netns_inode &&
                      connection.endpoint.flow == event.flow;
    if (same) entry.cause = Cause::TimeWaitRecycled;
  }
}

void LiveTable::put_off(std::uint32_t place, std::uint64_t time_ns, Cause cause,
                        std::uint64_t patience_ns) {
  auto& connection = slots_[place];
  if (connection.pending_ns != 0) return;
  connection.pending_ns = time_ns;
  pending_.push_back({place, connection.generation, time_ns, patience_ns, cause});
}

void LiveTable::doubt_absences() {
  for (auto const& entry : pending_) {
    auto const& connection = slots_[entry.place];
    bool const same =
        connection.generation == entry.generation && connection.pending_ns == entry.since_ns;
    if (same && entry.patience_ns == kDoubtPatience) call_off(entry.place);
  }
}

void LiveTable::call_off(std::uint32_t place) { slots_[place].pending_ns = 0; }

void LiveTable::let_go(Connection& connection) {
  if (!connection.is_held) return;
  connection.is_held = false;
  auto const is_over = [&](Held const& entry) {
    auto const& held = slots_[entry.place];
    return held.generation != entry.generation || !held.is_held;
  };
  while (!held_.empty() && is_over(held_.back())) held_.pop_back();  // mostly the newest
  sink_->on_transition(connection, {.time_ns = connection.since_ns,
                                    .from = SocketState::Closed,
                                    .to = SocketState::SynSent,
                                    .cause = Cause::Connect});
}

void LiveTable::let_go_held(std::uint64_t now_ns) {
  auto const waiting = std::exchange(held_, {});
  for (auto const& entry : waiting) {
    auto& connection = slots_[entry.place];
    if (connection.generation != entry.generation || !connection.is_held) continue;
    if (now_ns < entry.since_ns + kPatience) {
      held_.push_back(entry);
    } else {
      let_go(connection);
    }
  }
}

void LiveTable::settle(std::uint64_t now_ns) {
  let_go_held(now_ns);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    auto const entry = pending_[i];
    auto const& connection = slots_[entry.place];
    bool const same = connection.generation == entry.generation;
    if (!same || connection.pending_ns != entry.since_ns) continue;
    if (now_ns < entry.since_ns + entry.patience_ns) {
      pending_[kept++] = entry;
      continue;
    }
    if (connection.is_request && entry.cause == Cause::Ack) {
      become_unseen_child(entry.place, entry.since_ns);
    } else {
      move(entry.place, SocketState::Closed, entry.since_ns, entry.cause);
    }
  }
  pending_.resize(kept);
}

// The handshake is over, but nothing was told of the socket that grew out of it: it is known by its
// flow until its next event, or a dump, tells its cookie.
void LiveTable::become_unseen_child(std::uint32_t place, std::uint64_t time_ns) {
  auto& child = slots_[place];
  remember_request(child);
  call_off(place);
  child.is_request = false;
  move(place, SocketState::Established, time_ns, Cause::Ack, true, time_ns);
}

}  // namespace lastack::track
