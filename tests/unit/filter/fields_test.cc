#include "filter/fields.hh"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <set>

#include "filter/states.hh"
#include "unit/filter/support.hh"

namespace lastack::filter::testing {
namespace {

std::string documentation() {
  std::ifstream file(std::string(LASTACK_TEST_DATA) + "/../../docs/filter.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<Scope> scope_of_block(std::string_view opening) {
  if (opening == "```filter") return Scope::Endpoints;
  if (opening == "```filter watch") return Scope::Transitions;
  return std::nullopt;
}

TEST(Fields, NamesAreUniqueAndFound) {
  std::set<std::string_view> seen;
  for (auto const& field : fields()) {
    EXPECT_TRUE(seen.insert(field.name).second) << field.name;
    EXPECT_EQ(find_field(field.name), &field);
    for (auto const alias : field.aliases) {
      if (alias.empty()) continue;
      EXPECT_TRUE(seen.insert(alias).second) << alias;
      EXPECT_EQ(find_field(alias), &field);
    }
  }
  EXPECT_EQ(find_field("PID"), find_field("pid"));
  EXPECT_EQ(find_field(""), nullptr);
}

TEST(Fields, EveryExampleParses) {
  for (auto const& field : fields()) {
    bool const lists = is_known_in(Scope::Endpoints, field);
    EXPECT_EQ(error_of(field.example, Scope::Transitions), "") << field.name;
    EXPECT_EQ(error_of(field.example, Scope::Endpoints) == "", lists) << field.name;
  }
}

TEST(Fields, TheDocumentationHasTheTable) {
  EXPECT_TRUE(documentation().contains(fields_as_markdown())) << "docs/filter.md must hold:\n"
                                                              << fields_as_markdown();
}

TEST(Fields, TheDocumentationHasEveryStateAndItsExamplesParse) {
  auto const text = documentation();
  for (auto const& state : state_names()) {
    EXPECT_TRUE(text.contains("`" + std::string(state.name) + "`")) << state.name;
    EXPECT_EQ(states_named(state.name), state.states) << state.name;
  }
  // Code blocks marked `filter` hold one filter a line, then # and words. Those marked
  // `filter watch` are about transitions.
  std::size_t examples = 0;
  std::optional<Scope> inside;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = std::min(text.find('\n', at), text.size());
    auto const line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("```")) {
      inside = scope_of_block(line);
    } else if (inside && !line.empty()) {
      EXPECT_EQ(error_of(line.substr(0, line.find("  #")), *inside), "") << line;
      ++examples;
    }
  }
  EXPECT_GE(examples, 30U);
}

}  // namespace
}  // namespace lastack::filter::testing
