// What the thread that keeps the live table tells the screen: what changed since it told last.
// Plain values; indexes refer to the books of processes, owners and namespaces, which are told
// along with it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/finding.hh"
#include "model/life.hh"
#include "model/snapshot.hh"
#include "model/transition.hh"
#include "tcp/edges.hh"

namespace lastack::ui::tui {

// A row's place in the live table. It names the row until the row is gone; then another row may
// have it.
using Place = std::uint32_t;

struct RowUpdate {
  Place place = 0;
  model::Endpoint endpoint;
  std::uint64_t since_ns = 0;  // in this state, CLOCK_MONOTONIC; 0: not known
  std::uint64_t born_ns = 0;   // 0: before it was watched
  model::Side opened_by = model::Side::Unknown;
};

struct RowGone {
  Place place = 0;
  model::Cause cause = model::Cause::Unknown;
};

// The (last) owner, as it was then: a book's entry may become another process.
struct OwnerName {
  std::uint32_t pid = 0;           // 0: none known
  std::int64_t start_unix_ms = 0;  // tells it from another one that has its pid; 0: not known
  std::array<char, 16> comm{};
};

struct StreamLine {
  model::Transition transition;
  model::Endpoint endpoint;  // in its new state; its owner indexes are void
  OwnerName owner;
};

struct ClosedLife {
  model::Life life;  // its owner indexes are void
  std::uint64_t ended_ns = 0;
  OwnerName owner;
};

struct FindingTold {
  model::Finding finding;
  std::uint64_t arose_ns = 0;  // CLOCK_MONOTONIC
  bool is_seen = true;         // by the last look; else it is held for a while
};

// Of one connection that is there now, because it was asked for.
struct LifeTold {
  Place place = 0;
  model::Life life;
};

[[nodiscard]] inline bool is_same(OwnerName const& owner, model::Process const& process) {
  return owner.pid != 0 && owner.pid == process.pid && owner.start_unix_ms == process.start_unix_ms;
}

// Counted since the screen was opened.
struct Totals {
  std::array<std::uint64_t, tcp::kEdges.size()> edges{};  // as tcp::kEdges
  std::uint64_t transitions = 0;
  std::uint64_t opens = 0;      // connections begun, by this side or by the peer
  std::uint64_t failures = 0;   // connections that ended without ever being ESTABLISHED
  std::uint64_t lost = 0;       // records that found the ring full
  std::uint64_t skipped = 0;    // runs that the kernel skipped, made good by dumps
  std::uint64_t malformed = 0;  // records not understood
  std::uint64_t defects = 0;    // transitions that no rule allows
};

// A fresh look at one socket, asked for because it is on the screen.
struct SocketReading {
  Place place = 0;
  std::uint64_t cookie = 0;
  std::uint32_t netns = 0;  // index
  std::uint32_t recv_queue = 0;
  std::uint32_t send_queue = 0;
  std::uint32_t timer_ms = 0;
  model::TimerKind timer = model::TimerKind::None;
  std::uint8_t retransmits = 0;
  model::SocketDetails details;
};

struct Update {
  // To be applied in this order.
  bool whole = false;  // `rows` are all there are: whatever is not among them is gone
  std::vector<RowGone> gone;
  std::vector<RowUpdate> rows;  // begun or changed
  // UDP and sockets without connection, known by their cookies. Told after each comparison with a
  // dump, then all of them; their `place` is void.
  bool others_told = false;
  std::vector<model::Endpoint> others;

  // The books. Processes by index: new ones, and entries that changed.
  std::vector<std::pair<std::uint32_t, model::Process>> processes;
  std::size_t owners_at = 0;  // `owners` replaces the book from there on
  std::vector<model::Owner> owners;
  std::vector<model::NetNs> namespaces;  // all of them, where something changed; else none
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> interfaces;  // likewise
  std::map<std::uint32_t, std::string> users;                                 // likewise

  std::vector<StreamLine> stream;  // the last ones
  std::uint64_t stream_left_out = 0;
  std::vector<ClosedLife> closed;  // the last ones
  std::uint64_t closed_left_out = 0;

  std::vector<SocketReading> readings;
  // What diagnosis says, most severe first; nullopt: as before.
  std::optional<std::vector<FindingTold>> findings;
  std::optional<LifeTold> life;  // the one asked for, if it is still there

  Totals totals;
  model::Unseen unseen;             // of the last dump
  std::uint64_t gaps = 0;           // times when records were lost
  bool polled = false;              // there are no events: dumps are all there is
  std::uint64_t now_ns = 0;         // CLOCK_MONOTONIC
  std::int64_t wall_offset_ns = 0;  // wall clock minus that
};

}  // namespace lastack::ui::tui
