#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/text.hh"
#include "ui/cli/summary.hh"
#include "ui/columns/side_cells.hh"

namespace lastack::ui {
namespace {

using model::SocketState;

constexpr std::size_t kNameWidth = 24;
constexpr std::size_t kStatesShown = 3;

void append_padded(std::string& out, std::string_view text, std::size_t width) {
  out += text;
  auto const own = base::display_width(text);
  if (own < width) out.append(width - own, ' ');
}

std::uint64_t total(StateCounts const& counts) {
  std::uint64_t sum = 0;
  for (auto const count : counts) sum += count;
  return sum;
}

// Each state that occurs, one line; a column for each protocol.
void append_states(std::string& out, Summary const& summary) {
  auto const& [tcp, udp] = summary.by_state;
  out += fmt::format("\n{:<16}{:>10}{:>10}\n", "STATE", "TCP", "UDP");
  for (std::size_t i = 0; i < tcp.size(); ++i) {
    if (tcp[i] + udp[i] == 0) continue;
    out += fmt::format("{:<16}{:>10}{:>10}\n", model::name(static_cast<SocketState>(i)), tcp[i],
                       udp[i]);
  }
  out += fmt::format("{:<16}{:>10}{:>10}\n", "total", total(tcp), total(udp));
}

// "ESTABLISHED 120, CLOSE_WAIT 3": the most frequent ones.
std::string top_states(StateCounts const& counts) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) order.push_back(i);
  }
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return counts[i]; });
  std::string out;
  for (std::size_t i = 0; i < std::min(order.size(), kStatesShown); ++i) {
    if (i > 0) out += ", ";
    out += fmt::format("{} {}", model::name(static_cast<SocketState>(order[i])), counts[order[i]]);
  }
  if (order.size() > kStatesShown) out += ", …";
  return out;
}

std::string process_name(Tally const& tally, Naming const& /*naming*/) {
  if (tally.process == nullptr) return std::string(model::label(tally.no_owner));
  return fmt::format("{}[{}]", base::printable(tally.process->comm), tally.process->pid);
}

std::string remote_name(Tally const& tally, Naming const& naming) {
  std::string out;
  append_host(out, naming, tally.address, tally.family);
  return out;
}

std::string namespace_name(Tally const& tally, Naming const& /*naming*/) {
  return tally.netns->label.empty() ? fmt::format("{}", tally.netns->inode)
                                    : base::printable(tally.netns->label);
}

struct Section {
  std::string_view title;
  std::string_view many;  // "… and 3 more processes"
  std::string (*name)(Tally const& tally, Naming const& naming);
};
constexpr Section kProcesses{"PROCESS", "processes", process_name};
constexpr Section kRemotes{"REMOTE", "remote addresses", remote_name};
constexpr Section kNamespaces{"NETNS", "namespaces", namespace_name};

void append_ranking(std::string& out, Section const& section, Ranking const& ranking,
                    Naming const& naming) {
  if (ranking.top.empty()) return;
  std::size_t width = kNameWidth;
  for (auto const& tally : ranking.top) {
    width = std::max(width, base::display_width(section.name(tally, naming)));
  }
  out += '\n';
  append_padded(out, section.title, width);
  out += "  ENDPOINTS  STATES\n";
  for (auto const& tally : ranking.top) {
    append_padded(out, section.name(tally, naming), width);
    out += fmt::format("  {:>9}  {}\n", tally.endpoints, top_states(tally.states));
  }
  if (ranking.more > 0) out += fmt::format("… and {} more {}\n", ranking.more, section.many);
}

}  // namespace

void write_summary_text(base::Output& output, Summary const& summary, Naming const& naming) {
  auto& out = output.buffer();
  out += fmt::format("{} endpoint{}\n", summary.endpoints, summary.endpoints == 1 ? "" : "s");
  if (summary.endpoints > 0) append_states(out, summary);
  append_ranking(out, kProcesses, summary.processes, naming);
  append_ranking(out, kRemotes, summary.remotes, naming);
  bool const several = summary.namespaces.top.size() > 1;
  if (several) append_ranking(out, kNamespaces, summary.namespaces, naming);
  output.drain();
}

}  // namespace lastack::ui
