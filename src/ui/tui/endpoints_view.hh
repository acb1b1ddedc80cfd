// The first view: every endpoint that the filter, the toggles and the grouping let through.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "filter/filter.hh"
#include "ui/columns/selection.hh"
#include "ui/tui/endpoint_list.hh"
#include "ui/tui/settings.hh"
#include "ui/tui/table.hh"
#include "ui/tui/view.hh"

namespace lastack::ui::tui {

// How long a row has been in its state: known to the screen only, so it is no ui::Column.
inline constexpr std::string_view kTimeInState = "for";

// Those that a row is shown with where the settings name none, leftmost first.
[[nodiscard]] std::vector<ColumnChoice> default_column_choices();

class EndpointsView : public View {
 public:
  explicit EndpointsView(Store const& store);

  // Everything at once: the list begins anew.
  void configure(ViewSettings const& settings, filter::Filter filter);
  void set_naming(Naming naming);
  // After each change of the store, shown or not.
  void changed(StoreChanges const& changes);

  [[nodiscard]] EndpointList const& list() const { return list_; }
  // The column whose header is at that point; "": none there.
  [[nodiscard]] std::string_view column_at(int x, int y) const;
  // Moves the cursor there, if the row is shown.
  bool move_to(Slot slot);
  // Opens or closes the group under the cursor; false: there is none.
  bool fold();

  [[nodiscard]] base::Phrase title() const override;
  void refresh(Frame const& frame) override;
  void draw(Canvas& canvas, Rect const& area, Frame const& frame) override;
  bool act(Action action, Frame const& frame) override;
  bool click(Mouse const& mouse, Frame const& frame) override;
  bool search(Frame const& frame, bool backwards, bool include_current) override;
  [[nodiscard]] Slot selected() const override;
  [[nodiscard]] std::uint32_t selected_pid() const override;
  [[nodiscard]] std::vector<Slot> visible() const override;

 private:
  class Rows;

  // nullptr: the time in its state.
  struct Shown {
    Column const* column = nullptr;
    int width = 0;
  };

  void set_columns();
  void fit(int width);
  [[nodiscard]] Rows rows(base::Language language, bool unicode) const;

  Store const& store_;
  EndpointList list_;
  Table table_;
  std::vector<Shown> shown_;
  Naming naming_;
  std::vector<ColumnChoice> choices_;  // of the settings; none: what there is room for
  int width_ = 0;                      // as last drawn
  std::vector<SortColumn> sort_;
  Grouping grouping_ = Grouping::None;
};

}  // namespace lastack::ui::tui
