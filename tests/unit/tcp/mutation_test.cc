// Every row of the table, changed in every field: something must notice each change. This is the
// test of the tests: of the proofs, the measured cells, the scenarios and the matrices.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <vector>

#include "support/golden.hh"
#include "support/matrix.hh"
#include "support/scenes.hh"
#include "tcp/proofs.hh"

namespace lastack::tcp {
namespace {

using Rules = std::vector<Rule>;

std::string read(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The readings over other tables than the real ones.
struct Readings {
  Table rfc;
  Table linux_overlay;
  Reading literal = over(kLiteral);
  Reading mitigated = over(kMitigated);
  Reading deployed = over(kDeployed);
  Reading on_linux = over(kLinux);

  Readings(Rules const& rfc_rules, Rules const& linux_rules)
      : rfc(rfc_rules), linux_overlay(linux_rules) {}
  Readings(Readings const&) = delete;
  Readings& operator=(Readings const&) = delete;
  ~Readings() = default;

  [[nodiscard]] Reading over(Reading reading) const {
    reading.table = &rfc;
    if (reading.overlay == &kLinuxTable) reading.overlay = &linux_overlay;
    return reading;
  }
};

struct Judge {
  std::vector<std::vector<std::string>> cells = test::lab_table("matrix-rfc-vs-linux.tsv");
  std::vector<test::Scene> scenes = test::parse_scenes(read(LASTACK_SCENARIOS "/machine.txt"));
  // What the golden matrix of a reading has of each state.
  std::map<std::string, std::array<std::string, kStateCount>, std::less<>> matrices;

  Judge() {
    for (auto const* reading : kReadings) {
      auto const text = read(fmt::format("{}/tcp_{}.txt", LASTACK_GOLDEN, reading->name));
      auto& parts = matrices[std::string(reading->name)];
      for (std::size_t i = 0; i < kStateCount; ++i) {
        auto const begin = text.find(fmt::format("\n\n{}\n", name(state_at(i)))) + 2;
        parts.at(i) = text.substr(begin, text.find("\n\n", begin) + 1 - begin);
      }
    }
  }

  [[nodiscard]] bool cells_differ(Readings const& readings) const {
    return std::ranges::any_of(cells, [&](auto const& row) {
      return differs(readings.mitigated, row[0], row[1], row[2], row[3], false) ||
             differs(readings.on_linux, row[0], row[1], row[4], row[5], true);
    });
  }

  [[nodiscard]] static bool differs(Reading const& reading, std::string const& situation,
                                    std::string const& probe, std::string const& reply,
                                    std::string const& next, bool as_linux) {
    auto tcb = test::block_of(test::situation(situation));
    auto const before = tcb.state;
    auto const outcome = Machine(reading).arrive(tcb, test::segment_of(test::probe(probe), tcb));
    if (test::lab_name(tcb.state) != next) return true;
    return reply != test::answer(outcome, [&](Segment const& segment) {
             return as_linux ? test::linux_reply(segment, before) : test::rfc_reply(segment);
           });
  }

  [[nodiscard]] bool scenes_differ(Readings const& r) const {
    for (auto const& scene : scenes) {
      for (auto const* reading : {&r.literal, &r.mitigated, &r.deployed, &r.on_linux}) {
        if (test::is_of(scene, *reading) && !test::play(scene, *reading).empty()) return true;
      }
    }
    return false;
  }

  // Only what a change from `original` to `mutant` can have broken is proven again.
  [[nodiscard]] static bool proofs_fail(Readings const& r, Rule const& original,
                                        Rule const& mutant) {
    if (!consistent(mutant)) return true;
    auto const states = original.from | mutant.from;
    auto const events = original.on | mutant.on;
    for (std::size_t s = 0; s < kStateCount; ++s) {
      for (std::size_t e = 0; e < kEventCount; ++e) {
        auto const state = state_at(s);
        auto const event = event_at(e);
        if (!states.has(state) || !events.has(event)) continue;
        if (!deterministic(r.rfc, state, event) || !complete(r.rfc, state, event) ||
            !deterministic(r.linux_overlay, state, event)) {
          return true;
        }
      }
    }
    return false;
  }

  [[nodiscard]] bool matrices_differ(Readings const& r, StateSet states) const {
    for (auto const* reading : {&r.literal, &r.mitigated, &r.deployed, &r.on_linux}) {
      auto const& parts = matrices.find(reading->name)->second;
      for (std::size_t i = 0; i < kStateCount; ++i) {
        if (!states.has(state_at(i))) continue;
        if (parts.at(i) != test::state_text(*reading, state_at(i))) return true;
      }
    }
    return false;
  }
};

struct Mutant {
  Rule rule;
  std::string what;
  bool acts = false;  // it changes what the machine does, not only what is drawn
};

template <typename Enum>
void vary(std::vector<Mutant>& mutants, Rule const& rule, Enum Rule::* field, std::size_t last,
          std::string_view what, bool acts) {
  for (std::size_t i = 0; i <= last; ++i) {
    auto const value = static_cast<Enum>(i);
    if (value == rule.*field) continue;
    auto changed = rule;
    changed.*field = value;
    mutants.push_back({changed, fmt::format("{} {}", what, name(value)), acts});
  }
}

void vary_target(std::vector<Mutant>& mutants, Rule const& rule) {
  auto changed = rule;
  for (std::size_t i = 0; i < kStateCount; ++i) {
    if (rule.to == state_at(i)) continue;
    if (!rule.to && rule.from == StateSet(state_at(i))) continue;  // the same state, said aloud
    changed.to = state_at(i);
    mutants.push_back({changed, fmt::format("to {}", name(state_at(i))), true});
  }
  changed.to = std::nullopt;
  if (rule.to) mutants.push_back({changed, "to =", true});
}

void vary_sets(std::vector<Mutant>& mutants, Rule const& rule) {
  for (std::size_t i = 0; i < kStateCount; ++i) {
    auto changed = rule;
    auto const state = state_at(i);
    changed.from = rule.from.has(state) ? rule.from & ~StateSet(state) : rule.from | state;
    mutants.push_back({changed, fmt::format("from +-{}", name(state)), true});
  }
  for (std::size_t i = 0; i < kEventCount; ++i) {
    if (rule.on.has(event_at(i)) && rule.on.size() == 1) continue;
    auto changed = rule;
    changed.on = {};
    for (std::size_t j = 0; j < kEventCount; ++j) {
      if (rule.on.has(event_at(j)) != (i == j)) changed.on = changed.on | event_at(j);
    }
    mutants.push_back({changed, fmt::format("on +-{}", describe(event_at(i)).id), true});
  }
  for (std::size_t i = 0; i < kConditionCount; ++i) {
    auto const condition = condition_at(i);
    if (!(rule.when.all | rule.when.none).has(condition)) continue;
    auto changed = rule;
    changed.when = {rule.when.all - condition, rule.when.none - condition};
    mutants.push_back({changed, fmt::format("without {}", name(condition)), true});
    changed.when = rule.when.all.has(condition)
                       ? When{rule.when.all - condition, rule.when.none | condition}
                       : When{rule.when.all | condition, rule.when.none - condition};
    mutants.push_back({changed, fmt::format("reversed {}", name(condition)), true});
  }
}

std::vector<Mutant> mutants_of(Rule const& rule) {
  std::vector<Mutant> mutants;
  vary_target(mutants, rule);
  vary_sets(mutants, rule);
  auto const last = [](auto value) { return static_cast<std::size_t>(value); };
  vary(mutants, rule, &Rule::emit, last(Emit::ResetAndSyn), "emit", true);
  vary(mutants, rule, &Rule::arm, last(Arm::StopAll), "arm", true);
  vary(mutants, rule, &Rule::take, last(Take::Cookie), "take", true);
  vary(mutants, rule, &Rule::tell, last(Tell::Aborted), "tell", true);
  vary(mutants, rule, &Rule::then, last(Then::NotHere), "then", true);
  if (rule.drawn != Drawn::No) {
    vary(mutants, rule, &Rule::drawn, last(Drawn::Linux), "drawn", false);
    vary(mutants, rule, &Rule::path, last(Path::Unusual), "path", false);
  }
  auto renamed = rule;
  renamed.source = "4.5.6";
  mutants.push_back({renamed, "source", false});
  return mutants;
}

struct Score {
  std::size_t mutants = 0;
  std::size_t by_proof = 0;
  std::size_t by_behaviour = 0;  // by cells or scenarios
  std::size_t by_matrix = 0;
  std::vector<std::string> survivors;
};

// Whoever notices first gets the point.
void judge_mutant(Judge const& judge, Readings const& readings, Rule const& original,
                  Mutant const& mutant, std::string const& where, Score& score) {
  ++score.mutants;
  if (Judge::proofs_fail(readings, original, mutant.rule)) {
    ++score.by_proof;
  } else if (mutant.acts && (judge.cells_differ(readings) || judge.scenes_differ(readings))) {
    ++score.by_behaviour;
  } else if (judge.matrices_differ(readings, original.from | mutant.rule.from)) {
    ++score.by_matrix;
  } else {
    score.survivors.push_back(fmt::format("{}: {}", where, mutant.what));
  }
}

void judge_row(Judge const& judge, bool in_overlay, std::size_t row, Score& score) {
  Rules rfc(kRules.begin(), kRules.end());
  Rules overlay(kLinuxRules.begin(), kLinuxRules.end());
  auto& rules = in_overlay ? overlay : rfc;
  auto const original = rules[row];
  auto const where = fmt::format("{} row {} ({} {})", in_overlay ? "linux" : "rfc", row,
                                 original.source, original.why);
  for (auto const& mutant : mutants_of(original)) {
    rules[row] = mutant.rule;
    judge_mutant(judge, Readings(rfc, overlay), original, mutant, where, score);
  }
}

TEST(Mutation, EveryChangeOfEveryRowIsNoticed) {
  Judge const judge;
  Score score;
  for (std::size_t row = 0; row < kRules.size(); ++row) judge_row(judge, false, row, score);
  for (std::size_t row = 0; row < kLinuxRules.size(); ++row) judge_row(judge, true, row, score);
  for (auto const& survivor : score.survivors) ADD_FAILURE() << "not noticed: " << survivor;
  fmt::print(
      "{} rows, {} mutants: {} noticed by proofs, {} by behaviour, {} by the matrices, {} by "
      "nothing\n",
      kRules.size() + kLinuxRules.size(), score.mutants, score.by_proof, score.by_behaviour,
      score.by_matrix, score.survivors.size());
}

TEST(Mutation, TheJudgesAcceptTheRealTable) {
  Judge const judge;
  Rules const rfc(kRules.begin(), kRules.end());
  Rules const overlay(kLinuxRules.begin(), kLinuxRules.end());
  Readings const readings(rfc, overlay);
  EXPECT_TRUE(deterministic(readings.rfc) && complete(readings.rfc));
  EXPECT_TRUE(deterministic(readings.linux_overlay));
  EXPECT_FALSE(judge.cells_differ(readings));
  EXPECT_FALSE(judge.scenes_differ(readings));
  EXPECT_FALSE(judge.matrices_differ(readings, StateSet::all()));
}

}  // namespace
}  // namespace lastack::tcp
