// Why: from what the kernel reported with a state change to a cause.
#pragma once

#include "model/cause.hh"
#include "model/socket_event.hh"
#include "track/connection.hh"

namespace lastack::track {

// Of a full socket's change from event.from to event.to. `connection` is as it was before.
[[nodiscard]] model::Cause cause_of(model::SocketEvent const& event, Connection const& connection);

// Of the end of a request or mini-socket whose timer was taken away.
[[nodiscard]] model::Cause cause_of_end(model::SocketEvent const& event, bool is_mini);

// What mostly leads from one state to the other: for changes that were not seen.
[[nodiscard]] model::Cause usual_cause(model::SocketState from, model::SocketState to);

// Who closed first, if this change is a close: None of the others: Unknown.
[[nodiscard]] Side closer(model::SocketState from, model::SocketState to, model::Cause cause);

}  // namespace lastack::track
