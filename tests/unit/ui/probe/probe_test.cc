// What `lastack probe` shows of probes that were made up.
#include <gmock/gmock.h>

#include <cerrno>
#include <set>
#include <string>
#include <vector>

#include "base/text.hh"
#include "explain/probe_text.hh"
#include "support/golden.hh"
#include "ui/probe/probe_json.hh"
#include "ui/probe/probe_text.hh"

namespace lastack::ui {
namespace {

using model::Cause;
using model::Family;
using model::ProbeResult;
using model::ProbeStage;
using model::ProbeStep;
using model::ProbeTarget;
using model::ProbeVerdict;
using model::SocketState;

constexpr std::uint64_t kStart = 5'000'000'000;
constexpr std::array<std::uint8_t, 4> kServer{192, 0, 2, 7};
constexpr std::array<std::uint8_t, 4> kClient{192, 0, 2, 1};

struct Scene {
  ProbeTarget target;
  ProbeResult result;
  std::vector<ProbeStep> steps;
};

Scene scene(ProbeVerdict verdict, ProbeStage stage) {
  Scene scene;
  scene.target.host = "db.example";
  scene.target.address = model::Address::from_bytes(kServer.data(), Family::Inet);
  scene.target.port = 5432;
  auto& result = scene.result;
  result.verdict = verdict;
  result.stage = stage;
  result.flow = {.local = model::Address::from_bytes(kClient.data(), Family::Inet),
                 .remote = scene.target.address,
                 .local_port = 40312,
                 .remote_port = 5432};
  result.started_ns = kStart;
  result.ended_ns = kStart + 1'000'500'000;
  result.syns_sent = 1;
  return scene;
}

ProbeStep moved(std::uint64_t after_us, bool other_end, SocketState from, SocketState to,
                Cause cause, std::string process, std::string netns = "") {
  return {.time_ns = kStart + after_us * 1000,
          .kind = ProbeStep::Kind::Transition,
          .other_end = other_end,
          .inferred = false,
          .from = from,
          .to = to,
          .cause = cause,
          .error = 0,
          .bytes = 0,
          .icmp = {},
          .process = std::move(process),
          .netns = std::move(netns)};
}

Scene open_scene() {
  auto made = scene(ProbeVerdict::Open, ProbeStage::Established);
  made.result.handshake_ns = 84'000;
  made.result.rtt_us = 33;
  made.result.banner_ns = 400'000;
  made.result.banner = "220 \x1b[2Jready\r\n\xff";
  made.result.peer_is_here = true;
  made.steps = {
      moved(12, false, SocketState::Closed, SocketState::SynSent, Cause::Connect, "lastack[9]"),
      moved(40, true, SocketState::Listen, SocketState::SynReceived, Cause::Syn, "post[8]?",
            "shop-\x1b[31mdb"),
      moved(61, false, SocketState::SynSent, SocketState::Established, Cause::SynAck,
            "lastack[9]")};
  ProbeStep banner;
  banner.time_ns = kStart + 484'000;
  banner.kind = ProbeStep::Kind::Banner;
  banner.bytes = 15;
  made.steps.push_back(banner);
  return made;
}

Scene unreachable_scene() {
  auto made = scene(ProbeVerdict::Unreachable, ProbeStage::Handshake);
  made.result.error = EHOSTUNREACH;
  made.result.icmp = {
      .family = Family::Inet, .type = 3, .code = 1, .from = made.result.flow.local, .own = true};
  return made;
}

Scene filtered_scene() {
  auto made = scene(ProbeVerdict::Filtered, ProbeStage::Handshake);
  made.result.error = ETIMEDOUT;
  made.result.timed_out = true;
  made.result.syns_sent = 5;
  return made;
}

Scene full_scene() {
  auto made = scene(ProbeVerdict::AcceptQueueFull, ProbeStage::Handshake);
  made.result.error = ETIMEDOUT;
  made.result.timed_out = true;
  made.result.listener = {.queue = 129, .limit = 128, .handshake_kept = true, .netns = "shop"};
  return made;
}

Scene unresolved_scene() {
  auto made = scene(ProbeVerdict::NameNotResolved, ProbeStage::Resolve);
  made.target.address = {};
  made.target.unresolved = made.result.problem = "Name or service not known";
  made.result.flow = {};
  made.result.ended_ns = kStart;
  return made;
}

std::vector<Scene> scenes() {
  return {open_scene(), unreachable_scene(), filtered_scene(),
          full_scene(), unresolved_scene(),  scene(ProbeVerdict::Refused, ProbeStage::Handshake)};
}

std::string text_of(ProbeStyle style) {
  std::string out;
  ProbeText text(style);
  std::vector<ProbeTarget> targets;
  for (auto const& each : scenes()) targets.push_back(each.target);
  text.measure(targets);
  for (auto const& each : scenes()) {
    text.append_title(out, each.target);
    for (auto const& step : each.steps) text.append_step(out, each.result, step);
    text.append_verdict(out, each.target, each.result);
    out += '\n';
  }
  text.append_header(out);
  for (auto const& each : scenes()) text.append_row(out, each.target, each.result);
  text.append_legend(out, std::array{ProbeVerdict::OpenSilent, ProbeVerdict::Cancelled});
  out += '\n';
  for (auto const& each : scenes()) text.append_short(out, each.target, each.result);
  return out;
}

TEST(ProbeText, English) { test::expect_golden("probe_en.txt", text_of({})); }

TEST(ProbeText, Chinese) {
  test::expect_golden("probe_zh.txt", text_of({.language = base::Language::Chinese}));
}

TEST(ProbeText, AsciiAndColor) {
  test::expect_golden("probe_ascii_color.txt", text_of({.color = true, .unicode = false}));
}

TEST(ProbeText, Json) {
  std::string out;
  for (auto const& each : scenes()) {
    append_probe_json(out, each.target, each.result, each.steps, base::Language::English);
  }
  test::expect_golden("probe.jsonl", out);
}

TEST(ProbeText, NothingFromOutsideReachesTheTerminal) {
  auto const text = text_of({.unicode = false});
  for (char const c : text) {
    EXPECT_TRUE(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
  }
  EXPECT_THAT(text, testing::HasSubstr("220 \\e[2Jready\\r\\n\\xff"));
}

TEST(ProbeWords, EveryVerdictIsExplainedInBothLanguages) {
  std::set<std::string_view> labels;
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < model::kProbeVerdictCount; ++i) {
    auto const verdict = static_cast<ProbeVerdict>(i);
    auto const& words = explain::words_of(verdict);
    EXPECT_TRUE(words.label.complete()) << i;
    EXPECT_TRUE(words.meaning.complete()) << i;
    EXPECT_TRUE(words.todo.complete() || words.todo.empty()) << i;
    EXPECT_LE(base::display_width(words.label.in(base::Language::English)), 20U);
    EXPECT_LE(base::display_width(words.label.in(base::Language::Chinese)), 20U);
    labels.insert(words.label.en);
    names.insert(model::name(verdict));
    // What is wrong can be helped.
    if (!model::is_open(verdict) && verdict != ProbeVerdict::Cancelled) {
      EXPECT_FALSE(words.todo.empty()) << model::name(verdict);
    }
  }
  EXPECT_EQ(labels.size(), model::kProbeVerdictCount);
  EXPECT_EQ(names.size(), model::kProbeVerdictCount);
}

TEST(ProbeWords, EveryIcmpErrorIsExplained) {
  for (auto const family : {Family::Inet, Family::Inet6}) {
    for (unsigned type = 0; type < 256; ++type) {
      for (unsigned code = 0; code < 256; ++code) {
        model::IcmpError const icmp{.family = family,
                                    .type = static_cast<std::uint8_t>(type),
                                    .code = static_cast<std::uint8_t>(code),
                                    .from = {}};
        ASSERT_TRUE(explain::words_of(icmp).complete());
        ASSERT_TRUE(explain::own_words_of(icmp).complete());
        bool const is_known = model::name(icmp) != "other";
        ASSERT_EQ(explain::words_of(icmp).en != "an error of an unusual kind", is_known);
      }
    }
  }
}

TEST(ProbeWords, EveryStepButATransitionHasWords) {
  using Kind = ProbeStep::Kind;
  for (int i = 0; i < static_cast<int>(Kind::Transition); ++i) {
    EXPECT_TRUE(explain::words_of(static_cast<Kind>(i)).complete()) << i;
  }
}

TEST(ProbeName, IsTheAddressAlone) {
  auto made = scene(ProbeVerdict::Open, ProbeStage::Established);
  EXPECT_EQ(probe_name(made.target), "db.example:5432 (192.0.2.7:5432)");
  made.target.host = "192.0.2.7";
  EXPECT_EQ(probe_name(made.target), "192.0.2.7:5432");
  ProbeTarget v6;
  v6.host = "::1";
  v6.family = Family::Inet6;
  v6.address.bytes[15] = 1;
  v6.port = 80;
  EXPECT_EQ(probe_name(v6), "[::1]:80");
}

}  // namespace
}  // namespace lastack::ui
