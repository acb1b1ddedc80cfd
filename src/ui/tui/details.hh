// A page about one row: its life, what it waits for, whose it is, what tcp_info says over time,
// and its other end. Kept as it was when the row goes.
#pragma once

#include <optional>
#include <vector>

#include "model/tcp_settings.hh"
#include "ui/tui/host.hh"
#include "ui/tui/reading_log.hh"
#include "ui/tui/text_page.hh"
#include "ui/tui/view.hh"

namespace lastack::ui::tui {

// What the page is made of.
struct DetailsFacts {
  model::Endpoint endpoint;  // owners: void once it is gone
  RowExtra extra;
  bool gone = false;
  std::optional<model::Life> life;
  std::optional<model::Process> process;  // the first owner
  std::string owners;                     // "nginx[12]+2", "(kernel)"
  std::uint64_t gone_ns = 0;              // when it was seen to be
  Slot other_end = kNoSlot;               // on this machine
  std::optional<ProcessMore> more;
  std::vector<model::TcpSettings> settings;  // by namespace; the usual ones where there are none
  ReadingLog log;
};

class Details : public View {
 public:
  // Begins anew with that row, which is in use.
  void show(Slot slot, Frame const& frame);
  // A connection that is over, out of Store::closed().
  void show_closed(ClosedLife const& closed, Frame const& frame);
  // How the row that is gone went: its whole life. The rest stays as it was.
  void complete(ClosedLife const& closed);
  // Of the namespaces by index.
  void set_settings(std::vector<model::TcpSettings> settings);
  // Both are ignored where they are not of what is shown.
  void set_life(model::Life const& life);
  void add_reading(SocketReading const& reading, std::uint64_t now_ns);
  void set_more(std::uint32_t pid, ProcessMore more);

  [[nodiscard]] base::Phrase title() const override { return {"Details", "详情"}; }
  void refresh(Frame const& frame) override;
  void draw(Canvas& canvas, Rect const& area, Frame const& frame) override;
  bool act(Action action, Frame const& frame) override { return (void)frame, page_.act(action); }
  bool click(Mouse const& mouse, Frame const& frame) override {
    return (void)frame, page_.wheel(mouse);
  }
  bool search(Frame const& frame, bool backwards, bool include_current) override {
    return page_.search(frame.needle, backwards, include_current);
  }
  // kNoSlot once the row is gone.
  [[nodiscard]] Slot selected() const override { return facts_.gone ? kNoSlot : slot_; }
  [[nodiscard]] std::uint32_t selected_pid() const override;
  [[nodiscard]] std::vector<Slot> visible() const override;
  [[nodiscard]] std::string drill_down() const override;
  [[nodiscard]] bool is_gone() const { return facts_.gone; }

 private:
  Slot slot_ = kNoSlot;
  std::uint64_t row_ = 0;  // Store::row_id()
  DetailsFacts facts_;
  TextPage page_;
};

}  // namespace lastack::ui::tui
