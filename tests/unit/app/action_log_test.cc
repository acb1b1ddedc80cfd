#include "app/action_log.hh"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace lastack::app {
namespace {

std::string line_of(Requester requester, std::string const& what) {
  std::vector<std::string> lines;
  ActionLog const log(std::move(requester),
                      [&](std::string const& line) { lines.push_back(line); });
  log.record("close", what, "closed");
  EXPECT_EQ(lines.size(), 1U);
  return lines.empty() ? "" : lines.front();
}

TEST(ActionLog, SaysWhoDidWhatWithWhichResult) {
  EXPECT_EQ(
      line_of(
          {.uid = 0, .user = "root", .login_uid = {}, .sudo_user = "alice", .tty = "/dev/pts/3"},
          "tcp 10.0.0.1:22 10.0.0.2:5 ESTABLISHED sshd[9]"),
      "close by uid=0(root) sudo_user=alice tty=/dev/pts/3: "
      "tcp 10.0.0.1:22 10.0.0.2:5 ESTABLISHED sshd[9]: closed");
  EXPECT_EQ(line_of({.uid = 1000, .user = "", .login_uid = {}, .sudo_user = "", .tty = ""}, "x"),
            "close by uid=1000: x: closed");
}

TEST(ActionLog, SaysWhoLoggedInOnlyWhereThatIsAnother) {
  Requester requester{.uid = 0, .user = "root", .login_uid = 4294967, .sudo_user = "", .tty = ""};
  EXPECT_EQ(line_of(requester, "x"), "close by uid=0(root) loginuid=4294967: x: closed");
  requester.login_uid = 0;
  EXPECT_EQ(line_of(requester, "x"), "close by uid=0(root): x: closed");
}

TEST(ActionLog, IsOneLineWhateverIsInIt) {
  auto const line =
      line_of({.uid = 0, .user = "a\nb", .login_uid = {}, .sudo_user = "\x1b[2J", .tty = "\r"},
              "evil\n\x1b]0;name\x07[3]");
  for (char const c : line) EXPECT_GE(static_cast<unsigned char>(c), 0x20U) << line;
  EXPECT_NE(line.find("a\\nb"), std::string::npos) << line;
  EXPECT_NE(line.find("evil\\n\\e]0;name\\x07[3]"), std::string::npos) << line;
}

TEST(ActionLog, KnowsWhoAsksNow) {
  auto const requester = requester_here();
  EXPECT_EQ(requester.uid, ::getuid());
}

}  // namespace
}  // namespace lastack::app
