#include "detect/baseline.hh"

#include <gtest/gtest.h>

#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::SocketState;
using test::Stage;

std::uint32_t udp(Stage& stage, std::string const& local, std::uint16_t port, std::uint32_t owner) {
  auto const row = stage.tcp(SocketState::Unconnected, local, port, "", 0, owner);
  stage.last().protocol = model::Protocol::Udp;
  return row;
}

TEST(Baseline, LearnsWhoTalksAndWhoListens) {
  Stage stage;
  auto const nginx = stage.process(1, "nginx", "/usr/sbin/nginx");
  auto const app = stage.process(2, "python3", "/usr/bin/python3.11");
  stage.snapshot.processes[app].cmdline = "python3 /opt/app/x.py";
  stage.tcp(SocketState::Listen, "0.0.0.0", 80, "", 0, nginx);
  stage.tcp(SocketState::Listen, "127.0.0.1", 8081, "", 0, nginx);
  stage.tcp(SocketState::Established, "10.0.0.1", 80, "10.0.0.9", 50000, nginx);
  stage.tcp(SocketState::Established, "10.0.0.1", 50001, "10.0.0.9", 443, app);
  udp(stage, "0.0.0.0", 45678, app);
  stage.tcp(SocketState::Listen, "::", 2049);  // the kernel's own
  Baseline baseline;
  EXPECT_EQ(learn(baseline, stage.snapshot, stage.scene().rows), 6U);
  EXPECT_EQ(learn(baseline, stage.snapshot, stage.scene().rows), 0U);
  EXPECT_EQ(baseline.talkers,
            (std::set<std::string>{"/usr/bin/python3.11 /opt/app/x.py", "/usr/sbin/nginx"}));
  std::set<KnownListener> const expected{
      {"/usr/sbin/nginx", model::Protocol::Tcp, 80, true},
      {"/usr/sbin/nginx", model::Protocol::Tcp, 8081, false},
      {"/usr/bin/python3.11 /opt/app/x.py", model::Protocol::Udp, 0, true},
      {"", model::Protocol::Tcp, 2049, true},
  };
  EXPECT_EQ(baseline.listeners, expected);
}

TEST(Baseline, KnowsAPortThatTheSystemChoseByItsProgramOnly) {
  Stage stage;
  auto const rpc = stage.process(1, "rpc.statd", "/usr/sbin/rpc.statd");
  auto const other = stage.process(2, "x", "/usr/bin/x");
  stage.tcp(SocketState::Listen, "0.0.0.0", 40000, "", 0, rpc);
  stage.tcp(SocketState::Listen, "0.0.0.0", 40001);  // lockd, the kernel's
  Baseline baseline;
  learn(baseline, stage.snapshot, stage.scene().rows);
  auto const known = [&](std::uint32_t row) {
    return familiarity(baseline, stage.snapshot, stage.snapshot.endpoints[row]);
  };
  EXPECT_EQ(known(stage.tcp(SocketState::Listen, "0.0.0.0", 50000, "", 0, rpc)),
            Familiarity::Known);
  EXPECT_EQ(known(stage.tcp(SocketState::Listen, "0.0.0.0", 50001)), Familiarity::Known);
  EXPECT_EQ(known(stage.tcp(SocketState::Listen, "0.0.0.0", 50002, "", 0, other)),
            Familiarity::Unknown);
}

TEST(Baseline, TellsOneAddressFromAll) {
  Stage stage;
  auto const redis = stage.process(1, "redis-server", "/usr/bin/redis-server");
  stage.tcp(SocketState::Listen, "127.0.0.1", 6379, "", 0, redis);
  Baseline baseline;
  learn(baseline, stage.snapshot, stage.scene().rows);
  auto const row = stage.tcp(SocketState::Listen, "0.0.0.0", 6379, "", 0, redis);
  EXPECT_EQ(familiarity(baseline, stage.snapshot, stage.snapshot.endpoints[row]),
            Familiarity::Narrower);
}

TEST(Baseline, GoesByThePortWhereTheProgramCannotBeRead) {
  Stage stage;
  auto const nginx = stage.process(1, "nginx", "/usr/sbin/nginx");
  auto const unread = stage.process(2, "nginx");
  stage.tcp(SocketState::Listen, "0.0.0.0", 80, "", 0, nginx);
  Baseline baseline;
  learn(baseline, stage.snapshot, stage.scene().rows);
  auto const known = [&](std::uint32_t row) {
    return familiarity(baseline, stage.snapshot, stage.snapshot.endpoints[row]);
  };
  EXPECT_EQ(known(stage.tcp(SocketState::Listen, "0.0.0.0", 80, "", 0, unread)),
            Familiarity::Known);
  EXPECT_EQ(known(stage.tcp(SocketState::Listen, "0.0.0.0", 80)), Familiarity::Known);
  EXPECT_EQ(known(stage.tcp(SocketState::Listen, "0.0.0.0", 81)), Familiarity::Unknown);
}

}  // namespace
}  // namespace lastack::detect
