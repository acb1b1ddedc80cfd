#include <gtest/gtest.h>

#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::Severity;
using model::SocketState;
using test::Stage;

constexpr auto kId = "exposed-listener";

std::uint32_t listen(Stage& stage, std::string const& address, std::uint16_t port,
                     std::uint32_t owner) {
  auto const row = stage.tcp(SocketState::Listen, address, port, "", 0, owner);
  if (address == "::") stage.last().v6_only = true;
  return row;
}

// What a web and database server has.
void ordinary_machine(Stage& stage) {
  auto const sshd = stage.process(1, "sshd", "/usr/sbin/sshd");
  auto const nginx = stage.process(2, "nginx", "/usr/sbin/nginx");
  auto const postgres = stage.process(3, "postgres", "/usr/lib/postgresql/15/bin/postgres");
  for (auto const* address : {"0.0.0.0", "::"}) {
    listen(stage, address, 22, sshd);
    listen(stage, address, 80, nginx);
    listen(stage, address, 443, nginx);
  }
  listen(stage, "127.0.0.1", 5432, postgres);
  listen(stage, "::1", 5432, postgres);
}

TEST(ExposedListener, IsSilentAboutAnOrdinaryMachine) {
  Stage stage;
  ordinary_machine(stage);
  EXPECT_TRUE(stage.look(kId).empty());
  stage.watched = false;
  EXPECT_TRUE(stage.look(kId).empty());
}

TEST(ExposedListener, NoticesWhatWasNotThereWhenWatchingBegan) {
  Stage stage;
  ordinary_machine(stage);
  stage.history.note(stage.scene());
  stage.wait(5);
  auto const app = stage.process(9, "app", "/opt/app");
  listen(stage, "0.0.0.0", 8000, app);
  stage.aged(2);
  listen(stage, "0.0.0.0", 8001, app);
  stage.aged(2);
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
  EXPECT_EQ(found[0].process->pid, 9U);
  EXPECT_EQ(found[0].socket_count, 2U);
  EXPECT_EQ(found[0].evidence.front().value.values.front(), "8000, 8001");
}

TEST(ExposedListener, IsSilentAboutARestart) {
  Stage stage;
  ordinary_machine(stage);
  stage.history.note(stage.scene());
  stage.wait(5);
  auto const again = stage.process(20, "nginx", "/usr/sbin/nginx");
  listen(stage, "0.0.0.0", 80, again);
  stage.aged(2);
  EXPECT_TRUE(stage.look(kId).empty());
}

TEST(ExposedListener, IsSilentAboutAnInstant) {
  Stage stage;
  stage.history.note(stage.scene());
  stage.wait(5);
  listen(stage, "0.0.0.0", 50000, stage.process(9, "vsftpd", "/usr/sbin/vsftpd"));
  stage.aged(0.2);
  EXPECT_TRUE(stage.look(kId).empty());
}

TEST(ExposedListener, WarnsOfWhatTheBaselineDoesNotKnow) {
  Stage stage;
  ordinary_machine(stage);
  Baseline baseline;
  learn(baseline, stage.snapshot, stage.scene().rows);
  stage.baseline = &baseline;
  EXPECT_TRUE(stage.look(kId).empty());
  auto const app = stage.process(9, "app", "/opt/app");
  stage.snapshot.processes[app].unit = "app.service";
  listen(stage, "0.0.0.0", 8000, app);
  listen(stage, "::", 8000, app);
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].subject, "tcp /opt/app");
  EXPECT_EQ(found[0].socket_count, 2U);
}

TEST(ExposedListener, WarnsOfWhatTheBaselineKnowsOnOneAddress) {
  Stage stage;
  ordinary_machine(stage);
  Baseline baseline;
  learn(baseline, stage.snapshot, stage.scene().rows);
  stage.baseline = &baseline;
  listen(stage, "0.0.0.0", 5432, 2 /* postgres */);
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_NE(found[0].title.in(base::Language::English).find("on some only"), std::string::npos);
}

TEST(ExposedListener, OnlyNoticesUnknownUdpAndNoClients) {
  Stage stage;
  ordinary_machine(stage);
  Baseline baseline;
  learn(baseline, stage.snapshot, stage.scene().rows);
  stage.baseline = &baseline;
  auto const dns = stage.process(9, "dnsmasq", "/usr/sbin/dnsmasq");
  for (std::uint16_t const port : {std::uint16_t{53}, std::uint16_t{45000}}) {
    stage.tcp(SocketState::Unconnected, "0.0.0.0", port, "", 0, dns);
    stage.last().protocol = model::Protocol::Udp;
  }
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
  EXPECT_EQ(found[0].socket_count, 1U);
}

TEST(ExposedListener, FindsServicesWithoutPassword) {
  Stage stage;
  listen(stage, "0.0.0.0", 2375, stage.process(1, "dockerd", "/usr/bin/dockerd"));
  listen(stage, "0.0.0.0", 6379, stage.process(2, "redis-server", "/usr/bin/redis-server"));
  auto const jupyter = stage.process(3, "jupyter-lab", "/usr/bin/python3.11");
  stage.snapshot.processes[jupyter].cmdline = "/usr/bin/python3 /usr/bin/jupyter-lab --ip=0.0.0.0";
  listen(stage, "0.0.0.0", 8888, jupyter);
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].subject, "tcp port 2375");
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[1].severity, Severity::Notice);
  EXPECT_EQ(found[2].severity, Severity::Notice);
}

TEST(ExposedListener, IsSilentAboutThemOnLoopbackInContainersOrAtAnotherProgram) {
  Stage stage;
  listen(stage, "127.0.0.1", 2375, stage.process(1, "dockerd", "/usr/bin/dockerd"));
  auto const web = stage.process(2, "python3", "/usr/bin/python3.11");
  stage.snapshot.processes[web].cmdline = "python3 -m http.server 8888";
  listen(stage, "0.0.0.0", 8888, web);
  auto const redis = stage.process(3, "redis-server", "/usr/local/bin/redis-server");
  stage.snapshot.processes[redis].container = std::string(64, 'c');
  stage.snapshot.namespaces.push_back({.inode = 4026532222, .label = "cccccccccccc"});
  listen(stage, "0.0.0.0", 6379, redis);
  stage.last().netns = 1;
  EXPECT_TRUE(stage.look(kId).empty());
}

TEST(ExposedListener, SeesWhatDockerPublishes) {
  Stage stage;
  auto const proxy = stage.process(1, "docker-proxy", "/usr/bin/docker-proxy");
  stage.snapshot.processes[proxy].cmdline =
      "/usr/bin/docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 16379 -container-ip 172.17.0.2 "
      "-container-port 6379";
  listen(stage, "0.0.0.0", 16379, proxy);
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
  EXPECT_EQ(found[0].confidence, model::Confidence::Possible);
}

TEST(ExposedListener, FindsIpv6OpenWhereIpv4IsClosed) {
  Stage stage;
  auto const postgres = stage.process(3, "postgres", "/usr/lib/postgresql/15/bin/postgres");
  listen(stage, "127.0.0.1", 5432, postgres);
  listen(stage, "::", 5432, postgres);
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].subject, "tcp6 port 5432");
  EXPECT_EQ(found[0].socket_count, 2U);
}

TEST(ExposedListener, OnlyNoticesItWhereIpv4IsOpenSomewhere) {
  Stage stage;
  auto const sshd = stage.process(1, "sshd", "/usr/sbin/sshd");
  listen(stage, "10.0.0.5", 22, sshd);
  listen(stage, "::", 22, sshd);
  auto const resolved = stage.process(2, "systemd-resolve", "/usr/lib/systemd/systemd-resolved");
  listen(stage, "127.0.0.53", 53, resolved);
  listen(stage, "::", 53, stage.process(3, "named", "/usr/sbin/named"));
  auto const found = stage.look(kId);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
  EXPECT_EQ(found[1].severity, Severity::Notice);
}

TEST(ExposedListener, IsSilentAboutIpv6WhereIpv4IsAsOpen) {
  Stage stage;
  auto const app = stage.process(1, "app", "/opt/app");
  listen(stage, "127.0.0.1", 80, app);
  listen(stage, "0.0.0.0", 80, app);
  listen(stage, "::", 80, app);
  listen(stage, "::", 81, app);  // IPv6 only, no IPv4 at all
  listen(stage, "127.0.0.1", 82, app);
  listen(stage, "::", 82, app);
  stage.last().v6_only = false;  // takes IPv4, too
  EXPECT_TRUE(stage.look(kId).empty());
}

}  // namespace
}  // namespace lastack::detect
