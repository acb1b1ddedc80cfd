// The JSON Lines of `watch`: transitions, lives, tallies, gaps and the summary. The schema is
// docs/watch.schema.json; addresses, namespaces and owners are those of `list`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/life.hh"
#include "model/transition.hh"
#include "ui/columns/column.hh"
#include "ui/columns/table.hh"
#include "ui/stream/clock.hh"

namespace lastack::ui {

class StreamJson {
 public:
  // `out` must outlive it, like `book` and `clock`.
  StreamJson(std::string& out, model::Snapshot const& book, StreamClock& clock);

  void write(model::Life const& life, model::Transition const& transition);
  void write(model::Life const& life, std::uint64_t end_ns);

  // Records were lost between the two times.
  void write_gap(std::uint64_t since_ns, std::uint64_t time_ns, std::uint64_t lost);

  // For lines of other kinds: begins an object with "event" and "time".
  exporting::JsonWriter& begin(std::string_view event, std::uint64_t time_ns);
  void end();

  // To be called when a process has changed its name, or its entry is another one's now.
  void forget(std::uint32_t process);

  // What must be known of processes.
  [[nodiscard]] static model::Facts facts();

 private:
  void write_time(std::string_view key, std::uint64_t time_ns);
  void write_socket(model::Life const& life);
  void write_owners(model::Life const& life);
  void write_owner(exporting::JsonWriter& json, model::Owner const& owner) const;
  [[nodiscard]] std::string_view owner_alone(model::Owner const& owner);
  void write_path(model::Life const& life);

  exporting::JsonWriter json_;
  View view_;
  StreamClock* clock_;
  Columns socket_;
  Columns owner_;
  Column const* cookie_;
  std::string text_;
  std::vector<std::string> owners_alone_;  // by process, as written; "": not yet
};

}  // namespace lastack::ui
