// A scenario: who takes part, what happens when, and what must come of it. What a file with the
// grammar of docs/scenarios.md says, as data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/phrase.hh"
#include "lab/errors.hh"
#include "lab/host.hh"
#include "lab/moment.hh"
#include "lab/wire.hh"

namespace lastack::lab {

// Index of Scenario::parts.
using PartId = std::uint32_t;

struct Words {
  std::string en;
  std::string zh;

  [[nodiscard]] std::string_view in(base::Language language) const {
    return language == base::Language::Chinese && !zh.empty() ? zh : en;
  }
};

struct HostSetting {
  std::string name;   // as kHostSettings has it
  std::string value;  // as sysctl(8) takes it
};

struct Part {
  std::string name;
  std::uint32_t address = 0;
  bool puppet = false;  // without a TCP of its own: its segments are written in the scenario
  bool kernel = false;  // the running kernel can play it
  std::vector<HostSetting> settings{};
};

// One end of a connection as a scenario names it: "client", "client:4000", "client.c".
struct EndName {
  PartId part = 0;
  std::optional<std::uint16_t> port{};
  std::uint16_t last_port = 0;  // of a range; 0: no range
  std::string socket{};
};

enum class Call : std::uint8_t {
  Socket,
  Bind,
  Listen,
  Connect,
  Accept,
  Send,
  Receive,
  Shutdown,
  Close,
  Abort,
};

// `client connect c server:80`. Where a result is given the call must have it; otherwise it must
// succeed, and waits until it does.
struct CallStep {
  PartId part = 0;
  Call call = Call::Socket;
  std::string socket;
  std::string accepted{};               // Accept: the new one's name
  std::optional<Options> options{};     // Socket
  std::optional<std::uint16_t> port{};  // Bind, Listen
  std::uint32_t number = 0;             // Listen: backlog; Send, Receive: octets
  EndName remote{};                     // Connect
  Shut how = Shut::Both;
  std::optional<Result> result{};
};

// Numbers count from the initial sequence number of each direction.
struct SegmentPattern {
  tcp::Flags flags = tcp::kNoFlags;
  bool any_flags = false;
  std::optional<std::int64_t> seq{};
  std::optional<std::int64_t> ack{};
  std::optional<std::uint32_t> text{};
  std::optional<std::uint32_t> window{};
  std::optional<std::uint16_t> mss{};
};

struct ForgeStep {
  EndName from;
  EndName to;
  SegmentPattern segment;
};

enum class Fate : std::uint8_t { Arrives, Lost, Twice, Late };

// What becomes of the next segments that look so.
struct FateStep {
  EndName from;
  EndName to;
  SegmentPattern segment;
  Fate fate = Fate::Lost;
  Span late{};
  std::uint32_t times = 1;
};

// A cut wire loses everything, in this direction.
struct CutStep {
  EndName from;
  EndName to;
  bool cut = true;
};

struct ExpectSegment {
  EndName from;
  EndName to;
  SegmentPattern segment;
};
struct ExpectState {
  EndName end;                    // with a socket, or a port and
  std::optional<EndName> peer{};  // this one
  tcp::State state = tcp::State::Closed;
};
struct ExpectError {
  PartId part = 0;
  std::string socket;
  Error error = Error::None;
};
// Nothing at all is sent.
struct ExpectSilence {
  Span span;
};
struct NoteStep {
  Words text;
};

// When a step is taken: at once after the one before, so much later, or at that moment.
enum class Timing : std::uint8_t { Next, After, At };

struct Step {
  std::uint32_t line = 0;  // of the file
  Timing timing = Timing::Next;
  Span time{};
  std::variant<CallStep, ForgeStep, FateStep, CutStep, ExpectSegment, ExpectState, ExpectError,
               ExpectSilence, NoteStep>
      action;
};

struct Scenario {
  std::string file;  // as it was called
  Words title;
  Words lesson;
  std::vector<Part> parts;
  WireTraits wire;
  std::vector<tcp::Reading const*> readings;  // in which its expectations hold; the first is usual
  std::vector<Step> steps;
};

}  // namespace lastack::lab
