// What happens to the sockets of a machine, told to a live table as the kernel would report it:
// one event after the other, a millisecond apart.
//   Story story;
//   auto client = story.socket(7, flow("10.0.0.1", 40000, "10.0.0.2", 80));
//   client.connects({.by = &curl}).goes(Established).goes(FinWait1, kClosing);
//   EXPECT_THAT(story.told(), ElementsAre("7 CLOSED>SYN_SENT connect", …));
#pragma once

#include <arpa/inet.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/socket_event.hh"
#include "support/listening.hh"
#include "track/live_table.hh"

namespace lastack::test {

using model::Caller;
using model::EventKind;
using model::SocketEvent;
using model::SocketState;

inline constexpr std::uint32_t kHostNetns = 4026531840;

inline model::Flow flow(char const* local, std::uint16_t local_port, char const* remote,
                        std::uint16_t remote_port) {
  model::Flow made;
  int const family =
      std::string_view(local).find(':') != std::string_view::npos ? AF_INET6 : AF_INET;
  ::inet_pton(family, local, made.local.bytes.data());
  ::inet_pton(family, remote, made.remote.bytes.data());
  made.local_port = local_port;
  made.remote_port = remote_port;
  return made;
}
inline model::Flow reversed(model::Flow const& flow) {
  return {flow.remote, flow.local, flow.remote_port, flow.local_port};
}

inline model::Actor actor(std::uint32_t pid, std::string_view name,
                          std::uint64_t start_ns = 5'000'000'000) {
  model::Actor made{.start_ns = start_ns, .pid = pid, .uid = 1000, .comm = {}};
  std::ranges::copy(name.substr(0, made.comm.size()), made.comm.begin());
  return made;
}

// What an event tells besides the states.
struct How {
  unsigned flags = 0;
  std::uint16_t error = 0;
  Caller caller = Caller::Unknown;
  model::Actor const* by = nullptr;
  model::Totals const* totals = nullptr;
  std::uint32_t inode = 0;
  bool time_wait_full = false;
};

// close(2) of the last descriptor, and the end of the process that had it.
[[nodiscard]] inline How closing(model::Actor const* by = nullptr) {
  return {.flags = SocketEvent::Owned | SocketEvent::FileClosing, .by = by};
}
[[nodiscard]] inline How exiting(model::Actor const* by = nullptr) {
  return {.flags = SocketEvent::Owned | SocketEvent::FileClosing | SocketEvent::Exiting, .by = by};
}

class Socket;

// One table, its listener and a clock.
class Story {
 public:
  Socket socket(std::uint64_t cookie, model::Flow const& flow,
                model::Family family = model::Family::Inet, std::uint32_t netns = kHostNetns);

  void pass(std::chrono::nanoseconds time) { now_ns_ += static_cast<std::uint64_t>(time.count()); }
  [[nodiscard]] std::uint64_t now_ns() const { return now_ns_; }

  void apply(SocketEvent event) {
    pass(std::chrono::milliseconds(1));
    event.time_ns = now_ns_;
    table_.apply(event);
  }
  // What had to wait for the next events is decided: none came.
  void settles() {
    pass(std::chrono::milliseconds(10));
    table_.settle(now_ns_);
  }

  // A dump of everything: begun now …
  [[nodiscard]] track::Dump begins_to_look() {
    pass(std::chrono::milliseconds(1));
    table_.expect_dump();
    return {.begun_ns = now_ns_, .previous_ns = std::exchange(looked_ns_, now_ns_)};
  }
  // … and done now.
  track::Corrections has_looked(model::Snapshot const& seen, track::Dump dump) {
    pass(std::chrono::milliseconds(1));
    dump.now_ns = now_ns_;
    return table_.reconcile(seen, dump);
  }
  // Nothing happens meanwhile.
  track::Corrections looks(model::Snapshot const& seen, bool first = false) {
    auto dump = begins_to_look();
    dump.first = first;
    dump.owners_known = true;
    return has_looked(seen, dump);
  }
  track::Corrections polls(model::Snapshot const& seen, bool first = false) {
    auto dump = begins_to_look();
    dump.first = first;
    dump.polling = true;
    dump.owners_known = true;
    return has_looked(seen, dump);
  }

  // Every step since the last call, as written() has it.
  [[nodiscard]] std::vector<std::string> told() {
    std::vector<std::string> out;
    for (; told_ < listening_.steps.size(); ++told_) {
      auto const& step = listening_.steps[told_];
      out.push_back(written(step.life.endpoint.cookie, step.transition));
    }
    return out;
  }
  // The path of every connection that is over.
  [[nodiscard]] std::vector<std::string> ended() const {
    std::vector<std::string> out;
    for (auto const& end : listening_.ends) out.push_back(written(end.life));
    return out;
  }
  [[nodiscard]] model::Life const& last_end() const {
    return listening_.ends.at(ended_count() - 1).life;
  }
  [[nodiscard]] std::size_t ended_count() const { return listening_.ends.size(); }
  [[nodiscard]] Listening const& listening() const { return listening_; }

  // Those that have this cookie, in the order of their places.
  [[nodiscard]] std::vector<model::Life> alive(std::uint64_t cookie) const {
    std::vector<model::Life> found;
    table_.for_each([&](track::Connection const& each) {
      if (each.endpoint.cookie == cookie) found.push_back(each);
    });
    return found;
  }
  // "nginx[100] acted", "- unknown".
  [[nodiscard]] std::string owner_of(model::Life const& life) const {
    std::string out = "-";
    if (life.process != model::kNone) {
      auto const& process = table_.book().processes[life.process];
      out = process.comm + "[" + std::to_string(process.pid) + "]";
    }
    return out + " " + std::string(model::name(life.owner_source));
  }
  // Of the only one that has this cookie.
  [[nodiscard]] std::string owner_of(std::uint64_t cookie) const {
    auto const found = alive(cookie);
    return found.size() == 1 ? owner_of(found.front()) : std::to_string(found.size()) + " of them";
  }

  [[nodiscard]] track::LiveTable& table() { return table_; }
  [[nodiscard]] track::Counts const& counts() const { return table_.counts(); }

 private:
  Listening listening_;
  track::LiveTable table_{listening_};
  std::uint64_t now_ns_ = 1'000'000'000'000;
  std::uint64_t looked_ns_ = 0;
  std::size_t told_ = 0;
};

// One socket of the kernel: a full one, and the request and mini-sockets of the same flow.
class Socket {
 public:
  Socket(Story& story, SocketEvent const& common) : story_(&story), common_(common) {}

  // CLOSED → SYN_SENT and CLOSED → LISTEN: calls of a process.
  Socket& connects(How how = {}) { return calls(SocketState::SynSent, how); }
  Socket& listens(How how = {}) { return calls(SocketState::Listen, how); }
  // From the state that it is in.
  Socket& goes(SocketState to, How const& how = {}) { return is_seen(state_, to, how); }
  // Whatever came before.
  Socket& is_seen(SocketState from, SocketState to, How const& how = {}) {
    auto event = event_of(EventKind::State, how);
    event.from = from;
    event.to = to;
    state_ = to;
    story_->apply(event);
    return *this;
  }

  // A handshake of a listener: a request socket of this flow, which has no cookie yet.
  Socket& is_requested(std::uint64_t listener, std::uint8_t retries = 0) {
    auto event = of_request(EventKind::RequestArmed, {});
    event.listener = listener;
    event.retries = retries;
    story_->apply(event);
    return *this;
  }
  Socket& request_disarmed(Caller caller, unsigned flags = 0) {
    story_->apply(of_request(EventKind::RequestDisarmed, {.flags = flags, .caller = caller}));
    return *this;
  }
  Socket& request_fires(std::uint64_t listener = 0) {
    auto event = of_request(EventKind::RequestFired, {});
    event.listener = listener;
    story_->apply(event);
    return *this;
  }
  // The handshake is over: the socket that the request becomes.
  Socket& is_born() {
    request_disarmed(Caller::Handshake);
    return is_seen(SocketState::SynReceived, SocketState::Established);
  }

  // The mini-socket that stays when the full one goes.
  Socket& shrinks(SocketState to, std::chrono::milliseconds until = std::chrono::seconds(60)) {
    auto event = of_mini(EventKind::MiniArmed, to, {});
    event.fires_in_ms = static_cast<std::uint64_t>(until.count());
    story_->apply(event);
    return *this;
  }
  Socket& mini_disarmed(SocketState in, Caller caller, unsigned flags = 0) {
    story_->apply(of_mini(EventKind::MiniDisarmed, in, {.flags = flags, .caller = caller}));
    return *this;
  }
  // The timer wheel takes the timer off, then it fires.
  Socket& mini_fires(SocketState in) {
    mini_disarmed(in, Caller::TimerWheel);
    story_->apply(of_mini(EventKind::MiniFired, in, {}));
    return *this;
  }
  Socket& is_accepted(model::Actor const& by, unsigned flags = SocketEvent::Owned) {
    auto event = event_of(EventKind::Accepted, {.flags = flags, .by = &by});
    event.flow = {};  // only the cookie is told
    story_->apply(event);
    return *this;
  }

  // Of a connect() that left its port to the kernel.
  Socket& port_is_chosen() {
    story_->apply(event_of(EventKind::PortChosen, {}));
    return *this;
  }

  // The request sockets of some kernels have a cookie from the start.
  Socket& with_request_cookie(std::uint64_t cookie) {
    request_cookie_ = cookie;
    return *this;
  }

 private:
  Socket& calls(SocketState to, How how) {
    how.flags |= SocketEvent::Owned;
    return is_seen(SocketState::Closed, to, how);
  }
  [[nodiscard]] SocketEvent event_of(EventKind kind, How const& how) const {
    auto event = common_;
    event.kind = kind;
    event.flags = static_cast<std::uint16_t>(how.flags);
    event.error = how.error;
    event.caller = how.caller;
    event.actor = how.by;
    event.totals = how.totals;
    event.inode = how.inode;
    event.time_wait_full = how.time_wait_full;
    return event;
  }
  [[nodiscard]] SocketEvent of_request(EventKind kind, How const& how) const {
    auto event = event_of(kind, how);
    event.cookie = request_cookie_;
    event.from = event.to = SocketState::SynReceived;
    return event;
  }
  [[nodiscard]] SocketEvent of_mini(EventKind kind, SocketState in, How const& how) const {
    auto event = event_of(kind, how);
    event.from = event.to = in;
    return event;
  }

  Story* story_;
  SocketEvent common_;
  SocketState state_ = SocketState::Closed;
  std::uint64_t request_cookie_ = 0;
};

inline Socket Story::socket(std::uint64_t cookie, model::Flow const& flow, model::Family family,
                            std::uint32_t netns) {
  SocketEvent event;
  event.cookie = cookie;
  event.flow = flow;
  event.family = family;
  event.netns_inode = netns;
  event.uid = 1000;
  return {*this, event};
}

}  // namespace lastack::test
