#include "capture/owners/join.hh"

#include <optional>
#include <unordered_map>

#include "capture/owners/index.hh"

namespace lastack::capture::owners {
namespace {

using model::Endpoint;
using model::NoOwner;
using model::SocketState;

// 0: nobody can hold it. A TIME_WAIT mini-socket inherits the cookie of a socket that its
// process may still have open, but it is not that socket (kernel: tcp_time_wait).
std::uint64_t key_of(Endpoint const& endpoint, Key key) {
  if (endpoint.inode == 0) return 0;
  return key == Key::Cookie ? endpoint.cookie : endpoint.inode;
}

struct Match {
  std::uint32_t endpoint;
  model::Owner owner;
};

// Gives each pid its index in snapshot.processes. Holders come grouped by process, so the
// last answer is nearly always the next one.
class Processes {
 public:
  explicit Processes(std::vector<model::Process>& processes) : processes_(processes) {}

  std::uint32_t index_of(std::uint32_t pid) {
    if (last_ < processes_.size() && processes_[last_].pid == pid) return last_;
    auto const [place, added] =
        by_pid_.try_emplace(pid, static_cast<std::uint32_t>(processes_.size()));
    if (added) processes_.emplace_back().pid = pid;
    return last_ = place->second;
  }

 private:
  std::vector<model::Process>& processes_;
  std::unordered_map<std::uint32_t, std::uint32_t> by_pid_;
  std::uint32_t last_ = model::kNone;
};

RowIndex index_by(Key key, std::vector<Endpoint> const& endpoints) {
  RowIndex index(endpoints.size());
  for (std::uint32_t row = 0; row < endpoints.size(); ++row) {
    if (auto const value = key_of(endpoints[row], key); value != 0) index.insert(value, row);
  }
  return index;
}

// Finds the rows of a holder's socket. MPTCP sockets are rare, and only they need a second
// index where the first is by cookie.
class Finder {
 public:
  Finder(std::vector<Endpoint> const& endpoints, Key key)
      : endpoints_(endpoints), key_(key), by_key_(index_by(key, endpoints)) {}

  template <typename Visit>
  void for_each(Holder const& holder, Visit&& visit) {
    auto const key = holder.mptcp ? Key::Inode : key_;
    auto const wanted = key == Key::Cookie ? holder.cookie : holder.inode;
    index_of(key).for_each(
        wanted, [&](std::uint32_t row) { return key_of(endpoints_[row], key); }, visit);
  }

 private:
  RowIndex const& index_of(Key key) {
    if (key == key_) return by_key_;
    if (!by_inode_) by_inode_ = index_by(Key::Inode, endpoints_);
    return *by_inode_;
  }

  std::vector<Endpoint> const& endpoints_;
  Key key_;
  RowIndex by_key_;
  std::optional<RowIndex> by_inode_;
};

// Counting sort of the matches by endpoint into snapshot.owners.
void store(model::Snapshot& snapshot, std::vector<Match> const& matches) {
  for (auto const& match : matches) ++snapshot.endpoints[match.endpoint].owner_count;
  std::uint32_t at = 0;
  for (auto& endpoint : snapshot.endpoints) {
    endpoint.owners_at = at;
    at += endpoint.owner_count;
    endpoint.owner_count = 0;
  }
  snapshot.owners.resize(at);
  for (auto const& match : matches) {
    auto& endpoint = snapshot.endpoints[match.endpoint];
    snapshot.owners[endpoint.owners_at + endpoint.owner_count++] = match.owner;
  }
}

// A socket that was shut down stays open, bound and inactive, or begins another connection, beside
// the mini-socket that finishes the old one under the same cookie (kernel: tcp_time_wait): two
// sockets, not one.
bool are_two(Endpoint const& a, Endpoint const& b) {
  if ((a.inode == 0) == (b.inode == 0)) return false;
  auto const& full = a.inode == 0 ? b : a;
  return full.state == SocketState::BoundInactive || a.flow != b.flow;
}

}  // namespace

model::NoOwner reason_without_owner(Endpoint const& endpoint, bool all_read) {
  if (endpoint.inode == 0 && endpoint.protocol == model::Protocol::Tcp) {
    switch (endpoint.state) {
      case SocketState::TimeWait: return NoOwner::TimeWaitSocket;
      case SocketState::SynReceived: return NoOwner::RequestSocket;
      case SocketState::Established:
      case SocketState::CloseWait: return NoOwner::AcceptQueue;
      case SocketState::FinWait1:
      case SocketState::FinWait2:
      case SocketState::Closing:
      case SocketState::LastAck: return NoOwner::Orphan;
      default: break;
    }
  }
  return all_read ? NoOwner::NoProcess : NoOwner::NotPermitted;
}

JoinResult join(model::Snapshot& snapshot, std::span<Holder const> holders, Key key,
                bool all_read) {
  JoinResult result;
  snapshot.processes.clear();
  for (auto& endpoint : snapshot.endpoints) endpoint.owner_count = 0;
  Finder finder(snapshot.endpoints, key);
  Processes processes(snapshot.processes);
  std::vector<Match> matches;
  matches.reserve(holders.size());
  for (auto const& holder : holders) {
    bool found = false;
    finder.for_each(holder, [&](std::uint32_t row) {
      found = true;
      if (holder.mptcp) snapshot.endpoints[row].mptcp_subflow = true;
      matches.push_back({row, {processes.index_of(holder.pid), holder.fd}});
    });
    if (!found) result.unmatched.push_back(holder);
  }
  store(snapshot, matches);
  for (auto& endpoint : snapshot.endpoints) {
    endpoint.no_owner =
        endpoint.owner_count > 0 ? NoOwner::HasOwner : reason_without_owner(endpoint, all_read);
  }
  return result;
}

std::size_t drop_repeated(std::vector<Endpoint>& endpoints) {
  RowIndex index(endpoints.size());
  std::vector<bool> superseded;
  std::size_t dropped = 0;
  auto const cookie_of = [&](std::uint32_t row) { return endpoints[row].cookie; };
  for (std::uint32_t row = 0; row < endpoints.size(); ++row) {
    if (endpoints[row].cookie == 0) continue;
    index.for_each(endpoints[row].cookie, cookie_of, [&](std::uint32_t earlier) {
      if (are_two(endpoints[earlier], endpoints[row])) return;
      superseded.resize(endpoints.size());
      if (!superseded[earlier]) ++dropped;
      superseded[earlier] = true;
    });
    index.insert(endpoints[row].cookie, row);
  }
  if (dropped > 0) {
    std::size_t row = 0;
    std::erase_if(endpoints, [&](Endpoint const&) { return superseded[row++]; });
  }
  return dropped;
}

}  // namespace lastack::capture::owners
