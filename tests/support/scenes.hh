// Scenarios as steps that can be read: tests/scenarios/*.txt, run against the machine.
//
//   = NAME                           a scenario
//   reading: literal deployed        the readings that it is true of
//   start STATE [CONDITION ...]      a connection in that state, numbers as in lab_cells.hh
//   call EVENT [CONDITION ...] => OUTCOME
//   get FLAGS [seq=R+1] [ack=S-1] [len=10] [WORD ...] => OUTCOME
//
// R is RCV.NXT and S is SND.NXT of the start. OUTCOME: the state, the replies, what the timers do,
// what the user hears; what does not occur is left out.
#pragma once

#include <algorithm>
#include <charconv>
#include <map>

#include "support/lab_cells.hh"

namespace lastack::test {

inline std::string outcome_text(Tcb const& tcb, tcp::Outcome const& outcome) {
  auto text = std::string(tcp::name(tcb.state));
  for (auto const& reply : outcome.replies()) text += "; " + rfc_reply(reply);
  if (outcome.arm() != tcp::Arm::Leave) text += fmt::format("; arm {}", name(outcome.arm()));
  if (outcome.tell() != tcp::Tell::Nothing) text += fmt::format("; tell {}", name(outcome.tell()));
  return text;
}

namespace detail {

inline std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::istringstream stream{std::string(text)};
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

inline std::optional<Condition> condition_named(std::string_view word) {
  for (std::size_t i = 0; i < tcp::kConditionCount; ++i) {
    if (name(tcp::condition_at(i)) == word) return tcp::condition_at(i);
  }
  return std::nullopt;
}

inline tcp::Event event_named(std::string_view id) {
  for (std::size_t i = 0; i < tcp::kEventCount; ++i) {
    if (describe(tcp::event_at(i)).id == id) return tcp::event_at(i);
  }
  throw std::runtime_error(fmt::format("no event {}", id));
}

inline std::int32_t offset_of(std::string_view text) {  // "R", "R+1", "S-1"
  text.remove_prefix(1);
  if (text.empty()) return 0;
  if (text.front() == '+') text.remove_prefix(1);
  std::int32_t offset = 0;
  std::from_chars(text.data(), text.data() + text.size(), offset);
  return offset;
}

inline Tcb start(std::vector<std::string> const& words) {
  auto const state = tcp::parse_state(words.at(1)).value();
  Situation situation{.name = "", .state = state, .in_flight = 0, .fin_sent = false, .facts = {}};
  using enum State;
  situation.in_flight =
      (SynSent | SynReceived | FinWait1 | tcp::StateSet(Closing) | LastAck).has(state) ? 1 : 0;
  situation.fin_sent =
      (FinWait1 | FinWait2 | tcp::StateSet(Closing) | LastAck | TimeWait).has(state);
  std::optional<std::uint32_t> window;
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (words[i] == "window-closed") {
      window = 0;
    } else if (words[i] == "data-in-flight") {
      situation.in_flight += 100;
    } else {
      situation.facts.set(condition_named(words[i]).value());
    }
  }
  auto tcb = block_of(situation);
  if (state == Closed || state == Listen) tcb.iss = kN - 1;
  tcb.rcv_wnd = window.value_or(tcb.rcv_wnd);
  return tcb;
}

inline Segment segment(std::vector<std::string> const& words) {
  Segment segment{.seq = kR, .ack = {}, .text = 0, .window = kWindow, .urgent = 0, .flags = {}};
  static std::map<char, tcp::Flags> const kLetters{{'S', tcp::kSyn}, {'F', tcp::kFin},
                                                   {'R', tcp::kRst}, {'P', tcp::kPsh},
                                                   {'A', tcp::kAck}, {'U', tcp::kUrg}};
  for (char const letter : words.at(1)) {
    if (letter != '.') segment.flags = segment.flags | kLetters.at(letter);
  }
  if (segment.has(tcp::kAck)) segment.ack = kN;
  for (std::size_t i = 2; i < words.size(); ++i) {
    auto const& word = words[i];
    if (word.starts_with("seq=")) {
      segment.seq = kR + static_cast<std::uint32_t>(offset_of(word.substr(4)));
    } else if (word.starts_with("ack=")) {
      segment.ack = kN + static_cast<std::uint32_t>(offset_of(word.substr(4)));
    } else if (word.starts_with("len=")) {
      segment.text = static_cast<std::uint32_t>(std::stoul(word.substr(4)));
    } else if (word == "bad-security") {
      segment.security_mismatch = true;
    } else if (word == "timestamp-later") {
      segment.timestamp_later = true;
    } else if (word == "good-cookie") {
      segment.good_cookie = true;
    } else {
      throw std::runtime_error("what is " + word);
    }
  }
  return segment;
}

}  // namespace detail

// A scenario of a file: its title, the readings it is of, and its steps.
struct Step {
  enum class Kind : std::uint8_t { Start, Get, Call };

  Kind kind = Kind::Start;
  Tcb block;
  Segment segment;
  tcp::Event event = tcp::Event::Close;
  Conditions extra;
  std::string stimulus;
  std::string expected;
};
struct Scene {
  std::string title;
  std::vector<std::string> readings;
  std::vector<Step> steps;
};

inline Step step_of(std::string_view line) {
  auto const arrow = line.find(" => ");
  auto const words = detail::words_of(line.substr(0, arrow));
  Step step;
  step.stimulus = line.substr(0, arrow);
  if (arrow != std::string_view::npos) step.expected = line.substr(arrow + 4);
  if (words[0] == "start") {
    step.block = detail::start(words);
  } else if (words[0] == "get") {
    step.kind = Step::Kind::Get;
    step.segment = detail::segment(words);
  } else if (words[0] == "call") {
    step.kind = Step::Kind::Call;
    step.event = detail::event_named(words.at(1));
    for (std::size_t i = 2; i < words.size(); ++i) {
      step.extra.set(detail::condition_named(words[i]).value());
    }
  } else {
    throw std::runtime_error(fmt::format("what is {}", line));
  }
  return step;
}

inline std::vector<Scene> parse_scenes(std::string const& text) {
  std::vector<Scene> scenes;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with("= ")) {
      scenes.push_back({.title = line.substr(2), .readings = {}, .steps = {}});
    } else if (line.starts_with("reading:")) {
      scenes.back().readings = detail::words_of(line.substr(8));
    } else {
      scenes.back().steps.push_back(step_of(line));
    }
  }
  return scenes;
}

// What failed in this reading, with the story so far; "" where all went as written.
inline std::string play(Scene const& scene, tcp::Reading const& reading) {
  tcp::Machine const machine(reading);
  Tcb tcb;
  for (auto const& step : scene.steps) {
    if (step.kind == Step::Kind::Start) {
      tcb = step.block;
      continue;
    }
    auto const outcome = step.kind == Step::Kind::Get ? machine.arrive(tcb, step.segment)
                                                      : machine.happen(tcb, step.event, step.extra);
    auto const came = outcome_text(tcb, outcome);
    if (came == step.expected) continue;
    auto story = fmt::format("{} ({})\n", scene.title, reading.name);
    for (auto const& told : scene.steps) {
      story += fmt::format("  {} => {}\n", told.stimulus, told.expected);
      if (&told == &step) break;
    }
    return story + "  came: " + came;
  }
  return "";
}

inline bool is_of(Scene const& scene, tcp::Reading const& reading) {
  return std::ranges::find(scene.readings, reading.name) != scene.readings.end();
}

}  // namespace lastack::test
