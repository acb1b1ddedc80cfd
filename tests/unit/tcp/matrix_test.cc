// The whole machine in each reading, and its graph, as people have looked at them.
#include "support/matrix.hh"

#include <gtest/gtest.h>

#include "support/golden.hh"

namespace lastack::tcp {
namespace {

TEST(Matrix, OfEachReading) {
  for (auto const* reading : kReadings) {
    test::expect_golden(fmt::format("tcp_{}.txt", reading->name), test::matrix_text(*reading));
  }
}

TEST(Matrix, OfTheGraph) {
  constexpr std::array<std::string_view, 4> kKinds{"figure5", "note2", "linux", "text"};
  std::string text;
  for (auto const& edge : kEdges) {
    text += fmt::format("{:12} -> {:12} {:7} {:7} {}:", name(edge.from), name(edge.to),
                        kKinds.at(static_cast<std::size_t>(edge.kind)), name(edge.path),
                        edge.in_linux ? "linux" : "-----");
    for (auto const& reason : edge.reasons()) {
      auto const* where = reason.in_rfc ? (reason.in_linux ? "" : "(rfc)") : "(linux)";
      text += fmt::format(" {}{}", describe(reason.event).id, where);
    }
    text += '\n';
  }
  test::expect_golden("tcp_edges.txt", text);
}

// A row of the overlay that changes nothing would be no deviation.
TEST(Overlay, DeviatesInEveryRow) {
  for (auto const& rule : kLinuxRules) {
    bool deviates = false;
    for (std::size_t s = 0; s < kStateCount; ++s) {
      for (std::size_t e = 0; e < kEventCount; ++e) {
        auto const state = state_at(s);
        auto const event = event_at(e);
        if (!rule.from.has(state) || !rule.on.has(event)) continue;
        auto const* covered = kMitigated.find(state, event, rule.when.all);
        ASSERT_NE(covered, nullptr);
        deviates =
            deviates || test::effects_text(rule, state) != test::effects_text(*covered, state);
      }
    }
    EXPECT_TRUE(deviates) << rule.why;
  }
}

TEST(Overlay, SaysWhyAndHowItIsKnown) {
  for (auto const& rule : kLinuxRules) {
    EXPECT_FALSE(rule.why.empty());
    bool const sourced = rule.source == "measured" || rule.source.starts_with("src: ");
    EXPECT_TRUE(sourced) << rule.source << " " << rule.why;
  }
}

}  // namespace
}  // namespace lastack::tcp
