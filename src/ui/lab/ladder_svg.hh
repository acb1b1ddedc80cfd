// The ladder of a story as an SVG that needs nothing else: rails, bars for states, slanted arrows.
#pragma once

#include <string>

#include "base/phrase.hh"
#include "lab/play/story.hh"
#include "lab/scenario/scenario.hh"

namespace lastack::ui {

struct LadderSvgStyle {
  base::Language language = base::Language::English;
  std::string caption;  // who played: "reading linux, seed 1"
};

// Light, or dark where whoever shows it prefers that.
[[nodiscard]] std::string ladder_svg(lab::Scenario const& scenario, lab::Story const& story,
                                     LadderSvgStyle const& style);

}  // namespace lastack::ui
