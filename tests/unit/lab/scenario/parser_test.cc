#include "lab/scenario/parser.hh"

#include <gtest/gtest.h>

#include <string>

namespace lastack::lab {
namespace {

constexpr auto kHead =
    "title T\n"
    "host client\n"
    "host server\n"
    "puppet peer\n";

std::string error_of(std::string const& text) {
  auto const scenario = parse_scenario("f.lab", text);
  return scenario ? "none" : scenario.error().message;
}

// Of a step behind the usual head: its line is the fifth.
std::string step_error(std::string const& step) { return error_of(kHead + step + "\n"); }

Scenario parsed(std::string const& steps) {
  auto scenario = parse_scenario("f.lab", kHead + steps);
  EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().message);
  return scenario.value_or(Scenario());
}

TEST(Scenario, SaysWhoTakesPart) {
  auto const scenario = parse_scenario("f.lab",
                                       "title  An example # not a comment\n"
                                       "title.zh 例子\n"
                                       "lesson one\n"
                                       "lesson two\n"
                                       "# a comment\n"
                                       "host a\n"
                                       "host b 10.0.0.9 # another\n"
                                       "puppet p\n"
                                       "set a tcp_syncookies 2\n"
                                       "set b receive_buffer 1000\n"
                                       "wire delay 5ms jitter 1ms loss 10% duplication 0%\n"
                                       "reading linux literal\n"
                                       "a socket s\n");
  ASSERT_TRUE(scenario) << scenario.error().message;
  EXPECT_EQ(scenario->title.en, "An example # not a comment");
  EXPECT_EQ(scenario->title.zh, "例子");
  EXPECT_EQ(scenario->lesson.en, "one\ntwo");
  ASSERT_EQ(scenario->parts.size(), 3U);
  EXPECT_EQ(scenario->parts[0].address, 0x0a000001U);
  EXPECT_EQ(scenario->parts[1].address, 0x0a000009U);
  EXPECT_TRUE(scenario->parts[2].puppet);
  // What only a simulated host can be set to the kernel cannot play.
  EXPECT_TRUE(scenario->parts[0].kernel);
  EXPECT_FALSE(scenario->parts[1].kernel);
  EXPECT_FALSE(scenario->parts[2].kernel);
  EXPECT_EQ(scenario->wire.delay, milliseconds(5));
  EXPECT_DOUBLE_EQ(scenario->wire.loss, 0.1);
  ASSERT_EQ(scenario->readings.size(), 2U);
  EXPECT_EQ(scenario->readings[1], &tcp::kLiteral);
}

TEST(Scenario, Steps) {
  auto const scenario = parsed(
      "server listen L 80 backlog=3\n"
      "+10ms client connect c server:80\n"
      "@1.5s forge peer:1000..1002 > server:80 SYN+ACK seq=-1 ack=+2 len=10 win=0 mss=536\n"
      "expect client.c SYN_SENT\n"
      "lose client > server FIN x3\n"
      "client recv c = EOF\n");
  ASSERT_EQ(scenario.steps.size(), 6U);
  auto const& listen = std::get<CallStep>(scenario.steps[0].action);
  EXPECT_EQ(listen.call, Call::Listen);
  EXPECT_EQ(listen.port, 80);
  EXPECT_EQ(listen.number, 3U);
  EXPECT_EQ(scenario.steps[1].timing, Timing::After);
  EXPECT_EQ(scenario.steps[1].time, milliseconds(10));
  EXPECT_EQ(scenario.steps[1].line, 6U);
  EXPECT_EQ(scenario.steps[2].timing, Timing::At);
  auto const& forge = std::get<ForgeStep>(scenario.steps[2].action);
  EXPECT_EQ(forge.from.port, 1000);
  EXPECT_EQ(forge.from.last_port, 1002);
  EXPECT_EQ(forge.segment.flags, tcp::kSyn | tcp::kAck);
  EXPECT_EQ(forge.segment.seq, -1);
  EXPECT_EQ(forge.segment.ack, 2);
  EXPECT_EQ(forge.segment.window, 0U);
  EXPECT_EQ(std::get<ExpectState>(scenario.steps[3].action).state, tcp::State::SynSent);
  auto const& fate = std::get<FateStep>(scenario.steps[4].action);
  EXPECT_EQ(fate.fate, Fate::Lost);
  EXPECT_EQ(fate.times, 3U);
  EXPECT_EQ(std::get<CallStep>(scenario.steps[5].action).result, Result());
}

TEST(Scenario, NotesHaveATranslation) {
  auto const scenario = parsed(
      "note  hello\n"
      "note.zh 你好\n");
  ASSERT_EQ(scenario.steps.size(), 1U);
  EXPECT_EQ(std::get<NoteStep>(scenario.steps[0].action).text.zh, "你好");
}

TEST(Scenario, SaysWhereItIsWrongAndWhatWasExpected) {
  EXPECT_EQ(
      step_error("client shout c"),
      "f.lab:5:8: expected socket, bind, listen, connect, accept, send, recv, shutdown, close "
      "or abort, found 'shout'");
  EXPECT_EQ(step_error("client connect c server"),
            "f.lab:5:18: expected HOST:PORT, found 'server'");
  EXPECT_EQ(step_error("client connect c sever:80"),
            "f.lab:5:18: expected HOST, HOST:PORT or HOST.SOCKET, with a host of client, server, "
            "peer, found 'sever:80'");
  EXPECT_EQ(step_error("client send c 10"),
            "f.lab:5:13: expected a socket of client (none yet), found 'c'");
  EXPECT_EQ(step_error("client socket c\nclient send c"),
            "f.lab:6:14: expected a number of octets, 1 to 16777216, found the end of the line");
  EXPECT_EQ(step_error("client socket c\nclient socket c"),
            "f.lab:6:15: client has a socket c already");
  EXPECT_EQ(step_error("client socket c\nclient close c now"),
            "f.lab:6:16: expected the end of the line, found 'now'");
  EXPECT_EQ(step_error("+10 client socket c"),
            "f.lab:5:1: expected a time such as +10ms or @1.5s, found '+10'");
  EXPECT_EQ(step_error("peer connect c server:80"),
            "f.lab:5:1: peer is a puppet: it calls nothing; its segments are written with 'forge'");
  EXPECT_EQ(step_error("expect peer:1 with server:80 CLOSED"),
            "f.lab:5:8: peer is a puppet: it has no states");
  EXPECT_EQ(step_error("forge peer > server:80 SYN"),
            "f.lab:5:7: expected ports on both sides, or a socket on one");
  EXPECT_EQ(step_error("forge peer:1 > server:80 SIN"),
            "f.lab:5:26: expected flags such as SYN+ACK, or none, found 'SIN'");
  EXPECT_EQ(step_error("forge peer:1 > server:80 SYN seq=x"),
            "f.lab:5:30: expected seq=NUMBER, found 'seq=x'");
  EXPECT_EQ(step_error("forge peer:0 > server:80 SYN"),
            "f.lab:5:7: expected a port, 1 to 65535, found 'peer:0'");
  EXPECT_EQ(step_error("client socket c SO_LINGER"),
            "f.lab:5:17: expected one of SO_REUSEADDR, SO_LINGER=SPAN, SO_KEEPALIVE, "
            "TCP_KEEPIDLE=SPAN, TCP_KEEPINTVL=SPAN, TCP_KEEPCNT=N, TCP_USER_TIMEOUT=SPAN, "
            "TCP_LINGER2=SPAN, TCP_DEFER_ACCEPT, TCP_NODELAY, found 'SO_LINGER'");
  EXPECT_EQ(step_error("client socket c\nexpect client.c OPEN"),
            "f.lab:6:17: expected a state, '>', 'error' or 'with', found 'OPEN'");
  EXPECT_EQ(step_error("client socket c\nclient recv c = EWHAT"),
            "f.lab:6:17: expected a number, EOF, ok or the name of an errno, found 'EWHAT'");
  EXPECT_EQ(step_error("note.zh 你好"), "f.lab:5:1: expected a 'note' before it, found 'note.zh'");
}

TEST(Scenario, HeadersAreCheckedToo) {
  EXPECT_EQ(error_of(""), "f.lab:1:1: there is no title");
  EXPECT_EQ(error_of("title T\n"), "f.lab:2:1: there is no host");
  EXPECT_EQ(error_of("title T\nhost a\n"), "f.lab:3:1: nothing happens: there is no step");
  EXPECT_EQ(error_of("title T\nhost a\nhost a\n"), "f.lab:3:6: there is a a already");
  EXPECT_EQ(error_of("title T\nhost host\n"),
            "f.lab:2:6: 'host' has another meaning and cannot be a name");
  EXPECT_EQ(error_of("host a 8.8.8.8\n"),
            "f.lab:1:8: expected an address in 10.0.0.0/24, found '8.8.8.8'");
  EXPECT_EQ(error_of("host a\nset a tcp_syncookies on\n"),
            "f.lab:2:22: expected 0, 1 or 2, found 'on'");
  EXPECT_EQ(error_of("wire speed 10\n"),
            "f.lab:1:6: expected delay, jitter, loss or duplication, found 'speed'");
  EXPECT_EQ(error_of("wire loss 101%\n"), "f.lab:1:11: expected 0% to 100%, found '101%'");
  EXPECT_EQ(error_of("reading mine\n"),
            "f.lab:1:9: expected linux, literal, literal+5961 or deployed, found 'mine'");
  EXPECT_EQ(error_of("title T\nhost a\na socket s\nhost b\n"),
            "f.lab:4:1: 'host' belongs before the first step");
  EXPECT_EQ(error_of("title T\nhost a\nset a quiet_time 1s\nkernel a\na socket s\n"),
            "f.lab:6:1: the kernel cannot play a: it has no such setting");
}

TEST(Scenario, HostileTextIsNotRepeated) {
  auto const error = step_error("client \x1b[31mred");
  EXPECT_EQ(error.find('\x1b'), std::string::npos);
  EXPECT_NE(step_error(std::string("note \xff")).find("not UTF-8"), std::string::npos);
}

}  // namespace
}  // namespace lastack::lab
