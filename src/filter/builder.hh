// Puts a Program together from the inside out, in one pass and without a tree: a Fragment knows
// which of its tests' ways out are still open, and joining fragments closes some of them.
#pragma once

#include <cstdint>
#include <vector>

#include "filter/program.hh"
#include "filter/pushdown.hh"

namespace lastack::filter {

struct Exit {
  std::uint32_t test;
  bool when;  // the outcome of the test that leaves here
};

struct Fragment {
  std::uint32_t start = 0;
  std::vector<Exit> on_true;
  std::vector<Exit> on_false;
  // Endpoints outside the first cannot make it true; outside the second, not false. Both are
  // kept so that `not` only swaps them and nothing is ever complemented inexactly.
  Pushdown when_true;
  Pushdown when_false;
};

class Builder {
 public:
  // Tests must be added in the order in which they stand in the text.
  [[nodiscard]] Fragment anything();
  [[nodiscard]] Fragment states(model::SocketStateMask mask);
  // `subject`: FromState or ToState.
  [[nodiscard]] Fragment transition(Subject subject, model::SocketStateMask mask);
  // Bit i of `mask` stands for Protocol(i) or Family(i).
  [[nodiscard]] Fragment choice(Subject subject, unsigned mask);
  [[nodiscard]] Fragment host(Subject subject, HostPattern const& pattern);
  [[nodiscard]] Fragment number(Subject subject, Range range);
  [[nodiscard]] Fragment lookup(Lookup lookup);

  // `second` must have been built right after `first`.
  [[nodiscard]] Fragment all(Fragment first, Fragment second);
  [[nodiscard]] Fragment any(Fragment first, Fragment second);
  [[nodiscard]] static Fragment negated(Fragment fragment);

  void needs(model::Facts facts) { program_.facts |= facts; }

  // Closes what is still open and gives the program away.
  [[nodiscard]] Program finish(Fragment const& whole);

 private:
  [[nodiscard]] Fragment add(Test const& test);
  void lead(std::vector<Exit> const& exits, std::uint32_t to);

  Program program_;
};

}  // namespace lastack::filter
