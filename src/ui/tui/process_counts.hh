// What each process has to do with the network: one pass over all rows.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "ui/tui/host_set.hh"
#include "ui/tui/store.hh"

namespace lastack::ui::tui {

struct ProcessCount {
  static constexpr std::uint32_t kNobody = model::kNone;

  std::uint32_t process = kNobody;  // index into the book's processes; kNobody: see `reason`
  model::NoOwner reason = model::NoOwner::HasOwner;
  std::uint32_t tcp = 0;
  std::uint32_t udp = 0;
  std::uint32_t hosts = 0;                                       // different remote ones
  std::array<std::uint32_t, model::kSocketStateCount> states{};  // TCP only
  std::uint32_t begun = 0;                                       // rows marked new …
  std::uint32_t changed = 0;                                     // … changed …
  std::uint32_t gone = 0;                                        // … gone: not counted above

  [[nodiscard]] std::uint32_t sockets() const { return tcp + udp; }
  [[nodiscard]] Mark mark() const;
};

class ProcessCounts {
 public:
  // A socket that several processes share counts for each of them. Those that have nothing are
  // left out; in no particular order.
  [[nodiscard]] std::vector<ProcessCount> count(Store const& store);

 private:
  void add(std::uint32_t group, Store const& store, Slot slot);

  std::vector<ProcessCount> groups_;  // by process, then by reason
  HostSet hosts_;
};

}  // namespace lastack::ui::tui
