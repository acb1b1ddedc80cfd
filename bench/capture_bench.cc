// The hot paths between the kernel's answer and the table: decoding and joining.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "capture/owners/join.hh"
#include "capture/sock_diag/decode.hh"
#include "support/recorded.hh"

namespace lastack {
namespace {

void decode_recorded_dump(benchmark::State& state, char const* name, bool want_details) {
  auto const datagrams = test::recorded_dump(name);
  capture::sock_diag::DecodeContext const context{
      .protocol = model::Protocol::Tcp, .netns = 0, .sequence = 1, .want_details = want_details};
  model::Snapshot snapshot;
  std::int64_t sockets = 0;
  for (auto _ : state) {
    snapshot.endpoints.clear();
    snapshot.details.clear();
    for (auto const& datagram : datagrams) {
      benchmark::DoNotOptimize(capture::sock_diag::decode(datagram, context, snapshot));
    }
    sockets += static_cast<std::int64_t>(snapshot.endpoints.size());
  }
  state.SetItemsProcessed(sockets);
}
BENCHMARK_CAPTURE(decode_recorded_dump, plain, "tcp.dump", false);
BENCHMARK_CAPTURE(decode_recorded_dump, details, "tcp_details.dump", true);

// Sockets numbered as a kernel with two processors does it: cookies in runs, shuffled by the
// hash table's walk.
model::Snapshot many_sockets(std::uint32_t count) {
  model::Snapshot snapshot;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto& endpoint = snapshot.endpoints.emplace_back();
    endpoint.cookie = 1 + (std::uint64_t{i} * 2654435761U) % (std::uint64_t{count} * 2 + 1);
    endpoint.inode = static_cast<std::uint32_t>(endpoint.cookie);
    endpoint.state = model::SocketState::Established;
  }
  return snapshot;
}

void join_owners(benchmark::State& state) {
  auto const count = static_cast<std::uint32_t>(state.range(0));
  auto snapshot = many_sockets(count);
  std::vector<capture::owners::Holder> holders;
  for (auto const& endpoint : snapshot.endpoints) {
    holders.push_back({.cookie = endpoint.cookie,
                       .inode = endpoint.inode,
                       .pid = 1000 + static_cast<std::uint32_t>(holders.size() / 10'000),
                       .fd = 3});
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        capture::owners::join(snapshot, holders, capture::owners::Key::Cookie, true));
  }
  state.SetItemsProcessed(state.iterations() * count);
}
BENCHMARK(join_owners)->Arg(20'000)->Arg(200'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void drop_repeated_rows(benchmark::State& state) {
  auto snapshot = many_sockets(static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state) {
    benchmark::DoNotOptimize(capture::owners::drop_repeated(snapshot.endpoints));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(drop_repeated_rows)->Arg(200'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lastack
