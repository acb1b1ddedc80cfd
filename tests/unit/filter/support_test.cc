#include "unit/filter/support.hh"

#include <gtest/gtest.h>

namespace lastack::filter::testing {

std::vector<Row> rows(std::string_view text) {
  auto const snapshot = sample();
  auto const filter = parse(text, FakeNames());
  if (!filter) {
    ADD_FAILURE() << text << ": " << filter.error().message;
    return {};
  }
  Matcher const matches(*filter, snapshot);
  std::vector<Row> out;
  for (auto const& endpoint : snapshot.endpoints) {
    if (matches(endpoint)) out.push_back(static_cast<Row>(endpoint.cookie));
  }
  return out;
}

std::string error_of(std::string_view text, Scope scope) {
  auto const filter = parse(text, FakeNames(), scope);
  return filter ? "" : filter.error().message;
}

}  // namespace lastack::filter::testing
