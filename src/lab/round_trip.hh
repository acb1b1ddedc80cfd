// How long to wait for an acknowledgment: RFC 6298.
#pragma once

#include "lab/moment.hh"
#include "lab/settings.hh"

namespace lastack::lab {

class RoundTrip {
 public:
  explicit RoundTrip(Span initial = {}) : rto_(initial) {}

  void measure(Span sample, Settings const& settings);
  void back_off(Settings const& settings);
  // Something new was acknowledged: what is doubled begins anew.
  void calm(Settings const& settings);
  void at_least(Span span) {
    if (rto_ < span) rto_ = span;
  }

  [[nodiscard]] Span rto() const { return rto_; }

 private:
  [[nodiscard]] Span worked_out(Settings const& settings) const;

  Span rto_;
  Span smoothed_;
  Span variation_;
  bool measured_ = false;
};

}  // namespace lastack::lab
