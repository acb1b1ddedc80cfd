// The live screen's models: what an update costs, and what the user's changes of mind do.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "filter/filter.hh"
#include "support/tui_updates.hh"
#include "ui/columns/selection.hh"
#include "ui/tui/endpoint_list.hh"
#include "ui/tui/store.hh"

namespace lastack {
namespace {

using model::SocketState;
using test::Machine;
using ui::tui::EndpointList;
using ui::tui::Grouping;
using ui::tui::Store;

class NoNames final : public filter::NameLookup {
 public:
  [[nodiscard]] std::optional<std::uint16_t> service_port(std::string_view) const override {
    return std::nullopt;
  }
  [[nodiscard]] std::vector<filter::HostAddress> host_addresses(std::string_view) const override {
    return {};
  }
};

// 20 listeners of as many processes, their connections, and a fifth of all rows in TIME_WAIT.
class Busy {
 public:
  explicit Busy(std::size_t rows) : rows_(rows) {
    for (std::uint32_t i = 0; i < kServers; ++i) {
      servers_.push_back(machine.process(100 + i, "server-" + std::to_string(i)));
      machine.open(test::listener("0.0.0.0", port_of(i)), servers_.back());
    }
    while (places_.size() < rows) open();
  }

  // As many transitions: half of them from state to state, the other half ends and beginnings.
  ui::tui::Update churn(std::size_t changes) {
    for (std::size_t i = 0; i < changes; i += 4) {
      machine.move(any(), SocketState::CloseWait);
      machine.move(any(), SocketState::TimeWait);
      auto& place = any();
      machine.close(place);
      std::swap(place, places_.back());
      places_.pop_back();
      open();
    }
    machine.pass_ms(1000);
    return machine.changes();
  }

  Machine machine;

 private:
  static constexpr std::uint32_t kServers = 20;
  static std::uint16_t port_of(std::size_t server) {
    return static_cast<std::uint16_t>(8000 + server);
  }
  Machine::Place& any() { return places_[random_() % places_.size()]; }
  void open() {
    auto const server = random_() % kServers;
    auto endpoint = test::tcp("10.0.0.1", port_of(server), "10.1.0.0", 0);
    endpoint.flow.remote.bytes[2] = static_cast<std::uint8_t>(random_());
    endpoint.flow.remote.bytes[3] = static_cast<std::uint8_t>(random_());
    endpoint.flow.remote_port = static_cast<std::uint16_t>(1024 + random_() % 60'000);
    endpoint.recv_queue = random_() % 3 == 0 ? static_cast<std::uint32_t>(random_() % 9000) : 0;
    if (random_() % 5 == 0) endpoint.state = SocketState::TimeWait;
    places_.push_back(machine.open(endpoint, servers_[server]));
  }

  std::size_t rows_;
  std::mt19937 random_{7};
  std::vector<std::uint32_t> servers_;
  std::vector<Machine::Place> places_;
};

struct Screen {
  explicit Screen(std::size_t rows) : busy(rows), list(store) {
    store.apply(busy.machine.whole());
    (void)store.take_changes();
    list.rebuild();
  }
  void set_sort(std::string_view text) {
    list.set_sort(text.empty() ? std::vector<ui::SortColumn>() : ui::parse_sort(text).value());
    list.rebuild();
  }

  Busy busy;
  Store store;
  EndpointList list;
};

void update(benchmark::State& bench, Grouping grouping, std::string_view sort) {
  Screen screen(static_cast<std::size_t>(bench.range(0)));
  screen.list.set_grouping(grouping);
  screen.set_sort(sort);
  auto const changes = static_cast<std::size_t>(bench.range(1));
  std::size_t lines = 0;
  for (auto _ : bench) {
    bench.PauseTiming();
    auto told = screen.busy.churn(changes);
    bench.ResumeTiming();
    screen.store.apply(std::move(told));
    screen.list.update(screen.store.take_changes());
    lines = screen.list.lines().size();
  }
  bench.counters["lines"] = static_cast<double>(lines);
}
BENCHMARK_CAPTURE(update, default_order, Grouping::None, "")
    ->Args({1'000, 50})
    ->Args({1'000, 1'000})
    ->Args({20'000, 5'000})
    ->Args({200'000, 5'000})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(update, by_state, Grouping::None, "-state,recv-q")
    ->Args({200'000, 5'000})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(update, fold_time_wait, Grouping::FoldTimeWait, "")
    ->Args({200'000, 5'000})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(update, by_process, Grouping::ByProcess, "")
    ->Args({200'000, 5'000})
    ->Unit(benchmark::kMillisecond);

// After a comparison with a dump: everything told again, the book of owners written anew; a queue
// in ten differs.
void whole_update(benchmark::State& bench) {
  Screen screen(static_cast<std::size_t>(bench.range(0)));
  for (auto _ : bench) {
    bench.PauseTiming();
    for (std::uint32_t place = 0; place < screen.busy.machine.place_count(); place += 10) {
      if (screen.busy.machine.is_open(place)) ++screen.busy.machine.endpoint(place).send_queue;
    }
    auto told = screen.busy.machine.whole();
    bench.ResumeTiming();
    screen.store.apply(std::move(told));
    screen.list.update(screen.store.take_changes());
  }
}
BENCHMARK(whole_update)->Arg(200'000)->Unit(benchmark::kMillisecond);

void rebuild(benchmark::State& bench, std::string_view sort, std::string_view filter,
             Grouping grouping = Grouping::None) {
  Screen screen(200'000);
  screen.list.set_grouping(grouping);
  NoNames const names;
  if (!filter.empty()) screen.list.set_filter(filter::parse(filter, names).value());
  screen.set_sort(sort);
  for (auto _ : bench) screen.list.rebuild();
  bench.counters["matching"] = static_cast<double>(screen.list.matching());
}
BENCHMARK_CAPTURE(rebuild, default_order, "", "")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rebuild, by_state, "state", "")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rebuild, by_queue, "-recv-q", "")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rebuild, by_remote, "remote", "")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rebuild, by_process, "process", "")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rebuild, by_owners, "owners", "")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rebuild, by_local_and_remote, "local,remote", "")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rebuild, tree, "", "", Grouping::ByProcess)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rebuild, folded, "", "", Grouping::FoldTimeWait)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rebuild, some, "", "state = close-wait or sport = :8001")
    ->Unit(benchmark::kMillisecond);

// Each letter of a filter gives another list.
void type_a_filter(benchmark::State& bench) {
  Screen screen(200'000);
  NoNames const names;
  constexpr std::string_view kText = "process = server-1 and dst 10.1.7.0/24";
  std::size_t keys = 0;
  for (auto _ : bench) {
    for (std::size_t end = 1; end <= kText.size(); ++end) {
      auto filter = filter::parse(kText.substr(0, end), names);
      if (!filter) continue;
      screen.list.set_filter(*std::move(filter));
      screen.list.rebuild();
      ++keys;
    }
  }
  bench.SetItemsProcessed(static_cast<std::int64_t>(keys));
}
BENCHMARK(type_a_filter)->Unit(benchmark::kMillisecond);

// Everything that is asked where rows are while the screen is drawn.
void find_rows(benchmark::State& bench) {
  Screen const screen(200'000);
  ui::tui::Slot slot = 0;
  for (auto _ : bench) {
    benchmark::DoNotOptimize(screen.list.find(slot));
    slot = (slot + 12'345) % screen.store.slot_count();
  }
}
BENCHMARK(find_rows);

// Bytes of the store and of one list with 200,000 rows, changes of ten seconds included.
std::size_t allocated_bytes() {
  auto const info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}
void memory(benchmark::State& bench) {
  for (auto _ : bench) {
    Busy busy(200'000);
    auto const before = allocated_bytes();
    Store store;
    store.apply(busy.machine.whole());
    EndpointList list(store);
    list.set_sort(ui::parse_sort("state").value());
    list.update(store.take_changes());
    for (int i = 0; i < 10; ++i) {
      store.apply(busy.churn(5'000));
      list.update(store.take_changes());
    }
    auto const bytes = allocated_bytes() - before;
    bench.counters["bytes/row"] = static_cast<double>(bytes) / static_cast<double>(store.rows());
    bench.counters["rows"] = static_cast<double>(store.rows());
  }
}
BENCHMARK(memory)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lastack
