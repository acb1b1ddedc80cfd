#include "capture/bpf/kernel_symbols.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <sstream>
#include <string>

namespace lastack::capture::bpf {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::array<std::string_view, 3> kNames{"tcp_abort", "tcp_close", "tcp_v6_rcv"};

// "0 100-120", for variants "0 100-120 variant".
std::vector<std::string> found(std::string const& text) {
  std::istringstream stream(text);
  std::vector<std::string> out;
  for (auto const& symbol : find_symbols(stream, kNames)) {
    std::ostringstream line;
    line << symbol.name << ' ' << std::hex << symbol.range.begin << '-' << symbol.range.end
         << (symbol.is_variant ? " variant" : "");
    out.push_back(line.str());
  }
  return out;
}

TEST(KernelSymbols, ReachToTheNext) {
  EXPECT_THAT(
      found("ffffffff81000000 T startup_64\n"
            "ffffffff81001000 t tcp_abort\n"
            "ffffffff81001040 T tcp_accept\n"
            "ffffffff81002000 T tcp_close\n"
            "ffffffff81002100 D tcp_data\n"),
      ElementsAre("0 ffffffff81001000-ffffffff81001040", "1 ffffffff81002000-ffffffff81002100"));
}

TEST(KernelSymbols, OfSeveralAtOneAddressEachReachesToTheNextAddress) {
  EXPECT_THAT(
      found("1000 t alias\n1000 T tcp_abort\n1000 T tcp_close\n1000 t other\n1080 t next\n"),
      ElementsAre("0 1000-1080", "1 1000-1080"));
}

TEST(KernelSymbols, HaveVariants) {
  EXPECT_THAT(found("1000 t tcp_abort.isra.0\n"
                    "1100 T tcp_abort\n"
                    "1200 t something\n"
                    "2000 t tcp_abort.cold\n"
                    "2010 t tcp_close.constprop.0.cold\n"
                    "2020 t something\n"),
              ElementsAre("0 1000-1100 variant", "0 1100-1200", "0 2000-2010 variant",
                          "1 2010-2020 variant"));
}

TEST(KernelSymbols, OnlyWholeNamesCount) {
  EXPECT_THAT(found("1000 t tcp_abort_it\n1100 t xtcp_abort\n1200 t tcp\n1300 t TCP_ABORT\n"),
              IsEmpty());
}

TEST(KernelSymbols, MayBeOfModules) {
  EXPECT_THAT(found("1000 t tcp_v6_rcv\t[ipv6]\n1100 t ipv6_init\t[ipv6]\n"),
              ElementsAre("2 1000-1100"));
}

TEST(KernelSymbols, TheLastHasNoEndToReach) {
  EXPECT_THAT(found("1000 t tcp_abort\n"), ElementsAre("0 1000-1001"));
}

TEST(KernelSymbols, AreNotFoundWhereAddressesAreHidden) {
  EXPECT_THAT(found("0000000000000000 T tcp_abort\n0000000000000000 T tcp_close\n"), IsEmpty());
}

TEST(KernelSymbols, BearLinesThatAreNone) {
  EXPECT_THAT(found("\n \nxyz\n1000\n1000 \n1000 t\n1000 t \n1000tcp_abort\n"
                    "ffffffffffffffffff t tcp_abort\n1000 tt tcp_abort\n1000 t tcp_close"),
              ElementsAre("1 1000-1001"));
  EXPECT_THAT(found(""), IsEmpty());
}

TEST(KernelSymbols, AskingForNothingFindsNothing) {
  std::istringstream stream("1000 t tcp_abort\n");
  EXPECT_THAT(find_symbols(stream, {}), IsEmpty());
}

TEST(AddressRange, HoldsItsFirstAddressAndNotItsEnd) {
  AddressRange const range{0x1000, 0x1100};
  EXPECT_FALSE(range.holds(0xfff));
  EXPECT_TRUE(range.holds(0x1000));
  EXPECT_TRUE(range.holds(0x10ff));
  EXPECT_FALSE(range.holds(0x1100));
}

}  // namespace
}  // namespace lastack::capture::bpf
