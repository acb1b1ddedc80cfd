// Local ports that connect() may take, and which are in use. How Linux chooses one (kernel:
// __inet_hash_connect(), inet_csk_find_open_port()):
//   connect() without bind() takes any port of ip_local_port_range that is not reserved, has no
//   bound socket, and is not yet in use for the same source, destination and destination port; it
//   begins with every second port, counted from the first of the range.
//   bind() to port 0 begins with the others, and takes one that the address has not in use at all,
//   whatever the destination; so does TIME_WAIT count there.
//   A TIME_WAIT does not block connect() where tcp_tw_reuse lets it be taken over.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "detect/scene.hh"

namespace lastack::detect {

// Of one network namespace.
struct PortSupply {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t reserved = 0;  // within the range
  std::uint32_t bound = 0;  // within the range: listeners and sockets that are bound, not connected
  std::uint32_t ports = 0;  // what remains

  [[nodiscard]] bool has(std::uint32_t port) const { return port >= first && port <= last; }
  // One of those that connect() takes first.
  [[nodiscard]] bool is_first_choice(std::uint32_t port) const { return (port - first) % 2 == 0; }
};

// How TIME_WAIT may be taken over by connect() in a namespace.
struct TimeWaitReuse {
  enum class Where : std::uint8_t { Nowhere, Loopback, Everywhere };
  Where where = Where::Nowhere;
  double delay_s = 1;  // after which it may
};
[[nodiscard]] TimeWaitReuse time_wait_reuse(model::TcpSettings const& settings);

// Ports in use from one local address to one destination.
struct PortUse {
  Destination to;  // as its first row has it
  model::Address from;
  model::Family family = model::Family::Inet;  // of `from`: IPv4 through an IPv6 socket is IPv4
  std::uint32_t netns = 0;                     // index
  std::vector<std::uint32_t> rows;             // those that block a port
  std::uint32_t time_wait = 0;                 // of them
  std::uint32_t reusable = 0;                  // TIME_WAIT besides, that do not block
  bool reuse = false;                          // TIME_WAIT may be taken over here
};

// Ports of one local address that anything has in use, where bind() seems to have chosen them.
struct BoundUse {
  model::Address from;
  model::Family family = model::Family::Inet;
  std::uint32_t netns = 0;  // index
  std::uint32_t ports = 0;  // different ones
  std::uint32_t second_choice = 0;
  std::vector<std::uint32_t> rows;
};

class PortUses {
 public:
  explicit PortUses(Scene const& scene);

  [[nodiscard]] PortSupply const& supply(std::uint32_t netns) const { return supplies_[netns]; }
  // Those that use at least that share (0 to 1) of the ports, most first.
  [[nodiscard]] std::vector<PortUse> destinations(double least) const;
  // Those whose ports are in use up to that share, most of them once only and chosen by bind().
  [[nodiscard]] std::vector<BoundUse> sources(double least) const;
  // When the ports to there will have run out if connections go on being opened as in the last
  // seconds, s; nullopt: not within a minute, or it cannot be told.
  [[nodiscard]] std::optional<double> seconds_left(PortUse const& use) const;
  // Connections a second that were opened lately and still block a port; nullopt: it is not known.
  [[nodiscard]] std::optional<double> rate(PortUse const& use) const;

 private:
  [[nodiscard]] bool takes_port(std::uint32_t index) const;
  [[nodiscard]] bool blocks(std::uint32_t index) const;
  [[nodiscard]] double time_wait_age_s(std::uint32_t index) const;
  [[nodiscard]] bool may_be_reused(std::uint32_t index) const;

  static constexpr std::size_t kBuckets = 1U << 14U;
  // A row that takes a port, and where it is counted.
  struct Taker {
    std::uint32_t row = 0;
    std::uint16_t tuple = 0;
    std::uint16_t source = 0;
  };
  void note_takers();
  [[nodiscard]] bool is_much(std::uint32_t netns, std::size_t used, double least) const;
  [[nodiscard]] bool is_by_bind(BoundUse const& use, double least) const;

  Scene const& scene_;
  std::vector<PortSupply> supplies_;   // by index of Snapshot::namespaces
  std::vector<TimeWaitReuse> reuses_;  // the same
  std::vector<Taker> takers_;
  std::vector<std::uint32_t> by_tuple_ = std::vector<std::uint32_t>(kBuckets);  // that block
  std::vector<std::uint32_t> by_source_ = std::vector<std::uint32_t>(kBuckets);
};

}  // namespace lastack::detect
