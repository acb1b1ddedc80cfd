// An address prefix, ready to be compared with the addresses of a million endpoints: two masked
// words for each family that the endpoint may have.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "model/address.hh"

namespace lastack::filter {

class HostPattern {
 public:
  // The addresses whose first `bits` bits are those of `address`. bits <= 32 (Inet) or 128
  // (Inet6). An IPv4 prefix also holds the v4-mapped addresses of IPv6 endpoints, as in ss; an
  // IPv6 prefix never holds an IPv4 endpoint's, not even a prefix of v4-mapped addresses.
  static HostPattern prefix(model::Address const& address, model::Family family, unsigned bits);

  // `family` is the endpoint's.
  [[nodiscard]] bool matches(model::Address const& address, model::Family family) const {
    std::array<std::uint64_t, 2> words;
    std::memcpy(words.data(), address.bytes.data(), sizeof words);
    auto const& want = of_[static_cast<std::size_t>(family)];
    return (((words[0] & want.mask[0]) ^ want.value[0]) |
            ((words[1] & want.mask[1]) ^ want.value[1])) == 0;
  }

  // False where no endpoint of the family can match.
  [[nodiscard]] bool possible(model::Family family) const {
    auto const& want = of_[static_cast<std::size_t>(family)];
    return ((want.value[0] & ~want.mask[0]) | (want.value[1] & ~want.mask[1])) == 0;
  }

 private:
  // Words of the address's bytes as they lie in memory. The default matches nothing: a wanted
  // bit that the mask has cleared.
  struct MaskedWords {
    std::array<std::uint64_t, 2> value{1, 0};
    std::array<std::uint64_t, 2> mask{0, 0};
  };
  static MaskedWords masked(model::Address const& address, unsigned bits);

  std::array<MaskedWords, 2> of_;  // by the endpoint's family
};

}  // namespace lastack::filter
