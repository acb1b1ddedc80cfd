#include "detect/baseline.hh"

#include "model/snapshot.hh"

namespace lastack::detect {

std::size_t learn(Baseline& baseline, model::Snapshot const& snapshot) {
  (void)baseline;
  (void)snapshot;
  return 0;
}

}  // namespace lastack::detect
