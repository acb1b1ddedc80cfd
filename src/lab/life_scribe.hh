// Writes a random life down as a scenario: what was done, and what the host that was asked did.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lab/fuzz.hh"
#include "tcp/segment.hh"

namespace lastack::lab {

class LifeScribe {
 public:
  // What comes before the first step.
  void begin(std::string_view line);
  void open(std::string_view socket) { socket_ = socket; }

  void forge(std::uint16_t port, tcp::Segment const& segment, std::int64_t seq, std::int64_t ack);
  void call(std::string_view line);
  void call(LifeStep const& step, Result const& result);
  void accept(Result const& result);

  // Numbers count from the initial ones.
  void expect(tcp::Segment const& segment, std::int64_t seq, std::int64_t ack);
  void expect(std::uint16_t port, tcp::State state);

  // A scenario file; `title` is its first line's.
  [[nodiscard]] std::string scenario(std::string_view title) const;

 private:
  void step(std::string_view line);

  std::string text_;
  std::string socket_;  // its name; empty: there is none
  int accepted_ = 0;
};

}  // namespace lastack::lab
