// Sequence numbers: 32 bits that wrap (RFC 9293 section 3.4). No '<': it would be wrong at the
// wrap.
#pragma once

#include <cstdint>

namespace lastack::tcp {

class Seq {
 public:
  constexpr Seq() = default;
  constexpr explicit Seq(std::uint32_t number) : number_(number) {}

  [[nodiscard]] constexpr std::uint32_t number() const { return number_; }
  friend constexpr Seq operator+(Seq seq, std::uint32_t octets) {
    return Seq(seq.number_ + octets);
  }
  friend constexpr Seq operator-(Seq seq, std::uint32_t octets) {
    return Seq(seq.number_ - octets);
  }
  // How many octets `to` is ahead of `from`; negative: behind.
  friend constexpr std::int32_t distance(Seq from, Seq to) {
    return static_cast<std::int32_t>(to.number_ - from.number_);
  }
  friend constexpr bool before(Seq a, Seq b) { return distance(a, b) > 0; }
  friend constexpr bool not_after(Seq a, Seq b) { return distance(a, b) >= 0; }
  constexpr bool operator==(Seq const&) const = default;

 private:
  std::uint32_t number_ = 0;
};

static_assert(before(Seq(0xffffffffU), Seq(0)));
static_assert(!before(Seq(5), Seq(5)) && not_after(Seq(5), Seq(5)));
static_assert(distance(Seq(10), Seq(0xfffffff0U)) == -26);

}  // namespace lastack::tcp
