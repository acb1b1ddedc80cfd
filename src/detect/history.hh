// What happened lately, as far as detectors ask: counts by process, by destination, by both, and by
// listener, and since when a socket has been in a condition. Fed by transitions and ends, live or
// recorded; time comes with them. Bounded: about 16 MB at the most, however much happens.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>

#include "detect/distinct.hh"
#include "detect/recent.hh"
#include "model/life.hh"
#include "model/process.hh"
#include "model/transition.hh"

namespace lastack::detect {

struct Scene;

// The other end of connections: an address and a port in a network namespace.
struct Destination {
  model::Address address;
  std::uint64_t netns = 0;  // inode
  std::uint16_t port = 0;
  model::Family family = model::Family::Inet;
  bool operator==(Destination const&) const = default;
};
// A process's connections to one destination.
struct Route {
  Destination to;
  std::uint32_t pid = 0;
  bool operator==(Route const&) const = default;
};
// Connections that came to a port of this machine.
struct Port {
  std::uint64_t netns = 0;  // inode
  std::uint16_t port = 0;
  bool operator==(Port const&) const = default;
};
struct HashKey {
  std::size_t operator()(std::uint32_t pid) const { return mix(pid); }
  std::size_t operator()(Destination const& key) const;
  std::size_t operator()(Route const& key) const;
  std::size_t operator()(Port const& key) const;
};

// How attempts to connect ended.
struct Attempts {
  std::uint32_t begun = 0;        // SYN_SENT entered
  std::uint32_t connected = 0;    // SYN_SENT left for ESTABLISHED
  std::uint32_t refused = 0;      // RST in answer to the SYN
  std::uint32_t timed_out = 0;    // nothing came back
  std::uint32_t unreachable = 0;  // ICMP, or no route
  std::uint32_t given_up = 0;     // closed by the program before there was an answer
  std::uint32_t no_port = 0;      // connect() found no free local port
  std::uint32_t other = 0;
  std::uint32_t unanswered = 0;  // of those given up: after a second or more
  std::uint32_t refused_seconds =
      0;  // a bit for each second (modulo 32) in which some were refused

  [[nodiscard]] std::uint32_t failed() const { return refused + timed_out + unreachable + other; }
  [[nodiscard]] std::uint32_t finished() const { return connected + failed() + given_up + no_port; }
  Attempts& operator+=(Attempts const& other_half);
};

// Established connections that were cut off.
struct Breaks {
  std::uint32_t reset_in_use = 0;    // by the peer, in ESTABLISHED
  std::uint32_t reset_unread = 0;    // closed here with unread data: RST sent
  std::uint32_t peer_seconds = 0;    // a bit for each second (modulo 32) that had one of the former
  std::uint32_t unread_seconds = 0;  // … of the latter

  Breaks& operator+=(Breaks const& other);
};

struct ByProcess {
  Attempts attempts;
  Distinct<4096> hosts;    // that it tried to connect to
  Distinct<1024> subnets;  // of those: network_hash()
  Distinct<1024> ports;
  std::uint32_t close_wait_entered = 0;
  std::uint32_t close_wait_left = 0;

  [[nodiscard]] std::uint64_t weight() const {
    return std::uint64_t{attempts.begun} + attempts.finished() + close_wait_entered +
           close_wait_left;
  }
  ByProcess& operator+=(ByProcess const& other);
};

struct ByDestination {
  Attempts attempts;
  Breaks breaks;
  std::uint32_t last_pid = 0;  // of the last failure

  [[nodiscard]] std::uint64_t weight() const {
    return std::uint64_t{attempts.begun} + attempts.finished() + breaks.reset_in_use +
           breaks.reset_unread;
  }
  ByDestination& operator+=(ByDestination const& other);
};

// Connections opened by a process to one destination.
struct ByRoute {
  std::uint32_t begun = 0;
  std::uint32_t left = 0;         // ESTABLISHED was left; TIME_WAIT may still last
  std::uint32_t left_timed = 0;   // of those: whose begin was seen
  std::uint32_t with_totals = 0;  // that are over, and whose bytes are known
  std::uint64_t open_ns = 0;      // from begin to leaving ESTABLISHED, together
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;

  [[nodiscard]] std::uint64_t weight() const { return std::uint64_t{begun} + left + with_totals; }
  ByRoute& operator+=(ByRoute const& other);
};

struct ByPort {
  std::uint32_t requests = 0;      // SYNs that made a request socket
  std::uint32_t connected = 0;     // handshakes finished
  std::uint32_t unanswered = 0;    // SYN+ACK never acknowledged
  std::uint32_t dropped_full = 0;  // for want of room in the accept queue
  std::uint32_t reset = 0;         // by the peer, before the handshake was finished
  Breaks breaks;                   // of connections that came in
  Distinct<4096> sources;          // of requests
  std::uint32_t close_wait_entered = 0;
  std::uint32_t close_wait_left = 0;

  [[nodiscard]] std::uint64_t weight() const {
    return std::uint64_t{requests} + connected + unanswered + close_wait_entered +
           breaks.reset_in_use + breaks.reset_unread;
  }
  ByPort& operator+=(ByPort const& other);
};

// Of the other end; one of an IPv4 peer of an IPv6 socket is that of the peer.
[[nodiscard]] std::uint64_t host_hash(model::Endpoint const& endpoint);
// Of the network that it is likely to be in: /24, or /64 with IPv6.
[[nodiscard]] std::uint64_t network_hash(model::Endpoint const& endpoint);

// What a socket may be in for a while; noted at each look.
enum class Condition : std::uint8_t {
  Unread,              // data waits for the program to read, and it has read nothing
  WindowClosed,        // the peer takes nothing: the persist timer runs
  Retransmitting,      // what was sent is not acknowledged
  ProbesUnanswered,    // keepalive
  AcceptQueueFull,     // of a listener
  AcceptQueueWaiting,  // of a listener: somebody has been waiting all the time
};
inline constexpr std::size_t kConditionCount = 6;

class History {
 public:
  static constexpr std::uint64_t kHalf = 10'000'000'000;  // ns
  static constexpr std::size_t kMostProcesses = 2048;
  static constexpr std::size_t kMostDestinations = 8192;
  static constexpr std::size_t kMostRoutes = 8192;
  static constexpr std::size_t kMostPorts = 1024;
  static constexpr std::size_t kMostSpells = 65'536;
  static constexpr std::size_t kMostListeners = 8192;

  // Unread: how much the program had read by then, up to an offset that stays the same.
  struct Level {
    std::uint32_t read = 0;
    bool counted = false;  // by what came; else only by the queue
  };

  explicit History(std::uint64_t now_ns);

  // `life.endpoint.netns` is not looked at: `netns` is the namespace's inode. `owner`: nullptr
  // where it is not known.
  void on_transition(model::Life const& life, model::Transition const& transition,
                     model::Process const* owner, std::uint64_t netns);
  void on_end(model::Life const& life, model::Process const* owner, std::uint64_t netns);
  // Notes the conditions of what is there now. Call before each look, with rising times.
  void note(Scene const& scene);
  // Forgets what is older than it tells. Called by note(); a recording without looks may call it.
  void advance(std::uint64_t now_ns);

  [[nodiscard]] std::uint64_t started_ns() const { return started_ns_; }
  // The time that the counts are of, s; at least a millisecond.
  [[nodiscard]] double covered_s(std::uint64_t now_ns) const;

  [[nodiscard]] Recent<std::uint32_t, ByProcess, HashKey> const& processes() const {
    return processes_;
  }
  [[nodiscard]] Recent<Destination, ByDestination, HashKey> const& destinations() const {
    return destinations_;
  }
  [[nodiscard]] Recent<Route, ByRoute, HashKey> const& routes() const { return routes_; }
  [[nodiscard]] Recent<Port, ByPort, HashKey> const& ports() const { return ports_; }

  // Who did something lately; its sockets may all have gone. nullptr: not known.
  [[nodiscard]] model::Process const* process(std::uint32_t pid) const;

  // Since when it has been so at every look; 0: it is not.
  [[nodiscard]] std::uint64_t since(std::uint64_t cookie, Condition condition) const;
  // What that listener has dropped within the window (sk_drops: SYNs and ACKs for want of room, and
  // stray segments); 0: nothing, or its details were not read.
  [[nodiscard]] std::uint32_t drops_of(std::uint64_t listener) const;
  // Whether somebody listened on that TCP port when it was looked at first; also where there was no
  // room to note it.
  [[nodiscard]] bool listened_first(Port const& port) const;
  // Keys and spells that found no room.
  [[nodiscard]] std::uint64_t forgotten() const;

 private:
  struct Spell {
    std::uint64_t since_ns = 0;
    Level level;
    std::uint32_t look = 0;  // the last look that saw it
  };
  struct SpellKey {
    std::uint64_t cookie = 0;
    Condition condition = Condition::Unread;
    bool operator==(SpellKey const&) const = default;
  };
  struct HashSpell {
    std::size_t operator()(SpellKey const& key) const {
      return mix(key.cookie * kConditionCount + static_cast<std::size_t>(key.condition));
    }
  };

  struct Drops {
    std::uint32_t before = 0;  // when the half before began
    std::uint32_t began = 0;   // when the present half began
    std::uint32_t now = 0;
    std::uint32_t look = 0;  // the last look that saw it
  };

  struct Actor {
    model::Process process;
    bool acted = false;         // in the present half
    bool acted_before = false;  // in the one before
  };

  void remember(model::Process const& process);
  void forget_idle();
  void count_attempt(model::Life const& life, model::Transition const& transition,
                     std::uint32_t pid, std::uint64_t netns);
  void count_request(model::Life const& life, model::Transition const& transition,
                     std::uint64_t netns);
  void count_break(model::Life const& life, model::Transition const& transition, std::uint32_t pid,
                   std::uint64_t netns);
  // The peer opened it, as far as is known: what was there before may be told by its listener.
  [[nodiscard]] bool came_in(model::Life const& life, std::uint64_t netns) const;
  void note_spell(std::uint64_t cookie, Condition condition, Level level, std::uint64_t now_ns);
  void note_drops(std::uint64_t listener, std::uint32_t drops);

  std::uint64_t started_ns_;
  std::uint64_t half_began_ns_;
  bool has_before_ = false;
  Recent<std::uint32_t, ByProcess, HashKey> processes_{kMostProcesses};
  Recent<Destination, ByDestination, HashKey> destinations_{kMostDestinations};
  Recent<Route, ByRoute, HashKey> routes_{kMostRoutes};
  Recent<Port, ByPort, HashKey> ports_{kMostPorts};
  std::unordered_map<std::uint32_t, Actor, HashKey> actors_;  // by pid
  std::unordered_map<SpellKey, Spell, HashSpell> spells_;
  std::unordered_map<std::uint64_t, Drops> drops_;     // by cookie
  std::unordered_set<Port, HashKey> first_listeners_;  // that the first look has seen
  std::uint32_t looks_ = 0;
  std::uint64_t spells_without_room_ = 0;
};

}  // namespace lastack::detect
