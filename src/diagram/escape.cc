#include "diagram/escape.hh"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.hh"

namespace lastack::diagram {
namespace {

struct Replacement {
  char what;
  std::string_view by;
};

constexpr std::array<Replacement, 5> kXml{
    {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}}};
constexpr std::array<Replacement, 2> kDot{{{'"', "\\\""}, {'\\', "\\\\"}}};
constexpr std::array<Replacement, 8> kMermaid{{{'<', "‹"},
                                               {'>', "›"},
                                               {'&', "＆"},
                                               {'#', "＃"},
                                               {';', "；"},
                                               {'%', "％"},
                                               {'"', "\\\""},
                                               {'\\', "\\\\"}}};

std::string replaced(std::string_view text, std::span<Replacement const> replacements) {
  std::string safe;
  base::append_message(safe, text);
  std::string out;
  for (char const c : safe) {
    auto const found = std::ranges::find(replacements, c, &Replacement::what);
    if (found == replacements.end()) {
      out += c;
    } else {
      out += found->by;
    }
  }
  return out;
}

}  // namespace

std::string for_xml(std::string_view text) { return replaced(text, kXml); }
std::string for_dot(std::string_view text) { return replaced(text, kDot); }
std::string for_mermaid_title(std::string_view text) { return replaced(text, kMermaid); }

}  // namespace lastack::diagram
