#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "filter/parser.hh"
#include "unit/filter/support.hh"

namespace lastack::filter::testing {
namespace {

using ::testing::ElementsAre;

TEST(Grammar, AnEmptyTextMatchesEverything) {
  EXPECT_EQ(rows("").size(), kLastRow - 1U);
  EXPECT_EQ(rows(" \t\n"), rows(""));
  EXPECT_TRUE(parse("", FakeNames())->empty());
  EXPECT_TRUE(Filter().empty());
  EXPECT_FALSE(parse("state all", FakeNames())->empty());
}

TEST(Grammar, AndOrNotInEverySpelling) {
  for (auto const* text : {"port 80 and dst 10/8", "port 80 & dst 10/8", "port 80&&dst 10/8",
                           "port 80 dst 10/8", "PORT 80 AND DST 10/8"}) {
    EXPECT_THAT(rows(text), ElementsAre(kNginxClient)) << text;
  }
  for (auto const* text : {"pid 100 or dport :22", "pid 100 | dport :22", "pid 100||dport :22"}) {
    EXPECT_THAT(rows(text), ElementsAre(kNginxListen, kTimeWait)) << text;
  }
  for (auto const* text : {"not proto tcp", "! proto tcp", "!proto tcp", "NOT(proto tcp)",
                           "not not not proto tcp", "!!!proto tcp"}) {
    EXPECT_THAT(rows(text), ElementsAre(kDns, kConnectedUdp)) << text;
  }
}

TEST(Grammar, NotBindsTighterThanAndThanOr) {
  EXPECT_THAT(rows("proto udp or proto tcp and dport = :22"),
              ElementsAre(kTimeWait, kDns, kConnectedUdp));
  EXPECT_THAT(rows("(proto udp or proto tcp) and dport = :22"), ElementsAre(kTimeWait));
  EXPECT_THAT(rows("not proto tcp and sport = :53"), ElementsAre(kDns));
  EXPECT_EQ(rows("not (proto tcp and sport = :80)").size(), rows("").size() - 3);
}

// Jumps are where a mistake would hide: every formula of three tests against plain logic.
TEST(Grammar, NestedFormulasAgreeWithPlainLogic) {
  auto const snapshot = sample();
  auto const truth = [](unsigned a, unsigned b, unsigned c, unsigned shape) {
    bool const left = (shape & 1U) != 0 ? (a | b) != 0 : (a & b) != 0;
    bool const inner = (shape & 2U) != 0 ? !left : left;
    return (shape & 4U) != 0 ? inner || c != 0 : inner && c != 0;
  };
  for (unsigned shape = 0; shape < 8; ++shape) {
    std::string const inner =
        (shape & 1U) != 0 ? "(sport > 100 or proto udp)" : "(sport > 100 and proto udp)";
    auto const text = std::string((shape & 2U) != 0 ? "not " : "") + inner +
                      ((shape & 4U) != 0 ? " or " : " and ") + "family inet";
    auto const filter = parse(text, FakeNames());
    ASSERT_TRUE(filter) << text;
    Matcher const matches(*filter, snapshot);
    for (auto const& endpoint : snapshot.endpoints) {
      auto const expected =
          truth(endpoint.flow.local_port > 100, endpoint.protocol == model::Protocol::Udp,
                endpoint.family == model::Family::Inet, shape);
      EXPECT_EQ(matches(endpoint), expected) << text << ", row " << endpoint.cookie;
    }
  }
}

TEST(Grammar, DepthIsBoundedAndLengthIsNot) {
  auto const nested = [](int depth) {
    auto const count = static_cast<std::size_t>(depth);
    return std::string(count, '(') + "port 80" + std::string(count, ')');
  };
  EXPECT_EQ(error_of(nested(kDeepestNesting)), "");
  EXPECT_EQ(error_of(nested(kDeepestNesting + 1)),
            "column 201: parentheses are nested too deeply; expected at most 200 levels");
  EXPECT_TRUE(error_of(std::string(100'000, '(')).starts_with("column 201: "));

  std::string wide = "dport = :22";
  for (int i = 0; i < 20'000; ++i) wide += i % 2 == 0 ? " or pid = 0" : " and not dst 1.2.3.4";
  EXPECT_THAT(rows(wide), ElementsAre(kTimeWait));
  EXPECT_EQ(rows(std::string(100'000, '!') + "dport = :22"), rows("dport = :22"));
}

TEST(Grammar, Errors) {
  EXPECT_EQ(error_of("proto tcp and prot udp"),
            "column 15: unknown field 'prot'; expected a field such as state, src, dport, process "
            "or pid; did you mean 'proto' or 'port'?");
  EXPECT_EQ(error_of("listen"),
            "column 1: unknown field 'listen'; expected a field such as state, src, dport, process "
            "or pid; did you mean 'state listen'?");
  EXPECT_EQ(error_of("state lisen"),
            "column 7: unknown state 'lisen'; expected a state such as listen, established or "
            "time-wait, or a group such as connected; did you mean 'listen'?");
  EXPECT_EQ(error_of("dport ="),
            "column 8: expected a port number or service name after 'dport =', found the end of "
            "the filter");
  EXPECT_EQ(error_of("pid"),
            "column 4: expected a number (or =, !=, <, <=, > or >= and that) after 'pid', found "
            "the end of the filter");
  EXPECT_EQ(error_of("process = or pid = 3"),
            "column 11: expected a text after 'process =', found 'or'; put it in quotes if it is "
            "meant as a value");
  EXPECT_EQ(error_of("(pid = 3"),
            "column 9: expected ')' for the '(' in column 1, found the end of the filter");
  EXPECT_EQ(error_of("pid = 3) or pid = 4"),
            "column 8: found ')' without a '(' before it; expected and, or, another test or the "
            "end of the filter");
  EXPECT_EQ(error_of("pid = 3 and"),
            "column 12: expected a field such as state, src, dport, process or pid, found the end "
            "of the filter");
  EXPECT_EQ(error_of("= 3"),
            "column 1: expected a field such as state, src, dport, process or pid, found '='");
}

TEST(Grammar, MoreErrorsNameTheirColumn) {
  struct Case {
    std::string_view text;
    std::size_t column;
  };
  for (auto const& [text, column] :
       {Case{"()", 2}, Case{"pid = 3 or or pid = 4", 12}, Case{"pid = 3 ,", 9},
        Case{"state (listen", 14}, Case{"state (listen,)", 15}, Case{"state ()", 8},
        Case{"state and pid = 3", 7}, Case{"pid = = 3", 7}, Case{"not", 4}, Case{"\"pid\" = 3", 1},
        Case{"pid ~ 3", 5}, Case{"state ~ listen", 7}, Case{"src > 10/8", 5},
        Case{"autobound", 1}}) {
    auto const filter = parse(text, FakeNames());
    ASSERT_FALSE(filter) << text;
    EXPECT_EQ(filter.error().column, column) << text << ": " << filter.error().message;
    EXPECT_TRUE(filter.error().message.starts_with("column " + std::to_string(column) + ": "));
  }
}

TEST(Grammar, ErrorsAreSafeToPrintAndShort) {
  auto const escape = error_of("process = nginx \x1b[31mred\n");
  EXPECT_TRUE(escape.contains(R"('\e[31mred')")) << escape;
  EXPECT_TRUE(error_of("state \xff\x01").contains(R"('\xff\x01')"));
  auto const long_name = error_of(std::string(5000, 'x'));
  EXPECT_LT(long_name.size(), 200U);
  EXPECT_TRUE(long_name.contains("'" + std::string(39, 'x') + "…'")) << long_name;
  auto const regex = error_of("process ~ '" + std::string(5000, '(') + "\x1b'");
  EXPECT_LT(regex.size(), 200U);
  EXPECT_FALSE(regex.contains('\x1b'));
  EXPECT_FALSE(error_of(std::string_view("dst a\0b", 7)).contains('\0'));
}

}  // namespace
}  // namespace lastack::filter::testing
