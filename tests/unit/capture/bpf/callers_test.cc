#include "capture/bpf/callers.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace lastack::capture::bpf {
namespace {

using model::Caller;

// Every function that matters, 0x100 bytes each from 0x1000 on, in the order of their names.
class Stack : public ::testing::Test {
 protected:
  Stack() {
    auto const names = Callers::function_names();
    std::vector<Symbol> symbols;
    for (std::size_t i = 0; i < names.size(); ++i) {
      auto const begin = 0x1000 + 0x100 * i;
      at_[std::string(names[i])] = begin + 0x42;
      symbols.push_back({i, {begin, begin + 0x100}, false});
    }
    std::ranges::reverse(symbols);  // whatever their order
    callers_ = Callers(symbols);
  }
  // `functions`: innermost first; "?" is one that is none of ours.
  [[nodiscard]] Caller who(std::vector<std::string> const& functions) const {
    std::vector<std::uint64_t> stack;
    for (auto const& name : functions) stack.push_back(name == "?" ? 0x10 : at_.at(name));
    stack.resize(12);
    return callers_.who(stack);
  }

  std::map<std::string, std::uint64_t> at_;
  Callers callers_;
};

TEST_F(Stack, TellsWhoCalled) {
  EXPECT_EQ(who({"?", "tcp_abort", "?"}), Caller::Destroy);
  EXPECT_EQ(who({"?", "inet_twsk_purge"}), Caller::NetnsExit);
  EXPECT_EQ(who({"inet_csk_listen_stop", "__tcp_close", "tcp_close"}), Caller::ListenerEnd);
  EXPECT_EQ(who({"__inet_check_established", "__inet_hash_connect", "tcp_v4_connect"}),
            Caller::TakeOver);
  EXPECT_EQ(who({"inet_csk_complete_hashdance", "tcp_check_req", "tcp_v4_rcv"}), Caller::Handshake);
  EXPECT_EQ(who({"tcp_check_req", "tcp_v4_rcv"}), Caller::Segment);
  EXPECT_EQ(who({"tcp_timewait_state_process", "tcp_v6_rcv"}), Caller::Segment);
  EXPECT_EQ(who({"?", "tcp_v4_rcv"}), Caller::Receiver);
  EXPECT_EQ(who({"__inet_twsk_schedule", "tcp_timewait_state_process", "tcp_v4_rcv"}),
            Caller::TimerWheel);
  EXPECT_EQ(who({"?", "__run_timers", "run_timer_softirq"}), Caller::TimerWheel);
  EXPECT_EQ(who({"tcp_keepalive_timer", "?"}), Caller::KeepaliveTimer);
  EXPECT_EQ(who({"?", "inet_csk_listen_start", "?"}), Caller::ListenCall);
  EXPECT_EQ(who({"tcp_v6_connect", "__inet_stream_connect"}), Caller::ConnectCall);
  EXPECT_EQ(who({"?", "__inet_stream_connect"}), Caller::DisconnectCall);
  EXPECT_EQ(who({"?", "inet_shutdown"}), Caller::ShutdownCall);
  EXPECT_EQ(who({"__tcp_close", "tcp_close"}), Caller::CloseCall);
}

// A softirq may run on top of a call: what is further out is another story.
TEST_F(Stack, TheInnermostDecides) {
  EXPECT_EQ(who({"tcp_v4_rcv", "?", "tcp_close"}), Caller::Receiver);
  EXPECT_EQ(who({"tcp_close", "?", "tcp_v4_rcv"}), Caller::CloseCall);
}

TEST_F(Stack, EndsAtTheFirstZero) {
  std::vector<std::uint64_t> const stack{0x10, 0, at_.at("tcp_abort")};
  EXPECT_EQ(callers_.who(stack), Caller::Unknown);
  EXPECT_EQ(callers_.who({}), Caller::Unknown);
}

TEST_F(Stack, MayBeOfOthersOnly) {
  EXPECT_EQ(who({"?", "?"}), Caller::Unknown);
  auto const beyond = 0x1000 + 0x100 * Callers::function_names().size();
  EXPECT_EQ(callers_.who(std::vector<std::uint64_t>{beyond, 0xfff}), Caller::Unknown);
  EXPECT_EQ(Callers().who(std::vector<std::uint64_t>{0x1042}), Caller::Unknown);
}

TEST_F(Stack, FunctionsReachFromTheirFirstByteToTheirLast) {
  auto const begin = at_.at("tcp_abort") - 0x42;
  EXPECT_EQ(callers_.who(std::vector<std::uint64_t>{begin}), Caller::Destroy);
  EXPECT_EQ(callers_.who(std::vector<std::uint64_t>{begin + 0xff}), Caller::Destroy);
  EXPECT_NE(callers_.who(std::vector<std::uint64_t>{begin + 0x100}), Caller::Destroy);
  EXPECT_NE(callers_.who(std::vector<std::uint64_t>{begin - 1}), Caller::Destroy);
}

TEST_F(Stack, VariantsOfAFunctionStandForIt) {
  auto const names = Callers::function_names();
  auto const abort =
      static_cast<std::size_t>(std::ranges::find(names, "tcp_abort") - names.begin());
  Callers const callers(
      std::vector<Symbol>{{abort, {0x1000, 0x1100}, false}, {abort, {0x9000, 0x9010}, true}});
  EXPECT_EQ(callers.who(std::vector<std::uint64_t>{0x9008}), Caller::Destroy);
}

TEST_F(Stack, EveryFunctionIsNamedOnceAndMeansSomething) {
  auto const names = Callers::function_names();
  EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), names.size());
  std::set<Caller> known;
  for (auto const& [name, address] : at_) {
    auto const caller = callers_.who(std::vector<std::uint64_t>{address});
    EXPECT_NE(caller, Caller::Unknown) << name;
    known.insert(caller);
  }
  EXPECT_EQ(known.size(), static_cast<std::size_t>(Caller::KeepaliveTimer))
      << "each caller but Unknown can be read off a stack";
}

}  // namespace
}  // namespace lastack::capture::bpf
