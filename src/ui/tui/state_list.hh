// The state machine where there is no room for the picture: a table of the eleven states.
#pragma once

#include <string>

#include "ui/tui/rows_view.hh"

namespace lastack::ui::tui {

class StateList : public RowsView {
 public:
  [[nodiscard]] base::Phrase title() const override { return {"Diagram", "状态图"}; }
  void refresh(Frame const& frame) override;
  [[nodiscard]] std::string drill_down() const override;
  // The state under the cursor.
  [[nodiscard]] std::optional<tcp::State> state() const;

 protected:
  [[nodiscard]] std::span<Heading const> headings() const override;
  void sort() override {}
  [[nodiscard]] bool can_sort() const override { return false; }
  [[nodiscard]] base::Phrase nothing_here() const override { return {}; }
  [[nodiscard]] std::size_t count() const override { return tcp::kStateCount; }
  [[nodiscard]] std::uint64_t id(std::size_t at) const override { return at; }
  [[nodiscard]] std::optional<std::size_t> find(std::uint64_t id) const override { return id; }
  void cell(std::size_t at, std::size_t column, std::string& out, Style& style) const override;
  [[nodiscard]] Mark mark(std::size_t) const override { return Mark::None; }
  [[nodiscard]] bool tagged(std::size_t) const override { return false; }
};

}  // namespace lastack::ui::tui
