// Where connections live: in blocks that never move, reused last in, first out, so that a busy
// machine stays in a warm part of the memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "track/connection.hh"

namespace lastack::track {

class Slots {
 public:
  static constexpr std::size_t kBlock = 1024;

  [[nodiscard]] Connection& operator[](std::uint32_t place) {
    return (*blocks_[place / kBlock])[place % kBlock];
  }
  [[nodiscard]] Connection const& operator[](std::uint32_t place) const {
    return (*blocks_[place / kBlock])[place % kBlock];
  }
  [[nodiscard]] std::uint32_t take() {
    if (free_.empty()) add_block();
    auto const place = free_.back();
    free_.pop_back();
    auto& slot = (*this)[place];
    auto const generation = slot.generation;
    slot = Connection{};
    slot.generation = generation + 1;
    slot.in_use = true;
    return place;
  }
  void give_back(std::uint32_t place) {
    auto& slot = (*this)[place];
    slot.in_use = false;
    ++slot.generation;
    free_.push_back(place);
  }

  // Places are below it.
  [[nodiscard]] std::uint32_t end() const {
    return static_cast<std::uint32_t>(blocks_.size() * kBlock);
  }
  [[nodiscard]] std::size_t in_use() const { return end() - free_.size(); }
  [[nodiscard]] std::size_t memory() const {
    return end() * sizeof(Connection) + free_.capacity() * sizeof(std::uint32_t);
  }

 private:
  void add_block() {
    auto const first = end();
    blocks_.push_back(std::make_unique<std::array<Connection, kBlock>>());
    for (auto i = kBlock; i-- > 0;) free_.push_back(first + static_cast<std::uint32_t>(i));
  }

  std::vector<std::unique_ptr<std::array<Connection, kBlock>>> blocks_;
  std::vector<std::uint32_t> free_;
};

}  // namespace lastack::track
