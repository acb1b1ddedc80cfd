// What detectors share that are about where connections go to: who makes them, how a destination is
// named and asked for, and what is told about it.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "detect/report.hh"

namespace lastack::detect {

// Who connects to a destination: the process that tried most often.
struct Culprit {
  std::uint32_t pid = 0;                 // 0: not known
  std::uint32_t process = model::kNone;  // its place in the snapshot; kNone: it has no socket now
  std::uint32_t others = 0;              // how many more processes did
};

// Its place in the snapshot; kNone: it is not there any more.
[[nodiscard]] std::uint32_t place_of(Scene const& scene, std::uint32_t pid);

// By the history's routes; empty where nothing was watched. Walks them all once: make it when there
// is something to tell.
class Culprits {
 public:
  explicit Culprits(Scene const& scene);

  [[nodiscard]] Culprit of(Destination const& to) const;
  // `fallback`: who is taken where no route is known; 0: nobody.
  [[nodiscard]] Culprit of(Destination const& to, std::uint32_t fallback) const;

 private:
  struct Most {
    std::uint32_t pid = 0;
    std::uint32_t attempts = 0;
    std::uint32_t processes = 0;
  };

  Scene const& scene_;
  std::unordered_map<Destination, Most, HashKey> by_destination_;
};

// How many established connections each process has that did not come in.
class Opened {
 public:
  explicit Opened(Scene const& scene);
  // `process`: its place in the snapshot; 0 for kNone.
  [[nodiscard]] std::size_t by(std::uint32_t process) const {
    return process < counts_.size() ? counts_[process] : 0;
  }

 private:
  std::vector<std::uint32_t> counts_;
};

// As the snapshot has it, or as the history remembers it; nullptr: nobody knows it.
[[nodiscard]] model::Process const* process_of(Scene const& scene, Culprit const& culprit);
// Takes it over, and its user's name.
void blame(model::Finding& finding, Scene const& scene, Culprit const& culprit);
// "curl[12]", "pid 12" where it has gone and nobody knows it; "" where it is not known.
[[nodiscard]] std::string text_of(Scene const& scene, Culprit const& culprit);

// An endpoint that goes there, in the right namespace, for helpers that want one.
[[nodiscard]] model::Endpoint towards(Scene const& scene, Destination const& to);
// "10.0.0.1:443", "[2001:db8::1]:443"; a v4-mapped address as IPv4.
[[nodiscard]] std::string destination_text(Destination const& to);
// The same with its namespace, where that is not the host's: what a finding is known by.
[[nodiscard]] std::string destination_subject(Scene const& scene, Destination const& to);
// A filter of `lastack list`: "dst 10.0.0.1:443".
[[nodiscard]] std::string destination_filter(Scene const& scene, Destination const& to);
[[nodiscard]] bool is_loopback(Destination const& to);
// "lastack probe '10.0.0.1:443'", in the right namespace; "" where its name cannot be written.
[[nodiscard]] std::string probe_command(Scene const& scene, Destination const& to);

// How many different seconds a mask of History has marked.
[[nodiscard]] unsigned seconds_in(std::uint32_t mask);

}  // namespace lastack::detect
