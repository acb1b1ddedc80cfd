// Text that came before what belongs in front of it, and where the stream ends once that is known.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "tcp/sequence.hh"

namespace lastack::lab {

// Pieces beyond RCV.NXT, in order, none touching another.
class TextAhead {
 public:
  static constexpr std::size_t kMostPieces = 64;  // beyond, what comes is forgotten, as if lost

  void add(tcp::Seq begin, tcp::Seq end);
  void end_at(tcp::Seq fin) { fin_ = fin; }

  // The end of what follows `next` without a gap; what is before it is let go.
  [[nodiscard]] tcp::Seq advance(tcp::Seq next);
  // The peer's FIN is the next thing.
  [[nodiscard]] bool ends_at(tcp::Seq next) const { return fin_ == next; }
  [[nodiscard]] bool empty() const { return pieces_.empty() && !fin_; }
  void clear();

 private:
  struct Piece {
    tcp::Seq begin;
    tcp::Seq end;
  };

  std::vector<Piece> pieces_;
  std::optional<tcp::Seq> fin_;
};

}  // namespace lastack::lab
