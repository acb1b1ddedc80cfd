// The eleven connection states of RFC 9293 section 3.3.2, and the spellings in which
// people meet them. No clocks, no heap, no Linux headers here.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lastack::tcp {

enum class State : std::uint8_t {
  Closed,
  Listen,
  SynSent,
  SynReceived,
  Established,
  CloseWait,
  FinWait1,
  Closing,
  LastAck,
  FinWait2,
  TimeWait,
};
inline constexpr std::size_t kStateCount = 11;

inline constexpr std::array<std::string_view, kStateCount> kStateNames{
    "CLOSED",     "LISTEN",  "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED", "CLOSE_WAIT",
    "FIN_WAIT_1", "CLOSING", "LAST_ACK", "FIN_WAIT_2",   "TIME_WAIT"};

[[nodiscard]] constexpr std::string_view name(State state) {
  return kStateNames[static_cast<std::size_t>(state)];
}
[[nodiscard]] constexpr State state_at(std::size_t index) { return static_cast<State>(index); }

// A set of states as a bit mask.
class StateSet {
 public:
  constexpr StateSet() = default;
  constexpr StateSet(State state)  // NOLINT(google-explicit-constructor): a state is a set of one
      : bits_(static_cast<std::uint16_t>(1U << static_cast<unsigned>(state))) {}
  [[nodiscard]] static constexpr StateSet all() { return StateSet((1U << kStateCount) - 1U, 0); }

  [[nodiscard]] constexpr bool has(State state) const {
    return ((bits_ >> static_cast<unsigned>(state)) & 1U) != 0;
  }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr int size() const { return std::popcount(bits_); }
  [[nodiscard]] constexpr std::uint16_t bits() const { return bits_; }

  friend constexpr StateSet operator|(StateSet a, StateSet b) {
    return StateSet(static_cast<unsigned>(a.bits_) | b.bits_, 0);
  }
  friend constexpr StateSet operator&(StateSet a, StateSet b) {
    return StateSet(static_cast<unsigned>(a.bits_) & b.bits_, 0);
  }
  friend constexpr StateSet operator~(StateSet a) {
    return StateSet(all().bits_ & ~static_cast<unsigned>(a.bits_), 0);
  }
  constexpr bool operator==(StateSet const&) const = default;

 private:
  constexpr StateSet(unsigned bits, int /*raw*/) : bits_(static_cast<std::uint16_t>(bits)) {}

  std::uint16_t bits_ = 0;
};
[[nodiscard]] constexpr StateSet operator|(State a, State b) { return StateSet(a) | StateSet(b); }

// Reads any spelling in use: "SYN-RECV", "ESTAB", "fin_wait1", "LISTENING", "CLOSE-WAIT", ….
// Case, '-', '_' and blanks do not matter. nullopt: no such state.
[[nodiscard]] std::optional<State> parse_state(std::string_view text);

}  // namespace lastack::tcp
