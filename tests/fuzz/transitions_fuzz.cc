// Any stream of records from the ring, with dumps of the table itself in between: decoder and live
// table neither crash nor hang, and at every look the table's books are right.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <source_location>
#include <span>
#include <utility>
#include <vector>

#include "capture/bpf/transition_decoder.hh"
#include "capture/bpf/transitions_abi.h"
#include "track/live_table.hh"

namespace {

using namespace lastack;

void require(bool holds, std::source_location where = std::source_location::current()) {
  if (holds) return;
  (void)std::fprintf(stderr, "line %u: does not hold\n", where.line());
  std::abort();
}

// Bytes off the front; zeros once there are no more.
class Input {
 public:
  Input(std::uint8_t const* data, std::size_t size) : bytes_(data, size) {}

  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    auto const value = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return value;
  }
  // Mostly one of a few: records must meet each other's sockets.
  std::uint8_t one_of(std::uint8_t count) { return static_cast<std::uint8_t>(byte() % count); }
  std::span<std::uint8_t const> rest(std::size_t size) {
    auto const part = bytes_.first(std::min(size, bytes_.size()));
    bytes_ = bytes_.subspan(part.size());
    return part;
  }

 private:
  std::span<std::uint8_t const> bytes_;
};

// Counts as the table does.
class Ledger : public track::Sink {
 public:
  void on_transition(track::Connection const& connection,
                     model::Transition const& transition) override {
    ++transitions;
    inferred += transition.inferred ? 1 : 0;
    require(connection.in_use);
    require(static_cast<std::size_t>(transition.from) < tcp::kStateCount);
    require(static_cast<std::size_t>(transition.to) < tcp::kStateCount);
    require(connection.path().size() <= model::Life::kMaxHops);
    require(transition.not_before_ns <= transition.time_ns || !transition.inferred);
  }
  void on_end(track::Connection const& connection, std::uint64_t /*time_ns*/) override {
    ++ended;
    require(connection.endpoint.state == model::SocketState::Closed);
  }

  std::uint64_t transitions = 0;
  std::uint64_t inferred = 0;
  std::uint64_t ended = 0;
};

class Applier : public capture::bpf::EventSink {
 public:
  explicit Applier(track::LiveTable& table) : table_(table) {}
  void on_event(model::SocketEvent const& event) override { table_.apply(event); }

 private:
  track::LiveTable& table_;
};

// Functions at 0x1000, 0x1100, …, as the record() below names them.
capture::bpf::Callers all_callers() {
  std::vector<capture::bpf::Symbol> symbols;
  for (std::size_t i = 0; i < capture::bpf::Callers::function_names().size(); ++i) {
    symbols.push_back({i, {0x1000 + 0x100 * i, 0x1100 + 0x100 * i}, false});
  }
  return capture::bpf::Callers(symbols);
}

class Machine {
 public:
  explicit Machine(Input& input) : input_(input) {}

  void step() {
    switch (input_.one_of(16)) {
      case 0: return raw();
      case 1: return settle();
      case 2: return look(false);
      case 3: return look(true);
      case 4: return check_snapshot();
      default: return record();
    }
  }

  void check() {
    auto const& counts = table_.counts();
    require(table_.size() == counts.begun - counts.ended);
    require(counts.ended == ledger_.ended);
    require(table_.memory() < 64UL << 20U);
    require(table_.defects().size() <= 16);
    std::size_t alive = 0;
    table_.for_each([&](track::Connection const& each) {
      ++alive;
      require(static_cast<std::size_t>(each.endpoint.state) < tcp::kStateCount);
      require(each.endpoint.netns < table_.book().namespaces.size());
      require(each.process == model::kNone || each.process < table_.book().processes.size());
    });
    require(alive == table_.size());
    check_snapshot();
  }

 private:
  // Bytes as they come. They may say what no kernel says.
  void raw() {
    auto const bytes = input_.rest(input_.byte());
    auto const* begin = reinterpret_cast<std::byte const*>(bytes.data());
    auto const events = table_.counts().events;
    decode({begin, begin + bytes.size()});
    is_plausible_ = is_plausible_ && table_.counts().events == events;
  }

  // A record of one of a few sockets, such as a kernel may write.
  void record() {
    transition_record record{};
    record.time = now_ns_ += 1 + 1000ULL * input_.byte();
    record.kind = static_cast<std::uint8_t>(KIND_STATE + input_.one_of(KIND_COUNT - KIND_STATE));
    name_socket(record);
    choose_states(record);
    record.flags = static_cast<std::uint16_t>(input_.byte() | input_.byte() << 8U);
    record.retries = input_.one_of(3);
    record.error = input_.byte();
    record.parts = input_.byte();
    std::vector<std::byte> bytes;
    append(bytes, record);
    if ((record.parts & PART_ADDRESSES) != 0) append(bytes, addresses(record));
    if ((record.parts & PART_ACTOR) != 0) append(bytes, actor());
    if ((record.parts & PART_TOTALS) != 0) append(bytes, transition_totals{});
    if ((record.parts & PART_STACK) != 0) append(bytes, stack());
    decode(bytes);
  }

  static transition_addresses addresses(transition_record const& record) {
    transition_addresses made{};
    made.local[0] = static_cast<std::uint8_t>(record.local);
    made.remote[0] = static_cast<std::uint8_t>(record.remote);
    return made;
  }

  // A socket stays in its namespace. Only requests may have no cookie yet.
  void name_socket(transition_record& record) {
    auto const socket = input_.byte();
    bool const is_request = record.kind >= KIND_REQUEST_ARMED && record.kind <= KIND_REQUEST_FIRED;
    record.cookie = is_request ? 0 : 1 + socket % 5;
    record.link = (socket >> 4U) % 6;
    record.netns = 100 + socket % 5 % 2;
    record.family = socket % 5 == 0 ? 6 : 4;
    auto const ports = input_.byte();
    record.local_port = static_cast<std::uint16_t>(1 + ports % 4);
    record.remote_port = static_cast<std::uint16_t>(1 + (ports >> 2U) % 8);
    record.local = (ports >> 5U) % 4;
    record.remote = (ports >> 6U) % 4;
  }

  // Kernel numbers: requests are in SYN_RECV; mini-sockets, and only those, in TIME_WAIT.
  void choose_states(transition_record& record) {
    constexpr std::uint8_t kSynSent = 2;
    constexpr std::uint8_t kSynRecv = 3;
    constexpr std::uint8_t kClose = 7;
    constexpr std::uint8_t kListen = 10;
    constexpr std::array<std::uint8_t, 10> kFull{1, 2, 3, 4, 5, 7, 8, 9, 10, 11};
    auto const states = input_.byte();
    if (record.kind >= KIND_MINI_ARMED && record.kind <= KIND_MINI_FIRED) {
      record.to = states % 2 == 0 ? 5 : 6;
    } else if (record.kind != KIND_STATE) {
      record.to = kSynRecv;
    } else {
      record.from = kFull[states % 10];
      record.to = kFull[(states % 10 + 1 + states / 10 % 9) % 10];
      bool const is_child = record.from == kListen && record.to == kSynRecv;
      if (is_child) record.cookie = 0;
      bool const has_no_port_yet = record.from == kClose && record.to == kSynSent;
      if (has_no_port_yet && states >= 128) record.local_port = 0;
    }
  }

  transition_actor actor() {
    transition_actor actor{};
    actor.tgid = input_.one_of(4);
    actor.start_time = 1'000'000'000ULL * input_.one_of(8);
    actor.comm[0] = static_cast<char>(input_.byte());
    return actor;
  }
  transition_stack stack() {
    transition_stack stack{};
    stack.address[0] = 0x1000ULL + 0x100ULL * input_.one_of(40);
    return stack;
  }

  template <typename T>
  static void append(std::vector<std::byte>& out, T const& part) {
    auto const* begin = reinterpret_cast<std::byte const*>(&part);
    out.insert(out.end(), begin, begin + sizeof part);
  }
  void decode(std::vector<std::byte> const& bytes) {
    auto const before = table_.counts().events + decoder_.malformed();
    decoder_.decode(bytes, applier_);
    require(table_.counts().events + decoder_.malformed() == before + 1);
    require(table_.size() == table_.counts().begun - table_.counts().ended);
    is_plausible_ = is_plausible_ && flows_are_unique();
  }

  // The kernel has two sockets between the same addresses and ports only while one takes the
  // other's place.
  [[nodiscard]] bool flows_are_unique() const {
    std::vector<std::pair<std::uint32_t, model::Flow>> flows;
    table_.for_each([&](track::Connection const& each) {
      if (each.pending_ns == 0) flows.emplace_back(each.endpoint.netns, each.endpoint.flow);
    });
    for (std::size_t i = 0; i < flows.size(); ++i) {
      if (std::find(flows.begin(), flows.begin() + static_cast<std::ptrdiff_t>(i), flows[i]) !=
          flows.begin() + static_cast<std::ptrdiff_t>(i)) {
        return false;
      }
    }
    return true;
  }

  void settle() {
    now_ns_ += 1000ULL * input_.byte();
    table_.settle(now_ns_);
  }

  // What the kernel would say of just these sockets; some of them it may leave out or have moved.
  void look(bool disturbed) {
    table_.expect_dump();
    auto seen = table_.snapshot();
    leave_out_pending(seen);
    leave_out_repeated(seen);
    for (auto& row : seen.endpoints) {
      if (row.cookie == 0) row.cookie = next_cookie_++;  // a dump gives each its cookie
    }
    if (disturbed) {
      for (auto& row : seen.endpoints) disturb(row);
      std::erase_if(seen.endpoints, [&](model::Endpoint const&) { return input_.one_of(8) == 0; });
    }
    track::Dump const dump{.begun_ns = disturbed ? now_ns_ + 1 : 0,
                           .now_ns = now_ns_ + 2,
                           .previous_ns = 0,
                           .first = (input_.byte() & 1U) != 0,
                           .polling = disturbed && (input_.byte() & 1U) != 0,
                           .owners_known = (input_.byte() & 1U) != 0};
    now_ns_ += 3;
    auto const corrections = table_.reconcile(seen, dump);
    if (disturbed || !is_plausible_) return;
    require(corrections.found == 0);  // each is found by its cookie, or its flow
    require(corrections.moved == 0 && corrections.ended == 0);
  }
  // What lost its timer is in no table of the kernel any more.
  void leave_out_pending(model::Snapshot& seen) const {
    table_.for_each([&](track::Connection const& each) {
      if (each.pending_ns == 0) return;
      auto& rows = seen.endpoints;
      auto const row = std::ranges::find_if(rows, [&](model::Endpoint const& row) {
        return row.cookie == each.endpoint.cookie && row.flow == each.endpoint.flow;
      });
      if (row != rows.end()) rows.erase(row);
    });
  }
  // No kernel has a row twice.
  static void leave_out_repeated(model::Snapshot& seen) {
    auto& rows = seen.endpoints;
    for (auto row = rows.begin(); row != rows.end();) {
      auto const earlier = std::find_if(rows.begin(), row, [&](model::Endpoint const& other) {
        return other.cookie == row->cookie && other.flow == row->flow && other.netns == row->netns;
      });
      row = earlier == row ? row + 1 : rows.erase(row);
    }
  }
  // It has gone on unseen, or its inode was not known. Mini-sockets stay what they are.
  void disturb(model::Endpoint& row) {
    using enum model::SocketState;
    auto const what = input_.byte();
    bool const is_mini = row.state == TimeWait || (row.state == FinWait2 && row.inode == 0);
    if (is_mini) return;
    if ((what & 3U) == 1) row.state = model::from_tcp(tcp::state_at((what >> 2U) % 11));
    if ((what & 3U) == 2) row.inode = what;
    if (row.state == TimeWait) row.inode = 0;
  }

  void check_snapshot() {
    auto const snapshot = table_.snapshot();
    require(snapshot.endpoints.size() >= table_.size());
    for (auto const& row : snapshot.endpoints) {
      require(row.owners_at + std::uint64_t{row.owner_count} <= snapshot.owners.size());
      for (auto const& owner : snapshot.owners_of(row)) {
        require(owner.process < snapshot.processes.size());
      }
    }
  }

  Input& input_;
  Ledger ledger_;
  track::LiveTable table_{ledger_};
  Applier applier_{table_};
  capture::bpf::TransitionDecoder decoder_{all_callers()};
  std::uint64_t now_ns_ = 1'000'000'000'000;
  std::uint64_t next_cookie_ = 1000;
  bool is_plausible_ = true;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  Input input(data, size);
  Machine machine(input);
  while (!input.empty()) machine.step();
  machine.check();
  return 0;
}
