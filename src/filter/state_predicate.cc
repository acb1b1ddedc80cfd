// The states of PredicateParser: `state`, `exclude`, lists and runs of them.
#include <string>
#include <vector>

#include "base/text.hh"
#include "filter/predicate_parser.hh"
#include "filter/states.hh"

namespace lastack::filter {
namespace {

using model::SocketStateMask;

constexpr std::string_view kSomeStates =
    "a state such as listen, established or time-wait, or a group such as connected";

SocketStateMask without(SocketStateMask states, SocketStateMask excluded) {
  return static_cast<SocketStateMask>(states & ~excluded);
}

bool excludes(Field const& field) { return field.name == "exclude"; }

std::string state_suggestion(std::string_view typed) {
  std::vector<std::string_view> names;
  for (auto const& state : state_names()) names.push_back(state.name);
  return did_you_mean(typed, names);
}

}  // namespace

// A run has no operator: `state = listen` is a comparison like any other.
bool PredicateParser::at_states() {
  auto const word = cursor_.peek_word();
  auto const* field = find_field(word);
  if (field == nullptr || field->subject != Subject::State) return false;
  auto ahead = cursor_;
  ahead.advance(word.size());
  auto const op = ahead.take_operator();
  return op.text.empty() || op.text == ":";
}

Parsed<std::optional<Fragment>> PredicateParser::leading_states() {
  if (!at_states()) return std::nullopt;
  auto run = run_of_states();
  if (!run) return std::unexpected(run.error());
  return *std::move(run);
}

// As in ss, from left to right: each `state` adds, each `exclude` takes away, and a run that
// begins with `exclude` takes from all.
Parsed<Fragment> PredicateParser::run_of_states() {
  std::optional<SocketStateMask> states;
  while (at_states()) {
    auto const what = comparison();
    if (!what) return std::unexpected(what.error());
    auto const listed = state_list(*what);
    if (!listed) return std::unexpected(listed.error());
    if (excludes(*what->field)) {
      states = without(states.value_or(model::kAllSocketStates), *listed);
    } else {
      states = static_cast<SocketStateMask>(states.value_or(0) | *listed);
    }
  }
  return builder_.states(states.value_or(0));
}

Parsed<Fragment> PredicateParser::compare_states(Comparison const& what) {
  auto const listed = state_list(what);
  if (!listed) return std::unexpected(listed.error());
  auto const subject = what.field->subject;
  if (subject != Subject::State) return builder_.transition(subject, *listed);
  return builder_.states(excludes(*what.field) ? without(model::kAllSocketStates, *listed)
                                               : *listed);
}

// listen,established or (listen established) or (listen, established)
Parsed<SocketStateMask> PredicateParser::state_list(Comparison const& what) {
  bool const in_parentheses = cursor_.take('(');
  SocketStateMask all = 0;
  do {
    auto const one = one_state(what);
    if (!one) return one;
    all = static_cast<SocketStateMask>(all | *one);
  } while (cursor_.take(',') || (in_parentheses && !cursor_.take(')')));
  return all;
}

Parsed<SocketStateMask> PredicateParser::one_state(Comparison const& what) {
  auto const value = value_of(what, ValueStyle::List, kSomeStates);
  if (!value) return std::unexpected(value.error());
  if (auto const states = states_named(value->text)) return *states;
  return error_at(value->offset, "unknown state " + quoted(value->text) + "; expected " +
                                     std::string(kSomeStates) + state_suggestion(value->text));
}

}  // namespace lastack::filter
