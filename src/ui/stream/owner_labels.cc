#include "ui/stream/owner_labels.hh"

#include "base/text.hh"
#include "ui/columns/format.hh"

namespace lastack::ui {

model::NoOwner why_no_owner(model::Life const& life) {
  auto const path = life.path();
  bool const was_time_wait = !path.empty() && path.back().state() == model::SocketState::TimeWait;
  bool const is_over = life.endpoint.state == model::SocketState::Closed;
  if (life.endpoint.state == model::SocketState::TimeWait || (is_over && was_time_wait)) {
    return model::NoOwner::TimeWaitSocket;
  }
  if (life.is_request) return model::NoOwner::RequestSocket;
  return life.is_mini ? model::NoOwner::Orphan : life.endpoint.no_owner;
}

void OwnerLabels::append(std::string& out, model::Life const& life) {
  auto const& endpoint = life.endpoint;
  if (life.process == model::kNone) {
    out += model::label(why_no_owner(life));
    return;
  }
  out += label(life.process);
  if (endpoint.owner_count > 1) {
    out += '+';
    append_number(out, endpoint.owner_count - 1U);
  }
  if (life.owner_source == model::OwnerSource::Listener) out += '?';
}

void OwnerLabels::forget(std::uint32_t process) {
  if (process < labels_.size()) labels_[process].clear();
}

std::string_view OwnerLabels::label(std::uint32_t process) {
  if (process >= labels_.size()) labels_.resize(book_->processes.size());
  auto& text = labels_[process];
  if (text.empty()) {
    auto const& known = book_->processes[process];
    base::append_printable(text, known.comm);
    text += '[';
    append_number(text, known.pid);
    text += ']';
  }
  return text;
}

}  // namespace lastack::ui
