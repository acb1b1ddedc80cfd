// One predicate: a field, an operator and a value; or a run of `state` and `exclude`.
#pragma once

#include <optional>
#include <string_view>

#include "filter/builder.hh"
#include "filter/cursor.hh"
#include "filter/fields.hh"
#include "filter/name_lookup.hh"
#include "filter/syntax_error.hh"

namespace lastack::filter {

// Reads from the cursor and adds to the builder; lives as long as one predicate.
class PredicateParser {
 public:
  PredicateParser(Cursor& cursor, Builder& builder, NameLookup const& names, Scope scope)
      : cursor_(cursor), builder_(builder), names_(names), scope_(scope) {}

  [[nodiscard]] Parsed<Fragment> parse();
  // `state` and `exclude` without an operator, where they stand here; else nothing is read.
  [[nodiscard]] Parsed<std::optional<Fragment>> leading_states();

 private:
  struct Comparison {
    Field const* field;
    Operator op;
    std::size_t offset;  // of the field
    [[nodiscard]] bool negated() const {
      return op.compare == Compare::NotEqual || op.compare == Compare::NotMatch;
    }
    [[nodiscard]] bool by_regex() const {
      return op.compare == Compare::Match || op.compare == Compare::NotMatch;
    }
  };

  [[nodiscard]] Parsed<Comparison> comparison();
  [[nodiscard]] Parsed<Value> value_of(Comparison const& what, ValueStyle style,
                                       std::string_view kind);

  [[nodiscard]] Parsed<Fragment> compare(Comparison const& what);
  [[nodiscard]] Parsed<Fragment> compare_states(Comparison const& what);
  [[nodiscard]] Parsed<Fragment> compare_host(Comparison const& what);
  [[nodiscard]] Parsed<Fragment> compare_port(Comparison const& what);
  [[nodiscard]] Parsed<Fragment> compare_number(Comparison const& what);
  [[nodiscard]] Parsed<Fragment> compare_text(Comparison const& what);
  [[nodiscard]] Parsed<Fragment> compare_choice(Comparison const& what);

  [[nodiscard]] bool at_states();
  [[nodiscard]] Parsed<Fragment> run_of_states();
  [[nodiscard]] Parsed<model::SocketStateMask> state_list(Comparison const& what);
  [[nodiscard]] Parsed<model::SocketStateMask> one_state(Comparison const& what);
  [[nodiscard]] Fragment any_of_hosts(Subject subject, std::vector<HostPattern> const& patterns);

  Cursor& cursor_;
  Builder& builder_;
  NameLookup const& names_;
  Scope scope_;
};

}  // namespace lastack::filter
