// The TCP listeners: how full their accept queues are, and who their clients are.
#pragma once

#include "ui/tui/listener_counts.hh"
#include "ui/tui/rows_view.hh"

namespace lastack::ui::tui {

class ListenersView : public RowsView {
 public:
  ListenersView();

  [[nodiscard]] base::Phrase title() const override { return {"Listeners", "监听"}; }
  void refresh(Frame const& frame) override;
  [[nodiscard]] Slot selected() const override;
  [[nodiscard]] std::uint32_t selected_pid() const override;
  [[nodiscard]] std::vector<Slot> visible() const override;
  // The connections of that listener, itself among them.
  [[nodiscard]] std::string drill_down() const override;

 protected:
  [[nodiscard]] std::span<Heading const> headings() const override;
  void sort() override;
  [[nodiscard]] base::Phrase nothing_here() const override {
    return {"Nobody listens.", "没有监听套接字。"};
  }
  [[nodiscard]] std::size_t count() const override { return rows_.size(); }
  [[nodiscard]] std::uint64_t id(std::size_t at) const override;
  [[nodiscard]] std::optional<std::size_t> find(std::uint64_t id) const override;
  void cell(std::size_t at, std::size_t column, std::string& out, Style& style) const override;
  [[nodiscard]] Mark mark(std::size_t at) const override;
  [[nodiscard]] bool tagged(std::size_t at) const override;

 private:
  [[nodiscard]] model::Endpoint const& endpoint_of(std::size_t at) const {
    return store_->endpoint(rows_[at].slot);
  }
  [[nodiscard]] model::Process const* process_of(ListenerCount const& row) const;
  [[nodiscard]] std::string text_of(ListenerCount const& row, std::size_t column) const;
  void append_queue(std::string& out, Style& style, model::Endpoint const& endpoint) const;

  ListenerCounts counts_;
  std::vector<ListenerCount> rows_;
  Store const* store_ = nullptr;
  std::uint64_t version_ = 0;
};

}  // namespace lastack::ui::tui
