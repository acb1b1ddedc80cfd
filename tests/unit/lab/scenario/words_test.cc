#include "lab/scenario/words.hh"

#include <gtest/gtest.h>

namespace lastack::lab {
namespace {

TEST(ScenarioWords, Flags) {
  EXPECT_EQ(flags_text(tcp::kSyn | tcp::kAck), "SYN+ACK");
  EXPECT_EQ(flags_text(tcp::kPsh | tcp::kAck), "ACK");
  EXPECT_EQ(flags_text(tcp::kPsh | tcp::kAck, true), "PSH+ACK");
  EXPECT_EQ(flags_text(tcp::kNoFlags), "none");
  EXPECT_EQ(parse_flags("SYN+FIN"), tcp::kSyn | tcp::kFin);
  EXPECT_EQ(parse_flags("none"), tcp::kNoFlags);
  EXPECT_FALSE(parse_flags("SYN+SYN"));
  EXPECT_FALSE(parse_flags("SYN+"));
  EXPECT_FALSE(parse_flags(""));
  for (unsigned bits = 0; bits < 64; ++bits) {
    auto const flags = static_cast<tcp::Flags>(bits);
    EXPECT_EQ(parse_flags(flags_text(flags, true)), flags);
  }
}

TEST(ScenarioWords, Spans) {
  EXPECT_EQ(parse_span("10ms"), milliseconds(10));
  EXPECT_EQ(parse_span("1.5s"), milliseconds(1500));
  EXPECT_EQ(parse_span("2min"), seconds(120));
  EXPECT_EQ(parse_span("500us"), Span{500});
  for (auto const* wrong : {"", "10", "s", "-1s", "1e3s", "1 s", "nans", "infs", "99999999min"}) {
    EXPECT_FALSE(parse_span(wrong)) << wrong;
  }
  for (auto const* text : {"0s", "1us", "10ms", "1.5s", "59s", "2min", "1.001s"}) {
    EXPECT_EQ(span_text(*parse_span(text)), text);
  }
}

TEST(ScenarioWords, Addresses) {
  EXPECT_EQ(parse_address("10.0.0.1"), 0x0a000001U);
  EXPECT_EQ(address_text(0x0a0000ffU), "10.0.0.255");
  for (auto const* wrong : {"", "10.0.0", "10.0.0.256", "10.0.0.1.2", "10.0.0.x", "10..0.1"}) {
    EXPECT_FALSE(parse_address(wrong)) << wrong;
  }
}

TEST(ScenarioWords, CallsAndErrors) {
  for (auto call = Call::Socket; call <= Call::Abort;
       call = static_cast<Call>(static_cast<int>(call) + 1)) {
    EXPECT_EQ(parse_call(word(call)), call);
  }
  EXPECT_EQ(parse_error("ECONNREFUSED"), Error::Refused);
  EXPECT_EQ(parse_error("ok"), Error::None);
  EXPECT_FALSE(parse_error("EWHAT"));
}

TEST(ScenarioWords, Options) {
  Options options;
  EXPECT_TRUE(set_option(options, "SO_LINGER=0s"));
  EXPECT_EQ(options.linger, Span());
  EXPECT_TRUE(set_option(options, "TCP_LINGER2=-1"));
  EXPECT_LT(options.linger2->us, 0);
  EXPECT_TRUE(set_option(options, "TCP_KEEPCNT=3"));
  EXPECT_EQ(options.keep_count, 3);
  for (auto const* wrong : {"SO_LINGER", "SO_REUSEADDR=1", "TCP_KEEPCNT=0", "TCP_KEEPCNT=x",
                            "SO_LINGER=", "SO_WHAT", ""}) {
    EXPECT_FALSE(set_option(options, wrong)) << wrong;
  }
}

}  // namespace
}  // namespace lastack::lab
