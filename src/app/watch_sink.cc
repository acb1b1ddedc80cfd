#include "app/watch_sink.hh"

namespace lastack::app {

void WatchSink::open(track::LiveTable& table, BookKeeper& keeper, WatchFace& face,
                     filter::Filter const& filter) {
  table_ = &table;
  keeper_ = &keeper;
  face_ = &face;
  filter_ = &filter;
  for (auto const entry : table.processes().take_changed()) keeper.complete(entry);
  if (!filter.empty()) matches_.emplace(filter, table.book());
}

void WatchSink::learn_processes() {
  if (!table_->processes().has_changed()) return;
  for (auto const entry : table_->processes().take_changed()) {
    keeper_->complete(entry);
    face_->process_changed(entry);
    if (!matches_) continue;
    matches_->extend();
    matches_->refresh_process(entry);
  }
}

void WatchSink::book_changed() {
  learn_processes();
  if (matches_) matches_.emplace(*filter_, table_->book());
}

bool WatchSink::is_wanted(track::Connection const& connection,
                          model::Transition const& transition) {
  if (!matches_) return true;
  matches_->extend();  // namespaces
  keeper_->name_user(connection.endpoint.uid);
  matches_->learn_user(connection.endpoint.uid);
  return (*matches_)(connection.endpoint, {transition.from, transition.to});
}

// The first step of a life is no part of its path.
bool WatchSink::matches_birth(track::Connection const& connection) const {
  auto const path = connection.path();
  if (!matches_ || path.empty() || connection.from_snapshot) return false;
  auto endpoint = connection.endpoint;
  endpoint.state = path.front().state();
  bool const passive = endpoint.state == model::SocketState::SynReceived;
  auto const from = passive ? model::SocketState::Listen : model::SocketState::Closed;
  return (*matches_)(endpoint, {from, endpoint.state});
}

// A life is wanted where one of its steps is.
bool WatchSink::is_wanted_life(track::Connection const& connection) {
  if (!matches_) return true;
  matches_->extend();
  keeper_->name_user(connection.endpoint.uid);
  matches_->learn_user(connection.endpoint.uid);
  if (matches_birth(connection)) return true;
  auto const path = connection.path();
  for (std::size_t i = 0; i < path.size(); ++i) {
    bool const last = i + 1 == path.size();
    auto const to = last ? model::SocketState::Closed : path[i + 1].state();
    auto endpoint = connection.endpoint;
    endpoint.state = to;
    if ((*matches_)(endpoint, {path[i].state(), to})) return true;
  }
  return path.empty() && (*matches_)(connection.endpoint, {});
}

void WatchSink::on_transition(track::Connection const& connection,
                              model::Transition const& transition) {
  if (face_ == nullptr || options_.view == WatchView::Lives || is_full()) return;
  learn_processes();
  if (!is_wanted(connection, transition)) return;
  face_->transition(connection, transition);
  ++shown_;
}

void WatchSink::on_end(track::Connection const& connection, std::uint64_t time_ns) {
  bool const wants_lives = options_.view == WatchView::Lives || wants_all(options_.view);
  if (face_ == nullptr || !wants_lives || is_full()) return;
  learn_processes();
  if (!is_wanted_life(connection)) return;
  face_->end(connection, time_ns);
  ++shown_;
}

}  // namespace lastack::app
