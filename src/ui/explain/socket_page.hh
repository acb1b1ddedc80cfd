// Pages about live sockets.
#pragma once

#include <string>

#include "explain/groups.hh"
#include "explain/socket.hh"
#include "ui/explain/page.hh"
#include "ui/explain/socket_words.hh"

namespace lastack::ui {

void write_socket(std::string& out, PageStyle const& style, SocketView const& view,
                  explain::SocketExplanation const& explanation);
// The endpoints of a group.
[[nodiscard]] std::vector<model::Endpoint const*> members_of(SocketView const& view,
                                                             explain::Group const& group);
// How many they are, with examples.
void write_group(std::string& out, PageStyle const& style, SocketView const& view,
                 explain::Group const& group);
// What was not shown: groups beyond the limit, and how many sockets they are.
void write_rest(std::string& out, PageStyle const& style, std::size_t groups, std::size_t sockets);

}  // namespace lastack::ui
