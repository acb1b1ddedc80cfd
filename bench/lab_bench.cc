// How fast the lab runs TCP: segments a second, connections at once.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "lab/world.hh"

namespace {

using namespace lastack;
using lab::Host;
using lab::SocketId;
using lab::World;

constexpr std::uint32_t kClient = 0x0a000001;
constexpr std::uint32_t kServer = 0x0a000002;
constexpr std::uint16_t kPort = 80;

struct Talk {
  World world{{.delay = lab::milliseconds(1)}};
  Host& client = world.add(kClient, lab::settings_of(tcp::kLinux));
  Host& server = world.add(kServer, lab::settings_of(tcp::kLinux));
  SocketId listener = server.socket();
  std::uint64_t segments = 0;

  Talk() {
    (void)server.bind(listener, kPort);
    (void)server.listen(listener, 4096);
    world.listen([this](lab::Moment, lab::Packet const&, bool) { ++segments; });
  }
  SocketId open() {
    auto const id = client.socket();
    (void)client.connect(id, {kServer, kPort});
    return id;
  }
};

// Text over one connection; each segment is acknowledged.
void transfer(benchmark::State& state) {
  Talk talk;
  auto const near = talk.open();
  talk.world.run_for(lab::seconds(1));
  auto const far = talk.server.accept(talk.listener).value;
  for (auto _ : state) {
    (void)talk.client.send(near, 100'000);
    for (int i = 0; i < 4; ++i) {
      talk.world.run_for(lab::milliseconds(5));
      (void)talk.server.receive(far, 1'000'000);
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(talk.segments));
}
BENCHMARK(transfer);

// Whole lives: handshake, a request, an answer, the close of both ends.
void lives(benchmark::State& state) {
  Talk talk;
  for (auto _ : state) {
    auto const near = talk.open();
    talk.world.run_for(lab::milliseconds(3));
    auto const far = talk.server.accept(talk.listener).value;
    (void)talk.client.send(near, 100);
    talk.world.run_for(lab::milliseconds(3));
    (void)talk.server.receive(far, 1000);
    (void)talk.server.send(far, 1000);
    (void)talk.server.close(far);
    talk.world.run_for(lab::milliseconds(3));
    (void)talk.client.receive(near, 10'000);
    (void)talk.client.close(near);
    talk.world.run_for(lab::milliseconds(3));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(talk.segments));
}
BENCHMARK(lives);

// That many connections, opened at once, each with a request and its answer, and closed.
void many_at_once(benchmark::State& state) {
  auto const count = static_cast<std::size_t>(state.range(0));
  std::uint64_t segments = 0;
  for (auto _ : state) {
    Talk talk;
    // A source address has some 28,000 ports.
    std::vector<std::pair<Host*, SocketId>> near;
    near.reserve(count);
    Host* host = nullptr;
    for (std::size_t i = 0; i < count; ++i) {
      if (i % 25'000 == 0) {
        host = &talk.world.add(static_cast<std::uint32_t>(0x0a010000 + i / 25'000),
                               lab::settings_of(tcp::kLinux));
      }
      near.emplace_back(host, host->socket());
      (void)host->connect(near.back().second, {kServer, kPort});
      if (i % 1000 == 999) {
        talk.world.run_for(lab::milliseconds(5));
        while (talk.server.accept(talk.listener).ok()) {
        }
      }
    }
    talk.world.run_for(lab::milliseconds(100));
    if (talk.server.sockets().size() != count + 1) state.SkipWithError("not all are connected");
    for (auto& [from, id] : near) (void)from->send(id, 100);
    talk.world.run_for(lab::milliseconds(100));
    for (auto& [from, id] : near) (void)from->close(id);
    talk.world.run_for(lab::milliseconds(100));
    segments += talk.segments;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(segments));
}
BENCHMARK(many_at_once)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
