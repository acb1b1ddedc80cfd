#include "act/probe_target.hh"

#include <gmock/gmock.h>

namespace lastack::act {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::optional<std::uint16_t> service(std::string_view name) {
  if (name == "ssh") return 22;
  if (name == "http") return 80;
  if (name == "ms-sql-s") return 1433;
  if (name == "3com-tsmux") return 106;
  return std::nullopt;
}

base::Result<std::vector<ProbeSpec>> parse(std::vector<std::string> const& arguments) {
  return parse_probe_targets(arguments, service);
}

std::vector<ProbeSpec> good(std::vector<std::string> const& arguments) {
  auto specs = parse(arguments);
  EXPECT_TRUE(specs) << (specs ? "" : specs.error().message);
  return specs.value_or(std::vector<ProbeSpec>());
}

std::string problem(std::vector<std::string> const& arguments) {
  auto const specs = parse(arguments);
  EXPECT_FALSE(specs) << arguments.front();
  return specs ? "" : specs.error().message;
}

TEST(ProbeTarget, HostAndPort) {
  EXPECT_THAT(good({"db.example:5432"}), ElementsAre(ProbeSpec{"db.example", {5432}}));
  EXPECT_THAT(good({"127.0.0.1:1"}), ElementsAre(ProbeSpec{"127.0.0.1", {1}}));
  EXPECT_THAT(good({"[2001:db8::1]:443"}), ElementsAre(ProbeSpec{"2001:db8::1", {443}}));
  EXPECT_THAT(good({"[fe80::1%eth0]:65535"}), ElementsAre(ProbeSpec{"fe80::1%eth0", {65535}}));
}

TEST(ProbeTarget, PortsAfterTheHost) {
  EXPECT_THAT(good({"db", "5432"}), ElementsAre(ProbeSpec{"db", {5432}}));
  EXPECT_THAT(good({"db", "ssh", "80", "http", "8000-8002"}),
              ElementsAre(ProbeSpec{"db", {22, 80, 8000, 8001, 8002}}));
  EXPECT_THAT(good({"::1", "80"}), ElementsAre(ProbeSpec{"::1", {80}}));
  EXPECT_THAT(good({"[::1]", "80"}), ElementsAre(ProbeSpec{"::1", {80}}));
  EXPECT_THAT(good({"db:1", "2"}), ElementsAre(ProbeSpec{"db", {1, 2}}));
}

TEST(ProbeTarget, ListsRangesAndServices) {
  EXPECT_THAT(good({"h:22,80,8000-8003"}),
              ElementsAre(ProbeSpec{"h", {22, 80, 8000, 8001, 8002, 8003}}));
  EXPECT_THAT(good({"h:ssh,ms-sql-s,3com-tsmux"}), ElementsAre(ProbeSpec{"h", {22, 1433, 106}}));
  EXPECT_THAT(good({"h:5-5"}), ElementsAre(ProbeSpec{"h", {5}}));
}

TEST(ProbeTarget, APortIsProbedOnce) {
  EXPECT_THAT(good({"h:80,http,79-81"}), ElementsAre(ProbeSpec{"h", {80, 79, 81}}));
}

TEST(ProbeTarget, SeveralHosts) {
  EXPECT_THAT(good({"a:1", "b:2", "c", "3", "d", "4"}),
              ElementsAre(ProbeSpec{"a", {1}}, ProbeSpec{"b", {2}}, ProbeSpec{"c", {3}},
                          ProbeSpec{"d", {4}}));
  // After HOST:PORT the name of a service is a host; only after HOST PORT it is a port.
  EXPECT_THAT(good({"a:1", "ssh", "22"}), ElementsAre(ProbeSpec{"a", {1}}, ProbeSpec{"ssh", {22}}));
}

TEST(ProbeTarget, AllPorts) {
  auto const specs = good({"h:1-65535"});
  ASSERT_EQ(specs.size(), 1U);
  EXPECT_EQ(specs.front().ports.size(), 65535U);
  EXPECT_EQ(specs.front().ports.back(), 65535U);
}

struct Bad {
  std::vector<std::string> arguments;
  std::string says;
};

TEST(ProbeTarget, WhatIsWrongIsSaid) {
  std::vector<Bad> const all{
      {{"h"}, "'h' has no port"},
      {{"h", "g:1"}, "no service is called 'g:1'"},
      {{"h:"}, "a port is missing"},
      {{"h:1,"}, "a port is missing"},
      {{"h:,1"}, "a port is missing"},
      {{"h:0"}, "ports are 1 to 65535"},
      {{"h:65536"}, "ports are 1 to 65535"},
      {{"h:99999999999999999999"}, "ports are 1 to 65535"},
      {{"h:1-65536"}, "ports are 1 to 65535"},
      {{"h:0-5"}, "ports are 1 to 65535"},
      {{"h:5-1"}, "the range ends before it begins"},
      {{"h:1-"}, "no port or range"},
      {{"h:-1"}, "no service is called '-1'"},
      {{"h:1-2-3"}, "no port or range"},
      {{"h:+1"}, "no service"},
      {{"h:0x50"}, "no port or range"},
      {{"h:80x"}, "no port or range"},
      {{"h:80 "}, "no port or range"},
      {{"h:nosuch"}, "no service is called 'nosuch' (/etc/services)"},
      {{":80"}, "the host is missing"},
      {{"[]:80"}, "the host is missing"},
      {{""}, "the host is missing"},
      {{"80"}, "a port without a host"},
      {{"[::1:80"}, "']' is missing"},
      {{"[::1]80"}, "only :PORT may follow"},
      {{"[::1]:"}, "a port is missing"},
      {{"2001:db8::1:80"}, "stands in brackets"},
      {{"::1"}, "stands in brackets"},
      {{"http://h:80/"}, "a URL?"},
      {{"user@h:80"}, "no host and port"},
      {{"a b:80"}, "no host and port"},
      {{"h\n:80"}, "no host and port"},
      {{std::string(254, 'a') + ":80"}, "at most 253 characters"},
  };
  for (auto const& [arguments, says] : all) {
    EXPECT_THAT(problem(arguments), HasSubstr(says)) << arguments.front();
  }
}

TEST(ProbeTarget, ALongArgumentIsQuotedInPart) {
  EXPECT_LT(problem({"h:" + std::string(100'000, 'x')}).size(), 400U);
}

}  // namespace
}  // namespace lastack::act
