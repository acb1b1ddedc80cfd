#include "lab/round_trip.hh"

#include <algorithm>

namespace lastack::lab {

void RoundTrip::measure(Span sample, Settings const& settings) {
  if (!measured_) {
    smoothed_ = sample;
    variation_ = sample / 2;
    measured_ = true;
  } else {
    auto const off = smoothed_ < sample ? sample - smoothed_ : smoothed_ - sample;
    variation_ = (variation_ * 3 + off) / 4;
    smoothed_ = (smoothed_ * 7 + sample) / 8;
  }
  rto_ = worked_out(settings);
}

Span RoundTrip::worked_out(Settings const& settings) const {
  // Linux adds its minimum to the round trip (kernel: __tcp_set_rto()).
  bool const adds = settings.reading == &tcp::kLinux;
  auto const rto = adds ? smoothed_ + std::max(variation_ * 4, settings.rto_min)
                        : std::max(smoothed_ + variation_ * 4, settings.rto_min);
  return std::min(rto, settings.rto_max);
}

void RoundTrip::back_off(Settings const& settings) { rto_ = std::min(rto_ * 2, settings.rto_max); }

void RoundTrip::calm(Settings const& settings) {
  rto_ = measured_ ? worked_out(settings) : std::max(rto_, settings.rto_initial);
}

}  // namespace lastack::lab
