#include "app/probe_watch.hh"

#include <chrono>
#include <thread>
#include <utility>

#include "app/clocks.hh"
#include "app/dump_task.hh"

namespace lastack::app {
namespace {

using capture::bpf::TransitionRing;
using model::SocketState;

constexpr std::size_t kRingBytes = 8UL << 20U;

bool is_at_rest(std::optional<SocketState> state) {
  return state == SocketState::Closed || state == SocketState::TimeWait;
}

model::Address plain(model::Address const& address) {
  return model::is_v4_mapped(address) ? model::unmapped(address) : address;
}

}  // namespace

base::Result<std::unique_ptr<ProbeWatch>> ProbeWatch::start(std::uint64_t netns_inode, Tell tell) {
  auto ring = TransitionRing::attach({.bytes = kRingBytes, .actors = true, .totals = false});
  if (!ring) return std::unexpected(ring.error());
  std::unique_ptr<ProbeWatch> watch(new ProbeWatch(std::move(*ring), netns_inode, std::move(tell)));
  if (auto const looked = watch->look_first(); !looked) return std::unexpected(looked.error());
  return watch;
}

ProbeWatch::ProbeWatch(TransitionRing ring, std::uint64_t netns_inode, Tell tell)
    : ring_(std::move(ring)),
      table_(*this),
      owners_(table_.book()),
      netns_inode_(netns_inode),
      tell_(std::move(tell)) {
  if (!ring_.nameless().empty()) table_.expect_no_callers();
}

base::Result<void> ProbeWatch::look_first() {
  DumpTask dump;
  table_.expect_dump();
  dump.start(true);
  while (!dump.is_done()) {
    drain();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  auto const seen = dump.take();
  if (!seen) return std::unexpected(seen.error());
  drain();
  (void)table_.reconcile(*seen, {.begun_ns = dump.begun_ns(),
                                 .now_ns = monotonic_ns(),
                                 .previous_ns = 0,
                                 .first = true,
                                 .polling = false,
                                 .boot_offset_ns = boot_offset_ns(),
                                 .owners_known = dump.with_owners()});
  return {};
}

ProbeWatch::Key ProbeWatch::key_of(model::Flow const& flow) {
  return {.local = plain(flow.local),
          .remote = plain(flow.remote),
          .ports = std::uint32_t{flow.local_port} << 16U | flow.remote_port};
}

model::Flow ProbeWatch::mirrored(model::Flow const& flow) {
  return {.local = flow.remote,
          .remote = flow.local,
          .local_port = flow.remote_port,
          .remote_port = flow.local_port};
}

void ProbeWatch::follow(std::size_t target, model::Flow const& flow) {
  followed_[target] = {.flow = flow, .own = {}, .peers = {}};
  own_ends_[key_of(flow)] = target;
  other_ends_[key_of(mirrored(flow))] = target;
}

void ProbeWatch::forget(std::size_t target) {
  auto const found = followed_.find(target);
  if (found == followed_.end()) return;
  auto const& flow = found->second.flow;
  own_ends_.erase(key_of(flow));
  other_ends_.erase(key_of(mirrored(flow)));
  followed_.erase(found);
}

void ProbeWatch::drain() {
  for (;;) {
    auto const before = monotonic_ns();
    auto const count = ring_.consume(*this);
    if (count >= TransitionRing::kRound) continue;  // older ones still wait
    table_.settle(before);
    return;
  }
}

bool ProbeWatch::is_over(std::size_t target) const {
  auto const found = followed_.find(target);
  if (found == followed_.end()) return true;
  auto const& [flow, own, peers] = found->second;
  return is_at_rest(own) && (!peers || is_at_rest(peers));
}

bool ProbeWatch::has_seen(std::size_t target) const {
  auto const found = followed_.find(target);
  return found != followed_.end() && found->second.own.has_value();
}

void ProbeWatch::on_transition(track::Connection const& connection,
                               model::Transition const& transition) {
  for (auto const entry : table_.processes().take_changed()) owners_.forget(entry);
  if (followed_.empty()) return;
  auto const& netns = table_.book().namespaces[connection.endpoint.netns];
  auto const key = key_of(connection.endpoint.flow);
  bool const is_here = netns.inode == netns_inode_;
  auto const own = own_ends_.find(key);
  bool const is_own = is_here && own != own_ends_.end();
  auto const other = other_ends_.find(key);
  if (!is_own && other == other_ends_.end()) return;
  auto const target = is_own ? own->second : other->second;
  model::ProbeStep step{.time_ns = transition.time_ns,
                        .kind = model::ProbeStep::Kind::Transition,
                        .other_end = !is_own,
                        .inferred = transition.inferred,
                        .from = transition.from,
                        .to = transition.to,
                        .cause = transition.cause};
  owners_.append(step.process, connection);
  if (!is_here) step.netns = netns.label;
  auto& followed = followed_[target];
  (is_own ? followed.own : followed.peers) = transition.to;
  tell_(target, step);
}

}  // namespace lastack::app
