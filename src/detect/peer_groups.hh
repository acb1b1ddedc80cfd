// Connections in trouble, grouped so that one trouble is one finding: a peer that is gone, the
// clients of one port, a program or a namespace whose peers are all gone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "detect/listeners.hh"
#include "detect/scene.hh"

namespace lastack::detect {

struct PeerGroup {
  enum class By : std::uint8_t {
    Port,       // they came in, all to this port
    Peer,       // opened here, all to this address and port
    Process,    // opened by one process, to many
    Namespace,  // opened by many, to many
  };
  struct Key {
    By by = By::Port;
    std::uint32_t netns = 0;
    std::uint32_t process = model::kNone;
    std::uint16_t port = 0;
    model::Family family = model::Family::Inet;
    model::Address address = {};
    auto operator<=>(Key const&) const = default;
  };
  Key key;
  std::vector<std::uint32_t> rows;
  std::vector<std::uint32_t> processes;  // that hold them, each once, in order; kNone: not known
};

// How many groups there may be before several become one.
struct PeerGroupLimits {
  std::size_t peers_of_process = 4;
  std::size_t groups_of_namespace = 10;
};

// In a stable order. Each row is in one group.
[[nodiscard]] std::vector<PeerGroup> group_by_peer(Scene const& scene, Listeners const& listeners,
                                                   std::span<std::uint32_t const> rows,
                                                   PeerGroupLimits const& limits);

// What a finding about the group is called: "port 80", "10.0.0.5:5432", "pid 812", "peers in web".
[[nodiscard]] std::string group_subject(Scene const& scene, PeerGroup const& group);
// What `lastack list` finds its connections by, and others like them.
[[nodiscard]] std::string group_filter(Scene const& scene, PeerGroup const& group);

// nullptr: several, or not known.
[[nodiscard]] model::Process const* only_process(Scene const& scene, PeerGroup const& group);
// "lastack close ..." for just these connections; "" where they are too many to be named, and what
// they have in common fits healthy ones, too.
[[nodiscard]] std::string close_command(Scene const& scene, PeerGroup const& group);

// Established connections like those of the groups, troubled or not.
class Population {
 public:
  Population(Scene const& scene, Listeners const& listeners, std::span<PeerGroup const> groups);
  // Of the group's processes, opened here; by port, those that came in to it.
  [[nodiscard]] std::size_t of(PeerGroup const& group) const;

 private:
  static constexpr std::uint32_t kNotAsked = model::kNone;
  std::vector<std::uint32_t> opened_;                          // by process
  std::vector<std::pair<PeerGroup::Key, std::size_t>> ports_;  // ordered
};

}  // namespace lastack::detect
