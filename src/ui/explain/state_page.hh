// Pages about states and edges, from the tables.
#pragma once

#include <string>

#include "explain/fill.hh"
#include "tcp/edges.hh"
#include "ui/explain/page.hh"

namespace lastack::ui {

// The eleven states, a line each.
void write_state_list(std::string& out, PageStyle const& style, explain::Values const& values);
void write_state(std::string& out, PageStyle const& style, tcp::State state,
                 explain::Values const& values);
void write_edge(std::string& out, PageStyle const& style, tcp::Edge const& edge,
                explain::Values const& values);

// Why no edge leads there, and the shortest way that does: one line without a full stop.
[[nodiscard]] std::string why_impossible(tcp::State from, tcp::State to, PageStyle const& style);

// docs/tcp-states.md: every state, with Linux' usual settings.
[[nodiscard]] std::string states_document(base::Language language);

}  // namespace lastack::ui
