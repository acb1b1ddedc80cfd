// How many different hosts each of many groups has to do with: exact, and without an allocation a
// host. Filled anew each time; its memory stays.
#pragma once

#include <cstdint>
#include <vector>

#include "model/address.hh"

namespace lastack::ui::tui {

class HostSet {
 public:
  void clear();
  // True: that host is new to the group. IPv4 and v4-mapped addresses are the same host.
  bool insert(std::uint32_t group, model::Address const& address, model::Family family);

 private:
  struct Wide {
    model::Address address;
    std::uint32_t group = 0;  // plus one; 0: the cell is free

    bool operator==(Wide const&) const = default;
  };

  // Open addressing; twice as many cells as keys or more. IPv4, of which there are most, takes 8
  // bytes a cell: group plus one, then address; 0 is a free cell.
  template <typename Key>
  struct Cells {
    std::vector<Key> cells{};
    std::size_t count = 0;

    void clear();
    bool insert(Key const& key);
    bool place(Key const& key);
    void grow();
  };

  Cells<std::uint64_t> narrow_;
  Cells<Wide> wide_;
};

}  // namespace lastack::ui::tui
