#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.hh"
#include "support/captured.hh"
#include "support/golden.hh"
#include "ui/findings/findings_text.hh"
#include "unit/ui/findings/support.hh"

namespace lastack::ui {
namespace {

using base::Language;
using model::Finding;
using model::Severity;

class FindingsText : public ::testing::Test {
 protected:
  void SetUp() override { test::be_in_utc(); }

  static std::string page(Finding const& finding, PageStyle const& style = {}) {
    std::string out;
    write_finding(out, style, finding, test::kNow);
    return out;
  }
  static std::string report(std::vector<Finding> const& findings, PageStyle const& style = {},
                            LookedAt looked_at = {.detectors = 14, .sockets = 312}) {
    return test::captured([&](base::Output& output) {
      write_report(output, style, findings, test::kNow, looked_at);
    });
  }
  static std::vector<std::string> lines_of(std::string const& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
  }
};

TEST_F(FindingsText, AreAsPeopleHaveReadThem) {
  auto critical = test::full_finding();
  critical.severity = Severity::Critical;
  critical.confidence = model::Confidence::Certain;
  critical.netns.clear();
  critical.sockets[1].netns = "host";
  critical.sockets[2].endpoint =
      test::Stage::endpoint(model::SocketState::Listen, "::", 8080, "", 0);
  std::vector<Finding> const findings{critical, test::full_finding(), test::poor_finding()};
  test::expect_golden("findings_en.txt", report(findings, {.language = Language::English}));
  test::expect_golden("findings_zh.txt", report(findings, {.language = Language::Chinese}));
  test::expect_golden("findings_color.txt",
                      report(findings, {.width = 60, .color = true, .unicode = false}));
}

TEST_F(FindingsText, OfHostileProcessesObeyNothing) {
  auto const text = report({test::hostile_finding()});
  EXPECT_TRUE(std::ranges::none_of(text, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f;
  })) << text;
  EXPECT_TRUE(base::is_valid_utf8(text));
  EXPECT_FALSE(text.contains("\xe2\x80\xae")) << "a bidirectional override";
  test::expect_golden("findings_hostile.txt", text);
}

TEST_F(FindingsText, AreNeverWiderThanTheScreenButForCommandsAndSockets) {
  for (auto const language : base::kLanguages) {
    for (std::size_t const width : {60U, 80U, 110U}) {
      for (auto const& line :
           lines_of(page(test::full_finding(), {.language = language, .width = width}))) {
        EXPECT_FALSE(line.ends_with(' ')) << "'" << line << "'";
        if (line.contains("$ ") || line.contains("10.9.")) continue;
        EXPECT_LE(base::display_width(line), width) << line;
      }
    }
  }
}

TEST_F(FindingsText, CutTheCommandLineOfTheProcess) {
  auto finding = test::full_finding();
  finding.process->cmdline = "python3 server.py" + std::string(4000, 'x');
  EXPECT_TRUE(page(finding).contains("  Command   python3")) << page(finding);
  EXPECT_LE(page(finding).size(), page(test::full_finding()).size() + 200);
  finding.process->cmdline = finding.process->exe;
  EXPECT_FALSE(page(finding).contains("Command")) << "it tells nothing more";
}

TEST_F(FindingsText, KeepCommandsWhole) {
  auto finding = test::full_finding();
  std::string const command = R"(grep -c 'a\.b' )" + std::string(200, 'x') + " y z";
  finding.now = {{{{"look", "看"}}, command}};
  EXPECT_TRUE(page(finding, {.width = 40}).contains("  $ " + command + "\n"));
}

TEST_F(FindingsText, AreAsciiWhereTheTerminalIs) {
  auto const text = report({test::full_finding(), test::poor_finding()}, {.unicode = false});
  EXPECT_TRUE(
      std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
}

TEST_F(FindingsText, SayOnlyWhatIsKnown) {
  auto const text = page(test::poor_finding());
  EXPECT_EQ(lines_of(text).size(), 2U) << text;
  auto finding = test::full_finding();
  finding.netns = "host";
  finding.since_ns = test::kNow + 1;  // cannot be
  auto const usual = page(finding);
  EXPECT_FALSE(usual.contains("namespace")) << usual;
  EXPECT_FALSE(usual.contains(" ago")) << usual;
}

TEST_F(FindingsText, ShortenAFlood) {
  auto findings = test::flood("syn-fanout", 58, Severity::Critical);
  for (auto const& each : test::flood("syn-fanout", 2, Severity::Warning)) findings.push_back(each);
  auto const text = report(findings);
  auto const lines = lines_of(text);
  auto const count = [&](std::string_view wanted) {
    return std::ranges::count_if(lines, [&](auto const& line) { return line.contains(wanted); });
  };
  EXPECT_EQ(count("critical  process"), 15) << text;
  EXPECT_EQ(count("Id        syn-fanout:pid"), 7) << text;
  EXPECT_EQ(count("… and 43 more of syn-fanout"), 1) << text;
  EXPECT_EQ(lines.back(),
            "60 findings: 58 critical, 2 warning (14 detectors looked at 312 sockets)");
}

TEST_F(FindingsText, SayWhatWasLookedAtWhenNothingIsFound) {
  EXPECT_EQ(report({}), "nothing found (14 detectors looked at 312 sockets)\n");
  EXPECT_EQ(report({}, {}, {.detectors = 1, .sockets = 1}),
            "nothing found (1 detector looked at 1 socket)\n");
  EXPECT_EQ(report({}, {.language = Language::Chinese}),
            "没有发现问题（14 个检测器查看了 312 个套接字）\n");
}

TEST_F(FindingsText, HaveALineForWhatArisesAndIsOver) {
  detect::Standing standing{.finding = test::flood("syn-fanout", 1, Severity::Warning)[0],
                            .arose_ns = 1 * test::kSecondNs,
                            .seen_ns = 253 * test::kSecondNs};
  auto const line = [&](detect::Turn turn, PageStyle const& style = {}) {
    return finding_line(style, {turn, &standing}, "12:01:02.345");
  };
  EXPECT_EQ(line(detect::Turn::Arose), "12:01:02.345 + warning  syn-fanout  process 100 scans");
  EXPECT_EQ(line(detect::Turn::Cleared),
            "12:01:02.345 - warning  syn-fanout  process 100 scans (stood 4 min 12 s)");
  EXPECT_EQ(line(detect::Turn::Arose, {.color = true}),
            "12:01:02.345 + \x1b[33mwarning\x1b[0m  syn-fanout  process 100 scans");
  EXPECT_EQ(line(detect::Turn::Arose, {.language = Language::Chinese}),
            "12:01:02.345 + 警告 syn-fanout  进程 100 在扫描");
  standing.finding.severity = Severity::Critical;
  EXPECT_EQ(line(detect::Turn::Worsened), "12:01:02.345 ! critical syn-fanout  process 100 scans");
  standing.returns = 2;
  EXPECT_TRUE(line(detect::Turn::Cleared).ends_with("(stood 4 min 12 s, came back 2 times)"));
  standing.finding = test::hostile_finding();
  EXPECT_TRUE(std::ranges::none_of(line(detect::Turn::Arose),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
}

}  // namespace
}  // namespace lastack::ui
