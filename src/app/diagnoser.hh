// Puts together what detectors look at, lets them look, and keeps what they found.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/machine_facts.hh"
#include "capture/bpf/transition_ring.hh"
#include "detect/baseline.hh"
#include "detect/board.hh"
#include "detect/config.hh"
#include "detect/history.hh"
#include "filter/filter.hh"
#include "model/facts.hh"
#include "track/live_table.hh"

namespace lastack::app {

// All that detectors may ask of sockets and processes.
inline constexpr model::Facts kDiagnosisFacts =
    model::kProcessFacts | model::Fact::Owners | model::Fact::TcpInfo | model::Fact::Memory;

struct DiagnosisSetup {
  detect::Config config;
  std::optional<detect::Baseline> baseline;
  std::string baseline_file;  // where it was asked for
  filter::Filter filter;      // which sockets are asked about
  bool events = false;        // state changes are watched
  std::string no_events_why;
  std::uint64_t hold_ns = detect::Board::kHold;
};

// One thread, but for the making. Moves it between network namespaces, and back.
class Diagnoser {
 public:
  explicit Diagnoser(DiagnosisSetup setup);

  // What happens; `table` is the one that the lives are of.
  void on_transition(track::LiveTable const& table, model::Life const& life,
                     model::Transition const& transition);
  void on_end(track::LiveTable const& table, model::Life const& life);
  void on_losses(capture::bpf::RingLosses const& losses);
  void on_unseen(model::Unseen const& unseen) { unseen_ = unseen; }

  // Looks at what the table has now.
  [[nodiscard]] std::vector<detect::Change> look(track::LiveTable const& table,
                                                 std::uint64_t now_ns);
  // Looks at a complete listing; since when its rows have been so is taken from the table, where
  // there is one.
  [[nodiscard]] std::vector<detect::Change> look(model::Snapshot snapshot,
                                                 track::LiveTable const* table,
                                                 std::uint64_t now_ns);

  [[nodiscard]] detect::Board const& board() const { return board_; }
  // What was looked at last.
  [[nodiscard]] model::Snapshot const& snapshot() const { return snapshot_; }
  // Those of its rows that were asked about.
  [[nodiscard]] std::vector<std::uint32_t> const& rows() const { return rows_; }
  // What the last look took of the CPU, ns.
  [[nodiscard]] std::uint64_t cost_ns() const { return cost_ns_; }

 private:
  [[nodiscard]] model::Process const* owner_of(track::LiveTable const& table,
                                               model::Life const& life) const;
  [[nodiscard]] static std::uint64_t netns_of(track::LiveTable const& table,
                                              model::Life const& life);
  void time_rows(track::LiveTable const& table);
  void time_rows_by_cookie(track::LiveTable const& table);
  void choose_rows();
  void read_closely();
  void read_closely(std::uint32_t netns, std::vector<std::uint32_t> const& rows);
  [[nodiscard]] std::vector<detect::Change> look_at_snapshot(std::uint64_t now_ns);

  DiagnosisSetup setup_;
  detect::History history_;
  detect::Board board_;
  MachineFacts facts_;
  std::vector<std::string> missing_capabilities_;
  model::Unseen unseen_;
  capture::bpf::RingLosses losses_;
  // Of the last look; kept so that their memory is used again.
  model::Snapshot snapshot_;
  std::vector<detect::Timing> timings_;
  std::vector<std::uint32_t> rows_;
  std::size_t unread_ = 0;  // rows that were worth a closer look, and did not get it
  std::uint64_t cost_ns_ = 0;
};

}  // namespace lastack::app
