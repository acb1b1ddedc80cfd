// The grammar above single predicates: or, and, not, parentheses, and ss's leading states.
// docs/filter.md has it in full.
#pragma once

#include <optional>
#include <string_view>

#include "filter/builder.hh"
#include "filter/cursor.hh"
#include "filter/filter.hh"
#include "filter/predicate_parser.hh"

namespace lastack::filter {

inline constexpr int kDeepestNesting = 200;

class Parser {
 public:
  Parser(std::string_view text, NameLookup const& names, Scope scope)
      : cursor_(text), names_(names), scope_(scope) {}

  [[nodiscard]] Parsed<Filter> parse();

 private:
  [[nodiscard]] Parsed<Fragment> expression();
  // These two go on from a first operand where one has been read already.
  [[nodiscard]] Parsed<Fragment> alternatives(std::optional<Fragment> first);
  [[nodiscard]] Parsed<Fragment> conjunction(std::optional<Fragment> first);
  [[nodiscard]] Parsed<Fragment> negation();
  [[nodiscard]] Parsed<Fragment> group();
  [[nodiscard]] bool at_close();
  [[nodiscard]] PredicateParser predicate() { return {cursor_, builder_, names_, scope_}; }

  Cursor cursor_;
  NameLookup const& names_;
  Scope scope_;
  Builder builder_;
  int depth_ = 0;
};

}  // namespace lastack::filter
