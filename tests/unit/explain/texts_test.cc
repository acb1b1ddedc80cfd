// Every text is there in every language, accurate in form, and never longer than a screen.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/text.hh"
#include "explain/fill.hh"
#include "explain/situation.hh"
#include "explain/state_text.hh"
#include "filter/filter.hh"
#include "tcp/rule.hh"
#include "unit/filter/support.hh"

namespace lastack::explain {
namespace {

using base::Phrase;

constexpr std::array<std::string_view, 7> kOfSockets{
    "give_up", "owner", "peer", "timer", "retransmits", "recv_queue", "send_queue"};

std::set<std::string> names_in(std::string_view text) {
  std::set<std::string> names;
  for (auto open = text.find('{'); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    names.emplace(text.substr(open + 1, text.find('}', open) - open - 1));
  }
  return names;
}

void expect_good(Phrase const& phrase, bool of_socket, std::string_view where) {
  EXPECT_TRUE(phrase.complete()) << where;
  EXPECT_EQ(names_in(phrase.en), names_in(phrase.zh)) << where << ": the languages differ";
  for (auto const& name : names_in(phrase.en)) {
    bool const of_machine = std::ranges::find(placeholders(), name) != placeholders().end();
    bool const of_it = of_socket && std::ranges::find(kOfSockets, name) != kOfSockets.end();
    EXPECT_TRUE(of_machine || of_it) << where << ": {" << name << "} has no value";
  }
  for (auto const text : {phrase.en, phrase.zh}) {
    EXPECT_EQ(text.find('\n'), std::string_view::npos) << where;
    EXPECT_TRUE(base::is_valid_utf8(text)) << where;
  }
  EXPECT_TRUE(std::ranges::all_of(phrase.en, [](char c) { return c >= ' ' && c <= '~'; }))
      << where << ": English is ASCII";
  bool const has_chinese =
      std::ranges::any_of(phrase.zh, [](char c) { return static_cast<unsigned char>(c) > 0x7f; });
  EXPECT_TRUE(has_chinese || phrase.zh == phrase.en) << where;
}

TEST(StateTexts, AreCompleteInEveryLanguage) {
  for (std::size_t i = 0; i < tcp::kStateCount; ++i) {
    auto const state = tcp::state_at(i);
    auto const& text = text_of(state);
    for (auto const& phrase :
         {text.gist, text.meaning, text.side, text.lasts, text.normal, text.many}) {
      expect_good(phrase, false, name(state));
    }
    EXPECT_FALSE(text.to_do().empty()) << name(state);
    for (auto const& advice : text.to_do()) expect_good(advice.text, false, name(state));
    for (auto const text_in : {text.gist.en, text.gist.zh}) {
      EXPECT_LE(base::display_width(text_in), 64U) << name(state);
    }
  }
}

// The filter of "lastack list 'FILTER'", "" where there is none.
std::string_view filter_of(std::string_view command) {
  auto const open = command.find('\'');
  if (open == std::string_view::npos) return "";
  return command.substr(open + 1, command.rfind('\'') - open - 1);
}

TEST(StateTexts, HaveCommandsThatWork) {
  std::size_t filters = 0;
  for (std::size_t i = 0; i < tcp::kStateCount; ++i) {
    for (auto const& advice : text_of(tcp::state_at(i)).to_do()) {
      EXPECT_LE(advice.command.size(), 76U) << advice.command;
      if (!advice.command.starts_with("lastack ")) continue;
      bool const watch = advice.command.starts_with("lastack watch");
      auto const parsed =
          filter::parse(filter_of(advice.command), filter::testing::FakeNames(),
                        watch ? filter::Scope::Transitions : filter::Scope::Endpoints);
      EXPECT_TRUE(parsed) << advice.command << ": " << parsed.error().message;
      filters += filter_of(advice.command).empty() ? 0U : 1U;
    }
  }
  EXPECT_GT(filters, 10U);
}

TEST(SituationTexts, AreCompleteInEveryLanguage) {
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < kSituationCount; ++i) {
    auto const& text = text_of(static_cast<Situation>(i));
    EXPECT_TRUE(ids.insert(text.id).second) << text.id;
    expect_good(text.waits, true, text.id);
    expect_good(text.ends, true, text.id);
    if (!text.owes.empty()) expect_good(text.owes, true, text.id);
  }
  for (auto const verdict :
       {Verdict::Normal, Verdict::NormalBriefly, Verdict::Look, Verdict::Fault}) {
    expect_good(text_of(verdict), false, id_of(verdict));
  }
}

TEST(EventTexts, AreCompleteInEveryLanguage) {
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < tcp::kEventCount; ++i) {
    auto const& text = describe(tcp::event_at(i));
    EXPECT_TRUE(ids.insert(text.id).second) << text.id;
    expect_good(text.label, false, text.id);
    expect_good(text.meaning, false, text.id);
  }
  for (int i = 1; i <= static_cast<int>(tcp::Emit::ResetAndSyn); ++i) {
    expect_good(label(static_cast<tcp::Emit>(i)), false, name(static_cast<tcp::Emit>(i)));
  }
}

}  // namespace
}  // namespace lastack::explain
