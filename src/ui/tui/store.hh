// Everything the screen knows: the rows, kept up by Updates, with what happened to each lately.
//
// Rows stand in a model::Snapshot, so that columns, filters and writers read them as they read any
// other. A row has a slot, its index in snapshot().endpoints, from when it appears until it is no
// longer shown, its time as a gone row included; slots of no row are there, too: ask is_used().
// One thread. Work is in proportion to what changed.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "ui/tui/change_log.hh"
#include "ui/tui/history.hh"
#include "ui/tui/slot.hh"
#include "ui/tui/update.hh"

namespace lastack::ui::tui {

enum class Mark : std::uint8_t { None, New, Changed, Gone };
// '+', '~', '-', ' '.
[[nodiscard]] char glyph_of(Mark mark);

inline constexpr Place kNoPlace = 0xffffffff;

struct RowExtra {
  std::uint64_t since_ns = 0;    // in its state; 0: not known
  std::uint64_t born_ns = 0;     // 0: before it was watched
  std::uint64_t marked_ns = 0;   // when the mark was set
  Place place = kNoPlace;        // kNoPlace: others (UDP, without connection) and gone rows
  std::uint32_t generation = 0;  // goes up when the slot gets another row
  Mark mark = Mark::None;
  model::Cause gone_by = model::Cause::Unknown;  // gone rows
  model::Side opened_by = model::Side::Unknown;
  bool used = false;
  bool tagged = false;
};

class Store {
 public:
  // So many gone rows are kept at a time; the oldest leave early.
  static constexpr std::size_t kKeptGone = 50'000;
  // So many rows have details (tcp_info) at a time; who has had them longest loses them.
  static constexpr std::size_t kKeptDetails = 4'096;

  // How long a mark is shown, and a gone row kept.
  void set_flash(std::uint64_t length_ns) { flash_ns_ = length_ns; }

  void apply(Update&& update);
  // Takes marks away whose time is over, and rows that have been gone for that long.
  void expire(std::uint64_t now_ns);
  [[nodiscard]] StoreChanges take_changes() { return log_.take(); }

  [[nodiscard]] model::Snapshot const& snapshot() const { return snapshot_; }
  [[nodiscard]] model::Endpoint const& endpoint(Slot slot) const {
    return snapshot_.endpoints[slot];
  }
  [[nodiscard]] RowExtra const& extra(Slot slot) const { return extras_[slot]; }
  [[nodiscard]] bool is_used(Slot slot) const {
    return slot < extras_.size() && extras_[slot].used;
  }
  // Names the row for ever; another row in the same slot has another name.
  [[nodiscard]] std::uint64_t row_id(Slot slot) const {
    return (static_cast<std::uint64_t>(extras_[slot].generation) << 32U) | slot;
  }
  // Slots in use, and free ones among them, are below.
  [[nodiscard]] Slot slot_count() const { return static_cast<Slot>(extras_.size()); }
  // Rows that are there now; gone ones do not count.
  [[nodiscard]] std::size_t size() const { return alive_; }
  // The same and gone ones that are still shown.
  [[nodiscard]] std::size_t rows() const { return alive_ + gone_.size(); }
  [[nodiscard]] std::array<std::uint32_t, model::kSocketStateCount> const& by_state() const {
    return by_state_;  // TCP; UDP is in udp()
  }
  [[nodiscard]] std::uint32_t udp() const { return udp_; }
  // The row with that cookie (and not a mini-socket's twin, where there are both); kNoSlot: none.
  // Searches all rows: for what the user asks, not for each update.
  [[nodiscard]] Slot find(std::uint64_t cookie) const;
  // The other end of a connection on this machine, or kNoSlot; in the same namespace before others.
  // Searches all rows.
  [[nodiscard]] Slot other_end(Slot slot) const;

  void tag(Slot slot, bool tagged);
  void untag_all();
  [[nodiscard]] std::vector<Slot> tagged() const;
  [[nodiscard]] std::size_t tagged_count() const { return tagged_count_; }

  [[nodiscard]] History const& history() const { return history_.history(); }
  [[nodiscard]] Totals const& totals() const { return totals_; }
  [[nodiscard]] model::Unseen const& unseen() const { return snapshot_.unseen; }
  [[nodiscard]] bool is_polled() const { return polled_; }
  // Times when records were lost.
  [[nodiscard]] std::uint64_t gaps() const { return gaps_; }
  [[nodiscard]] std::uint64_t now_ns() const { return now_ns_; }
  [[nodiscard]] std::int64_t wall_offset_ns() const { return wall_offset_ns_; }

  // The last transitions and ended connections, oldest first; bounded.
  static constexpr std::size_t kKeptLines = 10'000;
  static constexpr std::size_t kKeptLives = 5'000;
  [[nodiscard]] std::deque<StreamLine> const& stream() const { return stream_; }
  [[nodiscard]] std::uint64_t stream_dropped() const { return stream_dropped_; }  // from its front
  [[nodiscard]] std::uint64_t stream_left_out() const { return stream_left_out_; }
  [[nodiscard]] std::deque<ClosedLife> const& closed() const { return closed_; }
  [[nodiscard]] std::uint64_t closed_dropped() const { return closed_dropped_; }
  [[nodiscard]] std::uint64_t closed_left_out() const { return closed_left_out_; }
  // What diagnosis says, most severe first.
  [[nodiscard]] std::vector<FindingTold> const& findings() const { return findings_; }
  // The gravest finding that concerns the socket with that cookie; nullopt: none.
  [[nodiscard]] std::optional<model::Severity> flag_of(std::uint64_t cookie) const;
  // Goes up with each apply() and expire() that changed anything.
  [[nodiscard]] std::uint64_t version() const { return version_; }

 private:
  // Others are known by cookie, and by inode where there is none, in their namespace.
  struct OtherKey {
    std::uint64_t id = 0;
    std::uint32_t netns = 0;
    bool operator==(OtherKey const&) const = default;
  };
  struct HashOther {
    std::size_t operator()(OtherKey const& key) const {
      return std::hash<std::uint64_t>{}(key.id * 31 + key.netns);
    }
  };
  struct Other {
    Slot slot = kNoSlot;
    std::uint64_t told = 0;  // in which telling it was last seen
    bool renewed = false;    // in the present one
  };
  struct Marked {
    Slot slot = kNoSlot;
    std::uint64_t when_ns = 0;
  };
  // Which rows' owners are still to be looked up in the book that was replaced.
  struct OwnersMoved {
    bool rows = false;
    bool others = false;
  };
  [[nodiscard]] static OtherKey key_of(model::Endpoint const& endpoint);

  void end_rows(Update const& update);
  void end_unlisted(std::vector<RowUpdate> const& rows);
  void end_unlisted_others(Update const& update);
  void take_books(Update& update);
  void take_processes(std::vector<std::pair<std::uint32_t, model::Process>>& processes);
  void take_owners(Update const& update);
  void name_owners_anew(Update const& update);
  void take_names(Update& update);
  void take_row(RowUpdate const& row, bool quiet, OwnersMoved const& moved);
  void take_others(std::vector<model::Endpoint> const& others, OwnersMoved const& moved);
  void take_reading(SocketReading const& reading);
  void take_lines(Update& update);
  void take_findings(std::vector<FindingTold>&& findings);

  [[nodiscard]] Slot slot_of(Place place) const {
    return place < slot_of_place_.size() ? slot_of_place_[place] : kNoSlot;
  }
  Slot begin(model::Endpoint const& endpoint, bool quiet);
  void renew(Slot slot, model::Endpoint endpoint, bool owners_moved);
  void go(Slot slot, model::Cause cause);
  void leave(Slot slot);
  void mark(Slot slot, Mark mark);
  void expire_marks();
  void count(model::Endpoint const& endpoint, int by);
  void disown(Slot slot);
  std::uint32_t details_for(Slot slot);

  model::Snapshot snapshot_;
  std::vector<RowExtra> extras_;
  std::vector<Slot> slot_of_place_;
  std::unordered_map<OtherKey, Other, HashOther> others_;
  std::uint64_t others_told_ = 0;
  std::deque<Marked> marked_;  // new and changed rows, oldest first
  std::deque<Marked> gone_;    // gone ones, oldest first
  std::vector<model::Owner>
      owners_before_;               // of the book that an update has replaced, while it is applied
  std::vector<Slot> details_of_;    // by entry of Snapshot::details: whose it is
  std::size_t oldest_details_ = 0;  // the entry to be taken from its row next
  ChangeLog log_;
  std::array<std::uint32_t, model::kSocketStateCount> by_state_{};
  std::uint32_t udp_ = 0;
  std::size_t alive_ = 0;
  std::size_t tagged_count_ = 0;
  HistoryKeeper history_;
  Totals totals_;
  std::deque<StreamLine> stream_;
  std::deque<ClosedLife> closed_;
  std::vector<FindingTold> findings_;
  std::unordered_map<std::uint64_t, model::Severity> flags_;  // by cookie
  std::uint64_t stream_dropped_ = 0;
  std::uint64_t stream_left_out_ = 0;
  std::uint64_t closed_dropped_ = 0;
  std::uint64_t closed_left_out_ = 0;
  std::uint64_t flash_ns_ = 2'000'000'000;
  std::uint64_t now_ns_ = 0;
  std::int64_t wall_offset_ns_ = 0;
  std::uint64_t version_ = 0;
  std::uint64_t gaps_ = 0;
  bool polled_ = false;
  bool had_whole_ = false;
};

}  // namespace lastack::ui::tui
