#include "detect/registry.hh"

#include <algorithm>
#include <array>

namespace lastack::detect {

// Each stands in the file of its name.
extern Detector const kSynFanout;
extern Detector const kSuspiciousProgram;
extern Detector const kCloseWaitLeak;
extern Detector const kStuckClosing;
extern Detector const kSynFlood;
extern Detector const kAcceptQueueFull;
extern Detector const kPortExhaustion;
extern Detector const kDeadPeer;
extern Detector const kStalledReader;
extern Detector const kStalledWriter;
extern Detector const kRefused;
extern Detector const kTimedOut;
extern Detector const kResetStorm;
extern Detector const kExposedListener;
extern Detector const kConnectionChurn;
extern Detector const kSocketMemory;
extern Detector const kBlindSpots;

namespace {

constexpr std::array kDetectors{
    &kSynFanout,       &kSuspiciousProgram, &kCloseWaitLeak, &kStuckClosing,    &kSynFlood,
    &kAcceptQueueFull, &kPortExhaustion,    &kDeadPeer,      &kStalledReader,   &kStalledWriter,
    &kRefused,         &kTimedOut,          &kResetStorm,    &kExposedListener, &kConnectionChurn,
    &kSocketMemory,    &kBlindSpots,
};

}  // namespace

std::span<Detector const* const> detectors() { return kDetectors; }

Detector const* find_detector(std::string_view id) {
  auto const* found = std::ranges::find(kDetectors, id, &Detector::id);
  return found == kDetectors.end() ? nullptr : *found;
}

}  // namespace lastack::detect
