#include <gtest/gtest.h>

#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::Severity;
using test::Stage;

std::string evidence(model::Finding const& finding, std::string_view id) {
  for (auto const& each : finding.evidence) {
    if (each.id == id) return each.value.in(base::Language::English);
  }
  return "";
}

TEST(BlindSpots, LostRecordsAreAWarning) {
  Stage stage;
  stage.blindness.events = true;
  stage.blindness.lost = 17;
  auto const found = stage.look("blind-spots");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].subject, "lastack");
  EXPECT_EQ(evidence(found[0], "lost"), "17");
}

TEST(BlindSpots, EverythingElseIsOneNotice) {
  Stage stage;
  stage.blindness.no_events_why = "BPF";
  stage.blindness.missing_capabilities = {"cap_sys_ptrace", "cap_bpf"};
  stage.blindness.unread_namespaces = 2;
  auto& unseen = stage.snapshot.unseen;
  unseen.hidden_owners = 5;
  unseen.unreadable_processes = 40;
  unseen.processes_hidden = true;
  unseen.unreadable_namespaces["needs CAP_SYS_ADMIN"] = {"blue", "red", "shop", "web"};
  unseen.interrupted_dumps = 1;
  unseen.truncated_text = 3;
  auto const found = stage.look("blind-spots");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
  EXPECT_EQ(evidence(found[0], "no_events"), "BPF");
  EXPECT_EQ(evidence(found[0], "hidden_owners"), "5");
  EXPECT_EQ(evidence(found[0], "namespaces"), "blue, red, shop, … (4): needs CAP_SYS_ADMIN");
  EXPECT_EQ(evidence(found[0], "missing_capabilities"), "cap_sys_ptrace, cap_bpf");
  for (auto const* id : {"processes_hidden", "namespace_facts", "interrupted", "truncated"}) {
    EXPECT_NE(evidence(found[0], id), "") << id;
  }
}

TEST(BlindSpots, IsSilentWhenNothingIsMissing) {
  Stage stage;
  stage.blindness.events = true;
  stage.process(7, "nginx");
  EXPECT_TRUE(stage.look("blind-spots").empty());
}

TEST(BlindSpots, IsSilentAboutAProcessThatHidesNothing) {
  Stage stage;
  stage.blindness.events = true;
  stage.snapshot.unseen.unreadable_processes = 1;  // pid 1 of a sandbox
  EXPECT_TRUE(stage.look("blind-spots").empty());
}

TEST(BlindSpots, IsSilentWhereNobodyWantedEvents) {
  Stage stage;
  for (auto const* why : {"", "--poll", "--for 0s"}) {
    stage.blindness.no_events_why = why;
    EXPECT_TRUE(stage.look("blind-spots").empty()) << why;
  }
}

}  // namespace
}  // namespace lastack::detect
