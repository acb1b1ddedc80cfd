// Records of the transition ring: bytes -> model values. Pure: a recorded stream is decoded like
// a live one. Every length is checked before it is believed. No allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "capture/bpf/callers.hh"
#include "model/socket_event.hh"

namespace lastack::capture::bpf {

// Where events go.
class EventSink {
 public:
  EventSink() = default;
  EventSink(EventSink const&) = delete;
  EventSink& operator=(EventSink const&) = delete;
  virtual ~EventSink() = default;

  // The event and what it points to live as long as the call.
  virtual void on_event(model::SocketEvent const& event) = 0;
};

class TransitionDecoder {
 public:
  TransitionDecoder() = default;
  explicit TransitionDecoder(Callers callers) : callers_(std::move(callers)) {}

  // Hands the event to `sink`; a record that fails a check is counted instead.
  void decode(std::span<std::byte const> record, EventSink& sink);

  [[nodiscard]] std::uint64_t malformed() const { return malformed_; }

 private:
  Callers callers_;
  std::uint64_t malformed_ = 0;
};

}  // namespace lastack::capture::bpf
