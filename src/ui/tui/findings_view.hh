// What diagnosis has found, the gravest first.
#pragma once

#include "ui/tui/rows_view.hh"

namespace lastack::ui::tui {

class FindingsView : public RowsView {
 public:
  [[nodiscard]] base::Phrase title() const override { return {"Findings", "诊断"}; }
  void refresh(Frame const& frame) override;
  [[nodiscard]] std::uint32_t selected_pid() const override;
  [[nodiscard]] std::optional<OwnerName> past_owner() const override;
  // The process's sockets, where it is one process.
  [[nodiscard]] std::string drill_down() const override;
  // Under the cursor; nullptr: none. Valid until the store changes.
  [[nodiscard]] model::Finding const* selected_finding() const;

 protected:
  [[nodiscard]] std::span<Heading const> headings() const override;
  void sort() override {}
  [[nodiscard]] bool can_sort() const override { return false; }
  [[nodiscard]] base::Phrase nothing_here() const override {
    return {"Nothing is wrong, as far as the detectors see.", "各检测项未发现问题。"};
  }
  [[nodiscard]] std::size_t count() const override;
  [[nodiscard]] std::uint64_t id(std::size_t at) const override;
  [[nodiscard]] std::optional<std::size_t> find(std::uint64_t id) const override;
  void cell(std::size_t at, std::size_t column, std::string& out, Style& style) const override;
  [[nodiscard]] Mark mark(std::size_t at) const override;
  [[nodiscard]] bool tagged(std::size_t) const override { return false; }

 private:
  Store const* store_ = nullptr;
};

}  // namespace lastack::ui::tui
