#include "detect/look_alike.hh"

#include <gtest/gtest.h>

namespace lastack::detect {
namespace {

constexpr std::size_t kShortest = 6;

struct Row {
  char const* name;
  Likeness likeness;
  char const* to;
};

TEST(LookAlike, FindsWhatLooksLikeAWellKnownName) {
  constexpr Row kRows[] = {
      {"EXPLORE.EXE", Likeness::Edited, "iexplore.exe"},
      {"svch0st.exe", Likeness::Disguised, "svchost.exe"},
      {"svhost.exe", Likeness::Edited, "svchost.exe"},
      {"scvhost.exe", Likeness::Swapped, "svchost.exe"},
      {"1sass.exe", Likeness::Disguised, "lsass.exe"},
      {"isass.exe", Likeness::Disguised, "lsass.exe"},
      {"5shd", Likeness::Disguised, "sshd"},
      {".sshd", Likeness::Disguised, "sshd"},
      {"sshd ", Likeness::Disguised, "sshd"},
      {"s\xd1\x95hd", Likeness::Disguised, "sshd"},
      {"sshdd", Likeness::Doubled, "sshd"},
      {"shsd", Likeness::Swapped, "sshd"},
      {"ngnix", Likeness::Swapped, "nginx"},
      {"systernd", Likeness::Disguised, "systemd"},
      {"sytemd", Likeness::Edited, "systemd"},
      {"systemd-journa1d", Likeness::Disguised, "systemd-journald"},
      {"firef0x", Likeness::Disguised, "firefox"},
      {"kworkers", Likeness::Edited, "kworker"},
      {"ksofttirqd", Likeness::Doubled, "ksoftirqd"},
  };
  for (auto const& row : kRows) {
    auto const found = resemblance(row.name, kShortest);
    EXPECT_EQ(found.likeness, row.likeness) << row.name;
    ASSERT_NE(found.to, nullptr) << row.name;
    EXPECT_EQ(found.to->name, row.to) << row.name;
  }
}

TEST(LookAlike, LeavesOtherProgramsAlone) {
  for (auto const* name : {"ssh",
                           "sshd-session",
                           "sshd-auth",
                           "scp",
                           "nginx-debug",
                           "httpx",
                           "thttpd",
                           "lighttpd",
                           "uhttpd",
                           "postgrest",
                           "mongos",
                           "mysql",
                           "chronyc",
                           "worker",
                           "container",
                           "docker",
                           "firefox-bin",
                           "firefox-esr",
                           "chrome-sandbox",
                           "unicorn",
                           "caddy",
                           "x",
                           "",
                           "init",
                           "services.exe",
                           "explore",
                           "app.exe",
                           "redis-sentinel",
                           "systemctl",
                           "python-config",
                           "a-name-that-is-far-too-long-to-be-compared-with-anything-at-all"}) {
    auto const found = resemblance(name, kShortest);
    EXPECT_TRUE(found.likeness == Likeness::None || found.to == nullptr) << name;
  }
}

TEST(LookAlike, TakesVersionsAndCaseForTheNameItself) {
  for (auto const* name : {"sshd", "SSHD", "nginx", "nginx1.22", "php-fpm8.2", "IEXPLORE.EXE",
                           "Firefox", "apache2", "systemd", "dbus-daemon"}) {
    EXPECT_EQ(resemblance(name, kShortest).likeness, Likeness::Same) << name;
  }
}

TEST(LookAlike, CountsLettersBeforeOneMayDiffer) {
  EXPECT_EQ(resemblance("nginz", 6).likeness, Likeness::None);
  EXPECT_EQ(resemblance("nginz", 5).likeness, Likeness::Edited);
}

TEST(LookAlike, KnowsKernelThreads) {
  for (auto const* name : {"kworker/0:1-events", "[kworker/0:1]", "kswapd0", "kdevtmpfsi",
                           "kthreaddk", "[migration/0]", "jbd2/sda1-8", "rcu_preempt"}) {
    EXPECT_NE(kernel_thread_name(name), nullptr) << name;
  }
  for (auto const* name :
       {"worker", "ksmserver", "kdeconnectd", "irqbalance", "migration", "nginx", "kubelet", ""}) {
    EXPECT_EQ(kernel_thread_name(name), nullptr) << name;
  }
}

}  // namespace
}  // namespace lastack::detect
