// `--summary`: how many endpoints there are, by state, by process and by remote address.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/output.hh"
#include "ui/cli/order.hh"

namespace lastack::ui {

using StateCounts = std::array<std::uint64_t, model::kSocketStateCount>;

// One process, remote address or namespace. `who` points into the Snapshot where there is one.
struct Tally {
  model::Process const* process = nullptr;
  model::NoOwner no_owner = model::NoOwner::HasOwner;  // where there is no process
  model::Address address{};                            // unmapped
  model::Family family = model::Family::Inet;
  model::NetNs const* netns = nullptr;
  std::uint64_t endpoints = 0;
  StateCounts states{};
};

struct Ranking {
  std::vector<Tally> top{};  // the largest first, at most kSummaryTop
  std::uint64_t more = 0;    // how many others there are
};
inline constexpr std::size_t kSummaryTop = 20;

struct Summary {
  std::uint64_t endpoints = 0;
  std::array<StateCounts, 2> by_state{};  // indexed by Protocol
  // A socket that several processes share counts for each of them.
  Ranking processes{};
  Ranking remotes{};     // endpoints that have a peer
  Ranking namespaces{};  // in which there are endpoints
};

[[nodiscard]] Summary summarize(model::Snapshot const& snapshot,
                                std::span<std::uint32_t const> rows);

void write_summary_text(base::Output& output, Summary const& summary, Naming const& naming);
void write_summary_json(base::Output& output, Summary const& summary);  // one line

}  // namespace lastack::ui
