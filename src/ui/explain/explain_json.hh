// `lastack explain --json`: one object a line, told apart by "kind".
#pragma once

#include "base/output.hh"
#include "explain/fill.hh"
#include "explain/groups.hh"
#include "explain/socket.hh"
#include "tcp/edges.hh"
#include "ui/explain/socket_words.hh"

namespace lastack::ui {

void write_state_json(base::Output& output, tcp::State state, base::Language language,
                      explain::Values const& values);
void write_edge_json(base::Output& output, tcp::Edge const& edge, base::Language language);
void write_socket_json(base::Output& output, SocketView const& view,
                       explain::SocketExplanation const& explanation);
void write_group_json(base::Output& output, SocketView const& view, explain::Group const& group);

}  // namespace lastack::ui
