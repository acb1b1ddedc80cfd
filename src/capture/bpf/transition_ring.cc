#include "capture/bpf/transition_ring.hh"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <poll.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <functional>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "capture/bpf/kernel_symbols.hh"
#include "capture/bpf/own_pid_namespace.hh"
#include "capture/bpf/program_info.hh"
#include "capture/bpf/transitions_abi.h"
#include "transitions.skel.h"

namespace lastack::capture::bpf {
namespace {

struct Destroy {
  void operator()(transitions_bpf* skeleton) const { transitions_bpf::destroy(skeleton); }
  void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
};
using Skeleton = std::unique_ptr<transitions_bpf, Destroy>;
using Ring = std::unique_ptr<ring_buffer, Destroy>;

constexpr std::string_view kRequestTimer = "reqsk_timer_handler";
constexpr std::string_view kMiniTimer = "tw_timer_handler";

int print_nothing(libbpf_print_level, char const*, va_list) { return 0; }

// CONFIG_HZ: the coarse clocks tick with it.
std::uint32_t ticks_per_second() {
  timespec resolution{};
  if (::clock_getres(CLOCK_MONOTONIC_COARSE, &resolution) != 0 || resolution.tv_nsec <= 0) {
    return 250;
  }
  return static_cast<std::uint32_t>(1'000'000'000L / resolution.tv_nsec);
}

// What the programs must know about the running kernel.
struct KernelFacts {
  std::uint64_t request_timer = 0;
  std::uint64_t mini_timer = 0;
  Callers callers;
  std::string problem;  // why functions are not known; "" where they are
};

KernelFacts kernel_facts() {
  auto const functions = Callers::function_names();
  std::vector<std::string_view> names(functions.begin(), functions.end());
  names.push_back(kMiniTimer);
  auto symbols = kernel_symbols(names);
  KernelFacts facts;
  if (!symbols) {
    facts.problem = symbols.error().message;
    return facts;
  }
  for (auto const& symbol : *symbols) {
    if (symbol.is_variant) continue;
    if (names[symbol.name] == kMiniTimer) facts.mini_timer = symbol.range.begin;
    if (names[symbol.name] == kRequestTimer) facts.request_timer = symbol.range.begin;
  }
  std::erase_if(*symbols, [&](Symbol const& each) { return each.name >= functions.size(); });
  facts.callers = Callers(*symbols);
  if (facts.mini_timer == 0 || facts.request_timer == 0) {
    facts.mini_timer = facts.request_timer = 0;
    facts.problem = "this kernel does not name tw_timer_handler and reqsk_timer_handler";
  }
  return facts;
}

base::Result<Skeleton> load(KernelFacts const& facts, TransitionRing::Options const& options) {
  libbpf_set_print(print_nothing);  // failures are told once, by the error that is returned
  Skeleton skeleton(transitions_bpf::open());
  if (!skeleton) return base::fail_errno("open the BPF programs");
  auto const pid_namespace = own_pid_namespace();
  if (!pid_namespace) return std::unexpected(pid_namespace.error());
  skeleton->rodata->pid_namespace_inode = *pid_namespace;
  skeleton->rodata->request_timer_function = facts.request_timer;
  skeleton->rodata->mini_timer_function = facts.mini_timer;
  skeleton->rodata->ticks_per_second = ticks_per_second();
  skeleton->rodata->tells_actors = options.actors ? 1 : 0;
  skeleton->rodata->tells_totals = options.totals ? 1 : 0;
  bpf_map__set_max_entries(skeleton->maps.ring, static_cast<std::uint32_t>(options.bytes));
  if (int const error = transitions_bpf::load(skeleton.get()); error != 0) {
    return base::fail_errno("load the BPF programs that watch transitions", -error);
  }
  if (int const error = transitions_bpf::attach(skeleton.get()); error != 0) {
    return base::fail_errno("attach the BPF programs that watch transitions", -error);
  }
  return skeleton;
}

}  // namespace

struct TransitionRing::State {
  Skeleton skeleton;
  Ring ring;
  TransitionDecoder decoder;
  std::string nameless;
  RingExtras extras;
  EventSink* sink = nullptr;  // while consuming
  std::size_t consumed = 0;   // by this call

  static int on_record(void* context, void* data, std::size_t size) {
    auto& state = *static_cast<State*>(context);
    state.decoder.decode({static_cast<std::byte const*>(data), size}, *state.sink);
    return ++state.consumed < kRound ? 0 : -EINTR;  // negative: ring_buffer__consume() returns
  }

  [[nodiscard]] std::vector<bpf_program const*> programs() const {
    auto const& progs = skeleton->progs;
    return {progs.socket_state, progs.timer_armed, progs.timer_disarmed, progs.timer_fired};
  }
};

TransitionRing::TransitionRing(std::unique_ptr<State> state) : state_(std::move(state)) {}
TransitionRing::TransitionRing(TransitionRing&&) noexcept = default;
TransitionRing& TransitionRing::operator=(TransitionRing&&) noexcept = default;
TransitionRing::~TransitionRing() = default;

base::Result<TransitionRing> TransitionRing::attach(Options const& options) {
  auto facts = kernel_facts();
  auto skeleton = load(facts, options);
  if (!skeleton) return std::unexpected(skeleton.error());
  auto state = std::make_unique<State>();
  state->skeleton = std::move(*skeleton);
  state->decoder = TransitionDecoder(std::move(facts.callers));
  state->nameless = std::move(facts.problem);
  auto const& maps = state->skeleton->maps;
  state->extras =
      RingExtras::attach({.ring = bpf_map__fd(maps.ring),
                          .lost = bpf_map__fd(maps.lost),
                          .reader_sleeps = bpf_map__fd(maps.reader_sleeps),
                          .pid_namespace = state->skeleton->rodata->pid_namespace_inode});
  state->ring.reset(ring_buffer__new(bpf_map__fd(state->skeleton->maps.ring), State::on_record,
                                     state.get(), nullptr));
  if (!state->ring) return base::fail_errno("map the ring of transitions");
  return TransitionRing(std::move(state));
}

std::size_t TransitionRing::consume(EventSink& sink) {
  state_->sink = &sink;
  state_->consumed = 0;
  (void)ring_buffer__consume(state_->ring.get());  // fails only as on_record() says
  state_->sink = nullptr;
  return state_->consumed;
}

void TransitionRing::wait(std::chrono::milliseconds limit, int other_fd) {
  // The map itself is polled, not libbpf's epoll: it looks whether records are there, so that one
  // written before the flag was up does not wait.
  auto const set_flag = [&](std::uint64_t sleeps) {
    std::uint32_t const key = 0;
    (void)bpf_map_update_elem(bpf_map__fd(state_->skeleton->maps.reader_sleeps), &key, &sleeps,
                              BPF_ANY);  // without the flag the time limit wakes
  };
  set_flag(1);
  std::array<pollfd, 2> waiting{
      {{bpf_map__fd(state_->skeleton->maps.ring), POLLIN, 0}, {other_fd, POLLIN, 0}}};
  (void)::poll(waiting.data(), waiting.size(), static_cast<int>(limit.count()));
  set_flag(0);
}

std::uint64_t RingLosses::lost() const {
  std::uint64_t sum = 0;
  for (auto const& cpu : ring_full) sum = std::accumulate(cpu.begin(), cpu.end(), sum);
  return sum;
}

RingLosses RingLosses::since(RingLosses const& earlier) const {
  auto left = *this;
  for (std::size_t cpu = 0; cpu < std::min(ring_full.size(), earlier.ring_full.size()); ++cpu) {
    std::ranges::transform(ring_full[cpu], earlier.ring_full[cpu], left.ring_full[cpu].begin(),
                           std::minus());
  }
  left.skipped -= earlier.skipped;
  left.malformed -= earlier.malformed;
  return left;
}

RingLosses TransitionRing::losses() const {
  RingLosses losses;
  losses.malformed = state_->decoder.malformed();
  auto const cpus = static_cast<std::size_t>(std::max(1, libbpf_num_possible_cpus()));
  losses.ring_full.resize(cpus);
  std::vector<std::uint64_t> counts(cpus);
  for (std::uint32_t kind = KIND_STATE; kind < KIND_COUNT; ++kind) {
    if (bpf_map_lookup_elem(bpf_map__fd(state_->skeleton->maps.lost), &kind, counts.data()) != 0) {
      continue;
    }
    for (std::size_t cpu = 0; cpu < cpus; ++cpu) {
      losses.ring_full[cpu][kind - KIND_STATE] = counts[cpu];
    }
  }
  for (auto const* program : state_->programs()) {
    losses.skipped += recursion_misses(program);
  }
  losses.skipped += state_->extras.skipped();
  return losses;
}

std::vector<Extra> const& TransitionRing::extras() const { return state_->extras.all(); }

std::string const& TransitionRing::nameless() const { return state_->nameless; }

}  // namespace lastack::capture::bpf
