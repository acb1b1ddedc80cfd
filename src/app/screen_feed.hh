// What the live screen is told: a face of a watching session that gathers what changed and puts it
// into the mailbox, at the screen's pace and no faster than it takes.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_set>
#include <vector>

#include "app/diagnoser.hh"
#include "app/screen_mailbox.hh"
#include "app/socket_reader.hh"
#include "app/watch_face.hh"
#include "ui/tui/update.hh"

namespace lastack::app {

class ScreenFeed : public WatchFace {
 public:
  ScreenFeed(ScreenMailbox& mailbox, bool polls, DiagnosisSetup setup)
      : mailbox_(mailbox), polls_(polls), diagnoser_(std::move(setup)) {}

  void transition(model::Life const& life, model::Transition const& transition) override;
  void end(model::Life const& life, std::uint64_t end_ns) override;
  void gap(Gap const& gap) override;
  void process_changed(std::uint32_t entry) override;
  void tick(std::uint64_t now_ns) override;
  void finish(WatchSummary const& summary, std::uint64_t now_ns) override;
  [[nodiscard]] WatchPace pace() const override;
  void open(track::LiveTable& table) override;
  void compared(model::Unseen const& unseen) override;
  void losses(capture::bpf::RingLosses const& losses) override;

  // So many of the last transitions and ends are told with an update; the others are counted.
  static constexpr std::size_t kMostLines = 1000;

 private:
  [[nodiscard]] bool is_due(std::uint64_t now_ns) const;
  void fill(ui::tui::Update& update, std::uint64_t now_ns);
  void diagnose(std::uint64_t now_ns);
  void fill_rows(ui::tui::Update& update);
  void fill_books(ui::tui::Update& update);
  [[nodiscard]] ui::tui::RowUpdate row_at(std::uint32_t place) const;
  [[nodiscard]] ui::tui::OwnerName owner_of(model::Life const& life) const;

  ScreenMailbox& mailbox_;
  bool polls_;
  track::LiveTable* table_ = nullptr;
  ScreenWishes wishes_;
  SocketReader reader_;
  std::uint64_t put_ns_ = 0;
  std::uint64_t refreshed_ = 0;  // ScreenWishes::refresh that was served
  bool whole_ = true;            // all rows have to be told
  bool others_changed_ = true;
  model::Unseen unseen_;
  std::uint64_t gaps_ = 0;
  // Of the books, what the screen has.
  std::unordered_set<std::uint32_t> changed_processes_;
  std::size_t told_processes_ = 0;
  std::size_t told_owners_ = 0;
  std::size_t told_namespaces_ = 0;
  std::size_t told_users_ = 0;
  // Rings of the last ones.
  std::vector<ui::tui::StreamLine> stream_;
  std::vector<ui::tui::ClosedLife> closed_;
  std::uint64_t stream_count_ = 0;
  std::uint64_t closed_count_ = 0;
  ui::tui::Totals totals_;
  Diagnoser diagnoser_;
  std::uint64_t diagnosed_ns_ = 0;
  std::uint64_t diagnosed_transitions_ = 0;  // Totals::transitions then
  bool findings_changed_ = false;
};

}  // namespace lastack::app
