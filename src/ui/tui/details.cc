#include "ui/tui/details.hh"

#include <utility>

#include <fmt/format.h>

#include "ui/tui/details_text.hh"
#include "ui/tui/row_text.hh"

namespace lastack::ui::tui {

void Details::show(Slot slot, Frame const& frame) {
  auto settings = std::move(facts_.settings);
  facts_ = {};
  facts_.settings = std::move(settings);
  slot_ = slot;
  row_ = frame.store.row_id(slot);
  facts_.endpoint = frame.store.endpoint(slot);
  page_.to_top();
  refresh(frame);
}

void Details::show_closed(ClosedLife const& closed, Frame const& frame) {
  auto settings = std::move(facts_.settings);
  facts_ = {};
  facts_.settings = std::move(settings);
  slot_ = kNoSlot;
  facts_.endpoint = closed.life.endpoint;
  facts_.endpoint.owner_count = 0;
  facts_.life = closed.life;
  facts_.gone = true;
  facts_.gone_ns = closed.ended_ns;
  facts_.extra.gone_by = closed.life.ended_by;
  append_owner(facts_.owners, closed.owner, closed.life.endpoint.no_owner);
  for (auto const& process : frame.store.snapshot().processes) {
    if (is_same(closed.owner, process)) facts_.process = process;
  }
  page_.to_top();
}

void Details::complete(ClosedLife const& closed) {
  facts_.life = closed.life;
  facts_.gone_ns = closed.ended_ns;
  facts_.extra.gone_by = closed.life.ended_by;
}

void Details::set_settings(std::vector<model::TcpSettings> settings) {
  facts_.settings = std::move(settings);
}

void Details::set_life(model::Life const& life) {
  bool const same = facts_.endpoint.cookie != 0 ? life.endpoint.cookie == facts_.endpoint.cookie
                                                : life.endpoint.flow == facts_.endpoint.flow;
  if (same) facts_.life = life;
}

void Details::add_reading(SocketReading const& reading, std::uint64_t now_ns) {
  bool const same = reading.cookie != 0 && reading.cookie == facts_.endpoint.cookie;
  if (same) facts_.log.add(reading, now_ns);
}

void Details::set_more(std::uint32_t pid, ProcessMore more) {
  if (pid != 0 && selected_pid() == pid) facts_.more = std::move(more);
}

void Details::refresh(Frame const& frame) {
  if (facts_.gone) return;
  auto const& store = frame.store;
  bool const there = store.is_used(slot_) && store.row_id(slot_) == row_;
  if (there) {
    facts_.endpoint = store.endpoint(slot_);
    facts_.extra = store.extra(slot_);
    facts_.owners.clear();
    append_owners(facts_.owners, frame, facts_.endpoint);
    auto const owners = store.snapshot().owners_of(facts_.endpoint);
    if (!owners.empty()) facts_.process = store.snapshot().process_of(owners.front());
    facts_.other_end = store.other_end(slot_);
  }
  if (there && facts_.extra.mark != Mark::Gone) return;
  facts_.gone = true;
  facts_.gone_ns = store.now_ns();
  facts_.endpoint.owner_count = 0;
}

void Details::draw(Canvas& canvas, Rect const& area, Frame const& frame) {
  page_.set(details_page(facts_, slot_, area.width, frame));
  page_.draw(canvas, area, frame.needle);
}

std::uint32_t Details::selected_pid() const { return facts_.process ? facts_.process->pid : 0; }

std::vector<Slot> Details::visible() const {
  if (facts_.gone) return {};
  return {slot_};
}

std::string Details::drill_down() const {
  return facts_.gone ? std::string() : filter_for(facts_.endpoint);
}

}  // namespace lastack::ui::tui
