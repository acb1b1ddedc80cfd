// Which connections came to which listener: one pass over all rows.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "ui/tui/host_set.hh"
#include "ui/tui/store.hh"

namespace lastack::ui::tui {

struct ListenerCount {
  Slot slot = kNoSlot;
  std::array<std::uint32_t, model::kSocketStateCount> states{};  // of its connections
  std::uint32_t hosts = 0;                                       // different remote ones
  std::uint32_t next = 0;  // another listener on that port, plus one; 0: none

  [[nodiscard]] std::uint32_t in(model::SocketState state) const {
    return states[static_cast<std::size_t>(state)];
  }
};

class ListenerCounts {
 public:
  // All TCP listeners, gone ones included, in the order of their slots. A connection counts for
  // the listener with its own address before one of any address; of several that share a port
  // (SO_REUSEPORT), for the one whose process has it, else for the first.
  [[nodiscard]] std::vector<ListenerCount> count(Store const& store);

 private:
  void find_listeners(Store const& store);
  // Index into `listeners_`, plus one; 0: none.
  [[nodiscard]] std::uint32_t listener_of(Store const& store,
                                          model::Endpoint const& endpoint) const;

  std::vector<ListenerCount> listeners_;
  std::vector<std::uint32_t> by_port_;  // index into `listeners_`, plus one; 0: none
  HostSet hosts_;
};

}  // namespace lastack::ui::tui
