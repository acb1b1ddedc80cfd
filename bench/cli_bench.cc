// From a Snapshot to bytes: sorting and printing of 200,000 and 1,000,000 synthetic endpoints.
#include <benchmark/benchmark.h>
#include <fcntl.h>

#include <random>

#include "base/fd.hh"
#include "ui/cli/csv_table.hh"
#include "ui/cli/json_lines.hh"
#include "ui/cli/summary.hh"
#include "ui/cli/table_writer.hh"

namespace {

using namespace lastack;

void add_processes(model::Snapshot& snapshot) {
  for (std::uint32_t i = 0; i < 50; ++i) {
    model::Process process;
    process.pid = 1000 + i;
    process.comm = "worker-" + std::to_string(i);
    process.exe = "/usr/sbin/worker";
    process.cmdline = "/usr/sbin/worker --serve --number " + std::to_string(i);
    process.uid = i % 3;
    process.uid_known = true;
    process.start_unix_ms = 1'700'000'000'000;
    process.parents = {{.pid = 1, .comm = "systemd"}};
    process.unit = "worker.service";
    process.cgroup = "/system.slice/worker.service";
    snapshot.processes.push_back(process);
  }
}

model::Endpoint make_endpoint(std::mt19937_64& random, std::uint32_t index) {
  model::Endpoint endpoint;
  endpoint.cookie = index + 1;
  endpoint.inode = 100'000 + index;
  endpoint.state = index % 8 == 0 ? model::SocketState::CloseWait : model::SocketState::Established;
  auto const bits = random();
  endpoint.flow.local.bytes = {10, 0, 0, 1};
  endpoint.flow.remote.bytes = {10, static_cast<std::uint8_t>(bits),
                                static_cast<std::uint8_t>(bits >> 8U),
                                static_cast<std::uint8_t>(bits >> 16U)};
  endpoint.flow.local_port = static_cast<std::uint16_t>(8000 + (bits >> 24U) % 16);
  endpoint.flow.remote_port = static_cast<std::uint16_t>(bits >> 48U);
  endpoint.send_queue = static_cast<std::uint32_t>(bits >> 32U) % 1000;
  endpoint.owners_at = index;
  endpoint.owner_count = 1;
  endpoint.no_owner = model::NoOwner::HasOwner;
  return endpoint;
}

model::Snapshot make_snapshot(std::int64_t size) {
  model::Snapshot snapshot;
  snapshot.taken_unix_ms = 1'700'000'360'000;
  snapshot.users = {{0, "root"}, {1, "daemon"}, {2, "www-data"}};
  snapshot.namespaces = {{.inode = 4026531840, .label = "host"}};
  add_processes(snapshot);
  std::mt19937_64 random(793);  // NOLINT: the same endpoints in every run
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(size); ++i) {
    snapshot.endpoints.push_back(make_endpoint(random, i));
    auto const process = static_cast<std::uint32_t>(random() % snapshot.processes.size());
    snapshot.owners.push_back({.process = process, .fd = static_cast<int>(i % 4096)});
  }
  return snapshot;
}

class Load : public benchmark::Fixture {
 public:
  void SetUp(benchmark::State& state) override {
    snapshot = make_snapshot(state.range(0));
    rows = ui::all_rows(snapshot);
    null = base::Fd(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  }
  void TearDown(benchmark::State& /*state*/) override { snapshot = {}; }

 protected:
  [[nodiscard]] ui::Rows sorted_rows() const {
    auto sorted = rows;
    ui::sort_by_default(snapshot, sorted);
    return sorted;
  }

  model::Snapshot snapshot;
  ui::Rows rows;
  base::Fd null;
};

BENCHMARK_DEFINE_F(Load, SortByDefault)(benchmark::State& state) {
  for (auto _ : state) {
    auto sorted = rows;
    ui::sort_by_default(snapshot, sorted);
    benchmark::DoNotOptimize(sorted.data());
  }
}

BENCHMARK_DEFINE_F(Load, SortByRemote)(benchmark::State& state) {
  ui::View const view{snapshot};
  auto const columns = ui::parse_sort("remote").value();
  for (auto _ : state) {
    auto sorted = rows;
    ui::sort_by_columns(view, columns, sorted);
    benchmark::DoNotOptimize(sorted.data());
  }
}

BENCHMARK_DEFINE_F(Load, SortByUser)(benchmark::State& state) {
  ui::View const view{snapshot};
  auto const columns = ui::parse_sort("user").value();
  for (auto _ : state) {
    auto sorted = rows;
    ui::sort_by_columns(view, columns, sorted);
    benchmark::DoNotOptimize(sorted.data());
  }
}

// Sorting included: everything between the Snapshot and the descriptor.
template <typename Write>
void measure(benchmark::State& state, int fd, Write const& write) {
  for (auto _ : state) {
    base::Output output(fd);
    write(output);
    if (!output.finish("/dev/null")) state.SkipWithError("write failed");
  }
}

BENCHMARK_DEFINE_F(Load, Table)(benchmark::State& state) {
  auto const columns = ui::default_columns();
  measure(state, null.get(), [&](base::Output& output) {
    auto const sorted = sorted_rows();
    ui::write_table(output, {snapshot, sorted, columns}, {});
  });
}

BENCHMARK_DEFINE_F(Load, ColouredTerminal)(benchmark::State& state) {
  auto const columns = ui::default_columns();
  measure(state, null.get(), [&](base::Output& output) {
    auto const sorted = sorted_rows();
    ui::TableOptions const options{.color = true, .terminal = true, .width = 100};
    ui::write_table(output, {snapshot, sorted, columns}, options);
  });
}

BENCHMARK_DEFINE_F(Load, JsonLines)(benchmark::State& state) {
  auto const columns = ui::default_json_columns();
  measure(state, null.get(), [&](base::Output& output) {
    auto const sorted = sorted_rows();
    ui::write_json_lines(output, {snapshot, sorted, columns});
  });
}

BENCHMARK_DEFINE_F(Load, Csv)(benchmark::State& state) {
  auto const columns = ui::default_columns();
  measure(state, null.get(), [&](base::Output& output) {
    auto const sorted = sorted_rows();
    ui::write_csv(output, {snapshot, sorted, columns}, {});
  });
}

BENCHMARK_DEFINE_F(Load, Summary)(benchmark::State& state) {
  measure(state, null.get(), [&](base::Output& output) {
    ui::write_summary_text(output, ui::summarize(snapshot, rows), {});
  });
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(200'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
}

BENCHMARK_REGISTER_F(Load, SortByDefault)->Apply(sizes);
BENCHMARK_REGISTER_F(Load, SortByRemote)->Apply(sizes);
BENCHMARK_REGISTER_F(Load, SortByUser)->Apply(sizes);
BENCHMARK_REGISTER_F(Load, Table)->Apply(sizes);
BENCHMARK_REGISTER_F(Load, ColouredTerminal)->Apply(sizes);
BENCHMARK_REGISTER_F(Load, JsonLines)->Apply(sizes);
BENCHMARK_REGISTER_F(Load, Csv)->Apply(sizes);
BENCHMARK_REGISTER_F(Load, Summary)->Apply(sizes);

}  // namespace

BENCHMARK_MAIN();
