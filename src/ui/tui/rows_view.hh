// What the views that are one table share: the cursor, scrolling, searching, sorting by a click.
#pragma once

#include <span>

#include "ui/tui/table.hh"
#include "ui/tui/view.hh"

namespace lastack::ui::tui {

class RowsView : public View, protected RowSource {
 public:
  void draw(Canvas& canvas, Rect const& area, Frame const& frame) override;
  bool act(Action action, Frame const& frame) override;
  bool click(Mouse const& mouse, Frame const& frame) override;
  bool search(Frame const& frame, bool backwards, bool include_current) override;

 protected:
  struct Heading {
    base::Phrase title;
    Align align = Align::Left;
    int cut_order = 0;
    bool largest_first = false;  // what sorting by it begins with
    int width = 0;
  };

  explicit RowsView(std::size_t sorted_by = 0, bool descending = false)
      : sorted_by_(sorted_by), descending_(descending) {}

  // Of all columns; as many, in the same order, for as long as the view lives.
  [[nodiscard]] virtual std::span<Heading const> headings() const = 0;
  // Brings the rows into order by sorted_by() and is_descending().
  virtual void sort() = 0;
  [[nodiscard]] virtual bool can_sort() const { return true; }
  // Said in the middle of an empty view.
  [[nodiscard]] virtual base::Phrase nothing_here() const = 0;
  // The cursor was moved by the user.
  virtual void moved() {}

  // As last drawn: too few columns for everything in full.
  [[nodiscard]] bool is_narrow() const { return narrow_; }
  [[nodiscard]] std::size_t sorted_by() const { return sorted_by_; }
  [[nodiscard]] bool is_descending() const { return descending_; }
  // The row under the cursor.
  [[nodiscard]] std::optional<std::size_t> at_cursor() const { return table_.cursor(*this); }
  [[nodiscard]] Table& table() { return table_; }
  [[nodiscard]] Table const& table() const { return table_; }
  // What cells may look at: that of the call that runs.
  [[nodiscard]] Frame const& frame() const { return *frame_; }
  // To be called first by refresh().
  void enter(Frame const& frame) { frame_ = &frame; }

 private:
  void sort_by(std::size_t column, bool descending);
  void choose(std::size_t column);
  void set_columns();

  Table table_;
  Frame const* frame_ = nullptr;
  std::size_t sorted_by_;
  bool descending_;
  bool narrow_ = false;
};

}  // namespace lastack::ui::tui
