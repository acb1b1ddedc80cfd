// What the user asks of all rows, and tags.
#include "ui/tui/store.hh"

namespace lastack::ui::tui {
namespace {

using model::Address;
using model::Endpoint;
using model::Family;
using model::SocketState;

// What mini-sockets are in: they share the cookie with a connection that has begun after them.
constexpr model::SocketStateMask kMiniStates =
    model::mask_of(SocketState::TimeWait) | model::mask_of(SocketState::FinWait2);

// IPv4 and v4-mapped IPv6 are the same address to a peer.
Address comparable(Address const& address, Family family) {
  bool const mapped = family == Family::Inet6 && model::is_v4_mapped(address);
  return mapped ? model::unmapped(address) : address;
}
bool is_v4(Address const& address, Family family) {
  return family == Family::Inet || model::is_v4_mapped(address);
}

bool is_mirror(Endpoint const& a, Endpoint const& b) {
  if (a.flow.remote_port != b.flow.local_port || a.flow.local_port != b.flow.remote_port ||
      a.protocol != b.protocol || is_v4(a.flow.local, a.family) != is_v4(b.flow.remote, b.family)) {
    return false;
  }
  return comparable(a.flow.local, a.family) == comparable(b.flow.remote, b.family) &&
         comparable(a.flow.remote, a.family) == comparable(b.flow.local, b.family);
}

// 127.0.0.1 of another namespace is another place.
bool is_loopback(Address const& address, Family family) {
  if (is_v4(address, family)) return comparable(address, family).bytes[0] == 127;
  return address == Address{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
}

}  // namespace

Slot Store::find(std::uint64_t cookie) const {
  // Those that are there before gone ones, connections before what remains of them.
  auto const worth = [&](Slot slot) {
    bool const mini = (kMiniStates & model::mask_of(endpoint(slot).state)) != 0;
    return (extra(slot).mark == Mark::Gone ? 0 : 2) + (mini ? 0 : 1);
  };
  auto best = kNoSlot;
  for (Slot slot = 0; slot < slot_count(); ++slot) {
    if (endpoint(slot).cookie != cookie || !is_used(slot)) continue;
    if (best == kNoSlot || worth(slot) > worth(best)) best = slot;
  }
  return best;
}

Slot Store::other_end(Slot of) const {
  auto const& one = endpoint(of);
  if (one.flow.remote_port == 0) return kNoSlot;
  auto elsewhere = kNoSlot;
  for (Slot slot = 0; slot < slot_count(); ++slot) {
    auto const& other = endpoint(slot);
    if (slot == of || !is_used(slot) || extra(slot).mark == Mark::Gone) continue;
    if (!is_mirror(one, other)) continue;
    if (other.netns == one.netns) return slot;
    elsewhere = slot;
  }
  return is_loopback(one.flow.local, one.family) ? kNoSlot : elsewhere;
}

void Store::tag(Slot slot, bool tagged) {
  auto& extra = extras_[slot];
  if (!extra.used || extra.tagged == tagged) return;
  extra.tagged = tagged;
  tagged_count_ += tagged ? 1U : static_cast<std::size_t>(-1);
  ++version_;
}

void Store::untag_all() {
  for (auto const slot : this->tagged()) tag(slot, false);
}

std::vector<Slot> Store::tagged() const {
  std::vector<Slot> out;
  for (Slot slot = 0; slot < slot_count() && out.size() < tagged_count_; ++slot) {
    if (extras_[slot].tagged) out.push_back(slot);
  }
  return out;
}

}  // namespace lastack::ui::tui
