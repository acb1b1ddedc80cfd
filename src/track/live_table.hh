// The live table: every TCP connection of the machine, kept up by events.
//
// A connection's identity is its cookie. A request socket is known by its flow until the socket
// that grows out of it tells its cookie; a mini-socket keeps the cookie of the socket it remains
// of. Every change goes through one function, is checked against tcp::kEdges and handed to the
// sink. Events that were lost are repaired where the next one shows the gap: the states between
// are passed through and marked inferred.
//
// One thread at a time. No allocation per event but for what grows with the number of
// connections and processes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/snapshot.hh"
#include "model/socket_event.hh"
#include "model/transition.hh"
#include "track/changes.hh"
#include "track/connection.hh"
#include "track/index.hh"
#include "track/process_book.hh"
#include "track/slots.hh"

namespace lastack::track {

// Who wants to be told.
class Sink {
 public:
  Sink() = default;
  Sink(Sink const&) = delete;
  Sink& operator=(Sink const&) = delete;
  virtual ~Sink() = default;

  // After the change: the connection is in its new state.
  virtual void on_transition(Connection const& connection, model::Transition const& transition) = 0;
  // The connection is over; its path is complete. The slot is free after the call.
  virtual void on_end(Connection const& connection, std::uint64_t time_ns) = 0;
};

struct Counts {
  std::uint64_t events = 0;
  std::uint64_t transitions = 0;
  std::uint64_t inferred = 0;  // of the transitions
  std::uint64_t begun = 0;     // connections and listeners
  std::uint64_t ended = 0;
  std::uint64_t defects = 0;  // transitions that tcp::kEdges does not know
};

// What the kernel counts of a network namespace, too.
struct NetnsCounts {
  std::uint64_t active_opens = 0;         // SYNs of connect()
  std::uint64_t passive_opens = 0;        // connections out of requests
  std::uint64_t minis = 0;                // mini-sockets begun
  std::uint64_t time_wait_overflows = 0;  // closed for want of room for a mini-socket

  bool operator==(NetnsCounts const&) const = default;
};

// A dump to reconcile with.
struct Dump {
  std::uint64_t begun_ns = 0;  // CLOCK_MONOTONIC
  std::uint64_t now_ns = 0;
  std::uint64_t previous_ns = 0;    // when the one before was begun, 0: there was none
  bool first = false;               // what it shows was there before anything was watched
  bool polling = false;             // there are no events: dumps are all there is
  std::int64_t boot_offset_ns = 0;  // wall clock minus the clock that counts from boot on
  bool owners_known = false;        // its owners were asked for, and are taken over
};

struct Corrections {
  std::uint64_t found = 0;  // connections that were not known
  std::uint64_t ended = 0;
  std::uint64_t moved = 0;
};

class LiveTable {
 public:
  explicit LiveTable(Sink& sink);
  LiveTable(LiveTable const&) = delete;
  LiveTable& operator=(LiveTable const&) = delete;
  ~LiveTable() = default;

  // Events do not tell SocketEvent::caller, and those of the first small sockets do not come: what
  // is missing is no sign of anything.
  void expect_no_callers() { sees_callers_ = false; }

  void apply(model::SocketEvent const& event);

  // Decides what had to wait for the next events: request and mini-sockets whose timer went away.
  // `now_ns`: everything that happened before it has been applied.
  void settle(std::uint64_t now_ns);

  // Events were skipped: a mini-socket that seemed to be missing may be there. To be called within
  // half a second of the skipping; a dump will tell.
  void doubt_absences();

  // To be called when a dump of all namespaces is about to begin: what ends from now on may still
  // be in it.
  void expect_dump();
  // The dump came to nothing.
  void forget_dump();
  // Compares with what a dump of all namespaces found, after everything up to its end has been
  // applied. What the dump has and the table has not is taken in; what was missing in two dumps
  // running is over; states that differ were passed through unseen. Connections of which anything
  // was heard since the dump was begun are left alone.
  Corrections reconcile(model::Snapshot const& seen, Dump const& dump);

  // What there is now: rows as `lastack list` has them, of this moment but for queues and timers,
  // which are of the last reconciliation. Owners of TIME_WAIT and orphans are the last ones.
  [[nodiscard]] model::Snapshot snapshot() const;
  // The same into what was a snapshot before, whose memory is used again.
  void snapshot_to(model::Snapshot& out) const;

  // The same for a reader that goes by places: row by row, and what is no connection (UDP, and
  // sockets that neither listen nor connect), which is of the last reconciliation.
  [[nodiscard]] Connection const& at(std::uint32_t place) const { return slots_[place]; }
  [[nodiscard]] std::uint32_t end_of_places() const { return slots_.end(); }
  [[nodiscard]] static model::Endpoint row_of(Connection const& connection);
  [[nodiscard]] std::vector<model::Endpoint> const& others() const { return others_; }

  // From now on changes are kept until they are taken. They cost memory until then: a place is
  // kept once, an end up to Changes::kMostGone. A reconciliation with a dump may move every owner
  // and namespace: after it, all rows have to be read again.
  void follow_changes();
  [[nodiscard]] Changes take_changes();

  // Processes, namespaces and owners that connections refer to.
  [[nodiscard]] model::Snapshot const& book() const { return book_; }
  [[nodiscard]] model::Snapshot& book() { return book_; }
  [[nodiscard]] ProcessBook& processes() { return processes_; }
  [[nodiscard]] Counts const& counts() const { return counts_; }
  [[nodiscard]] NetnsCounts counts_of(std::uint32_t netns_inode) const;
  // The last transitions that no rule allows, in words; at most 16.
  [[nodiscard]] std::vector<std::string> const& defects() const { return defects_; }
  [[nodiscard]] std::size_t size() const { return slots_.in_use(); }
  [[nodiscard]] std::size_t memory() const;

  template <typename Visit>
  void for_each(Visit const& visit) const {
    for_each_place([&](std::uint32_t place) { visit(slots_[place]); });
  }
  template <typename Visit>
  void for_each_place(Visit const& visit) const {
    for (std::uint32_t place = 0; place < slots_.end(); ++place) {
      if (slots_[place].in_use) visit(place);
    }
  }

 private:
  // What belongs to one going away follows within the same softirq.
  static constexpr std::uint64_t kPatience = 2'000'000;  // ns
  // Whoever keeps the table asks that often, at least, whether events were skipped.
  static constexpr std::uint64_t kDoubtPatience = 500'000'000;  // ns
  struct Pending {
    std::uint32_t place;
    std::uint32_t generation;
    std::uint64_t since_ns;
    std::uint64_t patience_ns;
    model::Cause cause;
  };

  struct Held {
    std::uint32_t place;
    std::uint32_t generation;
    std::uint64_t since_ns;
  };
  struct Listener {
    std::uint32_t netns;
    std::uint16_t port;
    std::uint64_t cookie;
  };

  void apply_state(model::SocketEvent const& event);
  void apply_request(model::SocketEvent const& event);
  void apply_mini(model::SocketEvent const& event);

  void become_unseen_mini(std::uint32_t place, model::SocketEvent const& event);

  std::uint32_t begin(model::SocketEvent const& event, model::SocketState state,
                      std::uint64_t since_ns);
  std::uint32_t find_or_adopt(std::uint32_t place, model::SocketEvent const& event);
  void adopt(std::uint32_t place, std::uint64_t cookie);
  void remember_request(Connection const& connection);
  void become_unseen_child(std::uint32_t place, std::uint64_t time_ns);
  std::uint32_t begin_after_cookie(model::SocketEvent const& event);
  void begin_without_request(model::SocketEvent const& event);
  void enter_syn_received(std::uint32_t place, std::uint64_t time_ns, model::Cause cause,
                          bool inferred, std::uint64_t not_before_ns = 0);
  void describe(Connection& connection, model::SocketEvent const& event);
  void set_cookie(std::uint32_t place, std::uint64_t cookie);
  void put_aside(std::uint32_t place);
  void index_aside(std::uint32_t place);
  std::uint32_t begin_mini(model::SocketEvent const& event);
  void become_mini(std::uint32_t place, model::SocketEvent const& event);
  void end_mini(std::uint32_t place, std::uint64_t time_ns, model::Cause cause, bool time_wait);
  void arrive_in_mini(std::uint32_t place, bool time_wait, std::uint64_t when_ns);
  void pair_with_local_peer(model::SocketEvent const& event);

  void own(Connection& connection, std::uint32_t process, OwnerSource source);
  void take_acceptor(model::SocketEvent const& event);
  void learn_owner(Connection& connection, model::SocketEvent const& event, model::Cause cause);
  void inherit_owner(Connection& connection, std::uint64_t listener_cookie);
  void inherit_owner(Connection& connection, model::Flow const& flow);
  void add_listener(Connection const& connection);
  void remove_listener(Connection const& connection);

  // The one place that changes a state. To CLOSED: the connection is over and its slot is free.
  void move(std::uint32_t place, model::SocketState to, std::uint64_t time_ns, model::Cause cause,
            bool inferred = false, std::uint64_t not_before_ns = 0);
  // Passes through the states that were missed until it is in `target`.
  void catch_up(std::uint32_t place, model::SocketState target, std::uint64_t time_ns);
  void finish(std::uint32_t place, std::uint64_t time_ns);
  void count(Connection const& connection, model::SocketState from, model::Cause cause);
  void note_change(std::uint32_t place);
  void note_end(std::uint32_t place);
  void report_defect(Connection const& connection, model::SocketState to);

  void give_way(model::SocketEvent const& event);
  // A connect() whose port the kernel has not chosen yet is told once it has.
  void hold(std::uint32_t place);
  void take_port(model::SocketEvent const& event);
  void let_go(Connection& connection);
  void let_go_held(std::uint64_t now_ns);
  void tell_port_to_peer(model::SocketEvent const& event);
  void put_off(std::uint32_t place, std::uint64_t time_ns, model::Cause cause,
               std::uint64_t patience_ns = kPatience);
  void call_off(std::uint32_t place);

  std::uint32_t namespace_entry(std::uint32_t inode);
  std::uint32_t entry_of(model::Process const& process);
  void index_by_flow(std::uint32_t place);
  void unindex_flow(std::uint32_t place);
  [[nodiscard]] std::uint32_t find_by_flow(model::Flow const& flow, std::uint32_t netns) const;
  [[nodiscard]] std::uint32_t find_nameless(model::Flow const& flow, std::uint32_t netns) const;
  [[nodiscard]] std::uint32_t find_mini(std::uint64_t cookie, model::Flow const& flow,
                                        std::uint32_t netns) const;

  [[nodiscard]] std::uint32_t find_row(model::Endpoint const& row, std::uint64_t netns) const;
  [[nodiscard]] bool is_past(model::Endpoint const& row, std::uint64_t netns) const;
  std::uint32_t take_in(model::Snapshot const& seen, model::Endpoint const& row,
                        std::uint32_t netns, Dump const& dump);
  void name_by_cookie(std::uint32_t place);
  void update(std::uint32_t place, model::Endpoint const& row, Dump const& dump,
              Corrections& corrections);
  [[nodiscard]] std::vector<bool> looked_into(model::Snapshot const& seen,
                                              std::vector<std::uint32_t> const& namespaces) const;
  void end_missing(std::vector<bool> const& found, std::vector<bool> const& looked,
                   Dump const& dump, Corrections& corrections);
  std::vector<std::uint32_t> take_namespaces(model::Snapshot const& seen);
  void take_owners(model::Snapshot const& seen, std::vector<std::uint32_t> const& places);
  void take_others(model::Snapshot const& seen, std::vector<std::uint32_t> const& namespaces);

  Sink* sink_;
  model::Snapshot book_;
  ProcessBook processes_;
  Slots slots_;
  Index by_cookie_;
  Index by_flow_;  // requests, mini-sockets in FIN_WAIT_2, and those put aside
  std::vector<Pending> pending_;
  std::vector<Held> held_;
  std::unordered_map<std::uint32_t, std::uint32_t> netns_entries_;  // by inode
  std::unordered_map<std::uint64_t, std::uint64_t> ended_;  // cookies, while a dump may show them
  std::vector<std::uint64_t> past_requests_;  // keys of flows, while a dump may show them
  std::vector<model::Endpoint> others_;       // UDP and inactive sockets of the last reconciliation
  std::vector<std::uint32_t> others_processes_;  // that those refer to
  std::vector<Listener> listeners_;
  Counts counts_;
  std::vector<NetnsCounts> netns_counts_;  // by entry of the book
  std::vector<bool> was_listed_;           // by entry of the book: some dump had it
  std::int64_t boot_offset_ns_ = 0;
  std::vector<std::string> defects_;
  std::vector<Held> touched_;  // began or changed since changes were taken
  Changes changes_;
  bool follows_changes_ = false;
  bool remembers_ended_ = false;
  bool sees_callers_ = true;
};

}  // namespace lastack::track
