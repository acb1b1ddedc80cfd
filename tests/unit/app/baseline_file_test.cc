#include "app/baseline_file.hh"

#include <gmock/gmock.h>

namespace lastack::app {
namespace {

using testing::HasSubstr;

std::string problem(std::string_view text) {
  auto const parsed = parse_baseline(text);
  return parsed ? "" : parsed.error().message;
}

TEST(BaselineFile, IsReadAsItWasWritten) {
  detect::Baseline baseline;
  baseline.talkers = {"/usr/bin/curl", "/opt/it's \"odd\"/x\n\x1b[2J"};
  baseline.listeners = {{"/usr/sbin/sshd", model::Protocol::Tcp, 22, true},
                        {"/usr/sbin/unbound", model::Protocol::Udp, 53, false}};
  auto const again = parse_baseline(baseline_text(baseline));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->talkers, baseline.talkers);
  EXPECT_EQ(again->listeners, baseline.listeners);
}

TEST(BaselineFile, NamesThatAreNoTextAreWrittenAsText) {
  detect::Baseline baseline;
  baseline.talkers = {"/opt/\xff\xfe"};
  EXPECT_TRUE(parse_baseline(baseline_text(baseline)));
}

TEST(BaselineFile, SaysWhatIsWrong) {
  EXPECT_THAT(problem("talkers = 3\n"), HasSubstr("list of paths"));
  EXPECT_THAT(problem("talkers = [3]\n"), HasSubstr("list of paths"));
  EXPECT_THAT(problem("listener = 3\n"), HasSubstr("[[listener]]"));
  EXPECT_THAT(problem("[[listener]]\nprogram = \"x\"\nprotocol = \"sctp\"\nport = 1\n"
                      "everywhere = true\n"),
              HasSubstr("\"tcp\" or \"udp\""));
  EXPECT_THAT(problem("[[listener]]\nprogram = \"x\"\nprotocol = \"tcp\"\nport = 70000\n"
                      "everywhere = true\n"),
              HasSubstr("0 to 65535"));
  EXPECT_THAT(problem("talker = []\n"), HasSubstr("neither talkers nor"));
  EXPECT_THAT(problem("[\n"), HasSubstr("line 1"));
}

TEST(BaselineFile, NoFileIsNoBaseline) {
  auto const none = read_baseline("/nonexistent/baseline.toml");
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
  EXPECT_FALSE(write_baseline("/dev/null", {})) << "a device is not replaced";
}

}  // namespace
}  // namespace lastack::app
