// State changes as they happen. Follows the end until the user moves up, and again from the end.
#pragma once

#include "ui/tui/rows_view.hh"

namespace lastack::ui::tui {

class StreamView : public RowsView {
 public:
  [[nodiscard]] base::Phrase title() const override { return {"Transitions", "状态变化"}; }
  void refresh(Frame const& frame) override;
  void draw(Canvas& canvas, Rect const& area, Frame const& frame) override;
  bool act(Action action, Frame const& frame) override;
  // The connection, where it is still there.
  [[nodiscard]] Slot selected() const override;
  [[nodiscard]] std::uint32_t selected_pid() const override;
  [[nodiscard]] std::optional<OwnerName> past_owner() const override;
  // Of the connection, there or not; 0: none.
  [[nodiscard]] std::uint64_t selected_cookie() const;
  [[nodiscard]] std::string drill_down() const override;

  [[nodiscard]] bool follows() const { return follows_; }

 protected:
  [[nodiscard]] std::span<Heading const> headings() const override;
  void sort() override {}
  [[nodiscard]] bool can_sort() const override { return false; }
  [[nodiscard]] base::Phrase nothing_here() const override;
  void moved() override;
  [[nodiscard]] std::size_t count() const override;
  [[nodiscard]] std::uint64_t id(std::size_t at) const override;
  [[nodiscard]] std::optional<std::size_t> find(std::uint64_t id) const override;
  void cell(std::size_t at, std::size_t column, std::string& out, Style& style) const override;
  [[nodiscard]] Mark mark(std::size_t) const override { return Mark::None; }
  [[nodiscard]] bool tagged(std::size_t) const override { return false; }

 private:
  [[nodiscard]] StreamLine const* line_at_cursor() const;
  [[nodiscard]] std::string note() const;

  Store const* store_ = nullptr;
  bool follows_ = true;
};

}  // namespace lastack::ui::tui
