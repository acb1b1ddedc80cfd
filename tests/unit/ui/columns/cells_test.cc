#include <gtest/gtest.h>

#include <array>

#include "base/text.hh"
#include "support/sample_snapshot.hh"
#include "ui/columns/table.hh"

namespace lastack::ui {
namespace {

using model::SocketState;

// One endpoint, as the columns show it.
class Cell : public ::testing::Test {
 protected:
  model::Endpoint& endpoint(char const* local, std::uint16_t local_port,
                            std::pair<char const*, std::uint16_t> remote) {
    return sample_.endpoint(SocketState::Established, local, local_port, remote);
  }
  std::string text(std::string_view id, View view) {
    std::string out;
    column(id).cells->text(out, {view, sample_.snapshot().endpoints.back()});
    return out;
  }
  std::string text(std::string_view id) { return text(id, {sample_.snapshot()}); }
  std::string json(std::string_view id) {
    std::string out;
    exporting::JsonWriter writer(out);
    View const view{sample_.snapshot()};
    writer.begin_object();
    column(id).cells->json(writer, {view, sample_.snapshot().endpoints.back()}, column(id));
    writer.end_object();
    return out;
  }

  test::SampleBuilder sample_;
};

TEST_F(Cell, AddressesAreWrittenAsSsWritesThem) {
  endpoint("127.0.0.1", 80, {"0.0.0.0", 0});
  EXPECT_EQ(text("local"), "127.0.0.1:80");
  EXPECT_EQ(text("remote"), "0.0.0.0:*");
  endpoint("::1", 80, {"::ffff:1.2.3.4", 443});
  EXPECT_EQ(text("local"), "[::1]:80");
  EXPECT_EQ(text("remote"), "[::ffff:1.2.3.4]:443");
}

TEST_F(Cell, AnIpv6WildcardThatTakesIpv4IsAStar) {
  auto& wildcard = endpoint("::", 80, {"::", 0});
  EXPECT_EQ(text("local"), "*:80");
  EXPECT_EQ(text("remote"), "*:*");
  wildcard.v6_only = true;
  EXPECT_EQ(text("local"), "[::]:80");
  EXPECT_EQ(text("remote"), "[::]:*");
}

TEST_F(Cell, NamesStandForNumbersWhereTheyWereLookedUp) {
  auto& made = endpoint("192.0.2.1", 22, {"2.2.2.2", 60000});
  HostNames const hosts{{{model::Family::Inet, made.flow.remote}, "evil\x1b.example"}};
  ServiceNames const services{{{model::Protocol::Tcp, 22}, "ssh"},
                              {{model::Protocol::Udp, 60000}, "other"}};
  View const view{.snapshot = sample_.snapshot(), .naming = {&hosts, &services}};
  EXPECT_EQ(text("local", view), "192.0.2.1:ssh");
  EXPECT_EQ(text("remote", view), "evil\\e.example:60000");
}

TEST_F(Cell, SidesSayTheirWidthBeforehand) {
  for (auto const* address : {"0.0.0.0", "10.20.130.4", "255.255.255.255"}) {
    for (auto const port : std::to_array<std::uint16_t>({0, 9, 80, 65535})) {
      endpoint(address, port, {address, port});
      View const view{sample_.snapshot()};
      Row const row{view, sample_.snapshot().endpoints.back()};
      EXPECT_EQ(column("local").cells->width(row), text("local").size()) << text("local");
    }
  }
}

TEST_F(Cell, WhatIsUnknownIsADashAndNoMember) {
  endpoint("10.0.0.1", 1, {"10.0.0.2", 2});
  for (auto const& one : all_columns()) {
    if (!one.needs.any(model::kDetailFacts)) continue;
    EXPECT_EQ(text(one.id), "-") << one.id;
    EXPECT_EQ(json(one.id), "{}") << one.id;
  }
}

TEST_F(Cell, DetailsHaveUnitsInTextAndPlainNumbersInJson) {
  auto& details = sample_.details(endpoint("10.0.0.1", 1, {"10.0.0.2", 2}));
  details.rtt_us = 34;
  details.mem_rmem = 0;
  details.mem_rcvbuf = 131'072;
  details.shutdown = 3;
  details.ssthresh = 0x7fffffff;
  EXPECT_EQ(text("rtt"), "0.034ms");
  EXPECT_EQ(json("rtt"), R"({"rtt_us":34})");
  EXPECT_EQ(text("skmem"), "skmem:(r0,rb131072)");
  EXPECT_EQ(json("skmem"), R"({"skmem":{"rmem":0,"rcvbuf":131072}})");
  EXPECT_EQ(json("shutdown"), R"({"shutdown":"both"})");
  EXPECT_EQ(text("ssthresh"), "-");
  EXPECT_EQ(text("cwnd"), "-");
}

TEST_F(Cell, AListenersQueuesAreItsAcceptQueue) {
  auto& listener = endpoint("0.0.0.0", 80, {"0.0.0.0", 0});
  listener.recv_queue = 5;
  listener.send_queue = 128;
  EXPECT_EQ(json("recv-q"), R"({"recv_q":5})");
  listener.state = SocketState::Listen;
  EXPECT_EQ(json("recv-q"), R"({"recv_q":5,"accept_queue":5})");
  EXPECT_EQ(json("send-q"), R"({"send_q":128,"accept_queue_limit":128})");
}

TEST_F(Cell, TimersSayWhichWhenAndHowOften) {
  auto& made = endpoint("10.0.0.1", 1, {"10.0.0.2", 2});
  EXPECT_EQ(text("timer"), "-");
  made.timer = model::TimerKind::Retransmit;
  made.timer_ms = 200;
  made.retransmits = 2;
  EXPECT_EQ(text("timer"), "retransmit 200ms #2");
  EXPECT_EQ(json("timer"), R"({"timer":{"kind":"retransmit","expires_ms":200,"retransmits":2}})");
}

TEST_F(Cell, CookiesAreExact) {
  endpoint("10.0.0.1", 1, {"10.0.0.2", 2}).cookie = 0xfedcba9876543210;
  EXPECT_EQ(text("cookie"), "fedcba9876543210");
  EXPECT_EQ(json("cookie"), R"({"cookie":"fedcba9876543210"})");
}

TEST_F(Cell, WithoutAnOwnerTheProcessColumnSaysWhy) {
  auto& made = endpoint("10.0.0.1", 1, {"10.0.0.2", 2});
  EXPECT_EQ(text("process"), "-");
  sample_.disown(made, model::NoOwner::Orphan);
  EXPECT_EQ(text("process"), "(orphan)");
  EXPECT_EQ(text("pid"), "-");
  EXPECT_EQ(json("no-owner"), R"({"no_owner":"orphan"})");
  EXPECT_TRUE(text("no-owner").starts_with("its process has closed it"));
}

class SharedCell : public Cell {
 protected:
  void SetUp() override {
    auto const sshd = sample_.process(12, "sshd", "sshd -D");
    auto const other = sample_.process(13, "sshd", "sshd: bob");
    auto const shell = sample_.process(14, "bash", "-bash");
    sample_.at(other).exe_deleted = true;
    sample_.own(endpoint("10.0.0.1", 1, {"10.0.0.2", 2}),
                {{sshd, 3}, {sshd, 5}, {other, 3}, {shell, 255}});
  }
};

TEST_F(SharedCell, ListsEveryOwnerWhenPiped) {
  EXPECT_EQ(text("process"), "sshd,bash");
  EXPECT_EQ(text("pid"), "12,13,14");
  EXPECT_EQ(text("fd"), "3,5,255");
  EXPECT_EQ(text("owners"), "sshd[12]:fd3,sshd[12]:fd5,sshd[13]:fd3,bash[14]:fd255");
  EXPECT_EQ(text("exe"), "/usr/sbin/sshd,/usr/sbin/sshd (deleted),/usr/sbin/bash");
  EXPECT_EQ(text("parents"), "systemd[1]");
}

TEST_F(SharedCell, CountsThemOnATerminal) {
  View const terminal{.snapshot = sample_.snapshot(), .compact = true};
  EXPECT_EQ(text("pid", terminal), "12+2");
  EXPECT_EQ(text("process", terminal), "sshd,bash");
}

TEST_F(SharedCell, AnUnknownUserIsANumberAndAnUnreadableOneUnknown) {
  auto& snapshot = sample_.snapshot();
  snapshot.processes[0].uid = 1234;
  snapshot.processes[1].uid_known = false;
  snapshot.processes[2].uid = 33;
  snapshot.users = {{33, "www-data"}};
  EXPECT_EQ(text("user"), "1234,www-data");
}

TEST(Cells, HostileTextNeverReachesTheScreen) {
  auto const snapshot = test::sample_snapshot();
  for (auto const& one : all_columns()) {
    for (auto const& endpoint : snapshot.endpoints) {
      std::string text;
      View const view{snapshot};
      one.cells->text(text, {view, endpoint});
      EXPECT_TRUE(base::is_valid_utf8(text)) << one.id;
      for (auto const c : text) {
        EXPECT_FALSE(static_cast<unsigned char>(c) < 0x20 || c == 0x7f) << one.id << ": " << text;
      }
      EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos) << one.id;
      EXPECT_EQ(text.find("\u202e"), std::string::npos) << one.id;
    }
  }
}

}  // namespace
}  // namespace lastack::ui
