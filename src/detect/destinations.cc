#include "detect/destinations.hh"

#include <algorithm>
#include <bit>

namespace lastack::detect {

Culprits::Culprits(Scene const& scene) : scene_(scene) {
  if (scene.history == nullptr) return;
  scene.history->routes().for_each([&](Route const& route, ByRoute const& counts) {
    if (route.pid == 0 || counts.begun + counts.left == 0) return;
    auto& most = by_destination_[route.to];
    ++most.processes;
    auto const attempts = std::max(counts.begun, counts.left);
    bool const same = attempts == most.attempts && route.pid < most.pid;
    if (attempts < most.attempts || (attempts == most.attempts && most.pid != 0 && !same)) return;
    most.pid = route.pid;
    most.attempts = attempts;
  });
}

std::uint32_t place_of(Scene const& scene, std::uint32_t pid) {
  auto const& processes = scene.snapshot->processes;
  auto const found = std::ranges::find(processes, pid, &model::Process::pid);
  return found == processes.end() ? model::kNone
                                  : static_cast<std::uint32_t>(found - processes.begin());
}

Culprit Culprits::of(Destination const& to) const { return of(to, 0); }

Culprit Culprits::of(Destination const& to, std::uint32_t fallback) const {
  auto const found = by_destination_.find(to);
  auto const pid = found == by_destination_.end() ? fallback : found->second.pid;
  if (pid == 0) return {};
  auto const others = found == by_destination_.end() ? 0 : found->second.processes - 1;
  return {pid, place_of(scene_, pid), others};
}

Opened::Opened(Scene const& scene) : counts_(scene.snapshot->processes.size()) {
  for (auto const index : scene.rows) {
    auto const& row = scene.row(index);
    bool const counts = row.protocol == model::Protocol::Tcp &&
                        row.state == model::SocketState::Established &&
                        scene.timing(index).opened_by != model::Side::Remote;
    auto const process = counts ? scene.process_of(index) : model::kNone;
    if (process != model::kNone) ++counts_[process];
  }
}

model::Process const* process_of(Scene const& scene, Culprit const& culprit) {
  auto const& processes = scene.snapshot->processes;
  if (culprit.process < processes.size()) return &processes[culprit.process];
  bool const unknown = culprit.pid == 0 || scene.history == nullptr;
  return unknown ? nullptr : scene.history->process(culprit.pid);
}

void blame(model::Finding& finding, Scene const& scene, Culprit const& culprit) {
  auto const* process = process_of(scene, culprit);
  if (process == nullptr) return;
  finding.process = *process;
  finding.user = user_of(scene, *process);
}

std::string text_of(Scene const& scene, Culprit const& culprit) {
  auto const* process = process_of(scene, culprit);
  if (process != nullptr) return process_text(*process);
  return culprit.pid == 0 ? "" : "pid " + std::to_string(culprit.pid);
}

model::Endpoint towards(Scene const& scene, Destination const& to) {
  model::Endpoint endpoint;
  endpoint.family = to.family;
  endpoint.flow.remote = to.address;
  endpoint.flow.remote_port = to.port;
  auto const& namespaces = scene.snapshot->namespaces;
  auto const found = std::ranges::find(namespaces, to.netns, &model::NetNs::inode);
  endpoint.netns = found == namespaces.end()
                       ? model::kNone
                       : static_cast<std::uint32_t>(found - namespaces.begin());
  return endpoint;
}

std::string destination_text(Destination const& to) {
  bool const mapped = to.family == model::Family::Inet6 && model::is_v4_mapped(to.address);
  if (mapped) return end_text(model::unmapped(to.address), to.port, model::Family::Inet);
  return end_text(to.address, to.port, to.family);
}

std::string destination_subject(Scene const& scene, Destination const& to) {
  return destination_text(to) + netns_suffix(scene, towards(scene, to));
}

std::string destination_filter(Scene const& scene, Destination const& to) {
  return netns_filter(scene, towards(scene, to)) + "dst " + destination_text(to);
}

bool is_loopback(Destination const& to) { return is_loopback(to.address, to.family); }

std::string probe_command(Scene const& scene, Destination const& to) {
  auto command = "lastack probe '" + destination_text(to) + "'";
  auto const* netns = scene.snapshot->netns_of(towards(scene, to));
  if (netns == nullptr || netns->label == "host") return command;
  // The name of a namespace may hold anything, and this is meant for a shell.
  bool const plain = netns->label.find('\'') == std::string::npos;
  return plain ? command + " --netns '" + netns->label + "'" : "";
}

unsigned seconds_in(std::uint32_t mask) { return static_cast<unsigned>(std::popcount(mask)); }

}  // namespace lastack::detect
