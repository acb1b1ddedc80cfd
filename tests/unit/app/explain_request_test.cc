#include "app/explain_request.hh"

#include <gtest/gtest.h>

#include <string>

#include "app/names.hh"
#include "filter/filter.hh"

namespace lastack::app {
namespace {

using tcp::State;

ExplainRequest parsed(std::vector<std::string> const& words) {
  auto request = parse_explain_request(words);
  EXPECT_TRUE(request) << request.error().message;
  return *request;
}

std::vector<State> states(std::vector<std::string> const& words) {
  return std::get<ExplainStates>(parsed(words)).states;
}

std::string filter_of(std::vector<std::string> const& words) {
  auto const text = std::get<ExplainSockets>(parsed(words)).filter;
  EXPECT_TRUE(filter::parse(text, SystemNames())) << text;
  return text;
}

TEST(ExplainRequest, OfNothingIsTheList) {
  EXPECT_TRUE(std::holds_alternative<ExplainAll>(parsed({})));
  EXPECT_TRUE(std::holds_alternative<ExplainAll>(parsed({" "})));
}

TEST(ExplainRequest, TakesStatesInAnySpelling) {
  EXPECT_EQ(states({"time-wait"}), std::vector{State::TimeWait});
  EXPECT_EQ(states({"LISTENING"}), std::vector{State::Listen});
  EXPECT_EQ(states({"close", "wait"}), std::vector{State::CloseWait});
  EXPECT_EQ(states({" TIME_WAIT "}), std::vector{State::TimeWait});
  EXPECT_EQ(states({"SYN_RECV,", "estab"}), (std::vector{State::SynReceived, State::Established}));
  EXPECT_EQ(states({"closing,CLOSING"}), std::vector{State::Closing});
  EXPECT_EQ(states({"closed", "closed", "listen"}), (std::vector{State::Closed, State::Listen}));
}

TEST(ExplainRequest, TakesTwoStatesForAnEdge) {
  for (auto const& words : std::vector<std::vector<std::string>>{{"FIN_WAIT_1", "CLOSING"},
                                                                 {"fin-wait-1 closing"},
                                                                 {"FIN_WAIT1", "->", "closing"},
                                                                 {"FIN_WAIT_1->CLOSING"},
                                                                 {"fin_wait_1→closing"}}) {
    auto const edge = std::get<ExplainEdge>(parsed(words));
    EXPECT_EQ(edge.from, State::FinWait1);
    EXPECT_EQ(edge.to, State::Closing);
  }
}

TEST(ExplainRequest, TakesAnythingElseForAFilter) {
  EXPECT_EQ(filter_of({":8080"}), "sport = :8080 or dport = :8080");
  EXPECT_EQ(filter_of({"pid", "1234"}), "pid 1234");
  EXPECT_EQ(filter_of({"state", "close-wait"}), "state close-wait");
  EXPECT_EQ(filter_of({"process", "=", "nginx"}), "process = nginx");
  EXPECT_EQ(filter_of({"10.0.0.1:22-10.0.0.2:50112"}),
            "(src 10.0.0.1:22 and dst 10.0.0.2:50112) or (src 10.0.0.2:50112 and dst 10.0.0.1:22)");
  EXPECT_EQ(filter_of({"[::1]:80", "->", "[::1]:5000"}),
            "(src [::1]:80 and dst [::1]:5000) or (src [::1]:5000 and dst [::1]:80)");
}

TEST(ExplainRequest, RefusesWhatIsNoPortAndNoEdge) {
  EXPECT_EQ(filter_of({" :7000"}), "sport = :7000 or dport = :7000");
  for (auto const* text : {":0", "8080", "A -> B -> C", "ESTAB ->", "closing->estab->listen"}) {
    auto const request = parse_explain_request({text});
    bool const filter = request && std::holds_alternative<ExplainSockets>(*request);
    EXPECT_TRUE(!request || filter) << text;
  }
  EXPECT_FALSE(parse_explain_request({":0"}));
  EXPECT_FALSE(parse_explain_request({"8080"}));
  EXPECT_FALSE(parse_explain_request({"ESTAB ->"}));
}

TEST(ExplainRequest, KnowsMisspelledStates) {
  for (auto const* word : {"TIME_WIAT", "time-wiat", "CLOSEWAITT", "nginx", "FIN_WAIT_3"}) {
    auto const request = parse_explain_request({word});
    ASSERT_FALSE(request) << word;
    EXPECT_TRUE(request.error().message.starts_with(std::string("there is no state '") + word));
  }
  EXPECT_TRUE(
      parse_explain_request({"TIME_WIAT"}).error().message.contains("did you mean TIME_WAIT?"));
  EXPECT_TRUE(
      parse_explain_request({"ESTABLISHED", "CLOSWAIT"}).error().message.contains("CLOSE_WAIT?"));
  EXPECT_FALSE(parse_explain_request({"nginx"}).error().message.contains("did you mean"));
}

}  // namespace
}  // namespace lastack::app
