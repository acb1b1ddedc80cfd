#include "detect/report.hh"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace lastack::detect {

model::Finding finding_of(Detector const& detector, model::Severity severity, std::string subject) {
  model::Finding finding;
  finding.detector = detector.id;
  finding.severity = severity;
  finding.subject = std::move(subject);
  finding.why = {detector.matters};
  finding.references.assign(detector.references.begin(), detector.references.end());
  return finding;
}

void blame(model::Finding& finding, Scene const& scene, std::uint32_t process) {
  if (process >= scene.snapshot->processes.size()) return;
  finding.process = scene.snapshot->processes[process];
  finding.user = user_of(scene, *finding.process);
}

std::string user_of(Scene const& scene, model::Process const& process) {
  if (!process.uid_known) return "";
  auto const user = scene.snapshot->users.find(process.uid);
  return user == scene.snapshot->users.end() ? std::to_string(process.uid) : user->second;
}

void tell(model::Finding& finding, std::string_view id, base::Phrase label, std::string value) {
  if (value.empty()) return;
  finding.evidence.push_back({id, label, {{"{0}", "{0}"}, {std::move(value)}}});
}

void add_remedy(std::vector<model::Remedy>& remedies, base::Phrase text, std::string command) {
  remedies.push_back({{text, {}}, std::move(command)});
}

void name_netns(model::Finding& finding, Scene const& scene, model::Endpoint const& endpoint) {
  auto const* netns = scene.snapshot->netns_of(endpoint);
  if (finding.sockets.empty() && netns != nullptr) finding.netns = netns->label;
}

void show_sockets(model::Finding& finding, Scene const& scene,
                  std::span<std::uint32_t const> rows) {
  finding.socket_count += rows.size();
  for (auto const index : rows) {
    auto const& row = scene.row(index);
    auto const* netns = scene.snapshot->netns_of(row);
    auto const label = netns == nullptr ? std::string() : netns->label;
    if (finding.sockets.size() < model::Finding::kMostSockets) {
      finding.sockets.push_back({row, label});
    }
    if (row.cookie != 0 && finding.cookies.size() < model::Finding::kMostCookies) {
      finding.cookies.push_back(row.cookie);
    }
    auto const since = scene.timing(index).since_ns;
    if (since != 0) {
      finding.since_ns = finding.since_ns == 0 ? since : std::min(finding.since_ns, since);
    }
  }
  bool const one = std::ranges::all_of(finding.sockets, [&](model::SocketRef const& each) {
    return each.netns == finding.sockets.front().netns;
  });
  finding.netns = one && !finding.sockets.empty() ? finding.sockets.front().netns : "";
}

std::string number(double value) {
  if (value >= 100 || value == std::floor(value)) return fmt::format("{:.0f}", value);
  return value >= 10 ? fmt::format("{:.1f}", value) : fmt::format("{:.2g}", value);
}

std::string seconds(double value) {
  constexpr std::uint64_t kManyMinutes = 2880;  // two days
  if (value < 1) return fmt::format("{:.0f} ms", value * 1000);
  if (value < 120) return fmt::format("{} s", number(value < 10 ? value : std::round(value)));
  auto const minutes = static_cast<std::uint64_t>(std::lround(value / 60));
  if (minutes < 120) return fmt::format("{} min", minutes);
  if (minutes < kManyMinutes) return fmt::format("{} h {} min", minutes / 60, minutes % 60);
  return fmt::format("{} d {} h", minutes / 1440, minutes % 1440 / 60);
}

std::string bytes(std::uint64_t value) {
  constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  auto scaled = static_cast<double>(value);
  std::size_t unit = 0;
  for (; scaled >= 1024 && unit + 1 < kUnits.size(); ++unit) scaled /= 1024;
  if (unit == 0) return fmt::format("{} B", value);
  return fmt::format("{:.{}f} {}", scaled, scaled < 10 ? 1 : 0, kUnits.at(unit));
}

std::string percent(double part, double whole) {
  return whole <= 0 ? "0 %" : fmt::format("{:.0f} %", 100 * part / whole);
}

std::string end_text(model::Address const& address, std::uint16_t port, model::Family family) {
  if (is_unspecified(address)) {
    return fmt::format("{}:{}", family == model::Family::Inet ? "*" : "[::]", port);
  }
  auto const text = to_string(address, family);
  bool const plain = family == model::Family::Inet;
  return plain ? fmt::format("{}:{}", text, port) : fmt::format("[{}]:{}", text, port);
}
std::string local_text(model::Endpoint const& endpoint) {
  return end_text(endpoint.flow.local, endpoint.flow.local_port, endpoint.family);
}
std::string remote_text(model::Endpoint const& endpoint) {
  return end_text(endpoint.flow.remote, endpoint.flow.remote_port, endpoint.family);
}

std::string remote_host(model::Endpoint const& endpoint) {
  auto const& remote = endpoint.flow.remote;
  bool const mapped = endpoint.family == model::Family::Inet6 && model::is_v4_mapped(remote);
  return mapped ? to_string(model::unmapped(remote), model::Family::Inet)
                : to_string(remote, endpoint.family);
}

std::string process_text(model::Process const& process) {
  return fmt::format("{}[{}]", process.comm, process.pid);
}

namespace {

// nullptr: it is the host's, or not known.
model::NetNs const* foreign_netns(Scene const& scene, model::Endpoint const& endpoint) {
  auto const* netns = scene.snapshot->netns_of(endpoint);
  return netns == nullptr || netns->label == "host" ? nullptr : netns;
}

}  // namespace

std::string netns_filter(Scene const& scene, model::Endpoint const& endpoint) {
  auto const* netns = foreign_netns(scene, endpoint);
  return netns == nullptr ? "" : fmt::format("netns = {} and ", netns->inode);
}

std::string netns_entry(Scene const& scene, model::Endpoint const& endpoint,
                        std::uint32_t process) {
  auto const& processes = scene.snapshot->processes;
  bool const foreign = foreign_netns(scene, endpoint) != nullptr && process < processes.size();
  return foreign ? fmt::format("nsenter -t {} -n ", processes[process].pid) : "";
}

std::string netns_suffix(Scene const& scene, model::Endpoint const& endpoint) {
  auto const* netns = foreign_netns(scene, endpoint);
  return netns == nullptr ? "" : " in " + netns->label;
}

std::string learn_command(Scene const& scene, std::string const& filter) {
  if (scene.baseline_file.empty()) return "lastack diagnose --learn '" + filter + "'";
  if (scene.baseline_file.find('\'') != std::string_view::npos) return "";
  return fmt::format("lastack diagnose --learn --baseline '{}' '{}'", scene.baseline_file, filter);
}

std::string raise_file_limit(Scene const& scene, model::Process const& process,
                             ProcessFacts const& facts) {
  if (!facts.file_limit) return "";
  auto const soft = *facts.file_limit;
  auto const hard = facts.hard_file_limit.value_or(soft);
  auto const most = std::max(hard, scene.nr_open);
  auto const wanted = std::min(2 * soft, most);
  if (wanted <= soft) return "";
  // A hard limit is raised only where it has to be, and never lowered.
  return fmt::format("prlimit --pid {} --nofile={}:{}", process.pid, wanted,
                     wanted > hard ? std::to_string(wanted) : "");
}

bool is_loopback(model::Address const& address, model::Family family) {
  constexpr std::uint8_t kNet = 127;
  if (family == model::Family::Inet) return address.bytes[0] == kNet;
  if (is_v4_mapped(address)) return model::unmapped(address).bytes[0] == kNet;
  model::Address one;
  one.bytes.back() = 1;
  return address == one;
}

}  // namespace lastack::detect
