#include "lab/scenario/step_parser.hh"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.hh"
#include "lab/scenario/parser.hh"
#include "lab/scenario/words.hh"

namespace lastack::lab {
namespace {

using Done = base::Result<void>;

constexpr std::uint32_t kMostOctets = 16U << 20U;
constexpr std::uint32_t kAllOctets = 0;  // recv: what there is

std::optional<std::int64_t> parse_signed(std::string_view text) {
  std::int64_t number = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  auto const* const end = text.data() + text.size();
  auto const [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || std::abs(number) > 0xffffffffLL) return std::nullopt;
  return number;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  auto const number = parse_number(text);
  if (!number || *number == 0 || *number > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

bool is_socket_name(std::string_view text) {
  return !text.empty() && text.size() <= 16 &&
         ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z')) &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_';
         });
}

// Before it, a word begins or the line ends.
template <typename T>
Done take(base::Result<T> parsed, auto& to) {
  if (!parsed) return std::unexpected(parsed.error());
  to = std::move(*parsed);
  return {};
}

}  // namespace

bool StepParser::begins_with(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"forge", "lose", "duplicate", "delay", "cut", "mend", "expect", "note", "note.zh"});
  return std::ranges::find(kWords, word) != kWords.end();
}

std::optional<PartId> StepParser::find_part(std::string_view name) const {
  auto const found = std::ranges::find(scenario_.parts, name, &Part::name);
  if (found == scenario_.parts.end()) return std::nullopt;
  return static_cast<PartId>(found - scenario_.parts.begin());
}

std::string StepParser::part_names() const {
  std::string text;
  for (auto const& part : scenario_.parts) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", part.name);
  }
  return text.empty() ? "'host NAME' first" : text;
}

std::string StepParser::sockets_of(PartId part) const {
  std::string text;
  for (auto const& [owner, name] : sockets_) {
    if (owner == part) text += fmt::format("{}{}", text.empty() ? "" : ", ", name);
  }
  return text.empty() ? "none yet" : text;
}

// Of the note before it.
Done StepParser::parse_translation(Line& line) {
  auto const word = line.next();
  auto* note =
      scenario_.steps.empty() ? nullptr : std::get_if<NoteStep>(&scenario_.steps.back().action);
  if (note == nullptr || !note->text.zh.empty()) return line.wrong(word, "a 'note' before it");
  auto translated = parse_note(line);
  if (!translated) return std::unexpected(translated.error());
  note->text.zh = std::move(translated->text.en);
  return {};
}

base::Result<NoteStep> StepParser::parse_note(Line& line) {
  auto const word = line.peek();
  auto const text = line.rest();
  if (text.empty()) return line.wrong(word, "a text");
  if (!base::is_valid_utf8(text)) return line.fail(word, "the text is not UTF-8");
  return NoteStep{{.en = std::string(text), .zh = {}}};
}

Done StepParser::parse(Line& line) {
  if (line.peek().text == "note.zh") return parse_translation(line);
  Step step{.line = line.number(), .action = NoteStep()};
  if (auto const done = parse_time(line, step); !done) return done;
  auto const word = line.peek();
  if (scenario_.steps.size() == kMostSteps) {
    return line.fail(word, fmt::format("more than {} steps", kMostSteps));
  }
  if (auto const done = parse_action(line, step); !done) return done;
  if (auto const done = line.end(); !done) return done;
  scenario_.steps.push_back(std::move(step));
  return {};
}

Done StepParser::parse_time(Line& line, Step& step) {
  auto const word = line.peek();
  if (!word.text.starts_with('+') && !word.text.starts_with('@')) return {};
  auto const span = parse_span(word.text.substr(1));
  if (!span) return line.wrong(word, "a time such as +10ms or @1.5s");
  step.timing = word.text.front() == '+' ? Timing::After : Timing::At;
  step.time = *span;
  (void)line.next();
  return {};
}

Done StepParser::parse_action(Line& line, Step& step) {
  auto const word = line.next();
  if (auto const part = find_part(word.text)) {
    if (scenario_.parts[*part].puppet) {
      return line.fail(word, fmt::format("{} is a puppet: it calls nothing; its segments are "
                                         "written with 'forge'",
                                         word.text));
    }
    return take(parse_call_step(line, *part), step.action);
  }
  if (word.text == "forge") return take(parse_forge(line), step.action);
  if (word.text == "lose") return take(parse_fate(line, Fate::Lost), step.action);
  if (word.text == "duplicate") return take(parse_fate(line, Fate::Twice), step.action);
  if (word.text == "delay") return take(parse_fate(line, Fate::Late), step.action);
  if (word.text == "cut") return take(parse_cut(line, true), step.action);
  if (word.text == "mend") return take(parse_cut(line, false), step.action);
  if (word.text == "expect") return parse_expectation(line, step);
  if (word.text == "note") return take(parse_note(line), step.action);
  return line.wrong(word, fmt::format("a host ({}), forge, lose, duplicate, delay, cut, mend, "
                                      "expect or note",
                                      part_names()));
}

base::Result<PartId> StepParser::parse_host(Line& line) {
  auto const word = line.next();
  auto const part = find_part(word.text);
  if (!part) return line.wrong(word, fmt::format("one of {}", part_names()));
  return *part;
}

base::Result<std::string> StepParser::parse_new_socket(Line& line, PartId part) {
  auto const word = line.next();
  if (!is_socket_name(word.text)) return line.wrong(word, "a name for the socket");
  std::string name(word.text);
  if (!sockets_.emplace(part, name).second) {
    return line.fail(
        word, fmt::format("{} has a socket {} already", scenario_.parts[part].name, word.text));
  }
  return name;
}

base::Result<std::string> StepParser::parse_socket(Line& line, PartId part) {
  auto const word = line.next();
  std::string name(word.text);
  if (!sockets_.contains({part, name})) {
    return line.wrong(
        word, fmt::format("a socket of {} ({})", scenario_.parts[part].name, sockets_of(part)));
  }
  return name;
}

base::Result<CallStep> StepParser::parse_call_step(Line& line, PartId part) {
  CallStep step{.part = part, .socket = {}};
  auto const word = line.next();
  auto const call = parse_call(word.text);
  if (!call) {
    return line.wrong(
        word, "socket, bind, listen, connect, accept, send, recv, shutdown, close or abort");
  }
  step.call = *call;
  // listen() and connect() make a socket where there is none of that name.
  bool const makes = *call == Call::Listen || *call == Call::Connect || *call == Call::Bind;
  bool const known = sockets_.contains({part, std::string(line.peek().text)});
  auto name = *call == Call::Socket || (makes && !known) ? parse_new_socket(line, part)
                                                         : parse_socket(line, part);
  if (!name) return std::unexpected(name.error());
  step.socket = std::move(*name);
  if (makes && !known) step.options = Options();
  if (auto const done = parse_arguments(line, step); !done) return std::unexpected(done.error());
  if (auto const done = parse_result(line, step); !done) return std::unexpected(done.error());
  return step;
}

Done StepParser::parse_arguments(Line& line, CallStep& step) {
  auto const word = line.peek();
  switch (step.call) {
    case Call::Socket: {
      Options options;
      while (!line.is_over() && line.peek().text != "=") {
        auto const option = line.next();
        if (!set_option(options, option.text)) {
          return line.wrong(option, "one of " + option_names());
        }
      }
      step.options = options;
      return {};
    }
    case Call::Bind: {
      step.port = parse_port(line.next().text);
      if (!step.port) return line.wrong(word, "a port");
      return {};
    }
    case Call::Listen: {
      constexpr std::uint32_t kUsual = 128;
      step.number = kUsual;
      step.port = parse_port(word.text);
      if (step.port) {
        (void)line.next();
      } else if (step.options) {
        return line.wrong(word, "a port: the socket is new");
      }
      auto const backlog = line.peek();
      if (!backlog.text.starts_with("backlog=")) return {};
      auto const number = parse_number(backlog.text.substr(8));
      if (!number || *number > 65535) return line.wrong(backlog, "backlog=0 to backlog=65535");
      step.number = *number;
      (void)line.next();
      return {};
    }
    case Call::Connect: {
      auto remote = parse_end(line);
      if (!remote) return std::unexpected(remote.error());
      if (!remote->port) return line.wrong(word, "HOST:PORT");
      step.remote = std::move(*remote);
      return {};
    }
    case Call::Accept: return take(parse_new_socket(line, step.part), step.accepted);
    case Call::Send:
    case Call::Receive: {
      step.number = kAllOctets;
      if (step.call == Call::Receive && (word.text.empty() || word.text == "=")) return {};
      auto const number = parse_number(line.next().text);
      if (!number || *number == 0 || *number > kMostOctets) {
        return line.wrong(word, fmt::format("a number of octets, 1 to {}", kMostOctets));
      }
      step.number = *number;
      return {};
    }
    case Call::Shutdown: {
      auto const how = parse_shut(line.next().text);
      if (!how) return line.wrong(word, "RD, WR or RDWR");
      step.how = *how;
      return {};
    }
    case Call::Close:
    case Call::Abort: return {};
  }
  return {};
}

Done StepParser::parse_result(Line& line, CallStep& step) {
  if (!line.accept("=")) return {};
  auto const word = line.next();
  if (word.text == "EOF" && step.call == Call::Receive) {
    step.result = Result{};
  } else if (auto const number = parse_number(word.text)) {
    step.result = Result{.error = Error::None, .value = *number};
  } else if (auto const error = parse_error(word.text)) {
    step.result = Result{.error = *error};
  } else {
    return line.wrong(word, "a number, EOF, ok or the name of an errno");
  }
  return {};
}

base::Result<EndName> StepParser::parse_end(Line& line, bool range) {
  auto const word = line.next();
  auto const split = std::min(word.text.find_first_of(":."), word.text.size());
  auto const part = find_part(word.text.substr(0, split));
  if (!part) {
    return line.wrong(
        word, fmt::format("HOST, HOST:PORT or HOST.SOCKET, with a host of {}", part_names()));
  }
  EndName end{.part = *part};
  if (split == word.text.size()) return end;
  auto const rest = word.text.substr(split + 1);
  if (word.text[split] == '.') {
    end.socket = rest;
    if (sockets_.contains({*part, end.socket})) return end;
    return line.wrong(
        word, fmt::format("a socket of {} ({})", scenario_.parts[*part].name, sockets_of(*part)));
  }
  auto const dots = range ? rest.find("..") : std::string_view::npos;
  end.port = parse_port(rest.substr(0, dots));
  if (dots != std::string_view::npos) {
    auto const last = parse_port(rest.substr(dots + 2));
    if (last && end.port && *last >= *end.port) {
      end.last_port = *last;
    } else {
      end.port.reset();
    }
  }
  if (!end.port) return line.wrong(word, "a port, 1 to 65535");
  return end;
}

Done StepParser::parse_direction(Line& line, EndName& from, EndName& to, bool range) {
  if (auto const done = take(parse_end(line, range), from); !done) return done;
  if (auto const arrow = line.next(); arrow.text != ">") return line.wrong(arrow, "'>'");
  return take(parse_end(line), to);
}

Done StepParser::parse_segment(Line& line, SegmentPattern& segment, bool flags_needed) {
  auto const flags_word = line.peek();
  auto const flags = parse_flags(flags_word.text);
  if (flags) {
    segment.flags = *flags;
    (void)line.next();
  } else if (flags_needed) {
    return line.wrong(flags_word, "flags such as SYN+ACK, or none");
  }
  segment.any_flags = !flags;
  while (!line.is_over()) {
    auto const word = line.peek();
    auto const equals = word.text.find('=');
    if (equals == std::string_view::npos) return {};
    auto const name = word.text.substr(0, equals);
    auto const value = word.text.substr(equals + 1);
    if (name == "seq" || name == "ack") {
      auto const number = parse_signed(value);
      if (!number) return line.wrong(word, fmt::format("{}=NUMBER", name));
      (name == "seq" ? segment.seq : segment.ack) = number;
    } else if (name == "len") {
      segment.text = parse_number(value);
      if (!segment.text || *segment.text > 65000) return line.wrong(word, "len=0 to len=65000");
    } else if (name == "win") {
      segment.window = parse_number(value);
      if (!segment.window || *segment.window > 65535) {
        return line.wrong(word, "win=0 to win=65535");
      }
    } else if (name == "mss") {
      auto const number = parse_number(value);
      if (!number || *number > 65535) return line.wrong(word, "mss=0 to mss=65535");
      segment.mss = static_cast<std::uint16_t>(*number);
    } else {
      return line.wrong(word, "seq=, ack=, len=, win= or mss=");
    }
    (void)line.next();
  }
  return {};
}

base::Result<ForgeStep> StepParser::parse_forge(Line& line) {
  ForgeStep step;
  auto const word = line.peek();
  if (auto const done = parse_direction(line, step.from, step.to, true); !done) {
    return std::unexpected(done.error());
  }
  auto const whole = [](EndName const& end) { return end.port || !end.socket.empty(); };
  bool const by_socket = !step.from.socket.empty() || !step.to.socket.empty();
  if (!by_socket && (!whole(step.from) || !whole(step.to))) {
    return line.fail(word, "expected ports on both sides, or a socket on one");
  }
  if (auto const done = parse_segment(line, step.segment, true); !done) {
    return std::unexpected(done.error());
  }
  return step;
}

base::Result<FateStep> StepParser::parse_fate(Line& line, Fate fate) {
  FateStep step;
  step.fate = fate;
  if (fate == Fate::Late) {
    auto const word = line.next();
    auto const span = parse_span(word.text);
    if (!span) return line.wrong(word, "a span of time such as 100ms");
    step.late = *span;
  }
  auto done = parse_direction(line, step.from, step.to);
  if (done) done = parse_segment(line, step.segment, false);
  if (!done) return std::unexpected(done.error());
  if (auto const word = line.peek(); word.text.starts_with('x')) {
    auto const times = parse_number(word.text.substr(1));
    if (!times || *times == 0) return line.wrong(word, "how often: x1, x2, ...");
    step.times = *times;
    (void)line.next();
  }
  return step;
}

base::Result<CutStep> StepParser::parse_cut(Line& line, bool cut) {
  CutStep step;
  step.cut = cut;
  if (auto const done = parse_direction(line, step.from, step.to); !done) {
    return std::unexpected(done.error());
  }
  return step;
}

Done StepParser::parse_expectation(Line& line, Step& step) {
  auto const first = line.peek();
  if (line.accept("silence")) {
    auto const word = line.next();
    auto const span = parse_span(word.text);
    if (!span) return line.wrong(word, "how long: 3s");
    step.action = ExpectSilence{*span};
    return {};
  }
  auto end = parse_end(line);
  if (!end) return std::unexpected(end.error());
  if (line.accept(">")) {
    ExpectSegment expect{.from = std::move(*end), .to = {}, .segment = {}};
    auto done = take(parse_end(line), expect.to);
    if (done) done = parse_segment(line, expect.segment, true);
    step.action = std::move(expect);
    return done;
  }
  if (line.accept("error")) {
    auto const word = line.next();
    auto const error = parse_error(word.text);
    if (!error) return line.wrong(word, "ok or the name of an errno, such as ECONNREFUSED");
    if (end->socket.empty()) return line.wrong(first, "HOST.SOCKET");
    step.action = ExpectError{.part = end->part, .socket = end->socket, .error = *error};
    return {};
  }
  auto const& part = scenario_.parts[end->part];
  if (part.puppet)
    return line.fail(first, fmt::format("{} is a puppet: it has no states", part.name));
  ExpectState expect{.end = std::move(*end), .peer = {}};
  if (line.accept("with")) {
    auto peer = parse_end(line);
    if (!peer) return std::unexpected(peer.error());
    expect.peer = std::move(*peer);
  }
  bool const found = !expect.end.socket.empty() ||
                     (expect.peer && (expect.end.port.has_value() || !expect.peer->socket.empty()));
  if (!found) return line.wrong(first, "HOST.SOCKET, or HOST:PORT with HOST:PORT");
  auto const word = line.next();
  auto const state = tcp::parse_state(word.text);
  if (!state) return line.wrong(word, "a state, '>', 'error' or 'with'");
  expect.state = *state;
  step.action = std::move(expect);
  return {};
}

}  // namespace lastack::lab
