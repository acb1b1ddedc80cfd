// The hot paths of `watch`: from records of the ring to the live table, and from there to lines.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "capture/bpf/transition_decoder.hh"
#include "capture/bpf/transitions_abi.h"
#include "support/records.hh"
#include "support/story.hh"
#include "track/live_table.hh"
#include "ui/stream/life_text.hh"
#include "ui/stream/stream_json.hh"
#include "ui/stream/transition_text.hh"

namespace lastack {
namespace {

// Listens to everything and does nothing.
class Idle : public track::Sink {
 public:
  void on_transition(track::Connection const& connection,
                     model::Transition const& transition) override {
    benchmark::DoNotOptimize(&connection);
    benchmark::DoNotOptimize(&transition);
  }
  void on_end(track::Connection const& connection, std::uint64_t /*time_ns*/) override {
    benchmark::DoNotOptimize(&connection);
  }
};

class Applier : public capture::bpf::EventSink {
 public:
  explicit Applier(track::LiveTable& table) : table_(table) {}
  void on_event(model::SocketEvent const& event) override { table_.apply(event); }

 private:
  track::LiveTable& table_;
};

// A record that is sent again and again, of another socket each time.
class Template {
 public:
  explicit Template(test::Record const& record) : bytes_(record.bytes()) {}

  std::span<std::byte const> of(std::uint64_t cookie, std::uint64_t time_ns,
                                model::Flow const& flow) {
    auto& record = *reinterpret_cast<transition_record*>(bytes_.data());
    record.cookie = cookie;
    record.time = time_ns;
    record.local_port = flow.local_port;
    record.remote_port = flow.remote_port;
    std::memcpy(&record.local, flow.local.bytes.data(), 4);
    std::memcpy(&record.remote, flow.remote.bytes.data(), 4);
    return bytes_;
  }

 private:
  std::vector<std::byte> bytes_;
};

using test::Record;

constexpr unsigned kOwned = FLAG_OWNED;
constexpr unsigned kClosing = FLAG_OWNED | FLAG_FILE_CLOSING;

Record with_flags(Record record, unsigned flags) {
  record.record.flags = static_cast<std::uint16_t>(flags);
  return record;
}

Record state(std::uint8_t from, std::uint8_t to, unsigned flags = 0) {
  return with_flags(Record(KIND_STATE, from, to), flags);
}

// Both ends of connections on loopback, as a client that connects, closes first and begins the next
// one makes them: what the BPF programs write of each, in their order. The client's ends stay in
// TIME_WAIT until `time_waits` later ones have followed.
class Churn {
 public:
  Churn(track::LiveTable& table, std::size_t time_waits)
      : table_(table), applier_(table), time_waits_(time_waits) {
    send(listening_, kListener, test::flow("0.0.0.0", 80, "0.0.0.0", 0));
    while (waiting_.size() < time_waits_) connection();
  }

  void connection() {
    auto const client = next_cookie_++;
    auto const server = next_cookie_++;
    auto const flow = next_flow();
    auto const peer = test::reversed(flow);
    send(connect_, client, flow);
    send(request_, 0, peer);
    send(syn_ack_, client, flow);
    send(born_, server, peer);
    send(accepted_, server, peer);
    send(closes_, client, flow);
    send(fin_, server, peer);
    send(fin_acked_, client, flow);
    send(orphaned_, client, flow);
    send(hands_over_, client, flow);
    send(server_closes_, server, peer);
    send(server_ends_, server, peer);
    waiting_.push_back({client, flow});
    if (waiting_.size() > time_waits_) end_oldest();
    table_.settle(now_ns_);
  }

  // How many records were sent.
  [[nodiscard]] std::int64_t sent() const { return sent_; }

 private:
  struct Waiting {
    std::uint64_t cookie;
    model::Flow flow;
  };
  static constexpr std::uint64_t kListener = 1;

  void end_oldest() {
    auto const oldest = waiting_.front();
    waiting_.pop_front();
    send(timer_off_, oldest.cookie, oldest.flow);
    send(fires_, oldest.cookie, oldest.flow);
  }
  model::Flow next_flow() {
    auto flow = test::flow("127.0.0.1", 0, "127.0.0.1", 80);
    auto const number = next_cookie_ / 2;
    flow.local_port = static_cast<std::uint16_t>(1024 + number % 60'000);
    flow.remote.bytes[3] = static_cast<std::uint8_t>(1 + number / 60'000 % 250);
    return flow;
  }
  void send(Template& record, std::uint64_t cookie, model::Flow const& flow) {
    decoder_.decode(record.of(cookie, now_ns_ += 1000, flow), applier_);
    ++sent_;
  }
  static Template of_request() {
    Record record(KIND_REQUEST_ARMED, 0, test::kSynRecv);
    record.record.link = kListener;
    return Template(record);
  }

  track::LiveTable& table_;
  Applier applier_;
  capture::bpf::TransitionDecoder decoder_;
  std::size_t time_waits_;
  std::deque<Waiting> waiting_;
  std::uint64_t next_cookie_ = 2;
  std::uint64_t now_ns_ = 1'000'000'000'000;
  std::int64_t sent_ = 0;

  Template listening_{state(test::kClose, test::kListen, kOwned).by(900, "nginx")};
  Template connect_{state(test::kClose, test::kSynSent, kOwned).by(812, "curl")};
  Template request_ = of_request();
  Template syn_ack_{state(test::kSynSent, test::kEstablished)};
  Template born_{state(test::kSynRecv, test::kEstablished)};
  Template accepted_{
      with_flags(Record(KIND_ACCEPTED, 0, test::kEstablished), kOwned).by(901, "nginx")};
  Template closes_{state(test::kEstablished, test::kFinWait1, kClosing).by(812, "curl")};
  Template fin_{state(test::kEstablished, test::kCloseWait)};
  Template fin_acked_{state(test::kFinWait1, test::kFinWait2)};
  Template orphaned_{Record(KIND_MINI_ARMED, 0, test::kFinWait2)};
  Template hands_over_{state(test::kFinWait2, test::kClose, FLAG_ORPHAN)
                           .by(0, "swapper")
                           .having_carried(77, 1234)
                           .through(0x1000)};
  Template server_closes_{state(test::kCloseWait, test::kLastAck, kClosing).by(901, "nginx")};
  Template server_ends_{
      state(test::kLastAck, test::kClose, FLAG_ORPHAN).by(0, "swapper").having_carried(1234, 77)};
  Template timer_off_{
      Record(KIND_MINI_DISARMED, 0, test::kTimeWait).by(0, "swapper").through(0x1000)};
  Template fires_{Record(KIND_MINI_FIRED, 0, test::kTimeWait)};
};

// Items are records; what it takes to name the next socket in them is included.
void churn(benchmark::State& bench) {
  Idle idle;
  track::LiveTable table(idle);
  Churn churn(table, static_cast<std::size_t>(bench.range(0)));
  auto const before = churn.sent();
  std::int64_t connections = 0;
  for (auto _ : bench) {
    churn.connection();
    ++connections;
  }
  if (table.counts().defects > 0) bench.SkipWithError("transitions that no rule allows");
  if (table.counts().ended == 0) bench.SkipWithError("nothing ever ended");
  bench.SetItemsProcessed(churn.sent() - before);
  bench.counters["connections"] =
      benchmark::Counter(static_cast<double>(connections), benchmark::Counter::kIsRate);
  bench.counters["alive"] = static_cast<double>(table.size());
}
BENCHMARK(churn)->Arg(1'000)->Arg(300'000)->Unit(benchmark::kNanosecond);

// Half a million connections that stay: what each of them costs.
void memory_of_living_connections(benchmark::State& bench) {
  auto const count = static_cast<std::uint64_t>(bench.range(0));
  double bytes = 0;
  for (auto _ : bench) {
    Idle idle;
    track::LiveTable table(idle);
    Applier applier(table);
    capture::bpf::TransitionDecoder decoder;
    Template connect{state(test::kClose, test::kSynSent, kOwned).by(812, "curl")};
    Template syn_ack{state(test::kSynSent, test::kEstablished)};
    auto flow = test::flow("10.0.0.1", 0, "10.0.0.2", 80);
    for (std::uint64_t i = 1; i <= count; ++i) {
      flow.local_port = static_cast<std::uint16_t>(1024 + i % 60'000);
      flow.remote.bytes[3] = static_cast<std::uint8_t>(i / 60'000);
      decoder.decode(connect.of(i, 1000 * i, flow), applier);
      decoder.decode(syn_ack.of(i, 1000 * i + 500, flow), applier);
    }
    if (table.size() != count) bench.SkipWithError("not all are alive");
    bytes = static_cast<double>(table.memory());
  }
  bench.SetItemsProcessed(bench.iterations() * bench.range(0));
  bench.counters["bytes/connection"] = bytes / static_cast<double>(count);
  bench.counters["MB"] = bytes / 1e6;
}
BENCHMARK(memory_of_living_connections)->Arg(500'000)->Unit(benchmark::kMillisecond);

void snapshot_of_the_table(benchmark::State& bench) {
  Idle idle;
  track::LiveTable table(idle);
  Churn const churn(table, static_cast<std::size_t>(bench.range(0)));
  for (auto _ : bench) benchmark::DoNotOptimize(table.snapshot());
  bench.SetItemsProcessed(bench.iterations() * bench.range(0));
}
BENCHMARK(snapshot_of_the_table)->Arg(300'000)->Unit(benchmark::kMillisecond);

// Keeps what the table told of one connection, to be written again and again.
class Kept : public track::Sink {
 public:
  struct Step {
    model::Life life;
    model::Transition transition;
  };
  void on_transition(track::Connection const& connection,
                     model::Transition const& transition) override {
    steps.push_back({connection, transition});
  }
  void on_end(track::Connection const& connection, std::uint64_t /*time_ns*/) override {
    ends.emplace_back(connection);
  }

  std::vector<Step> steps;
  std::vector<model::Life> ends;
};

// The steps and lives of some connections, and the book that they refer to.
class Lines : public benchmark::Fixture {
 public:
  void SetUp(benchmark::State& /*state*/) override {
    churn = std::make_unique<Churn>(table, 10);
    while (kept.ends.size() < 200) churn->connection();
    clock.set_offset(1'763'937'509'000'000'000);
  }
  void TearDown(benchmark::State& /*state*/) override {
    kept.steps.clear();
    kept.ends.clear();
  }

 protected:
  // write(out, i): line i. `out` is emptied when an output would write it.
  template <typename Write>
  void lines(benchmark::State& state, std::size_t count, std::string& out, Write const& write) {
    std::size_t i = 0;
    std::int64_t bytes = 0;
    for (auto _ : state) {
      write(i);
      i = i + 1 < count ? i + 1 : 0;
      if (out.size() < kChunk) continue;
      bytes += static_cast<std::int64_t>(out.size());
      out.clear();
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(bytes);
  }

  static constexpr std::size_t kChunk = 256UL * 1024;
  Kept kept;
  track::LiveTable table{kept};
  std::unique_ptr<Churn> churn;
  ui::StreamClock clock;
};

BENCHMARK_F(Lines, TransitionText)(benchmark::State& state) {
  std::string out;
  ui::TransitionText text(table.book(), clock, {}, test::kHostNetns);
  lines(state, kept.steps.size(), out,
        [&](std::size_t i) { text.append(out, kept.steps[i].life, kept.steps[i].transition); });
}

BENCHMARK_F(Lines, TransitionJson)(benchmark::State& state) {
  std::string out;
  ui::StreamJson json(out, table.book(), clock);
  lines(state, kept.steps.size(), out,
        [&](std::size_t i) { json.write(kept.steps[i].life, kept.steps[i].transition); });
}

BENCHMARK_F(Lines, LifeText)(benchmark::State& state) {
  std::string out;
  ui::LifeText text(table.book(), clock, {}, test::kHostNetns);
  lines(state, kept.ends.size(), out,
        [&](std::size_t i) { text.append(out, kept.ends[i], 1'000'000'000'000 + i); });
}

BENCHMARK_F(Lines, LifeJson)(benchmark::State& state) {
  std::string out;
  ui::StreamJson json(out, table.book(), clock);
  lines(state, kept.ends.size(), out,
        [&](std::size_t i) { json.write(kept.ends[i], 1'000'000'000'000 + i); });
}

}  // namespace
}  // namespace lastack
