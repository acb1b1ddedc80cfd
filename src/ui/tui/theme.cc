#include "ui/tui/theme.hh"

#include <array>
#include <cstddef>

namespace lastack::ui::tui {
namespace {

struct Palette {
  std::array<short, kInkCount> inks;         // on the terminal's own background
  std::array<short, kInkCount> ground_inks;  // on any other
  std::array<short, kGroundCount> grounds;
};

// Few colours: what stands on a coloured ground is black or white, whatever it means.
struct FewColors {
  std::array<short, kInkCount> inks;
  std::array<short, kGroundCount> grounds;
  std::array<short, kGroundCount> ground_inks;
};

constexpr short kDefault = -1;

// clang-format off
//                                    Plain     Dim  Title Accent Good Calm Warning Bad
constexpr Palette kDark{
    .inks =        {                  kDefault, 244, 117,  80,    114, 110, 221,    203},
    .ground_inks = {                  253,      248, 123,  87,    120, 153, 227,    217},
    //             Plain     New  Changed Gone Bar  Cursor Tagged Match Popup
    .grounds =     {kDefault, 22, 58,     52,  237, 24,    53,    130,  236}};
constexpr Palette kLight{
    .inks =        {                  kDefault, 243, 25,   30,    28,  61,  130,    160},
    .ground_inks = {                  16,       239, 18,   24,    22,  54,  94,     124},
    .grounds =     {kDefault, 157, 229,   217, 252, 153,   183,   220,  254}};

constexpr short kBlack = 0, kRed = 1, kGreen = 2, kYellow = 3, kBlue = 4, kMagenta = 5, kCyan = 6,
                kWhite = 7, kBright = 8;

constexpr FewColors kSixteenDark{
    .inks = {kDefault, kBright, kBright + kCyan, kBright + kCyan, kBright + kGreen,
             kBright + kBlue, kBright + kYellow, kBright + kRed},
    .grounds =     {kDefault, kGreen, kYellow, kRed,   kBlue,  kCyan,  kMagenta, kWhite, kBlue},
    .ground_inks = {kDefault, kBlack, kBlack,  kWhite, kWhite, kBlack, kWhite,   kBlack, kWhite}};
constexpr FewColors kEightDark{
    .inks = {kDefault, kDefault, kCyan, kCyan, kGreen, kCyan, kYellow, kRed},
    .grounds = kSixteenDark.grounds,
    .ground_inks = kSixteenDark.ground_inks};
constexpr FewColors kSixteenLight{
    .inks = {kDefault, kBright, kBlue, kCyan, kGreen, kBlue, kYellow, kRed},
    .grounds =     {kDefault, kGreen, kYellow, kRed,   kBlue,  kCyan,  kMagenta, kBlack, kWhite},
    .ground_inks = {kDefault, kBlack, kBlack,  kWhite, kWhite, kBlack, kWhite,   kWhite, kBlack}};
constexpr FewColors kEightLight{
    .inks = {kDefault, kDefault, kBlue, kBlue, kGreen, kBlue, kMagenta, kRed},
    .grounds = kSixteenLight.grounds,
    .ground_inks = kSixteenLight.ground_inks};

// Plain, New, Changed, Gone, Bar, Cursor, Tagged, Match, Popup
constexpr std::array<Look, kGroundCount> kMono{{
    {}, {.bold = true}, {.underline = true}, {.dim = true}, {.reverse = true},
    {.bold = true, .reverse = true}, {.bold = true}, {.underline = true, .reverse = true}, {},
}};
// clang-format on

template <typename Enum>
constexpr std::size_t index(Enum value) {
  return static_cast<std::size_t>(value);
}

Look colors_of(Style const& style, Palette const& palette) {
  auto const ground = palette.grounds.at(index(style.ground));
  auto const& inks = ground == kDefault ? palette.inks : palette.ground_inks;
  return {.ink = inks.at(index(style.ink)), .ground = ground};
}

Look colors_of(Style const& style, FewColors const& colors) {
  auto const ground = colors.grounds.at(index(style.ground));
  if (ground != kDefault) {
    return {.ink = colors.ground_inks.at(index(style.ground)), .ground = ground};
  }
  auto const ink = colors.inks.at(index(style.ink));
  return {.ink = ink, .dim = style.ink == Ink::Dim && ink == kDefault};
}

Look mono(Style const& style) {
  auto look = kMono.at(index(style.ground));
  if (style.ink == Ink::Dim && !look.reverse) look.dim = true;
  if (style.ink == Ink::Warning || style.ink == Ink::Bad || style.ink == Ink::Title) {
    look.bold = true;
  }
  return look;
}

}  // namespace

Look look_of(Style const& style, Depth depth, bool light) {
  Look look;
  switch (depth) {
    case Depth::Mono: look = mono(style); break;
    case Depth::Eight: look = colors_of(style, light ? kEightLight : kEightDark); break;
    case Depth::Sixteen: look = colors_of(style, light ? kSixteenLight : kSixteenDark); break;
    case Depth::Many: look = colors_of(style, light ? kLight : kDark); break;
  }
  look.bold = look.bold || style.bold;
  look.underline = look.underline || style.underline;
  return look;
}

Depth depth_of(int colors, bool wanted) {
  if (!wanted || colors < 8) return Depth::Mono;
  if (colors < 16) return Depth::Eight;
  return colors < 256 ? Depth::Sixteen : Depth::Many;
}

}  // namespace lastack::ui::tui
