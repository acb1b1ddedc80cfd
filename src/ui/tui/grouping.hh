// Which group a row belongs to, and in which order the groups stand.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ui/tui/line.hh"
#include "ui/tui/ranks.hh"
#include "ui/tui/row_order.hh"
#include "ui/tui/store.hh"

namespace lastack::ui::tui {

// Ports on which something listens, of all rows, those of listeners that are just gone included.
class ListenedPorts {
 public:
  explicit ListenedPorts(Store const& store) : store_(&store) {}

  void begin_anew();
  // A row came, changed or left. What it listens on or listened on may be in take_changed() then.
  void refresh(Slot slot);
  [[nodiscard]] bool has(std::uint32_t netns, std::uint16_t port) const {
    return listeners_.contains(key(netns, port));
  }
  // Of a port for which the answer has changed since the last call.
  [[nodiscard]] bool has_changed() const { return !changed_.empty(); }
  [[nodiscard]] bool has_changed(std::uint32_t netns, std::uint16_t port) const {
    return changed_.contains(key(netns, port));
  }
  void forget_changed() { changed_.clear(); }

 private:
  static std::uint64_t key(std::uint32_t netns, std::uint16_t port) {
    return (std::uint64_t{netns} << 16U) | port;
  }
  void add(std::uint64_t port);
  void remove(std::uint64_t port);

  Store const* store_;
  std::unordered_map<Slot, std::uint64_t> port_of_;  // of listeners
  std::unordered_map<std::uint64_t, std::uint32_t> listeners_;
  std::unordered_set<std::uint64_t> changed_;
};

class Groups {
 public:
  // Of rows that belong to none.
  static constexpr std::uint32_t kNone = 0;

  Groups(Store const& store, RowOrder const& order);

  // Groups that there were, with what is folded, are forgotten.
  void set(Grouping grouping);
  [[nodiscard]] Grouping grouping() const { return grouping_; }

  // All rows have left their groups, which come back with the same names if rows come back.
  void begin_anew();
  // Processes have been ranked anew.
  void refresh_ranks();
  // Some are new, or have changed.
  void refresh_processes(std::vector<std::uint32_t> const& indexes);

  // The group of a row that is shown; a new one has no rows until enter().
  [[nodiscard]] std::uint32_t of(Slot slot);
  void enter(std::uint32_t group) { ++groups_[group].rows; }
  void leave(std::uint32_t group) { --groups_[group].rows; }
  // Forgets groups without rows.
  void sweep();

  [[nodiscard]] std::uint64_t rank(std::uint32_t group) const { return groups_[group].rank; }
  [[nodiscard]] std::uint32_t rows(std::uint32_t group) const { return groups_[group].rows; }
  [[nodiscard]] bool is_folded(std::uint32_t group) const { return groups_[group].folded; }
  // Of connections that came to a listener.
  [[nodiscard]] bool is_of_listener(std::uint32_t group) const {
    return groups_[group].key.kind == Kind::Listener;
  }
  [[nodiscard]] std::uint64_t id(std::uint32_t group) const;
  // kNone: there is no such group any more.
  [[nodiscard]] std::uint32_t find(std::uint64_t id) const;
  void fold(std::uint32_t group, bool folded) { groups_[group].folded = folded; }
  [[nodiscard]] bool is_crowded() const { return peers_.is_crowded(); }

  [[nodiscard]] ListenedPorts& ports() { return ports_; }

 private:
  enum class Kind : std::uint8_t { None, Listener, Peer, Process, Nobody };
  struct Key {
    Kind kind = Kind::None;
    model::Family family = model::Family::Inet;
    model::Address address;  // of peers
    std::uint16_t port = 0;
    std::uint32_t netns = 0;  // or the process, or the reason
    auto operator<=>(Key const&) const = default;
  };
  struct Hash {
    std::size_t operator()(Key const& key) const;
  };
  struct Group {
    Key key;
    std::uint64_t rank = 0;
    std::uint32_t rows = 0;
    std::uint32_t generation = 0;
    std::uint32_t pid = 0;  // of processes
    bool folded = false;
  };

  [[nodiscard]] Key key_of(Slot slot) const;
  [[nodiscard]] std::uint64_t rank_of(Key const& key);
  std::uint32_t add(Key const& key);
  [[nodiscard]] bool folded_at_first() const { return grouping_ == Grouping::FoldTimeWait; }
  [[nodiscard]] std::uint32_t pid_of(Key const& key) const;

  Store const* store_;
  RowOrder const* order_;
  Grouping grouping_ = Grouping::None;
  ListenedPorts ports_;
  std::vector<Group> groups_;
  std::unordered_map<Key, std::uint32_t, Hash> index_;
  std::vector<std::uint32_t> free_;
  std::uint32_t generation_ = 0;  // the last that was given to a group
  Ranks<Key, 60> peers_;
};

}  // namespace lastack::ui::tui
