// Live sockets in words: what pages and JSON of `lastack explain FILTER` share.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "explain/fill.hh"
#include "explain/groups.hh"
#include "explain/socket.hh"
#include "model/tcp_settings.hh"

namespace lastack::ui {

// What the words are made from. `settings` by index of the namespace.
struct SocketView {
  model::Snapshot const& snapshot;
  std::vector<model::TcpSettings> const& settings;
  base::Language language = base::Language::English;
};

// Made safe for a terminal: "nginx[1234]", "nginx[1234] and 2 more", "(kernel)".
[[nodiscard]] std::string owner_text(SocketView const& view, model::Endpoint const& endpoint);
[[nodiscard]] std::string local_text(model::Endpoint const& endpoint);  // "10.0.0.1:22", "[::1]:80"
[[nodiscard]] std::string remote_text(model::Endpoint const& endpoint);  // "*" where there is none
[[nodiscard]] std::string netns_text(SocketView const& view, model::Endpoint const& endpoint);

struct SituationWords {
  std::string waits;
  std::string owes;
  std::string ends;
  std::string verdict;
};
// With the values of these endpoints, which are in the situation: ranges where they differ.
// `endpoints` is not empty.
[[nodiscard]] SituationWords words_of(SocketView const& view,
                                      std::span<model::Endpoint const* const> endpoints,
                                      explain::Situation situation);
[[nodiscard]] SituationWords words_of(SocketView const& view, model::Endpoint const& endpoint,
                                      explain::Situation situation);
// Why no process is named.
[[nodiscard]] std::string_view why_no_owner(model::NoOwner reason, base::Language language);

[[nodiscard]] std::string since_text(SocketView const& view,
                                     explain::SocketExplanation const& explanation);
// "" where no timer runs.
[[nodiscard]] std::string timer_text(SocketView const& view, model::Endpoint const& endpoint);
// Who opened it, who closed first; "" for sockets without connection.
[[nodiscard]] std::string history_text(SocketView const& view,
                                       explain::SocketExplanation const& explanation);

}  // namespace lastack::ui
