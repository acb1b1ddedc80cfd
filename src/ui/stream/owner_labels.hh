// "nginx[123]": the owner of a connection on a line. Made once a process, not once a line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/life.hh"
#include "model/snapshot.hh"

namespace lastack::ui {

// Of a life whose owner is not known.
[[nodiscard]] model::NoOwner why_no_owner(model::Life const& life);

class OwnerLabels {
 public:
  // `book` holds the processes and owners that lives refer to; it must outlive this.
  explicit OwnerLabels(model::Snapshot const& book) : book_(&book) {}

  // Appends "nginx[123]", "nginx[123]+2" where several processes have it, "nginx[123]?" where it
  // is only presumed (it has the listener), "(no process)" and the like where there is none.
  void append(std::string& out, model::Life const& life);
  // That entry of the book is another process now, or has another name.
  void forget(std::uint32_t process);

 private:
  [[nodiscard]] std::string_view label(std::uint32_t process);

  model::Snapshot const* book_;
  std::vector<std::string> labels_;  // by process; "" not made yet
};

}  // namespace lastack::ui
