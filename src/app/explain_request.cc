#include "app/explain_request.hh"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.hh"

namespace lastack::app {
namespace {

using tcp::State;

struct Words {
  std::vector<std::string> words;  // divided at blanks and commas
  bool has_comma = false;
  std::size_t arrows = 0;
};

constexpr std::array<std::string_view, 3> kArrows{"->", "=>", "→"};

// Arrows stand alone: "A->B" is "A -> B".
std::string with_room_around_arrows(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto const* arrow =
        std::ranges::find_if(kArrows, [&](auto const each) { return text.starts_with(each); });
    if (arrow == kArrows.end()) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    out.append(" ").append(*arrow).append(" ");
    text.remove_prefix(arrow->size());
  }
  return out;
}

bool is_arrow(std::string_view word) { return std::ranges::find(kArrows, word) != kArrows.end(); }

Words divide(std::string_view joined) {
  auto const text = with_room_around_arrows(joined);
  Words divided;
  std::string word;
  auto const end_word = [&] {
    if (is_arrow(word)) {
      ++divided.arrows;
    } else if (!word.empty()) {
      divided.words.push_back(word);
    }
    word.clear();
  };
  for (char const c : text) {
    if (c != ' ' && c != ',') {
      word += c;
      continue;
    }
    divided.has_comma = divided.has_comma || c == ',';
    end_word();
  }
  end_word();
  return divided;
}

std::optional<std::vector<State>> states_of(std::vector<std::string> const& words) {
  std::vector<State> states;
  for (auto const& word : words) {
    auto const state = tcp::parse_state(word);
    if (!state) return std::nullopt;
    states.push_back(*state);
  }
  return states;
}

std::vector<State> without_repetitions(std::vector<State> const& states) {
  std::vector<State> each_once;
  for (auto const state : states) {
    if (std::ranges::find(each_once, state) == each_once.end()) each_once.push_back(state);
  }
  return each_once;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

// "10.0.0.1:22", "[::1]:80"
bool is_place(std::string_view text) {
  auto const colon = text.rfind(':');
  return colon != std::string_view::npos && colon > 0 && is_port(text.substr(colon + 1));
}

// "A:P-B:Q", either way round.
std::optional<std::string> filter_of_flow(std::string text) {
  std::erase(text, ' ');
  for (auto const* separator : {"<->", "->", "<-", "→", "←", "-"}) {
    auto const at = text.find(separator);
    if (at == std::string::npos) continue;
    auto const a = text.substr(0, at);
    auto const b = text.substr(at + std::string_view(separator).size());
    if (!is_place(a) || !is_place(b)) continue;
    return fmt::format("(src {} and dst {}) or (src {} and dst {})", a, b, b, a);
  }
  return std::nullopt;
}

bool looks_like_a_state(std::string_view word) {
  return word.size() >= 4 && std::ranges::all_of(word, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '_' || c == '-';
         });
}

std::string folded(std::string_view text) {
  std::string out;
  for (char const c : text) {
    bool const lower = c >= 'a' && c <= 'z';
    if (c != '_' && c != '-') out += lower ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

bool is_word_of_filters(std::string_view word) {
  constexpr std::array<std::string_view, 6> kWords{"state", "exclude", "excl", "not", "and", "or"};
  return std::ranges::any_of(
      kWords, [&](auto const known) { return base::equals_ignoring_case(word, known); });
}

// Only a single word, or one beside real states, can be meant as a state.
std::optional<std::string> misspelled(Words const& divided) {
  if (std::ranges::any_of(divided.words, is_word_of_filters)) return std::nullopt;
  bool const beside_states = std::ranges::any_of(
      divided.words, [](auto const& word) { return tcp::parse_state(word).has_value(); });
  auto const& words = divided.words;
  bool const all_alike = std::ranges::all_of(words, looks_like_a_state);
  if (!all_alike || (words.size() > 1 && !beside_states)) return std::nullopt;
  auto const wrong =
      std::ranges::find_if(words, [](auto const& word) { return !tcp::parse_state(word); });
  constexpr std::size_t kFar = 3;
  std::size_t least = kFar;
  std::string_view meant;
  for (auto const name : tcp::kStateNames) {
    auto const distance = base::edit_distance(folded(*wrong), folded(name));
    if (distance >= least) continue;
    least = distance;
    meant = name;
  }
  auto const hint = meant.empty() ? std::string() : fmt::format("; did you mean {}?", meant);
  return fmt::format("there is no state '{}'{} There are {}; anything else is a filter", *wrong,
                     hint.empty() ? "." : hint, fmt::join(tcp::kStateNames, ", "));
}

}  // namespace

base::Result<ExplainRequest> parse_explain_request(std::vector<std::string> const& words) {
  auto text = fmt::format("{}", fmt::join(words, " "));
  text.erase(0, text.find_first_not_of(' '));
  text.resize(text.find_last_not_of(' ') + 1);
  auto const divided = divide(text);
  if (divided.words.empty()) return ExplainAll{};
  if (auto const state = tcp::parse_state(text)) return ExplainStates{{*state}};
  if (auto const states = states_of(divided.words)) {
    if (divided.arrows > 0 && states->size() != 2) {
      return base::fail("an arrow stands between two states: 'FIN_WAIT_1 -> CLOSING'");
    }
    bool const edge = states->size() == 2 && (divided.arrows > 0 || !divided.has_comma);
    if (edge) return ExplainEdge{states->at(0), states->at(1)};
    return ExplainStates{without_repetitions(*states)};
  }
  if (text == ":0" || (is_port(text) && text != "0")) {
    return base::fail("'" + text + "' is no port: a port is ':8080', from 1 to 65535");
  }
  if (text.starts_with(':') && is_port(text.substr(1))) {
    return ExplainSockets{fmt::format("sport = {} or dport = {}", text, text)};
  }
  if (auto flow = filter_of_flow(text)) return ExplainSockets{std::move(*flow)};
  if (auto const problem = misspelled(divided)) return base::fail(*problem);
  return ExplainSockets{text};
}

}  // namespace lastack::app
