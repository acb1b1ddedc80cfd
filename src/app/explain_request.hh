// What the words behind `lastack explain` ask for.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/error.hh"
#include "tcp/state.hh"

namespace lastack::app {

struct ExplainAll {};
struct ExplainStates {
  std::vector<tcp::State> states;  // each once, as they were named
};
struct ExplainEdge {
  tcp::State from;
  tcp::State to;
};
struct ExplainSockets {
  std::string filter;  // in the filter language
};
using ExplainRequest = std::variant<ExplainAll, ExplainStates, ExplainEdge, ExplainSockets>;

// States in any spelling; two without a comma between them are an edge, as is "A -> B". ":8080" and
// "10.0.0.1:22-10.0.0.2:50112" are short for filters; whatever else is one. Error: a word that
// looks like a state and is none.
[[nodiscard]] base::Result<ExplainRequest> parse_explain_request(
    std::vector<std::string> const& words);

}  // namespace lastack::app
