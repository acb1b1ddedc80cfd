#include "ui/lab/ladder_words.hh"

#include <algorithm>

#include <fmt/format.h>

#include "lab/scenario/words.hh"

namespace lastack::ui {
namespace {

using base::Language;

constexpr int kMostEvents = 2;  // of a row that is about several

std::string events_of(tcp::Rule const& rule, Language language) {
  std::string text;
  if (rule.on.size() > kMostEvents) return text;
  for (std::size_t i = 0; i < tcp::kEventCount; ++i) {
    auto const event = tcp::event_at(i);
    if (!rule.on.has(event)) continue;
    if (!text.empty()) text += language == Language::Chinese ? "，或" : ", or ";
    text += tcp::describe(event).meaning.in(language);
  }
  return text;
}

}  // namespace

std::string segment_words(lab::SegmentLine const& line) {
  auto const& segment = line.packet.segment;
  auto text = fmt::format("{} seq={}", lab::flags_text(segment.flags), line.seq);
  auto const append = std::back_inserter(text);
  if (segment.has(tcp::kAck)) fmt::format_to(append, " ack={}", line.ack);
  if (segment.text > 0) fmt::format_to(append, " len={}", segment.text);
  bool const says_window = segment.has(tcp::kAck) && !segment.has(tcp::kRst);
  if (says_window && segment.window == 0) fmt::format_to(append, " win=0");
  return text;
}

std::string_view fate_words(lab::SegmentLine const& line, Language language) {
  using base::Phrase;
  constexpr auto kFates =
      std::to_array<Phrase>({{"", ""}, {"lost", "丢失"}, {"twice", "重复"}, {"late", "迟到"}});
  return kFates.at(static_cast<std::size_t>(line.fate)).in(language);
}

std::string call_words(lab::CallLine const& line) {
  auto const& [text, call, result] = line;
  if (!result.ok()) {
    bool const usual = call == lab::Call::Connect && result.error == lab::Error::InProgress;
    return usual ? text : fmt::format("{} = {}", text, lab::name(result.error));
  }
  if (call != lab::Call::Receive) return text;
  return result.value == 0 ? text + " = 0 (EOF)" : fmt::format("{} = {}", text, result.value);
}

std::string reason_words(lab::StateLine const& line, Language language) {
  std::string text;
  for (auto const* rule : line.rules) {
    auto const why = events_of(*rule, language);
    if (!text.empty()) text += language == Language::Chinese ? "；" : "; ";
    text += why;
    bool const rfc =
        !rule->source.empty() && rule->source.front() >= '0' && rule->source.front() <= '9';
    if (!rule->source.empty()) {
      text += fmt::format("{}({}{})", why.empty() ? "" : " ", rfc ? "RFC 9293 " : "", rule->source);
    }
  }
  return text;
}

std::string lesson_words(lab::Scenario const& scenario, Language language) {
  std::string text(scenario.lesson.in(language));
  // Lines of a file; Chinese has no blanks between words.
  bool const chinese = language == Language::Chinese && !scenario.lesson.zh.empty();
  for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at)) {
    text.replace(at, 1, chinese ? "" : " ");
  }
  return text;
}

std::string time_words(lab::Moment moment) {
  auto const ms = (moment.us + 500) / 1000;
  return fmt::format("{}.{:03}", ms / 1000, ms % 1000);
}

}  // namespace lastack::ui
