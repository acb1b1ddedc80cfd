// All that a detector looks at: what is there at one moment, and what happened before.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detect/baseline.hh"
#include "detect/history.hh"
#include "model/life.hh"
#include "model/snapshot.hh"
#include "model/tcp_counters.hh"
#include "model/tcp_memory.hh"
#include "model/tcp_settings.hh"

namespace lastack::detect {

// Of one row. Zero: not known, it was there before anything was watched.
struct Timing {
  std::uint64_t since_ns = 0;  // CLOCK_MONOTONIC: when it entered its state
  std::uint64_t born_ns = 0;
  model::Side opened_by = model::Side::Unknown;
};

// Of one network namespace. What could not be read is nullopt, or a usual value.
struct NamespaceFacts {
  std::uint64_t inode = 0;
  model::TcpSettings settings;  // which of them were read: is_read()
  std::vector<std::pair<std::uint16_t, std::uint16_t>> reserved_ports;  // from, to
  std::optional<model::TcpCounters> counters;                           // now
  std::optional<model::TcpCounters> earlier;  // when watching began, or a while ago
  std::uint64_t earlier_ns = 0;               // CLOCK_MONOTONIC, when that was read

  // How much a counter has risen since `earlier`; 0 where either was not read.
  [[nodiscard]] std::uint64_t rise(model::TcpCounter counter) const;
};

// Of one process, by its place in Snapshot::processes. Read only for those with many sockets.
struct ProcessFacts {
  std::optional<std::uint64_t> open_files;
  std::optional<std::uint64_t> file_limit;       // soft RLIMIT_NOFILE; nullopt: unlimited, too
  std::optional<std::uint64_t> hard_file_limit;  // likewise
};

// What lastack itself could not see.
struct Blindness {
  bool events = false;        // state changes were watched, not only looked for
  std::string no_events_why;  // where they should have been
  std::uint64_t lost = 0;     // records that found the ring full
  std::uint64_t skipped = 0;  // runs that the kernel skipped
  std::uint64_t malformed = 0;
  std::vector<std::string> missing_capabilities;  // "cap_sys_ptrace"
  std::size_t unread_sockets = 0;     // with something pending, whose queues and timers may be old
  std::size_t unread_namespaces = 0;  // whose settings and counters could not be read
};

// Everything refers to what outlives the look.
struct Scene {
  model::Snapshot const* snapshot = nullptr;
  std::span<std::uint32_t const> rows;          // of the snapshot, that are asked about
  std::span<Timing const> timings;              // by row of the snapshot; or empty
  std::span<NamespaceFacts const> namespaces;   // by Snapshot::namespaces; or empty
  std::span<ProcessFacts const> process_facts;  // by Snapshot::processes; or empty
  model::TcpMemory memory;
  std::uint64_t nr_open = 0;           // fs.nr_open: no limit of open files is above; 0: not known
  History const* history = nullptr;    // nullptr: nothing was watched
  Baseline const* baseline = nullptr;  // nullptr: there is none
  std::string_view baseline_file;      // where it was asked for; "": the usual one
  Blindness blindness;
  std::uint64_t now_ns = 0;         // CLOCK_MONOTONIC
  std::int64_t wall_offset_ns = 0;  // wall clock minus that
  std::uint32_t own_pid = 0;        // lastack's; 0: not to be told apart

  [[nodiscard]] model::Endpoint const& row(std::uint32_t index) const {
    return snapshot->endpoints[index];
  }
  [[nodiscard]] Timing timing(std::uint32_t index) const {
    return index < timings.size() ? timings[index] : Timing();
  }
  // How long the row has been in its state, ns; nullopt: not known.
  [[nodiscard]] std::optional<std::uint64_t> age_ns(std::uint32_t index) const;
  // At least so long, s: what was there before anything was watched has been so all the time.
  [[nodiscard]] double least_age_s(std::uint32_t index) const;
  // Nothing has come from its peer for so long, s; nullopt: not known.
  [[nodiscard]] std::optional<double> silence_s(std::uint32_t index) const;
  // Since when its socket has been so at every look; nullopt: it is not, or nobody looked before.
  [[nodiscard]] std::optional<std::uint64_t> lasted_ns(std::uint32_t index,
                                                       Condition condition) const;
  // The first process that holds it, by its place in the snapshot; kNone: nobody is known.
  [[nodiscard]] std::uint32_t process_of(std::uint32_t index) const;
  [[nodiscard]] std::uint64_t netns_inode(model::Endpoint const& endpoint) const;
  // Usual values where nothing was read.
  [[nodiscard]] NamespaceFacts const& facts_of(model::Endpoint const& endpoint) const;
  // tcp_max_orphans, which is one for all namespaces; nullopt: not read.
  [[nodiscard]] std::optional<std::uint64_t> orphan_limit() const;
  [[nodiscard]] Destination destination_of(model::Endpoint const& endpoint) const;
  [[nodiscard]] Port port_of(model::Endpoint const& endpoint) const;
};

}  // namespace lastack::detect
