#include "lab/play/player.hh"

#include <algorithm>

#include <fmt/format.h>

#include "lab/scenario/words.hh"

namespace lastack::lab {

using tcp::State;
using tcp::StateSet;

namespace {

constexpr Span kPatience = seconds(5);  // with what shall come "next"
constexpr Span kLastAnswer = milliseconds(60);
constexpr std::uint32_t kMuch = 1U << 20U;
// What close() with SO_LINGER waits for the end of (kernel: sk_stream_wait_close()).
constexpr StateSet kLingers = State::FinWait1 | State::Closing | StateSet(State::LastAck);

std::string result_text(Result const& result) {
  return result.ok() ? fmt::format("{}", result.value) : std::string(name(result.error));
}

}  // namespace

Player::Player(Scenario const& scenario, Stage& stage)
    : scenario_(scenario),
      stage_(stage),
      began_(stage.now()),
      base_(stage.now()),
      heard_(scenario.parts.size() * scenario.parts.size()) {
  stage_.find_ports_by(
      [this](EndName const& from, EndName const& to) { return flow_between(from, to); });
}

std::optional<Disappointment> Player::play(bool strict, Stop stop) {
  stop_ = std::move(stop);
  for (auto const& step : scenario_.steps) {
    if (is_stopped()) return std::nullopt;
    stage_.begin_step(step.line);
    auto const problem =
        std::visit([&](auto const& action) { return take(step, action); }, step.action);
    if (stage_.is_full()) {
      return Disappointment{step.line,
                            fmt::format("it is too long: {} lines have come", Stage::kMostLines)};
    }
    if (problem && strict && !is_stopped()) return Disappointment{step.line, *problem};
    ++done_;
  }
  // What is answered late, by a delayed ACK, belongs to it.
  (void)run(stage_.now() + kLastAnswer);
  (void)run(stage_.now() + kPatience, [&] { return stage_.wire_is_empty(); });
  return std::nullopt;
}

bool Player::run(Moment end, std::function<bool()> const& enough) {
  bool done = false;
  (void)stage_.run(end, [&] {
    done = enough && enough();
    return done || is_stopped();
  });
  return done;
}

Moment Player::moment_of(Step const& step) const {
  switch (step.timing) {
    case Timing::Next: return stage_.now();
    case Timing::After: return base_ + step.time;
    case Timing::At: return began_ + step.time;
  }
  return stage_.now();
}

// A simulated clock is off by rounding only. A kernel's timer may be an eighth late (kernel:
// kernel/time/timer.c, the wheel's granularity).
Span Player::slack(Span span) const {
  return stage_.is_live() ? milliseconds(100) + span / 8 : milliseconds(1) + span / 100;
}

// ---- names ---------------------------------------------------------------------------------

std::string Player::end_text(EndName const& end) const {
  auto const& name = scenario_.parts[end.part].name;
  if (!end.socket.empty()) return fmt::format("{}.{}", name, end.socket);
  return end.port ? fmt::format("{}:{}", name, *end.port) : name;
}

// As `near` sees it; ports that nobody names are 0.
Flow Player::flow_between(EndName const& near, EndName const& far) const {
  Flow flow{{scenario_.parts[near.part].address, near.port.value_or(0)},
            {scenario_.parts[far.part].address, far.port.value_or(0)}};
  if (auto const found = sockets_.find({near.part, near.socket}); found != sockets_.end()) {
    auto const& own = found->second;
    flow.local.port = own.flow.local.port;
    if (!own.listens && flow.remote.port == 0) flow.remote.port = own.flow.remote.port;
  }
  if (auto const found = sockets_.find({far.part, far.socket}); found != sockets_.end()) {
    auto const& own = found->second;
    flow.remote.port = own.flow.local.port;
    if (!own.listens && flow.local.port == 0) flow.local.port = own.flow.remote.port;
  }
  return flow;
}

std::string Player::call_text(CallStep const& call) const {
  auto const name = word(call.call);
  switch (call.call) {
    case Call::Bind: return fmt::format("{}({}, {})", name, call.socket, call.port.value_or(0));
    case Call::Listen:
      return call.port ? fmt::format("{}({}, port {}, backlog {})", name, call.socket, *call.port,
                                     call.number)
                       : fmt::format("{}({}, backlog {})", name, call.socket, call.number);
    case Call::Connect: return fmt::format("{}({}, {})", name, call.socket, end_text(call.remote));
    case Call::Send: return fmt::format("{}({}, {})", name, call.socket, call.number);
    case Call::Receive:
      return call.number == 0 ? fmt::format("{}({})", name, call.socket)
                              : fmt::format("{}({}, {})", name, call.socket, call.number);
    case Call::Shutdown: return fmt::format("{}({}, {})", name, call.socket, word(call.how));
    case Call::Abort: return fmt::format("connect({}, AF_UNSPEC)", call.socket);
    default: return fmt::format("{}({})", name, call.socket);
  }
}

// ---- calls ---------------------------------------------------------------------------------

void Player::make_socket(CallStep const& call, Named& socket) {
  auto& subject = stage_.subject(call.part);
  socket.id = subject.socket();
  auto const options = call.options.value_or(Options());
  subject.set(socket.id, options);
  socket.linger = options.linger;
  socket.flow.local.host = scenario_.parts[call.part].address;
}

Result Player::make(CallStep const& call, Named& socket, std::uint32_t octets) {
  bool const waits = !call.result || call.result->error != Error::Again;
  CallLine line{.text = call_text(call), .call = call.call, .result = {}};
  auto const id = socket.id;
  auto const perform = [&](Subject& subject) -> Result {
    switch (call.call) {
      case Call::Socket: return {};
      case Call::Bind: return subject.bind(id, *call.port);
      case Call::Listen: {
        if (call.port) {
          if (auto const bound = subject.bind(id, *call.port); !bound.ok()) return bound;
        }
        return subject.listen(id, call.number);
      }
      case Call::Connect: {
        auto const& to = call.remote;
        return subject.connect(id, {scenario_.parts[to.part].address, *to.port});
      }
      case Call::Accept: return subject.accept(id);
      case Call::Send: return subject.send(id, octets);
      case Call::Receive: return subject.receive(id, octets);
      case Call::Shutdown: return subject.shutdown(id, call.how);
      case Call::Close: return subject.close(id);
      case Call::Abort: return subject.abort(id);
    }
    return {};
  };
  return stage_.call(call.part, id, std::move(line), waits, perform);
}

// close() with SO_LINGER comes back when the peer has acknowledged everything, or after that time.
void Player::linger(CallStep const& call, Named const& socket) {
  if (call.call != Call::Close || !socket.linger || socket.linger->us == 0) return;
  (void)run(stage_.now() + *socket.linger,
            [&] { return !kLingers.has(stage_.subject(call.part).state_of(socket.flow)); });
}

Player::Problem Player::take(Step const& step, CallStep const& call) {
  if (step.timing != Timing::Next) (void)run(moment_of(step));
  auto& socket = sockets_[{call.part, call.socket}];
  if (call.options) make_socket(call, socket);
  auto const wanted = call.number == 0 && call.call == Call::Receive ? kMuch : call.number;
  bool const counts = call.call == Call::Send || (call.call == Call::Receive && call.number > 0);
  Result result;
  std::uint32_t done = 0;
  bool const over = run(stage_.now() + kPatience, [&] {
    result = make(call, socket, wanted - done);
    if (result.ok() && counts) done += result.value;
    bool const more = counts && result.ok() && result.value > 0 && done < wanted;
    bool const waits = !call.result || call.result->error != Error::Again;
    return call.result ? !waits || result.error != Error::Again
                       : result.error != Error::Again && !more;
  });
  auto const flow = stage_.subject(call.part).flow_of(socket.id);
  if (call.call == Call::Connect) {
    socket.flow = {flow.local,
                   {scenario_.parts[call.remote.part].address, call.remote.port.value_or(0)}};
  } else if (call.call == Call::Listen || call.call == Call::Bind) {
    socket.flow.local.port = flow.local.port;
    socket.listens = call.call == Call::Listen;
  }
  bool const accepted = call.call == Call::Accept && result.ok();
  if (accepted) {
    auto& child = sockets_[{call.part, call.accepted}];
    child.id = result.value;
    child.flow = stage_.subject(call.part).flow_of(result.value);
    child.linger = socket.linger;
  }
  linger(call, socket);
  base_ = stage_.now();
  if (call.result) {
    bool const same = call.result->error == result.error &&
                      (!result.ok() || !counts || call.result->value == result.value) &&
                      (call.call != Call::Receive || call.result->value == result.value);
    if (same) return std::nullopt;
    return fmt::format("expected {} = {}, it is {}", call_text(call), result_text(*call.result),
                       result_text(result));
  }
  bool const begun = call.call == Call::Connect && result.error == Error::InProgress;
  bool const whole = !counts || done == wanted;
  if (over && (begun || (result.ok() && whole))) return std::nullopt;
  return fmt::format("{} came to {}{}", call_text(call), result_text(result),
                     counts ? fmt::format(" after {} octets", done) : "");
}

// ---- segments ------------------------------------------------------------------------------

Player::Problem Player::take(Step const& step, ForgeStep const& forge) {
  if (step.timing != Timing::Next) (void)run(moment_of(step));
  // What is expected from now on is an answer to it.
  heard_.assign(heard_.size(), stage_.story().lines.size());
  auto flow = flow_between(forge.from, forge.to);
  auto const first = flow.local.port;
  auto const last = std::max(first, forge.from.last_port);
  for (std::uint32_t port = first; port <= last; ++port) {
    flow.local.port = static_cast<std::uint16_t>(port);
    stage_.forge(forge.from.part, forge.to.part, flow, forge.segment);
  }
  base_ = stage_.now();
  return std::nullopt;
}

Player::Problem Player::take(Step const& step, FateStep const& fate) {
  if (step.timing != Timing::Next) (void)run(moment_of(step));
  stage_.decide(fate);
  base_ = stage_.now();
  return std::nullopt;
}

Player::Problem Player::take(Step const& step, CutStep const& cut) {
  if (step.timing != Timing::Next) (void)run(moment_of(step));
  stage_.cut(cut.from.part, cut.to.part, cut.cut);
  base_ = stage_.now();
  return std::nullopt;
}

// ---- expectations --------------------------------------------------------------------------

Player::Problem Player::take(Step const& step, ExpectSegment const& expect) {
  auto const due = moment_of(step);
  bool const timed = step.timing != Timing::Next;
  auto const span = due - base_;
  auto const end = timed ? due + slack(span) : due + kPatience;
  auto const& lines = stage_.story().lines;
  auto& heard = heard_[expect.from.part * scenario_.parts.size() + expect.to.part];
  auto next = heard;
  bool found = false;
  (void)run(end, [&] {
    for (; next < lines.size() && !found; ++next) {
      auto const* segment = std::get_if<SegmentLine>(&lines[next].what);
      found = segment != nullptr && !segment->forged &&
              stage_.matches(*segment, lines[next].part, expect.from, expect.to, expect.segment);
    }
    return found;
  });
  auto const text = fmt::format("{} > {} {}", end_text(expect.from), end_text(expect.to),
                                flags_text(expect.segment.flags));
  if (!found) {
    base_ = stage_.now();
    return fmt::format("expected {}{}, none came", text,
                       timed ? fmt::format(" {} later", span_text(span)) : "");
  }
  heard = next;
  auto const at = lines[next - 1].at;
  auto const early = stage_.is_live() ? milliseconds(100) : slack(span);
  bool const in_time = !timed || (at + early >= due && at <= due + slack(span));
  auto const off = at - base_;
  base_ = at;
  if (in_time) return std::nullopt;
  return fmt::format("expected {} {} later, it came {} later", text, span_text(span),
                     span_text(off));
}

State Player::state_of(ExpectState const& expect) {
  auto const& end = expect.end;
  auto& subject = stage_.subject(end.part);
  if (auto const found = sockets_.find({end.part, end.socket}); found != sockets_.end()) {
    auto const& socket = found->second;
    return socket.flow.remote.host == 0 ? subject.state_of(socket.id)
                                        : subject.state_of(socket.flow);
  }
  return subject.state_of(flow_between(end, expect.peer.value_or(EndName())));
}

Player::Problem Player::take(Step const& step, ExpectState const& expect) {
  auto const due = moment_of(step);
  bool const timed = step.timing != Timing::Next;
  if (timed) (void)run(due);
  // What is over on time may have begun late.
  auto const end = !timed ? due + kPatience : stage_.is_live() ? due + slack(due - began_) : due;
  bool const there = run(end, [&] { return state_of(expect) == expect.state; });
  base_ = timed ? std::max(due, base_) : stage_.now();
  if (there) return std::nullopt;
  return fmt::format("expected {} in {}, it is in {}", end_text(expect.end),
                     tcp::name(expect.state), tcp::name(state_of(expect)));
}

Player::Problem Player::take(Step const& step, ExpectError const& expect) {
  if (step.timing != Timing::Next) (void)run(moment_of(step));
  auto& subject = stage_.subject(expect.part);
  auto const& socket = sockets_[{expect.part, expect.socket}];
  auto found = Error::None;
  (void)run(stage_.now() + kPatience, [&] {
    found = subject.take_error(socket.id);
    return found != Error::None || expect.error == Error::None;
  });
  base_ = stage_.now();
  if (found == expect.error) return std::nullopt;
  return fmt::format("expected SO_ERROR of {}.{} to be {}, it is {}",
                     scenario_.parts[expect.part].name, expect.socket, name(expect.error),
                     name(found));
}

Player::Problem Player::take(Step const& step, ExpectSilence const& expect) {
  if (step.timing != Timing::Next) (void)run(moment_of(step));
  auto const& lines = stage_.story().lines;
  // What is on its way is answered first.
  (void)run(stage_.now() + kPatience, [&] { return stage_.wire_is_empty(); });
  auto const first = lines.size();
  (void)run(stage_.now() + expect.span);
  base_ = stage_.now();
  auto const found = std::find_if(
      lines.begin() + static_cast<std::ptrdiff_t>(first), lines.end(),
      [](StoryLine const& line) { return std::holds_alternative<SegmentLine>(line.what); });
  if (found == lines.end()) return std::nullopt;
  auto const& segment = std::get<SegmentLine>(found->what);
  return fmt::format("expected silence, {} sent {}", scenario_.parts[found->part].name,
                     flags_text(segment.packet.segment.flags));
}

Player::Problem Player::take(Step const& step, NoteStep const& note) {
  if (step.timing != Timing::Next) (void)run(moment_of(step));
  stage_.note(note.text);
  return std::nullopt;
}

}  // namespace lastack::lab
