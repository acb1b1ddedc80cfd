// Text that came before what belongs in front of it, and FINs behind it.
#pragma once

#include <cstddef>
#include <vector>

#include "tcp/sequence.hh"

namespace lastack::lab {

// What a segment brings, or what several that follow one another bring; `end` is behind its FIN.
struct Piece {
  tcp::Seq begin;
  tcp::Seq end;
  bool fin = false;
  constexpr bool operator==(Piece const&) const = default;
};

// Pieces beyond RCV.NXT, as Linux keeps them (kernel: tcp_data_queue_ofo()): in order of where they
// begin; what a piece that was there has already is not taken twice, and one that follows another
// without a gap becomes a part of it.
class TextAhead {
 public:
  static constexpr std::size_t kMostPieces = 64;  // beyond, what comes is forgotten, as if lost

  void add(Piece piece);

  struct Advance {
    tcp::Seq next;
    bool fin = false;  // the last octet is a FIN
  };
  // What follows `next` without a gap, up to a FIN; what is passed is let go, and behind a FIN all.
  [[nodiscard]] Advance advance(tcp::Seq next);
  [[nodiscard]] bool empty() const { return pieces_.empty(); }
  void clear() { pieces_.clear(); }

 private:
  std::vector<Piece> pieces_;
};

}  // namespace lastack::lab
