#include "ui/tui/process_counts.hh"

namespace lastack::ui::tui {
namespace {

constexpr std::size_t kReasons = static_cast<std::size_t>(model::NoOwner::NoProcess) + 1;

}  // namespace

// Everything it has is new: so is the process. Everything is gone: so is it.
Mark ProcessCount::mark() const {
  if (sockets() == 0) return Mark::Gone;
  if (begun == sockets() && gone == 0) return Mark::New;
  return begun + changed + gone > 0 ? Mark::Changed : Mark::None;
}

void ProcessCounts::add(std::uint32_t group, Store const& store, Slot slot) {
  auto& count = groups_[group];
  auto const mark = store.extra(slot).mark;
  if (mark == Mark::Gone) {
    ++count.gone;
    return;
  }
  count.begun += mark == Mark::New ? 1 : 0;
  count.changed += mark == Mark::Changed ? 1 : 0;
  auto const& endpoint = store.endpoint(slot);
  if (endpoint.protocol == model::Protocol::Udp) {
    ++count.udp;
  } else {
    ++count.tcp;
    ++count.states[static_cast<std::size_t>(endpoint.state)];
  }
  bool const has_peer = endpoint.flow.remote_port != 0;
  if (has_peer && hosts_.insert(group, endpoint.flow.remote, endpoint.family)) ++count.hosts;
}

std::vector<ProcessCount> ProcessCounts::count(Store const& store) {
  auto const& book = store.snapshot();
  auto const processes = book.processes.size();
  groups_.assign(processes + kReasons, {});
  hosts_.clear();
  for (Slot slot = 0; slot < store.slot_count(); ++slot) {
    if (!store.is_used(slot)) continue;
    auto const& endpoint = store.endpoint(slot);
    if (endpoint.owner_count == 0) {
      add(static_cast<std::uint32_t>(processes + static_cast<std::size_t>(endpoint.no_owner)),
          store, slot);
      continue;
    }
    auto last = ProcessCount::kNobody;  // those of one process stand together
    for (auto const& owner : book.owners_of(endpoint)) {
      if (owner.process != last) add(owner.process, store, slot);
      last = owner.process;
    }
  }
  std::vector<ProcessCount> counts;
  for (std::uint32_t group = 0; group < groups_.size(); ++group) {
    auto& count = groups_[group];
    if (count.sockets() + count.gone == 0) continue;
    if (group < processes) {
      count.process = group;
    } else {
      count.reason = static_cast<model::NoOwner>(group - processes);
    }
    counts.push_back(count);
  }
  return counts;
}

}  // namespace lastack::ui::tui
