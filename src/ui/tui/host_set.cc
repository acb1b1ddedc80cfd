#include "ui/tui/host_set.hh"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace lastack::ui::tui {
namespace {

constexpr std::size_t kFirstSize = 1024;  // powers of two
constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15U;

std::uint64_t hash_of(std::uint64_t key) {
  auto const hash = key * kMix;
  return hash ^ (hash >> 32U);
}

}  // namespace

template <typename Key>
void HostSet::Cells<Key>::clear() {
  std::ranges::fill(cells, Key{});
  count = 0;
}

template <typename Key>
bool HostSet::Cells<Key>::insert(Key const& key) {
  if ((count + 1) * 2 > cells.size()) grow();
  bool const is_new = place(key);
  count += is_new ? 1 : 0;
  return is_new;
}

template <typename Key>
bool HostSet::Cells<Key>::place(Key const& key) {
  std::uint64_t hash = 0;
  if constexpr (std::is_same_v<Key, std::uint64_t>) {
    hash = hash_of(key);
  } else {
    std::array<std::uint64_t, 2> halves{};
    std::memcpy(halves.data(), key.address.bytes.data(), sizeof halves);
    hash = hash_of(hash_of(halves[0] ^ (std::uint64_t{key.group} << 32U)) ^ halves[1]);
  }
  auto const mask = cells.size() - 1;
  for (auto at = hash & mask;; at = (at + 1) & mask) {
    if (cells[at] == Key{}) {
      cells[at] = key;
      return true;
    }
    if (cells[at] == key) return false;
  }
}

template <typename Key>
void HostSet::Cells<Key>::grow() {
  auto const size = cells.empty() ? kFirstSize : cells.size() * 2;
  auto const before = std::exchange(cells, std::vector<Key>(size));
  for (auto const& key : before) {
    if (key != Key{}) (void)place(key);
  }
}

void HostSet::clear() {
  narrow_.clear();
  wide_.clear();
}

bool HostSet::insert(std::uint32_t group, model::Address const& address, model::Family family) {
  bool const mapped = family == model::Family::Inet6 && model::is_v4_mapped(address);
  if (family == model::Family::Inet6 && !mapped) {
    return wide_.insert({.address = address, .group = group + 1});
  }
  std::uint32_t v4 = 0;
  std::memcpy(&v4, address.bytes.data() + (mapped ? 12 : 0), sizeof v4);
  return narrow_.insert((std::uint64_t{group} + 1) << 32U | v4);
}

}  // namespace lastack::ui::tui
