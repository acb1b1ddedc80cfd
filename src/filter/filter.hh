// The filter language, ss(8)'s and more: docs/filter.md. Text is parsed once into a Filter;
// a Matcher (filter/matcher.hh) then asks it about the endpoints of one snapshot.
//
//   auto filter = filter::parse("dport = :443 and not dst 127/8", names);
//   if (!filter) complain(filter.error().message);
//   filter::Matcher const matches(*filter, snapshot);
//   for (auto const& endpoint : snapshot.endpoints) if (matches(endpoint)) …
//
// A filter of Scope::Transitions is asked about an endpoint and the step that it made:
// matches(endpoint, {.from = SynSent, .to = Established}).
#pragma once

#include <string_view>
#include <utility>

#include "filter/name_lookup.hh"
#include "filter/program.hh"
#include "filter/pushdown.hh"
#include "filter/syntax_error.hh"
#include "model/facts.hh"

namespace lastack::filter {

// A value: immutable, may be copied, safe to use from several threads. The default matches
// everything.
class Filter {
 public:
  Filter() = default;
  Filter(Program program, Pushdown const& pushdown)
      : program_(std::move(program)), pushdown_(pushdown) {}

  // True for the filter of an empty text, which matches everything.
  [[nodiscard]] bool empty() const { return program_.tests.empty(); }
  // What every matching endpoint has; the kernel need not be asked for others. In
  // Scope::Transitions it leaves out no state: whoever is to see an endpoint enter a state must
  // have known it in others.
  [[nodiscard]] Pushdown const& pushdown() const { return pushdown_; }
  // What must be collected before the filter can be asked.
  [[nodiscard]] model::Facts facts() const { return program_.facts; }
  [[nodiscard]] Program const& program() const { return program_; }

 private:
  Program program_;
  Pushdown pushdown_;
};

// Service and host names in the text are asked of `names`, once each time they occur. What
// Scope::Endpoints accepts means the same in Scope::Transitions, where `state` is the endpoint's
// after the transition; `from` and `to` are an error in Scope::Endpoints.
[[nodiscard]] Parsed<Filter> parse(std::string_view text, NameLookup const& names,
                                   Scope scope = Scope::Endpoints);

}  // namespace lastack::filter
