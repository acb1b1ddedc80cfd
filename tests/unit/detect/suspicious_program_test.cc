#include <gtest/gtest.h>

#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::Confidence;
using model::Severity;
using model::Side;
using model::SocketState;
using test::Stage;

constexpr auto kId = "suspicious-program";

// A process with one connection to another machine.
std::uint32_t talker(Stage& stage, std::uint32_t pid, std::string comm, std::string exe,
                     std::string cmdline = "") {
  auto const process = stage.process(pid, std::move(comm), std::move(exe));
  stage.snapshot.processes[process].cmdline = std::move(cmdline);
  stage.tcp(SocketState::Established, "10.0.0.1", 40000, "10.9.0.1", 443, process);
  return process;
}

// Its row, which the process has as descriptors 0, 1 and 2.
std::uint32_t streams(Stage& stage, std::uint32_t process, std::uint16_t local_port,
                      std::uint16_t remote_port, Side opened_by) {
  auto const row = stage.tcp(SocketState::Established, "127.0.0.1", local_port, "127.0.0.1",
                             remote_port, process, 0);
  stage.snapshot.owners.push_back({.process = process, .fd = 1});
  stage.snapshot.owners.push_back({.process = process, .fd = 2});
  stage.last().owner_count = 3;
  stage.timings.back().opened_by = opened_by;
  return row;
}

std::uint32_t shell(Stage& stage, std::string exe, std::string cmdline) {
  auto const process = stage.process(4711, "sh", std::move(exe));
  stage.snapshot.processes[process].cmdline = std::move(cmdline);
  stage.snapshot.processes[process].parents = {{1, "systemd"}};
  return process;
}

std::string title(model::Finding const& finding) {
  return finding.title.in(base::Language::English);
}

TEST(SuspiciousProgram, FindsTheTrojanOfTheArticle) {
  Stage stage;
  talker(stage, 4711, "EXPLORE.EXE", "/srv/games/EXPLORE.EXE");
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].confidence, Confidence::Likely);
  ASSERT_TRUE(found[0].process);
  EXPECT_EQ(found[0].process->pid, 4711U);
  EXPECT_NE(title(found[0]).find("iexplore.exe"), std::string::npos);
  EXPECT_FALSE(found[0].now.empty());
}

TEST(SuspiciousProgram, FindsLookAlikesUnderWineAndAsScripts) {
  Stage stage;
  talker(stage, 1, "svch0st.exe", "/usr/lib/wine/wine64-preloader", "C:\\x\\svch0st.exe");
  talker(stage, 2, "ngnix", "/usr/bin/python3.11", "/usr/bin/python3 /srv/ngnix");
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[1].severity, Severity::Warning);
}

TEST(SuspiciousProgram, TakesALookAlikeInTmpForCritical) {
  Stage stage;
  talker(stage, 1, "sshdd", "/tmp/sshdd");
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Critical);
}

TEST(SuspiciousProgram, FindsProgramsNamedLikeKernelThreads) {
  Stage stage;
  talker(stage, 1, "kdevtmpfsi", "/var/lib/x/kdevtmpfsi", "kdevtmpfsi");
  talker(stage, 2, "kworker/0:1", "/usr/bin/perl", "[kworker/0:1]");
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].severity, Severity::Critical);
  EXPECT_EQ(found[1].severity, Severity::Critical);
}

TEST(SuspiciousProgram, FindsDeletedAndMemoryPrograms) {
  Stage stage;
  auto const gone = talker(stage, 1, "x", "/dev/shm/x");
  stage.snapshot.processes[gone].exe_deleted = true;
  auto const memory = talker(stage, 2, "y", "/memfd:y");
  stage.snapshot.processes[memory].exe_deleted = true;
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].severity, Severity::Critical);
  EXPECT_EQ(found[1].severity, Severity::Critical);
}

TEST(SuspiciousProgram, FindsProgramsInWorldWritablePlaces) {
  Stage stage;
  talker(stage, 1, "miner", "/var/tmp/.x/miner");
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].confidence, Confidence::Certain);
}

TEST(SuspiciousProgram, OnlyNoticesThemOnLoopback) {
  Stage stage;
  auto const process = stage.process(1, "a.out", "/tmp/a.out");
  stage.tcp(SocketState::Listen, "127.0.0.1", 8000, "", 0, process);
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
}

TEST(SuspiciousProgram, FindsAPartOfTheSystemElsewhere) {
  Stage stage;
  talker(stage, 1, "sshd", "/home/bob/.cache/sshd");
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
}

TEST(SuspiciousProgram, FindsAFalseName) {
  Stage stage;
  talker(stage, 1, "httpd", "/usr/bin/perl", "/usr/sbin/httpd");
  talker(stage, 2, "x", "/home/bob/x", "sshd: bob@pts/0");
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[1].severity, Severity::Warning);
}

TEST(SuspiciousProgram, GroupsProcessesOfOneProgram) {
  Stage stage;
  for (std::uint32_t pid = 1; pid <= 50; ++pid) talker(stage, pid, "miner", "/tmp/miner");
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].socket_count, 50U);
}

TEST(SuspiciousProgram, OnlyNoticesADaemonAfterAnUpgrade) {
  Stage stage;
  auto const nginx = stage.process(1, "nginx", "/usr/sbin/nginx");
  stage.snapshot.processes[nginx].exe_deleted = true;
  stage.snapshot.processes[nginx].unit = "nginx.service";
  stage.tcp(SocketState::Listen, "0.0.0.0", 80, "", 0, nginx);
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
  EXPECT_EQ(found[0].lasting.front().command, "systemctl restart nginx.service");
}

TEST(SuspiciousProgram, IsSilentAboutOrdinaryPrograms) {
  Stage stage;
  talker(stage, 1, "sshd", "/usr/sbin/sshd", "sshd: root@pts/0");
  talker(stage, 2, "sshd-session", "/usr/lib/openssh/sshd-session", "sshd-session: root [priv]");
  talker(stage, 3, "nginx", "/usr/sbin/nginx", "nginx: worker process");
  talker(stage, 4, "postgres", "/usr/lib/postgresql/15/bin/postgres", "postgres: walwriter ");
  talker(stage, 5, "systemd", "/usr/lib/systemd/systemd", "/sbin/init");
  talker(stage, 6, "nginx", "/usr/local/nginx/sbin/nginx", "nginx: master process");
  talker(stage, 7, "mysqld", "/usr/sbin/mariadbd", "/usr/sbin/mysqld");
  talker(stage, 8, "crond", "/bin/busybox", "crond -f");
  talker(stage, 9, "gunicorn", "/usr/bin/python3.11", "gunicorn: master [app]");
  talker(stage, 10, "firefox-bin", "/home/bob/firefox/firefox-bin", "firefox");
  talker(stage, 11, "IEXPLORE.EXE", "/usr/lib/wine/wine64-preloader", "C:\\IE\\IEXPLORE.EXE");
  talker(stage, 12, "server", "/server", "/server");
  talker(stage, 13, "worker", "/home/bob/go/bin/worker", "worker");
  talker(stage, 14, "node", "/home/bob/.nvm/versions/node/v20/bin/node", "node app.js");
  talker(stage, 15, "secret", "", "");
  talker(stage, 16, "httpd", "/srv/apache/bin/httpd", "/srv/apache/bin/httpd -k start");
  talker(stage, 17, "cron", "/usr/bin/python3.11", "/usr/bin/python3 /srv/app/cron");
  EXPECT_TRUE(stage.look(kId).empty());
}

TEST(SuspiciousProgram, IsSilentAboutAContainersOwnPaths) {
  Stage stage;
  auto const sshd = talker(stage, 1, "sshd", "/sshd", "/sshd -D");
  stage.snapshot.processes[sshd].container = std::string(64, 'a');
  EXPECT_TRUE(stage.look(kId).empty());
}

TEST(SuspiciousProgram, IsSilentAboutARuntimesCopyOfItself) {
  Stage stage;
  auto const runc = stage.process(1, "runc:[2:INIT]", "/memfd:runc_cloned:/proc/self/exe");
  stage.snapshot.processes[runc].exe_deleted = true;
  stage.tcp(SocketState::Listen, "127.0.0.1", 80, "", 0, runc);
  EXPECT_TRUE(stage.look(kId).empty());
  stage.tcp(SocketState::Established, "10.0.0.1", 40000, "10.9.0.1", 443, runc);
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
}

TEST(SuspiciousProgram, IsSilentAboutAToolBuiltInTmpOnLoopback) {
  Stage stage;
  auto const tool = stage.process(1, "main", "/tmp/go-build123/b001/exe/main");
  stage.tcp(SocketState::Listen, "127.0.0.1", 8080, "", 0, tool);
  EXPECT_TRUE(stage.look(kId).empty());
  stage.tcp(SocketState::Established, "10.0.0.1", 40000, "10.9.0.1", 443, tool);
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
}

TEST(SuspiciousProgram, FindsAReverseShell) {
  Stage stage;
  auto const bash = shell(stage, "/usr/bin/bash", "bash -i");
  streams(stage, bash, 45000, 4444, Side::Local);
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Critical);
  EXPECT_EQ(found[0].confidence, Confidence::Certain);
  EXPECT_EQ(found[0].subject, "streams of pid 4711");
  EXPECT_NE(title(found[0]).find("reverse shell"), std::string::npos);
  EXPECT_EQ(found[0].now.front().command, "kill -STOP 4711");
}

TEST(SuspiciousProgram, FindsAReverseShellInOneLookByItsPorts) {
  Stage stage;
  stage.watched = false;
  streams(stage, shell(stage, "/usr/bin/python3.11", "python3 -c import socket"), 45000, 4444,
          Side::Unknown);
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Critical);
  EXPECT_EQ(found[0].confidence, Confidence::Likely);
}

TEST(SuspiciousProgram, FindsABindShell) {
  Stage stage;
  auto const netcat = stage.process(20, "nc", "/usr/bin/nc.traditional");
  stage.tcp(SocketState::Listen, "0.0.0.0", 4444, "", 0, netcat);
  streams(stage, shell(stage, "/usr/bin/dash", "sh -i"), 4444, 45000, Side::Remote);
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Critical);
}

TEST(SuspiciousProgram, BlamesTheShellThatTheOthersCameFrom) {
  Stage stage;
  auto const parent = shell(stage, "/usr/bin/bash", "bash -i");
  auto const child = stage.process(4800, "bash", "/usr/bin/bash");
  stage.snapshot.processes[child].parents = {{4711, "bash"}, {1, "systemd"}};
  stage.tcp(SocketState::Established, "127.0.0.1", 45000, "127.0.0.1", 4444, child, 0);
  for (auto const process : {child, parent}) {
    if (process == parent) stage.snapshot.owners.push_back({.process = process, .fd = 0});
    stage.snapshot.owners.push_back({.process = process, .fd = 1});
  }
  stage.last().owner_count = 4;
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].process->pid, 4711U);
}

TEST(SuspiciousProgram, IsSilentAboutAScriptThatSystemdStartsForAConnection) {
  Stage stage;
  auto const systemd = stage.process(1, "systemd", "/usr/lib/systemd/systemd");
  stage.tcp(SocketState::Listen, "0.0.0.0", 6556, "", 0, systemd);
  streams(stage, shell(stage, "/usr/bin/bash", "/bin/bash /usr/bin/check_mk_agent"), 6556, 45000,
          Side::Remote);
  EXPECT_TRUE(stage.look(kId).empty());
}

TEST(SuspiciousProgram, IsSilentAboutInetdsServer) {
  Stage stage;
  auto const inetd = stage.process(300, "inetd", "/usr/sbin/inetd");
  stage.tcp(SocketState::Listen, "0.0.0.0", 113, "", 0, inetd);
  auto const script = shell(stage, "/usr/bin/perl", "perl /usr/lib/identd.pl");
  stage.snapshot.processes[script].parents = {{300, "inetd"}, {1, "systemd"}};
  streams(stage, script, 113, 45000, Side::Unknown);
  auto const git = stage.process(301, "git-daemon", "/usr/lib/git-core/git-daemon");
  streams(stage, git, 113, 45001, Side::Remote);
  EXPECT_TRUE(stage.look(kId).empty());
}

TEST(SuspiciousProgram, WarnsOfAShellThatInetdGivesToEverybody) {
  Stage stage;
  auto const inetd = stage.process(300, "inetd", "/usr/sbin/inetd");
  stage.tcp(SocketState::Listen, "0.0.0.0", 4444, "", 0, inetd);
  streams(stage, shell(stage, "/usr/bin/dash", "sh -i"), 4444, 45000, Side::Remote);
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
}

TEST(SuspiciousProgram, IsSilentAboutADaemonThatClosedItsStreams) {
  Stage stage;
  auto const python = stage.process(1, "python3", "/usr/bin/python3.11");
  stage.snapshot.processes[python].cmdline = "python3 /opt/daemon.py";
  // Two connections, each under one of the free descriptors.
  for (std::int32_t fd = 0; fd < 3; ++fd) {
    stage.tcp(SocketState::Established, "10.0.0.1", static_cast<std::uint16_t>(40000 + fd),
              "10.9.0.1", 443, python, fd);
  }
  EXPECT_TRUE(stage.look(kId).empty());
}

TEST(SuspiciousProgram, TellsWhoNeverTalkedBefore) {
  Stage stage;
  Baseline baseline;
  baseline.talkers = {"/usr/bin/curl", "/usr/bin/python3.11 /opt/app/x.py"};
  stage.baseline = &baseline;
  talker(stage, 1, "curl", "/usr/bin/curl", "curl x");
  talker(stage, 2, "python3", "/usr/bin/python3.11", "python3 /opt/app/x.py");
  EXPECT_TRUE(stage.look(kId).empty());
  talker(stage, 3, "wget", "/usr/bin/wget", "wget x");
  talker(stage, 4, "agent", "/home/bob/agent", "./agent");
  talker(stage, 5, "python3", "/usr/bin/python3.11", "python3 /home/bob/y.py");
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
  EXPECT_EQ(found[1].severity, Severity::Notice);
  EXPECT_EQ(found[2].severity, Severity::Warning);
  EXPECT_EQ(found[2].subject, "/home/bob/agent");
}

TEST(SuspiciousProgram, IsSilentAboutServersAndLoopbackThatTheBaselineDoesNotKnow) {
  Stage stage;
  Baseline baseline;
  baseline.talkers = {"/usr/bin/curl"};
  stage.baseline = &baseline;
  auto const sshd = stage.process(1, "sshd", "/usr/sbin/sshd");
  stage.tcp(SocketState::Listen, "0.0.0.0", 22, "", 0, sshd);
  stage.tcp(SocketState::Established, "10.0.0.1", 22, "10.9.0.1", 50000, sshd);
  auto const psql = stage.process(2, "psql", "/usr/bin/psql");
  stage.tcp(SocketState::Established, "127.0.0.1", 50001, "127.0.0.1", 5432, psql);
  EXPECT_TRUE(stage.look(kId).empty());
}

}  // namespace
}  // namespace lastack::detect
