// Where scenarios are played: simulated hosts, at most one that is live, puppets, the wire between
// them, and the story of what happens.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lab/live_subject.hh"
#include "lab/observer.hh"
#include "lab/play/numbering.hh"
#include "lab/play/story.hh"
#include "lab/scenario/scenario.hh"
#include "lab/simulated_subject.hh"
#include "lab/wire.hh"

namespace lastack::lab {

struct StageTraits {
  tcp::Reading const* reading = &tcp::kLinux;
  WireTraits wire;
  std::uint64_t seed = 1;
};

// Who is played by a host that is live.
struct Guest {
  LiveSubject* subject = nullptr;
  PartId part = 0;
};

// Time is virtual, or that of the guest.
class Stage final : public Observer {
 public:
  Stage(Scenario const& scenario, StageTraits const& traits, Guest guest = {});

  [[nodiscard]] Moment now() const { return now_; }
  [[nodiscard]] Story const& story() const { return story_; }
  [[nodiscard]] Story take_story() { return std::move(story_); }
  [[nodiscard]] bool is_live() const { return guest_.subject != nullptr; }
  [[nodiscard]] Subject& subject(PartId part);
  // The story is as long as one may be; nothing more happens.
  static constexpr std::size_t kMostLines = 200'000;
  [[nodiscard]] bool is_full() const { return story_.lines.size() >= kMostLines; }
  // Nothing is on its way.
  [[nodiscard]] bool wire_is_empty() const;

  // For the story: what is played from now on is in this line of the scenario.
  void begin_step(std::uint32_t line) { step_ = line; }
  // A call of a program. Told unless it has to be made again.
  Result call(PartId part, SocketId socket, CallLine line, bool again_if_it_would_block,
              std::function<Result(Subject&)> const& call);
  void note(Words text);
  // A segment that nobody's TCP has sent goes on the wire.
  void forge(PartId from, PartId to, Flow const& flow, SegmentPattern const& pattern);
  void decide(FateStep const& fate) { fates_.push_back(fate); }
  void cut(PartId from, PartId to, bool cut);

  // How a scenario's end is found in a packet: its ports; 0: any.
  using Ports = std::function<Flow(EndName const& from, EndName const& to)>;
  void find_ports_by(Ports ports) { ports_ = std::move(ports); }
  [[nodiscard]] bool matches(SegmentLine const& line, PartId from, EndName const& from_name,
                             EndName const& to_name, SegmentPattern const& pattern) const;

  // Lets time pass until `end`, or until it is enough: true then. Ends early where it is full.
  bool run(Moment end, std::function<bool()> const& enough = {});

 private:
  struct Watched {
    Flow flow;
    SocketId listener = kNoSocket;
    tcp::State state = tcp::State::Closed;
  };
  struct Late {
    Moment at;
    Packet packet;
  };

  void changed(std::uint32_t host, Moment when, Change const& change) override;

  [[nodiscard]] Moment next_event();
  void pass_time(Moment until);
  void take_turns();
  void deliver(Packet const& packet);
  void deliver_to_guest(Packet const& packet);
  // Tells what an event has changed, then sends what it has led to.
  void tell(PartId part);
  void tell_changes(PartId part);
  void look_at_guest();
  void look_at(Watched& each, bool arrived);
  void send_for_guest(std::vector<Packet> const& packets);
  void watch(Flow const& flow);
  void send(PartId part, Packet const& packet, bool forged);
  Fate fate_of(PartId part, SegmentLine const& line, Span& late);
  void note_arrival(Packet const& packet);
  [[nodiscard]] std::optional<PartId> part_of(std::uint32_t address) const;
  [[nodiscard]] FlowId flow_id(Flow const& flow);
  void add(PartId part, auto what) {
    story_.lines.push_back({.at = now_, .part = part, .what = std::move(what), .step = step_});
  }

  Scenario const& scenario_;
  Guest guest_;
  Wire wire_;
  Moment now_;
  std::deque<std::unique_ptr<SimulatedSubject>> hosts_;  // by part; null: a puppet or the guest
  std::vector<Change> changes_;                          // of the event that is being played
  std::vector<Watched> watched_;                         // of the guest
  Numbering numbering_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, FlowId> flow_ids_;
  std::vector<FateStep> fates_;
  std::vector<std::pair<PartId, PartId>> cuts_;
  std::vector<Late> late_;
  std::vector<std::size_t> under_way_;  // lines of the story
  Ports ports_;
  std::uint32_t step_ = 0;
  Story story_;
};

}  // namespace lastack::lab
