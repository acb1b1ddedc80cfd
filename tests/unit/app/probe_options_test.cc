#include "app/probe_options.hh"

#include <gtest/gtest.h>

#include <array>

#include "app/command.hh"
#include "app/probe_targets.hh"

namespace lastack::app {
namespace {

using std::chrono::milliseconds;

std::expected<ProbeCommand, int> parse(std::vector<char const*> const& words) {
  return parse_probe_options(words);
}

ProbeCommand good(std::vector<char const*> const& words) {
  auto command = parse(words);
  EXPECT_TRUE(command);
  return command.value_or(ProbeCommand());
}

TEST(ProbeOptions, Usual) {
  auto const command = good({"127.0.0.1:80"});
  EXPECT_EQ(command.options.timeout, milliseconds(5000));
  EXPECT_EQ(command.options.banner, milliseconds(1000));
  EXPECT_EQ(command.options.rate, 50U);
  EXPECT_EQ(command.options.concurrency, 16U);
  EXPECT_EQ(command.limit(), 1024U);
  EXPECT_FALSE(command.family);
  EXPECT_TRUE(command.options.send.empty());
}

TEST(ProbeOptions, All) {
  auto const command =
      good({"-6", "--timeout=2.5", "--banner", "0.25", "--send", R"(A\r\n\x00)", "--rate=7",
            "--concurrency=3", "--all-ports", "--source=::1", "--steps", "[::1]:1-2000"});
  EXPECT_EQ(command.options.timeout, milliseconds(2500));
  EXPECT_EQ(command.options.banner, milliseconds(250));
  EXPECT_EQ(command.options.send, std::string("A\r\n\0", 4));
  EXPECT_EQ(command.options.rate, 7U);
  EXPECT_EQ(command.options.concurrency, 3U);
  EXPECT_EQ(command.family, model::Family::Inet6);
  EXPECT_EQ(command.options.source_family, model::Family::Inet6);
  EXPECT_EQ(command.specs.front().ports.size(), 2000U);
}

TEST(ProbeOptions, ASourceDecidesTheFamily) {
  EXPECT_EQ(good({"h:1", "--source=192.0.2.1"}).family, model::Family::Inet);
}

TEST(ProbeOptions, WrongOnes) {
  std::vector<std::vector<char const*>> const all{
      {},
      {"h"},
      {"h:1-1025"},
      {"h:1", "-4", "-6"},
      {"h:1", "-6", "--source=192.0.2.1"},
      {"h:1", "--source=192.0.2"},
      {"h:1", "--source=host"},
      {"h:1", "--rate=0"},
      {"h:1", "--rate=1001"},
      {"h:1", "--rate=-1"},
      {"h:1", "--concurrency=257"},
      {"h:1", "--timeout=0"},
      {"h:1", "--timeout=-1"},
      {"h:1", "--banner=3601"},
      {"h:1", "--banner=0", "--http"},
      {"h:1", "--http", "--send=x"},
      {"h:1", "--json", "--quiet"},
      {"h:1", "--steps", "--quiet"},
      {"h:1", "--lang=fr"},
      {"h:1", "--nosuch"},
  };
  for (auto const& words : all) {
    auto const command = parse(words);
    ASSERT_FALSE(command) << (words.empty() ? "" : words.back());
    EXPECT_EQ(command.error(), kExitUsage);
  }
}

TEST(ProbeOptions, Escapes) {
  EXPECT_EQ(unescaped(R"(a\\b\t\x41)"), "a\\b\tA");
  for (auto const* bad : {"\\", "\\q", "\\x", "\\x4", "\\xg1", "\\x-1"}) {
    EXPECT_FALSE(unescaped(bad)) << bad;
  }
}

TEST(ProbeTargets, NumbersNeedNoResolver) {
  std::array const specs{act::ProbeSpec{"127.0.0.1", {1, 2}}, act::ProbeSpec{"::1", {3}}};
  auto const targets = resolve_probe_targets(specs, std::nullopt, 3);
  ASSERT_TRUE(targets);
  ASSERT_EQ(targets->size(), 3U);
  EXPECT_EQ((*targets)[1].port, 2);
  EXPECT_EQ((*targets)[1].family, model::Family::Inet);
  EXPECT_EQ((*targets)[2].family, model::Family::Inet6);
  EXPECT_EQ(model::to_string((*targets)[2].address, model::Family::Inet6), "::1");
  EXPECT_FALSE(resolve_probe_targets(specs, std::nullopt, 2));
}

TEST(ProbeTargets, AnAddressOfTheOtherFamilyHasNoAddress) {
  std::array const specs{act::ProbeSpec{"127.0.0.1", {1}}};
  auto const targets = resolve_probe_targets(specs, model::Family::Inet6, 10);
  ASSERT_TRUE(targets);
  EXPECT_FALSE(targets->front().unresolved.empty());
}

}  // namespace
}  // namespace lastack::app
