// Any segments, calls and timeouts in any reading: no crash, no hang, and every change of state is
// an edge of the table, or several in one segment.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>

#include "tcp/edges.hh"
#include "tcp/machine.hh"

namespace {

using namespace lastack::tcp;

// Bytes off the front; zeros once there are no more.
class Input {
 public:
  explicit Input(std::span<std::uint8_t const> bytes) : bytes_(bytes) {}

  [[nodiscard]] bool is_empty() const { return bytes_.empty(); }
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    auto const first = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return first;
  }
  // Near to something that counts, mostly.
  std::uint32_t offset() {
    auto const value = byte();
    if (value < 250) return static_cast<std::uint32_t>(static_cast<std::int8_t>(value));
    std::uint32_t far = 0;
    for (int i = 0; i < 4; ++i) far = far << 8U | byte();
    return far;
  }

 private:
  std::span<std::uint8_t const> bytes_;
};

Segment segment_of(Input& input, Tcb const& tcb) {
  Segment segment;
  segment.flags = static_cast<Flags>(input.byte());
  segment.seq = tcb.rcv_nxt + input.offset();
  segment.ack = tcb.snd_nxt + input.offset();
  segment.text = input.offset() & 0xffffU;
  segment.window = input.byte();
  auto const more = input.byte();
  segment.security_mismatch = (more & 1U) != 0;
  segment.timestamp_later = (more & 2U) != 0;
  segment.good_cookie = (more & 4U) != 0;
  return segment;
}

bool leads_by_edges(State from, State to) {
  if (from == to || find_edge(from, to) != nullptr) return true;
  for (auto const& first : kEdges) {  // two or three in one segment
    if (first.from == from && first.to != from && find_edge(first.to, to) != nullptr) return true;
    for (auto const& second : kEdges) {
      bool const chained = first.from == from && second.from == first.to;
      if (chained && find_edge(second.to, to) != nullptr) return true;
    }
  }
  return false;
}

void require(bool holds, State from, State to) {
  if (holds) return;
  (void)std::fprintf(stderr, "%d -> %d\n", static_cast<int>(from), static_cast<int>(to));
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  Input input({data, size});
  Machine const machine(*kReadings.at(input.byte() % kReadings.size()));
  Tcb tcb;
  tcb.iss = Seq(0xfffffff0U);
  tcb.rcv_wnd = input.byte();
  tcb.state = state_at(input.byte() % kStateCount);
  while (!input.is_empty()) {
    auto const before = tcb.state;
    Outcome outcome;
    if (auto const what = input.byte(); what < 200) {
      outcome = machine.arrive(tcb, segment_of(input, tcb));
    } else {
      for (std::size_t i = 0; i < kConditionCount; ++i) {
        if (i % 8 == what % 8U) tcb.facts.set(condition_at(i), (input.byte() & 1U) != 0);
      }
      outcome = machine.happen(tcb, event_at(input.byte() % kEventCount));
    }
    for (auto const* rule : outcome.rules()) require(rule != nullptr, before, tcb.state);
    require(leads_by_edges(before, tcb.state), before, tcb.state);
  }
  return 0;
}
