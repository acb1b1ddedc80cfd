#include "ui/lab/check_text.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace lastack::ui {
namespace {

using lab::Cell;

struct Count {
  std::size_t cells = 0;
  std::size_t different = 0;
};

std::array<Count, lab::kSituationCount> counts_of(CheckedMatrix const& checked,
                                                  std::span<lab::Difference const> differences) {
  std::array<Count, lab::kSituationCount> counts{};
  auto const both = std::min(checked.of_kernel.size(), checked.of_reading.size());
  for (auto const& cell : checked.of_kernel.first(both)) {
    ++counts.at(static_cast<std::size_t>(cell.situation)).cells;
  }
  for (auto const& each : differences) {
    ++counts.at(static_cast<std::size_t>(each.one->situation)).different;
  }
  return counts;
}

void append_answer(std::string& out, std::string_view who, Cell const& cell) {
  fmt::format_to(std::back_inserter(out), "  {:<14} {:<44} {} > {}", who, cell.reply, cell.before,
                 cell.after);
  if (cell.error != "-") fmt::format_to(std::back_inserter(out), "  {}", cell.error);
  out += '\n';
}

}  // namespace

std::string cells_table(std::span<Cell const> cells) {
  std::string out = "state\tsegment\treply\tstate_before\tstate_after\tsocket_error\n";
  for (auto const& cell : cells) {
    fmt::format_to(std::back_inserter(out), "{}\t{}\t{}\t{}\t{}\t{}\n", name(cell.situation),
                   lab::kProbes.at(cell.probe).name, cell.reply, cell.before, cell.after,
                   cell.error);
  }
  return out;
}

std::string check_text(CheckedMatrix const& checked) {
  auto const found = lab::differences(checked.of_kernel, checked.of_reading);
  auto const counts = counts_of(checked, found);
  auto out =
      fmt::format("Linux {} against the table, reading {}\n\n{:<24}{:>6}{:>7}{:>11}\n",
                  checked.kernel, checked.reading, "situation", "cells", "equal", "different");
  Count all;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    auto const& count = counts.at(i);
    if (count.cells == 0) continue;
    fmt::format_to(std::back_inserter(out), "{:<24}{:>6}{:>7}{:>11}\n",
                   name(static_cast<lab::Situation>(i)), count.cells, count.cells - count.different,
                   count.different);
    all.cells += count.cells;
    all.different += count.different;
  }
  fmt::format_to(std::back_inserter(out), "{:<24}{:>6}{:>7}{:>11}\n", "all", all.cells,
                 all.cells - all.different, all.different);
  for (auto const& each : found) {
    fmt::format_to(std::back_inserter(out), "\n{}, {}\n", name(each.one->situation),
                   lab::kProbes.at(each.one->probe).name);
    append_answer(out, "kernel", *each.one);
    append_answer(out, checked.reading, *each.other);
  }
  return out;
}

std::string scenarios_text(std::span<CheckedScenario const> checked) {
  constexpr std::size_t kName = 34;
  auto out = fmt::format("{:<{}}{}\n", "scenario", kName, "the kernel plays");
  std::size_t different = 0;
  for (std::size_t i = 0; i < checked.size();) {
    auto const& name = checked[i].name;
    std::string hosts;
    for (; i < checked.size() && checked[i].name == name; ++i) {
      bool const equal = checked[i].difference.empty();
      if (!equal) ++different;
      hosts += fmt::format("{}{}{}", hosts.empty() ? "" : ", ", checked[i].host,
                           equal ? "" : " (differs)");
    }
    fmt::format_to(std::back_inserter(out), "{:<{}}{}\n", name, kName, hosts);
  }
  fmt::format_to(std::back_inserter(out), "{:<{}}{} times, {} equal, {} different\n", "all", kName,
                 checked.size(), checked.size() - different, different);
  for (auto const& each : checked) {
    if (each.difference.empty()) continue;
    fmt::format_to(std::back_inserter(out),
                   "\n{}, the kernel plays {}: {}\n  lastack lab run {} --kernel {}\n", each.name,
                   each.host, each.difference, each.name, each.host);
  }
  return out;
}

}  // namespace lastack::ui
