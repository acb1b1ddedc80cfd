// Between the live table and the face: lets through what the filter wants, and counts.
#pragma once

#include <cstdint>
#include <optional>

#include "app/book_keeper.hh"
#include "app/watch_face.hh"
#include "filter/filter.hh"
#include "filter/matcher.hh"
#include "track/live_table.hh"

namespace lastack::app {

class WatchSink : public track::Sink {
 public:
  explicit WatchSink(WatchOptions const& options) : options_(options) {}

  // Nothing is shown before. All must outlive it.
  void open(track::LiveTable& table, BookKeeper& keeper, WatchFace& face,
            filter::Filter const& filter);

  void on_transition(track::Connection const& connection,
                     model::Transition const& transition) override;
  void on_end(track::Connection const& connection, std::uint64_t time_ns) override;

  // Takes notice of processes that the book has gained or that have changed.
  void learn_processes();

  // A reconciliation may have given namespaces other names.
  void book_changed();

  // Lines; in a tally, transitions that were counted.
  [[nodiscard]] std::uint64_t shown() const { return shown_; }
  // --count lines have been shown.
  [[nodiscard]] bool is_full() const { return options_.count && shown_ >= *options_.count; }

 private:
  [[nodiscard]] bool is_wanted(track::Connection const& connection,
                               model::Transition const& transition);
  [[nodiscard]] bool matches_birth(track::Connection const& connection) const;
  [[nodiscard]] bool is_wanted_life(track::Connection const& connection);

  WatchOptions const& options_;
  track::LiveTable* table_ = nullptr;
  BookKeeper* keeper_ = nullptr;
  WatchFace* face_ = nullptr;
  filter::Filter const* filter_ = nullptr;
  std::optional<filter::Matcher> matches_;
  std::uint64_t shown_ = 0;
};

}  // namespace lastack::app
