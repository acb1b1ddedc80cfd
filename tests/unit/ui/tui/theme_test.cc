#include "ui/tui/theme.hh"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace lastack::ui::tui {
namespace {

constexpr Depth kDepths[] = {Depth::Eight, Depth::Sixteen, Depth::Many};
constexpr short kColorsOf[] = {8, 16, 256};

template <typename Visit>
void each_style(Visit const& visit) {
  for (int ink = 0; ink < kInkCount; ++ink) {
    for (int ground = 0; ground < kGroundCount; ++ground) {
      visit(Style{.ink = static_cast<Ink>(ink), .ground = static_cast<Ground>(ground)});
    }
  }
}

TEST(Theme, TextNeverHasTheColorOfItsGround) {
  for (auto const depth : kDepths) {
    for (auto const light : {false, true}) {
      each_style([&](Style const& style) {
        auto const look = look_of(style, depth, light);
        if (look.ground == -1) return;
        EXPECT_NE(look.ink, look.ground);
        EXPECT_NE(look.ink, -1);  // the default could be anything
      });
    }
  }
}

TEST(Theme, UsesOnlyColorsThatAreThere) {
  for (std::size_t i = 0; i < std::size(kDepths); ++i) {
    for (auto const light : {false, true}) {
      std::set<std::pair<short, short>> pairs;
      each_style([&](Style const& style) {
        auto const look = look_of(style, kDepths[i], light);
        EXPECT_LT(look.ink, kColorsOf[i]);
        EXPECT_LT(look.ground, kColorsOf[i]);
        pairs.emplace(look.ink, look.ground);
      });
      EXPECT_LT(pairs.size(), kDepths[i] == Depth::Many ? 256U : 64U);  // what terminals have
    }
  }
}

TEST(Theme, MarkedRowsCanBeToldApartInColor) {
  for (auto const depth : kDepths) {
    for (auto const light : {false, true}) {
      std::set<short> grounds;
      for (auto const ground : {Ground::Plain, Ground::New, Ground::Changed, Ground::Gone,
                                Ground::Cursor, Ground::Tagged, Ground::Match}) {
        EXPECT_TRUE(grounds.insert(look_of({.ground = ground}, depth, light).ground).second);
      }
    }
  }
}

TEST(Theme, WithoutColorTheCursorIsReversed) {
  each_style([](Style const& style) {
    auto const look = look_of(style, Depth::Mono, false);
    EXPECT_EQ(look.ink, -1);
    EXPECT_EQ(look.ground, -1);
    EXPECT_EQ(look.reverse, style.ground == Ground::Cursor || style.ground == Ground::Bar ||
                                style.ground == Ground::Match);
  });
}

TEST(Theme, KeepsBoldAndUnderline) {
  for (auto const depth : {Depth::Mono, Depth::Eight, Depth::Sixteen, Depth::Many}) {
    auto const look = look_of({.bold = true, .underline = true}, depth, false);
    EXPECT_TRUE(look.bold);
    EXPECT_TRUE(look.underline);
  }
}

TEST(Theme, DepthIsWhatTheTerminalHas) {
  EXPECT_EQ(depth_of(256, true), Depth::Many);
  EXPECT_EQ(depth_of(0x1000000, true), Depth::Many);
  EXPECT_EQ(depth_of(88, true), Depth::Sixteen);
  EXPECT_EQ(depth_of(8, true), Depth::Eight);
  EXPECT_EQ(depth_of(0, true), Depth::Mono);
  EXPECT_EQ(depth_of(256, false), Depth::Mono);
}

}  // namespace
}  // namespace lastack::ui::tui
