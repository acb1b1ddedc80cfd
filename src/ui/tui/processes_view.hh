// One row a process, with totals; and one a reason for sockets that no process has.
#pragma once

#include "ui/tui/process_counts.hh"
#include "ui/tui/rows_view.hh"

namespace lastack::ui::tui {

class ProcessesView : public RowsView {
 public:
  ProcessesView();

  [[nodiscard]] base::Phrase title() const override { return {"Processes", "进程"}; }
  void refresh(Frame const& frame) override;
  [[nodiscard]] std::uint32_t selected_pid() const override;
  [[nodiscard]] std::string drill_down() const override;

 protected:
  [[nodiscard]] std::span<Heading const> headings() const override;
  void sort() override;
  [[nodiscard]] base::Phrase nothing_here() const override {
    return {"No sockets.", "没有套接字。"};
  }
  [[nodiscard]] std::size_t count() const override { return rows_.size(); }
  [[nodiscard]] std::uint64_t id(std::size_t at) const override;
  [[nodiscard]] std::optional<std::size_t> find(std::uint64_t id) const override;
  void cell(std::size_t at, std::size_t column, std::string& out, Style& style) const override;
  [[nodiscard]] Mark mark(std::size_t at) const override { return rows_[at].mark(); }
  [[nodiscard]] bool tagged(std::size_t) const override { return false; }

 private:
  [[nodiscard]] model::Process const* process_of(ProcessCount const& row) const;

  ProcessCounts counts_;
  std::vector<ProcessCount> rows_;
  Store const* store_ = nullptr;
  std::uint64_t version_ = 0;
};

}  // namespace lastack::ui::tui
