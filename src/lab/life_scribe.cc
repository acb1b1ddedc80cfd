#include "lab/life_scribe.hh"

#include <array>

#include <fmt/format.h>

#include "lab/scenario/words.hh"

namespace lastack::lab {
namespace {

std::string result_words(Result const& result, bool counts) {
  if (!result.ok()) return std::string(name(result.error));
  return counts ? fmt::format("{}", result.value) : "ok";
}

}  // namespace

void LifeScribe::begin(std::string_view line) { text_ += fmt::format("{}\n", line); }

// As far apart as they were played.
void LifeScribe::step(std::string_view line) { text_ += fmt::format("+64ms {}\n", line); }

void LifeScribe::forge(std::uint16_t port, tcp::Segment const& segment, std::int64_t seq,
                       std::int64_t ack) {
  auto line = fmt::format("forge peer:9000 > machine:{} {} seq={}", port,
                          flags_text(segment.flags, true), seq);
  if (segment.has(tcp::kAck)) line += fmt::format(" ack={}", ack);
  if (segment.text > 0) line += fmt::format(" len={}", segment.text);
  if (segment.window != kProbeWindow) line += fmt::format(" win={}", segment.window);
  step(line);
}

void LifeScribe::call(std::string_view line) { step(line); }

void LifeScribe::call(LifeStep const& made, Result const& result) {
  switch (made.move) {
    case Move::Send:
      step(
          fmt::format("machine send {} {} = {}", socket_, made.octets, result_words(result, true)));
      break;
    case Move::Receive:
      step(fmt::format("machine recv {} = {}", socket_, result_words(result, true)));
      break;
    case Move::ShutRead:
    case Move::ShutWrite:
    case Move::ShutBoth: {
      auto const how = made.move == Move::ShutRead    ? Shut::Read
                       : made.move == Move::ShutWrite ? Shut::Write
                                                      : Shut::Both;
      step(fmt::format("machine shutdown {} {} = {}", socket_, word(how),
                       result_words(result, false)));
      break;
    }
    case Move::Close:
      step(fmt::format("machine close {}", socket_));
      socket_.clear();
      break;
    case Move::Abort: step(fmt::format("machine abort {}", socket_)); break;
    default: break;
  }
}

// The one before is closed behind it, as the player does.
void LifeScribe::accept(Result const& result) {
  auto const child = fmt::format("s{}", ++accepted_);
  step(fmt::format("machine accept L {}{}", child,
                   result.ok() ? "" : fmt::format(" = {}", name(result.error))));
  if (!result.ok()) return;
  if (!socket_.empty()) begin(fmt::format("machine close {}", socket_));
  socket_ = child;
}

void LifeScribe::expect(tcp::Segment const& segment, std::int64_t seq, std::int64_t ack) {
  auto line = fmt::format("expect machine > peer {} seq={}", flags_text(segment.flags), seq);
  if (segment.has(tcp::kAck)) line += fmt::format(" ack={}", ack);
  begin(fmt::format("{} len={}", line, segment.text));
}

void LifeScribe::expect(std::uint16_t port, tcp::State state) {
  begin(fmt::format("expect machine:{} with peer:9000 {}", port, tcp::name(state)));
}

std::string LifeScribe::scenario(std::string_view title) const {
  return fmt::format("title {}\npuppet peer\nhost machine\nwire delay 0s\n\n{}", title, text_);
}

}  // namespace lastack::lab
