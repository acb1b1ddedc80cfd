#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/filter/support.hh"

namespace lastack::filter::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Text, EqualMeansTheWholeTextOfAnyOwner) {
  EXPECT_THAT(rows("process = nginx"), ElementsAre(kNginxListen, kNginxClient, kMappedClient));
  EXPECT_EQ(rows("process:nginx"), rows("process = nginx"));
  EXPECT_EQ(rows("process nginx"), rows("process = nginx"));
  EXPECT_THAT(rows("process = ngin"), IsEmpty());
  EXPECT_THAT(rows("process = NGINX"), IsEmpty());
}

TEST(Text, NotEqualMeansThatNoOwnerIs) {
  EXPECT_THAT(rows("process != nginx"),
              ElementsAre(kSixClient, kTimeWait, kSynSent, kHalfOpen, kBound, kDns, kConnectedUdp));
  EXPECT_EQ(rows("not process = nginx"), rows("process != nginx"));
}

TEST(Text, RegexIsSearched) {
  EXPECT_THAT(rows("process ~ ^na"), ElementsAre(kDns, kConnectedUdp));
  EXPECT_EQ(rows("process:/ngin./"), rows("process = nginx"));
  EXPECT_EQ(rows("process ~ /^ngin.$/"), rows("process = nginx"));
  EXPECT_EQ(rows("process =~ gin"), rows("process = nginx"));
  EXPECT_EQ(rows("process !~ gin"), rows("process != nginx"));
  EXPECT_EQ(rows("process != /gin/"), rows("process != nginx"));
  EXPECT_THAT(rows("process ~ (?i)^NAMED$"), ElementsAre(kDns, kConnectedUdp));
}

TEST(Text, ARegexKeepsItsParenthesesAndBars) {
  auto const both = rows("process = nginx or process = named");
  EXPECT_EQ(rows("process ~ ^(nginx|named)$"), both);
  EXPECT_EQ(rows("process ~ nginx|named"), both);
  EXPECT_EQ(rows("(process ~ ^(nginx|named)$)"), both);
  EXPECT_EQ(rows("(process:/^(nginx|named)$/)"), both);
  EXPECT_EQ(rows("process:/nginx/|process:/named/"), both);
  EXPECT_EQ(rows(R"(process ~ \(odd\))"), rows("pid = 200"));
}

TEST(Text, QuotesHoldWhatNeedsThem) {
  EXPECT_EQ(rows(R"(process = 'curl (odd) "name"')"), rows("pid = 200"));
  EXPECT_EQ(rows(R"(process = "curl (odd) \"name\"")"), rows("pid = 200"));
  EXPECT_EQ(rows(R"(process ~ "\(odd\) \"")"), rows("pid = 200")) << "other \\ stay";
  EXPECT_EQ(rows("cmdline = 'nginx: worker process'"), rows("pid = 101"));
  EXPECT_THAT(rows("process = '/ngin./'"), IsEmpty()) << "quoted, it is no regex";
  EXPECT_THAT(rows("process = 'and'"), IsEmpty());
}

TEST(Text, APathIsNoRegex) {
  EXPECT_THAT(rows("exe = /usr/sbin/nginx"), ElementsAre(kNginxListen));
  EXPECT_THAT(rows("(exe:/usr/sbin/nginx)"), ElementsAre(kNginxListen));
  EXPECT_THAT(rows("exe ~ ^/usr/ and proto tcp"), ElementsAre(kNginxListen));
}

TEST(Text, FieldsOfTheProcess) {
  EXPECT_THAT(rows("unit = nginx.service"), ElementsAre(kNginxListen));
  EXPECT_EQ(rows("cgroup = /system.slice/named.service"), rows("pid = 300"));
  EXPECT_EQ(rows("cgroup = /sys/fs/cgroup/system.slice/named.service"), rows("pid = 300"));
}

TEST(Text, AContainerByItsShortId) {
  EXPECT_EQ(rows("container = 3f4e5d6c7b8a"), rows("pid = 200"));
  EXPECT_EQ(rows("container = 3f4e5d6c7b8a0000"), rows("pid = 200"));
  EXPECT_THAT(rows("container = 3f4e"), IsEmpty());
}

TEST(Text, UserByNameOrUid) {
  EXPECT_THAT(rows("user = www-data"),
              ElementsAre(kNginxListen, kNginxClient, kMappedClient, kHalfOpen))
      << "the half-open connection has no owner: the socket's uid counts";
  EXPECT_EQ(rows("user = 33"), rows("user = www-data"));
  EXPECT_EQ(rows("user = 1000"), rows("pid = 200"));
  EXPECT_THAT(rows("user ~ ^root$"), ElementsAre(kNginxListen, kTimeWait));
  EXPECT_THAT(rows("user = nobody"), IsEmpty());
}

TEST(Text, NamespaceByLabelOrInode) {
  EXPECT_THAT(rows("netns = blue"), ElementsAre(kDns));
  EXPECT_THAT(rows("netns = 4026532000"), ElementsAre(kDns));
  EXPECT_THAT(rows("netns != host"), ElementsAre(kDns));
}

TEST(Text, AnUnknownNamespaceMatchesNothing) {
  auto snapshot = sample();
  snapshot.endpoints[0].netns = 99;
  auto const filter = parse("netns ~ .*", FakeNames());
  ASSERT_TRUE(filter);
  EXPECT_FALSE(Matcher(*filter, snapshot)(snapshot.endpoints[0]));
}

TEST(Text, BadOnes) {
  EXPECT_EQ(error_of("process ~ '['"),
            "column 12: bad regular expression: missing ]: [; expected RE2 syntax");
  EXPECT_EQ(error_of("process = 'ngin"),
            "column 11: this ' is never closed; expected another ' before the end of the filter");
  EXPECT_EQ(error_of("exe < 3"),
            "column 5: 'exe' cannot be compared with '<'; expected =, !=, ~ or !~");
  EXPECT_TRUE(error_of("process ~ (a").starts_with("column 11: bad regular expression: missing )"));
}

}  // namespace
}  // namespace lastack::filter::testing
