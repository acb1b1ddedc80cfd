// The life of one connection (or listener): what it is now and how it got here.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/cause.hh"
#include "model/endpoint.hh"
#include "model/socket_event.hh"

namespace lastack::model {

// A state that is over. Packed: a machine may have half a million connections.
class Hop {
 public:
  static constexpr std::uint64_t kUnknownDwell = (std::uint64_t{1} << 48U) - 1;  // µs

  Hop() = default;
  Hop(SocketState state, std::uint64_t dwell_us, Cause left_by, bool inferred)
      : bits_(std::min(dwell_us, kUnknownDwell) | (static_cast<std::uint64_t>(state) << 48U) |
              (static_cast<std::uint64_t>(left_by) << 54U) |
              (static_cast<std::uint64_t>(inferred) << 63U)) {}

  [[nodiscard]] SocketState state() const { return static_cast<SocketState>((bits_ >> 48U) & 63U); }
  [[nodiscard]] std::uint64_t dwell_us() const { return bits_ & kUnknownDwell; }
  [[nodiscard]] Cause left_by() const { return static_cast<Cause>((bits_ >> 54U) & 511U); }
  [[nodiscard]] bool inferred() const { return (bits_ >> 63U) != 0; }

 private:
  std::uint64_t bits_ = 0;
};

// Whose work something was.
enum class Side : std::uint8_t { Unknown, Local, Remote, Kernel };
[[nodiscard]] std::string_view name(Side side);

// How the owner is known. Later ones are better.
enum class OwnerSource : std::uint8_t {
  Unknown,
  Listener,  // presumed: it has the listener that the connection came to
  Acted,     // it called connect(), listen(), close() or shutdown()
  Accepted,  // it was seen to take the connection
  Scanned,   // its open files were read
};
[[nodiscard]] std::string_view name(OwnerSource source);

struct Life {
  static constexpr std::size_t kMaxHops = 10;  // no way through figure 5 is longer

  Endpoint endpoint;  // in its present state
  Totals totals;
  std::array<Hop, kMaxHops> hops{};
  std::uint64_t since_ns = 0;     // when it entered its state; 0: before it was watched
  std::uint64_t born_ns = 0;      // 0: before it was watched
  std::uint32_t process = kNone;  // the (last) owner: index into the book's processes
  std::uint8_t hop_count = 0;
  std::uint8_t lost_hops = 0;  // that found no room
  std::uint8_t retransmitted_syn_acks = 0;
  OwnerSource owner_source = OwnerSource::Unknown;
  Side opened_by = Side::Unknown;
  Side closed_first_by = Side::Unknown;
  Cause ended_by = Cause::Unknown;
  bool totals_known = false;
  bool has_inferred = false;
  bool from_snapshot = false;  // was there before it was watched
  bool is_request = false;     // a request socket: known by its flow until it has a cookie
  bool is_mini = false;        // a mini-socket: TIME_WAIT, or an orphan in FIN_WAIT_2

  [[nodiscard]] std::span<Hop const> path() const { return std::span(hops).first(hop_count); }
  // From the first SYN to ESTABLISHED; nullopt: that was not seen.
  [[nodiscard]] std::optional<std::uint64_t> handshake_us() const;
};

}  // namespace lastack::model
