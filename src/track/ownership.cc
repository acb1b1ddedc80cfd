// Whose a connection is: what events tell of it, and what its listener lets presume.
#include <vector>

#include "track/live_table.hh"

namespace lastack::track {

using model::Cause;
using model::SocketEvent;
using model::SocketState;

namespace {

bool is_a_process(SocketEvent const& event) {
  return event.actor != nullptr && event.actor->pid != 0 && !event.has(SocketEvent::KernelTask);
}

// Whether the actor of a state change is somebody who has the socket. An administrator who
// destroys it holds its lock, too; so does a kernel thread that works for MPTCP or NFS.
bool is_by_owner(SocketEvent const& event, Cause cause) {
  return event.has(SocketEvent::Owned) && is_a_process(event) && cause != Cause::Destroyed;
}

}  // namespace

void LiveTable::own(Connection& connection, std::uint32_t process, OwnerSource source) {
  if (connection.process != process) {
    processes_.retain(process);
    if (connection.process != model::kNone) processes_.release(connection.process);
    connection.process = process;
  }
  connection.owner_source = source;
  connection.endpoint.owners_at = processes_.single_owner(process);
  connection.endpoint.owner_count = 1;
  connection.endpoint.no_owner = model::NoOwner::HasOwner;
}

// getpeername() looks like accept(): what is known better stays.
void LiveTable::take_acceptor(SocketEvent const& event) {
  auto const place = by_cookie_.find(event.cookie);
  if (place == Index::kNowhere || !is_a_process(event)) return;
  auto& connection = slots_[place];
  bool const opened_here = connection.opened_by == Side::Local;
  bool const known_better = connection.owner_source == OwnerSource::Scanned ||
                            (opened_here && connection.owner_source > OwnerSource::Listener);
  if (known_better) return;
  own(connection, processes_.entry_of(*event.actor), OwnerSource::Accepted);
  if (follows_changes_) note_change(place);
}

void LiveTable::learn_owner(Connection& connection, SocketEvent const& event, Cause cause) {
  if (!is_by_owner(event, cause)) return;
  bool const closes = event.has(SocketEvent::FileClosing);
  bool const opens = event.from == SocketState::Closed;
  // Of several that share the socket the one that opened it, or is known to have it, stays.
  if (opens || closes || connection.owner_source <= OwnerSource::Listener) {
    own(connection, processes_.entry_of(*event.actor), OwnerSource::Acted);
  }
}

// The listener is not told: the one on its port, if there is just one.
void LiveTable::inherit_owner(Connection& connection, model::Flow const& flow) {
  std::uint64_t cookie = 0;
  for (auto const& listener : listeners_) {
    bool const same =
        listener.netns == connection.endpoint.netns && listener.port == flow.local_port;
    if (!same) continue;
    if (cookie != 0) return;
    cookie = listener.cookie;
  }
  inherit_owner(connection, cookie);
}

void LiveTable::inherit_owner(Connection& connection, std::uint64_t listener_cookie) {
  auto const place = listener_cookie == 0 ? Index::kNowhere : by_cookie_.find(listener_cookie);
  if (place == Index::kNowhere) return;
  auto const& listener = slots_[place];
  connection.endpoint.uid = listener.endpoint.uid;
  if (listener.process != model::kNone) own(connection, listener.process, OwnerSource::Listener);
}

void LiveTable::add_listener(Connection const& connection) {
  auto const& endpoint = connection.endpoint;
  listeners_.push_back({endpoint.netns, endpoint.flow.local_port, endpoint.cookie});
}

void LiveTable::remove_listener(Connection const& connection) {
  std::erase_if(listeners_,
                [&](Listener const& each) { return each.cookie == connection.endpoint.cookie; });
}

}  // namespace lastack::track
