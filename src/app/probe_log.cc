#include "app/probe_log.hh"

#include <map>
#include <string>

#include <fmt/format.h>

#include "app/action_log.hh"
#include "ui/probe/probe_text.hh"

namespace lastack::app {
namespace {

constexpr std::size_t kFew = 16;

}  // namespace

void log_probe(std::span<ProbeLogEntry const> entries) {
  ActionLog const log;
  if (entries.size() <= kFew) {
    for (auto const& [target, result] : entries) {
      log.record("probe", ui::probe_name(*target), model::name(result->verdict));
    }
    return;
  }
  std::map<std::string, std::map<model::ProbeVerdict, std::size_t>> hosts;
  for (auto const& [target, result] : entries) ++hosts[target->host][result->verdict];
  for (auto const& [host, verdicts] : hosts) {
    std::string counts;
    for (auto const& [verdict, count] : verdicts) {
      counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count, model::name(verdict));
    }
    log.record("probe", "ports of " + host, counts);
  }
}

}  // namespace lastack::app
