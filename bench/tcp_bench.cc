// One step of the state machine: an arriving segment, a call. It must not allocate, and stay under
// 20 ns.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdlib>
#include <new>
#include <vector>

#include "support/lab_cells.hh"
#include "tcp/machine.hh"

namespace {

// Counts what is allocated while steps are made.
std::size_t allocations = 0;

}  // namespace

// NOLINTBEGIN(cppcoreguidelines-no-malloc): this is what malloc() is for
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}
// NOLINTEND(cppcoreguidelines-no-malloc)

namespace lastack::tcp {
namespace {

using test::kN;
using test::kR;
using test::kWindow;

Reading const& reading_of(benchmark::State const& state) {
  return *kReadings.at(static_cast<std::size_t>(state.range(0)));
}

void report(benchmark::State& state, std::size_t steps, std::size_t before) {
  auto const allocated = allocations - before;
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(steps));
  state.counters["step"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(steps),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["allocations"] = static_cast<double>(allocated);
  state.SetLabel(std::string(reading_of(state).name));
}

// Every cell that was measured: 14 situations, 34 segments.
void every_cell(benchmark::State& state) {
  Machine const machine(reading_of(state));
  std::vector<std::pair<Tcb, Segment>> cells;
  for (auto const& situation : test::kSituations) {
    auto const block = test::block_of(situation);
    for (auto const& probe : test::kProbes) {
      cells.emplace_back(block, test::segment_of(probe, block));
    }
  }
  auto const before = allocations;
  for ([[maybe_unused]] auto _ : state) {
    for (auto const& [block, segment] : cells) {
      auto tcb = block;
      benchmark::DoNotOptimize(machine.arrive(tcb, segment));
      benchmark::DoNotOptimize(tcb);
    }
  }
  report(state, cells.size(), before);
}
BENCHMARK(every_cell)->DenseRange(0, 3);

// What most segments are: data and ACKs in ESTABLISHED.
void data_and_acks(benchmark::State& state) {
  Machine const machine(reading_of(state));
  auto tcb = test::block_of(test::situation("ESTABLISHED"));
  auto const before = allocations;
  for ([[maybe_unused]] auto _ : state) {
    Segment const segment{.seq = tcb.rcv_nxt,
                          .ack = tcb.snd_nxt,
                          .text = 1000,
                          .window = kWindow,
                          .flags = kAck | kPsh};
    benchmark::DoNotOptimize(machine.arrive(tcb, segment));
  }
  report(state, 1, before);
}
BENCHMARK(data_and_acks)->DenseRange(0, 3);

// A client's whole life: two calls, three segments, a timeout.
void a_life(benchmark::State& state) {
  Machine const machine(reading_of(state));
  auto const closed = [] {
    auto block = test::block_of(test::situation("CLOSED"));
    block.iss = kN - 1;
    return block;
  }();
  auto const segment = [](std::uint32_t seq, std::uint32_t ack, Flags flags) {
    return Segment{.seq = kR + seq, .ack = kN + ack, .window = kWindow, .flags = flags};
  };
  std::array const arriving{segment(0, 0, kSyn | kAck), segment(1, 1, kAck),
                            segment(1, 1, kFin | kAck)};
  auto const before = allocations;
  for ([[maybe_unused]] auto _ : state) {
    auto tcb = closed;
    benchmark::DoNotOptimize(machine.happen(tcb, Event::OpenActive, Condition::RemoteGiven));
    benchmark::DoNotOptimize(machine.arrive(tcb, arriving[0]));
    benchmark::DoNotOptimize(machine.happen(tcb, Event::Close));
    benchmark::DoNotOptimize(machine.arrive(tcb, arriving[1]));
    benchmark::DoNotOptimize(machine.arrive(tcb, arriving[2]));
    benchmark::DoNotOptimize(machine.happen(tcb, Event::TimeWaitTimeout));
    if (tcb.state != State::Closed) state.SkipWithError("the life did not end");
  }
  report(state, 6, before);
}
BENCHMARK(a_life)->DenseRange(0, 3);

}  // namespace
}  // namespace lastack::tcp
