// A face of a watching session that lets detectors look while it watches.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "app/diagnoser.hh"
#include "app/watch_face.hh"

namespace lastack::app {

class FindingsFace : public WatchFace {
 public:
  // Told after each look, at CLOCK_MONOTONIC `now_ns`.
  using Tell = std::function<void(std::span<detect::Change const>, std::uint64_t now_ns)>;

  // The diagnoser must outlive it.
  FindingsFace(Diagnoser& diagnoser, bool polls, Tell tell)
      : diagnoser_(diagnoser), polls_(polls), tell_(std::move(tell)) {}

  void transition(model::Life const& life, model::Transition const& transition) override;
  void end(model::Life const& life, std::uint64_t end_ns) override;
  void gap(Gap const& /*gap*/) override {}  // losses() tells
  void process_changed(std::uint32_t /*entry*/) override {}
  void tick(std::uint64_t now_ns) override;
  [[nodiscard]] WatchPace pace() const override;
  void open(track::LiveTable& table) override;
  void compared(model::Unseen const& unseen) override;
  void losses(capture::bpf::RingLosses const& losses) override;
  void finish(WatchSummary const& /*summary*/, std::uint64_t /*now_ns*/) override {}

 private:
  Diagnoser& diagnoser_;
  bool polls_;
  Tell tell_;
  track::LiveTable* table_ = nullptr;
  std::uint64_t looked_ns_ = 0;
};

}  // namespace lastack::app
