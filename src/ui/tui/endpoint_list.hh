// Which rows are shown, and in which order. Kept up by what changed: a row that comes, changes or
// goes costs a binary search's worth of comparing, not a new order of everything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "filter/filter.hh"
#include "filter/matcher.hh"
#include "ui/columns/selection.hh"
#include "ui/tui/grouping.hh"
#include "ui/tui/line.hh"
#include "ui/tui/row_order.hh"
#include "ui/tui/store.hh"
#include "ui/tui/toggles.hh"

namespace lastack::ui::tui {

class EndpointList {
 public:
  // The store must outlive it.
  explicit EndpointList(Store const& store);
  EndpointList(EndpointList const&) = delete;
  EndpointList& operator=(EndpointList const&) = delete;
  ~EndpointList() = default;

  // Each begins anew: to be followed by rebuild(); until then the lines are the old ones.
  void set_filter(filter::Filter filter);
  void set_toggles(Toggles const& toggles);
  void set_sort(std::vector<SortColumn> sort);  // none: the default order of `lastack list`
  void set_grouping(Grouping grouping);
  void set_naming(Naming naming);
  // Opens or closes a group, at once. It stays so for as long as the group has rows.
  void set_folded(std::uint64_t group, bool folded);

  void rebuild();
  // After Store::apply() or expire(), with what Store::take_changes() said. All changes must come
  // here, or rebuild() must follow.
  void update(StoreChanges const& changes);

  [[nodiscard]] std::span<Line const> lines() const { return lines_; }
  // The rows that match, in order, whatever is folded.
  [[nodiscard]] std::span<Slot const> rows() const { return order_; }
  // The line of that row, or of the head that hides it; nullopt: neither is shown.
  [[nodiscard]] std::optional<std::size_t> find(Slot slot) const;
  [[nodiscard]] std::optional<std::size_t> find_group(std::uint64_t group) const;
  // Rows that match, folded ones included; and those that do not.
  [[nodiscard]] std::size_t matching() const { return order_.size(); }
  [[nodiscard]] std::size_t hidden() const;

 private:
  // Of a group that is among the lines.
  struct Head {
    std::uint32_t group = Groups::kNone;
    std::size_t first = 0;  // its first row in the order
    std::size_t line = 0;
  };

  void grow();
  void find_groups();
  void sort_equal_keys();
  void learn_processes(std::vector<std::uint32_t> const& processes);
  void examine(Slot slot);
  void examine_rows_of(std::vector<std::uint32_t> const& processes);
  void examine_time_waits();
  void reconsider(Slot slot);
  void withdraw(Slot slot);
  [[nodiscard]] bool matches(Slot slot);
  [[nodiscard]] bool before(Slot a, Slot b) const;
  void merge();
  void build_lines();
  void build_grouped_lines();
  [[nodiscard]] std::optional<std::size_t> place_of(Slot slot) const;

  Store const* store_;
  filter::Filter filter_;
  std::unique_ptr<filter::Matcher> matches_;
  Toggles toggles_;
  std::vector<SortColumn> sort_;
  Naming naming_;
  RowOrder row_order_;
  Groups groups_;
  bool is_built_ = false;
  std::size_t known_processes_ = 0;

  // By slot.
  std::vector<RowOrder::Key> keys_;
  std::vector<std::uint64_t> rests_;  // RowOrder::rest_of()
  std::vector<std::uint32_t> group_of_;
  std::vector<std::uint8_t> listed_;    // it is in the order
  std::vector<std::uint8_t> moving_;    // it leaves its place in the order, for now or for good
  std::vector<std::uint8_t> examined_;  // it is in to_examine_

  std::vector<Slot> order_;  // all that match, folded ones included
  std::vector<Slot> to_examine_;
  std::vector<Slot> arriving_;
  bool is_moving_ = false;
  std::vector<Head> heads_;
  std::vector<Line> lines_;
};

}  // namespace lastack::ui::tui
