// Plays a scenario on a stage: makes the calls, sends the segments, and looks whether what is
// expected comes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lab/play/stage.hh"

namespace lastack::lab {

// What did not come as it was expected.
struct Disappointment {
  std::uint32_t line = 0;  // of the scenario
  std::string what;        // "expected client.c in ESTABLISHED, it is in SYN_SENT"
};

class Player {
 public:
  // Called now and then with how many steps are done; true: enough.
  using Stop = std::function<bool(std::size_t steps)>;

  // Both must outlive it.
  Player(Scenario const& scenario, Stage& stage);

  // Until the end, the first thing that does not come, or `stop`. `strict`: false goes on where an
  // expectation fails: it was made for another reading or another wire.
  [[nodiscard]] std::optional<Disappointment> play(bool strict, Stop stop = {});

 private:
  using Problem = std::optional<std::string>;
  struct Named {
    SocketId id = kNoSocket;
    Flow flow;
    bool listens = false;
    std::optional<Span> linger{};
  };

  Problem take(Step const& step, CallStep const& call);
  Problem take(Step const& step, ForgeStep const& forge);
  Problem take(Step const& step, FateStep const& fate);
  Problem take(Step const& step, CutStep const& cut);
  Problem take(Step const& step, ExpectSegment const& expect);
  Problem take(Step const& step, ExpectState const& expect);
  Problem take(Step const& step, ExpectError const& expect);
  Problem take(Step const& step, ExpectSilence const& expect);
  Problem take(Step const& step, NoteStep const& note);

  Result make(CallStep const& call, Named& socket, std::uint32_t octets);
  void make_socket(CallStep const& call, Named& socket);
  void linger(CallStep const& call, Named const& socket);
  [[nodiscard]] std::string call_text(CallStep const& call) const;
  [[nodiscard]] std::string end_text(EndName const& end) const;
  [[nodiscard]] Flow flow_between(EndName const& near, EndName const& far) const;
  [[nodiscard]] tcp::State state_of(ExpectState const& expect);
  // When a step is to be taken.
  [[nodiscard]] Moment moment_of(Step const& step) const;
  // The clock of a guest is not exact: how late what is due in `span` may be.
  [[nodiscard]] Span slack(Span span) const;
  bool run(Moment end, std::function<bool()> const& enough = {});

  Scenario const& scenario_;
  Stage& stage_;
  [[nodiscard]] bool is_stopped() const { return stop_ && stop_(done_); }

  Stop stop_;
  std::size_t done_ = 0;  // steps
  std::map<std::pair<PartId, std::string>, Named> sockets_;
  Moment began_;
  Moment base_;  // when the last step was over
  // Lines of the story up to which a direction (from, to) has been compared with expectations. The
  // order of what two hosts send at the same time is nobody's.
  std::vector<std::size_t> heard_;
};

}  // namespace lastack::lab
