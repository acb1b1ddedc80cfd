// One socket that is there now: how it probably got here, since when, and what it waits for.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "explain/limits.hh"
#include "explain/other_end.hh"
#include "explain/situation.hh"
#include "model/life.hh"
#include "model/snapshot.hh"
#include "tcp/state.hh"

namespace lastack::explain {

struct SocketExplanation {
  model::Endpoint const* endpoint = nullptr;
  Situation situation = Situation::NotConnected;
  // How long it has been in this state, where its timer tells; nullopt: not known.
  std::optional<Milliseconds> since;
  // The usual way to this state, the state itself last; from ESTABLISHED on where nobody knows who
  // opened it. Not watched: inferred from the state.
  std::vector<tcp::State> way;
  // Who opened the connection: Remote where a listener is on its port; Local where none is, and its
  // port is of those that connect() takes. Unknown: neither, or no connection.
  model::Side opened_by = model::Side::Unknown;
  model::Side closed_first_by = model::Side::Unknown;
  model::Endpoint const* other_end = nullptr;  // nullptr: not on this machine
};

// `endpoint` is one of the snapshot's.
[[nodiscard]] SocketExplanation explain(model::Endpoint const& endpoint, OtherEnds const& ends,
                                        model::TcpSettings const& settings);

}  // namespace lastack::explain
