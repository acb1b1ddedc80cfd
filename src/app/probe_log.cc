#include "app/probe_log.hh"

#include <syslog.h>
#include <unistd.h>

#include <map>
#include <string>

#include <fmt/format.h>

#include "app/names.hh"
#include "base/text.hh"
#include "ui/probe/probe_text.hh"

namespace lastack::app {
namespace {

constexpr std::size_t kFew = 16;

void write_line(std::string const& line) { ::syslog(LOG_NOTICE, "%s", line.c_str()); }

std::string who() {
  auto const uid = ::getuid();
  return fmt::format("probe by {} (uid {})", base::printable(user_name(uid).value_or("?")), uid);
}

}  // namespace

void log_probe(std::span<ProbeLogEntry const> entries) {
  ::openlog("lastack", LOG_PID, LOG_USER);
  if (entries.size() <= kFew) {
    for (auto const& [target, result] : entries) {
      write_line(
          fmt::format("{}: {}: {}", who(), ui::probe_name(*target), model::name(result->verdict)));
    }
    return ::closelog();
  }
  std::map<std::string, std::map<model::ProbeVerdict, std::size_t>> hosts;
  for (auto const& [target, result] : entries) ++hosts[target->host][result->verdict];
  for (auto const& [host, verdicts] : hosts) {
    std::string counts;
    for (auto const& [verdict, count] : verdicts) {
      counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count, model::name(verdict));
    }
    write_line(fmt::format("{}: ports of {}: {}", who(), base::printable(host), counts));
  }
  ::closelog();
}

}  // namespace lastack::app
