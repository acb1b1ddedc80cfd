#include "detect/program.hh"

#include <gtest/gtest.h>

namespace lastack::detect {
namespace {

model::Process made(std::string exe, std::string cmdline, std::string comm = "x") {
  model::Process process;
  process.pid = 7;
  process.comm = std::move(comm);
  process.exe = std::move(exe);
  process.cmdline = std::move(cmdline);
  return process;
}

TEST(Program, KnowsPlaces) {
  EXPECT_EQ(place_of("/usr/sbin/nginx"), Place::System);
  EXPECT_EQ(place_of("/opt/app/run"), Place::System);
  EXPECT_EQ(place_of("/tmp/x"), Place::Scratch);
  EXPECT_EQ(place_of("/dev/shm/.x"), Place::Scratch);
  EXPECT_EQ(place_of("/var/tmp/x"), Place::Scratch);
  EXPECT_EQ(place_of("/tmpfiles/x"), Place::Elsewhere);
  EXPECT_EQ(place_of("/home/bob/x"), Place::Elsewhere);
  EXPECT_EQ(place_of(""), Place::Unknown);
}

TEST(Program, KnowsRunnersWhateverTheirVersion) {
  EXPECT_EQ(runner_of(made("/usr/bin/python3.11", "python3")), Runner::Interpreter);
  EXPECT_EQ(runner_of(made("/usr/bin/perl5.36.0", "perl")), Runner::Interpreter);
  EXPECT_EQ(runner_of(made("/usr/bin/dash", "sh")), Runner::Shell);
  EXPECT_EQ(runner_of(made("", "", "bash")), Runner::Shell);
  EXPECT_EQ(runner_of(made("/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", "")), Runner::Loader);
  EXPECT_EQ(runner_of(made("/usr/sbin/php-fpm8.2", "php-fpm: pool www")), Runner::None);
  EXPECT_EQ(runner_of(made("/usr/sbin/sshd", "sshd")), Runner::None);
}

TEST(Program, TellsBusyboxsShellFromItsServers) {
  EXPECT_EQ(runner_of(made("/bin/busybox", "sh -i")), Runner::Shell);
  EXPECT_EQ(runner_of(made("/bin/busybox", "busybox ash")), Runner::Shell);
  EXPECT_EQ(runner_of(made("/bin/busybox", "-sh")), Runner::Shell);
  EXPECT_EQ(runner_of(made("/bin/busybox", "httpd -f")), Runner::None);
  EXPECT_EQ(program_key(made("/bin/busybox", "httpd -f")), "/bin/busybox httpd");
}

TEST(Program, FindsWhatARunnerRuns) {
  struct Row {
    char const* exe;
    char const* cmdline;
    char const* script;
  };
  constexpr Row kRows[] = {
      {"/usr/bin/python3.11", "/usr/bin/python3 -u /opt/app/x.py --port 1", "/opt/app/x.py"},
      {"/usr/bin/python3.11", "python3 -W ignore /opt/x.py", "/opt/x.py"},
      {"/usr/bin/python3.11", "python3 -m http.server 80", "-m http.server"},
      {"/usr/bin/python3.11", "python3 -c import os", "-c"},
      {"/usr/bin/python3.11", "python3 -", ""},
      {"/usr/bin/python3.11", "python3", ""},
      {"/usr/bin/bash", "/bin/bash -i", ""},
      {"/usr/bin/bash", "-bash", ""},
      {"/usr/bin/bash", "bash -lc echo", "-lc"},
      {"/usr/bin/bash", "/bin/bash -e /usr/bin/check_mk_agent", "/usr/bin/check_mk_agent"},
      {"/usr/bin/perl", "perl -we print", "-we"},
      {"/usr/bin/java", "java -cp a.jar -Xmx1g Main", "Main"},
      {"/usr/bin/java", "java -Xmx1g -jar /opt/a.jar", "-jar /opt/a.jar"},
      {"/usr/bin/node", "node --require ./x.js server.js", "server.js"},
      {"/bin/busybox", "busybox sh /x.sh", "/x.sh"},
      {"/usr/sbin/nginx", "nginx -g daemon", ""},
  };
  for (auto const& row : kRows) EXPECT_EQ(script_of(made(row.exe, row.cmdline)), row.script);
}

TEST(Program, HasAKeyThatTellsScriptsApart) {
  EXPECT_EQ(program_key(made("/usr/sbin/nginx", "nginx: master process")), "/usr/sbin/nginx");
  EXPECT_EQ(program_key(made("/usr/bin/python3.11", "python3 /opt/app/x.py")),
            "/usr/bin/python3.11 /opt/app/x.py");
  EXPECT_EQ(program_key(made("", "", "nginx")), "[nginx]");
  EXPECT_EQ(program_key(made("/x/\xff", "")), "/x/\xef\xbf\xbd");
}

TEST(Program, IsRestartedByItsUnitOnlyWhereThatIsHarmless) {
  auto process = made("/usr/sbin/nginx", "nginx");
  EXPECT_EQ(restart_command(process), "");
  process.unit = "nginx.service";
  EXPECT_EQ(restart_command(process), "systemctl restart nginx.service");
  for (auto const* unit : {"user@1000.service", "dbus.service", "session-3.scope",
                           "a;reboot.service", "a b.service", "--now.service"}) {
    process.unit = unit;
    EXPECT_EQ(restart_command(process), "") << unit;
  }
  auto init = made("/usr/lib/systemd/systemd", "/sbin/init");
  init.pid = 1;
  EXPECT_EQ(restart_command(init), "systemctl daemon-reexec");
}

}  // namespace
}  // namespace lastack::detect
