#include "lab/text_ahead.hh"

#include <algorithm>

namespace lastack::lab {

using tcp::Seq;

void TextAhead::add(Piece piece) {
  if (piece.begin == piece.end) return;
  // Behind the last one that begins no later.
  auto at = std::ranges::find_if(
      pieces_, [&](Piece const& each) { return before(piece.begin, each.begin); });
  if (at != pieces_.begin()) {
    auto& left = *(at - 1);
    if (before(piece.begin, left.end) && not_after(piece.end, left.end)) return;
    if (left.end == piece.begin) {
      left.end = piece.end;
      left.fin = left.fin || piece.fin;
      return;
    }
    if (left.begin == piece.begin) --at;  // it covers that one
  }
  auto const covered = std::find_if(at, pieces_.end(),
                                    [&](Piece const& each) { return before(piece.end, each.end); });
  auto const place = pieces_.erase(at, covered);
  if (pieces_.size() < kMostPieces) pieces_.insert(place, piece);
}

TextAhead::Advance TextAhead::advance(Seq next) {
  Advance advance{.next = next};
  auto passed = pieces_.begin();
  while (passed != pieces_.end() && !advance.fin && not_after(passed->begin, advance.next)) {
    if (before(advance.next, passed->end)) {
      advance.next = passed->end;
      advance.fin = passed->fin;
    }
    ++passed;
  }
  pieces_.erase(pieces_.begin(), advance.fin ? pieces_.end() : passed);
  return advance;
}

}  // namespace lastack::lab
