#include "lab/text_ahead.hh"

#include <algorithm>

namespace lastack::lab {

using tcp::Seq;

void TextAhead::add(Seq begin, Seq end) {
  if (begin == end) return;
  // The first piece that reaches to `begin`, and all that begin before `end`, become one.
  auto const first =
      std::ranges::find_if(pieces_, [&](Piece const& each) { return not_after(begin, each.end); });
  auto last = first;
  while (last != pieces_.end() && not_after(last->begin, end)) {
    if (before(last->begin, begin)) begin = last->begin;
    if (before(end, last->end)) end = last->end;
    ++last;
  }
  if (first == last && pieces_.size() >= kMostPieces) return;
  pieces_.insert(pieces_.erase(first, last), {begin, end});
}

Seq TextAhead::advance(Seq next) {
  std::size_t passed = 0;
  while (passed < pieces_.size() && not_after(pieces_[passed].begin, next)) {
    if (before(next, pieces_[passed].end)) next = pieces_[passed].end;
    ++passed;
  }
  pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(passed));
  return next;
}

void TextAhead::clear() {
  pieces_.clear();
  fin_.reset();
}

}  // namespace lastack::lab
