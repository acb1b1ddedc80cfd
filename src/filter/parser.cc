#include "filter/parser.hh"

#include <string>
#include <utility>

namespace lastack::filter {
namespace {

// An endpoint matches by its state after a transition, and came to it through others.
Pushdown over_a_life(Pushdown pushdown) {
  if (!pushdown.empty()) pushdown.states = model::kAllSocketStates;
  return pushdown;
}

}  // namespace

Parsed<Filter> Parser::parse() {
  if (cursor_.at_end()) return Filter{};
  auto const whole = expression();
  if (!whole) return std::unexpected(whole.error());
  if (!cursor_.at_end()) {
    return error_at(cursor_.offset(), "found " + cursor_.found_here() +
                                          " without a '(' before it; expected and, or, another "
                                          "test or the end of the filter");
  }
  auto const& pushdown = whole->when_true;
  return Filter(builder_.finish(*whole),
                scope_ == Scope::Transitions ? over_a_life(pushdown) : pushdown);
}

bool Parser::at_close() { return cursor_.at_end() || cursor_.at(')'); }

// As in ss, states in front of an expression hold for all of it: in `state listen sport = :22
// or sport = :80` both ports must listen. Followed by and/or they are tests like any other.
Parsed<Fragment> Parser::expression() {
  auto states = predicate().leading_states();
  if (!states) return std::unexpected(states.error());
  auto& first = *states;
  if (!first || at_close() || cursor_.at_and() || cursor_.at_or()) {
    return alternatives(std::move(first));
  }
  auto rest = alternatives({});
  if (!rest) return rest;
  return builder_.all(*std::move(first), *std::move(rest));
}

Parsed<Fragment> Parser::alternatives(std::optional<Fragment> first) {
  auto out = conjunction(std::move(first));
  while (out && cursor_.take_or()) {
    auto next = conjunction({});
    if (!next) return next;
    out = builder_.any(*std::move(out), *std::move(next));
  }
  return out;
}

Parsed<Fragment> Parser::conjunction(std::optional<Fragment> first) {
  auto out = first ? Parsed<Fragment>(*std::move(first)) : negation();
  while (out && (cursor_.take_and() || (!at_close() && !cursor_.at_or()))) {
    auto next = negation();
    if (!next) return next;
    out = builder_.all(*std::move(out), *std::move(next));
  }
  return out;
}

Parsed<Fragment> Parser::negation() {
  bool negate = false;
  while (cursor_.take_not()) negate = !negate;
  auto out = cursor_.at('(') ? group() : predicate().parse();
  if (out && negate) out = Builder::negated(*std::move(out));
  return out;
}

Parsed<Fragment> Parser::group() {
  auto const opened_at = cursor_.offset();
  cursor_.take('(');
  if (++depth_ > kDeepestNesting) {
    return error_at(opened_at, "parentheses are nested too deeply; expected at most " +
                                   std::to_string(kDeepestNesting) + " levels");
  }
  auto inner = expression();
  --depth_;
  if (inner && !cursor_.take(')')) {
    return error_at(cursor_.offset(), "expected ')' for the '(' in column " +
                                          std::to_string(opened_at + 1) + ", found " +
                                          cursor_.found_here());
  }
  return inner;
}

}  // namespace lastack::filter
