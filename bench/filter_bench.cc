// A filter is asked about every endpoint: nanoseconds each, and no allocation.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "filter/filter.hh"
#include "filter/matcher.hh"
#include "support/sample_snapshot.hh"

namespace lastack {
namespace {

class NoNames : public filter::NameLookup {
 public:
  [[nodiscard]] std::optional<std::uint16_t> service_port(std::string_view) const override {
    return std::nullopt;
  }
  [[nodiscard]] std::vector<filter::HostAddress> host_addresses(std::string_view) const override {
    return {};
  }
};

void match(benchmark::State& state, char const* text) {
  auto const snapshot = test::sample_snapshot();
  auto const filter = filter::parse(text, NoNames());
  filter::Matcher const matches(filter.value(), snapshot);
  for (auto _ : state) {
    for (auto const& endpoint : snapshot.endpoints) benchmark::DoNotOptimize(matches(endpoint));
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(snapshot.endpoints.size()));
}
BENCHMARK_CAPTURE(match, port_and_prefix, "dport = :443 and not dst 127/8");
BENCHMARK_CAPTURE(match, state, "state established");
BENCHMARK_CAPTURE(match, process_regex, "process ~ ^ng.nx$");
BENCHMARK_CAPTURE(match, user_or_process, "user = root or process = nginx");

void parse(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(filter::parse(
        "state established and ( dport = :443 or sport = :22 ) and not dst 10/8", NoNames()));
  }
}
BENCHMARK(parse);

}  // namespace
}  // namespace lastack
