#include "capture/bpf/callers.hh"

#include <algorithm>
#include <array>

namespace lastack::capture::bpf {
namespace {

using model::Caller;

struct Row {
  std::string_view function;
  Caller caller;
};

// The innermost of these that is on the stack decides (net/ipv4/inet_timewait_sock.c,
// inet_connection_sock.c, inet_hashtables.c, tcp_minisocks.c, tcp.c; kernel/time/timer.c).
constexpr auto kRows = std::to_array<Row>({
    {"__inet_twsk_schedule", Caller::TimerWheel},
    {"expire_timers", Caller::TimerWheel},
    {"__run_timers", Caller::TimerWheel},
    {"__run_timer_base", Caller::TimerWheel},
    {"run_timer_softirq", Caller::TimerWheel},
    {"reqsk_timer_handler", Caller::TimerWheel},
    {"tcp_abort", Caller::Destroy},
    {"inet_twsk_purge", Caller::NetnsExit},
    {"inet_csk_listen_stop", Caller::ListenerEnd},
    {"inet_csk_complete_hashdance", Caller::Handshake},
    {"__inet_check_established", Caller::TakeOver},
    {"__inet6_check_established", Caller::TakeOver},
    {"__inet_hash_connect", Caller::TakeOver},
    {"tcp_check_req", Caller::Segment},
    {"tcp_timewait_state_process", Caller::Segment},
    {"tcp_fin", Caller::FinStep},
    {"tcp_keepalive_timer", Caller::KeepaliveTimer},
    {"tcp_v4_rcv", Caller::Receiver},
    {"tcp_v6_rcv", Caller::Receiver},
    {"inet_csk_listen_start", Caller::ListenCall},
    {"tcp_v4_connect", Caller::ConnectCall},
    {"tcp_v6_connect", Caller::ConnectCall},
    {"inet_shutdown", Caller::ShutdownCall},
    {"__inet_stream_connect", Caller::DisconnectCall},
    {"tcp_close", Caller::CloseCall},
    {"__tcp_close", Caller::CloseCall},
});

constexpr auto kNames = [] {
  std::array<std::string_view, kRows.size()> names;
  std::ranges::transform(kRows, names.begin(), &Row::function);
  return names;
}();

}  // namespace

std::span<std::string_view const> Callers::function_names() { return kNames; }

Callers::Callers(std::span<Symbol const> symbols) {
  for (auto const& symbol : symbols) {
    functions_.push_back({symbol.range, kRows[symbol.name].caller});
  }
  std::ranges::sort(functions_, {}, [](Function const& each) { return each.range.begin; });
}

model::Caller Callers::who(std::span<std::uint64_t const> stack) const {
  for (auto const address : stack) {
    if (address == 0) break;
    auto const after = std::ranges::upper_bound(
        functions_, address, {}, [](Function const& each) { return each.range.begin; });
    if (after == functions_.begin()) continue;
    auto const& candidate = *std::prev(after);
    if (candidate.range.holds(address)) return candidate.caller;
  }
  return model::Caller::Unknown;
}

}  // namespace lastack::capture::bpf
