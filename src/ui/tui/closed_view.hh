// Connections that are over, the newest first.
#pragma once

#include "ui/tui/rows_view.hh"

namespace lastack::ui::tui {

class ClosedView : public RowsView {
 public:
  [[nodiscard]] base::Phrase title() const override { return {"Closed", "已关闭"}; }
  void refresh(Frame const& frame) override;
  void draw(Canvas& canvas, Rect const& area, Frame const& frame) override;
  [[nodiscard]] std::uint32_t selected_pid() const override;
  [[nodiscard]] std::optional<OwnerName> past_owner() const override;
  // What there is with the same peer now.
  [[nodiscard]] std::string drill_down() const override;
  // Under the cursor; nullptr: none. Valid until the store changes.
  [[nodiscard]] ClosedLife const* selected_life() const;

 protected:
  [[nodiscard]] std::span<Heading const> headings() const override;
  void sort() override {}
  [[nodiscard]] bool can_sort() const override { return false; }
  [[nodiscard]] base::Phrase nothing_here() const override {
    return {"No connection has ended yet.", "尚无连接结束。"};
  }
  void moved() override;
  [[nodiscard]] std::size_t count() const override;
  [[nodiscard]] std::uint64_t id(std::size_t at) const override;
  [[nodiscard]] std::optional<std::size_t> find(std::uint64_t id) const override;
  void cell(std::size_t at, std::size_t column, std::string& out, Style& style) const override;
  [[nodiscard]] Mark mark(std::size_t) const override { return Mark::None; }
  [[nodiscard]] bool tagged(std::size_t) const override { return false; }

 private:
  [[nodiscard]] ClosedLife const& at_row(std::size_t at) const;
  void append_path(std::string& out, model::Life const& life) const;
  [[nodiscard]] std::string note() const;

  Store const* store_ = nullptr;
  bool at_top_ = true;  // the cursor: it stays with the newest
};

}  // namespace lastack::ui::tui
