// Two ladders of one scenario, side by side.
#pragma once

#include <string>

#include "lab/play/agreement.hh"
#include "ui/lab/ladder_text.hh"

namespace lastack::ui {

struct LadderPair {
  std::string_view one_name;    // "Linux 6.18.44 plays server"
  std::string_view other_name;  // "lab, reading linux"
  lab::Story const& one;
  lab::Story const& other;
};

// What differs is marked '!', what comes at another time 't'.
[[nodiscard]] std::string ladder_pair(lab::Scenario const& scenario, LadderPair const& pair,
                                      LadderStyle const& style);

}  // namespace lastack::ui
