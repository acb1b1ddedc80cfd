#include "app/close_choice.hh"

#include <fmt/format.h>

#include "act/close.hh"
#include "app/socket_label.hh"
#include "base/text.hh"

namespace lastack::app {

CloseChoice choose_to_close(model::Snapshot const& matching, CloseOptions const& options,
                            std::function<bool(model::Endpoint const&)> const& is_own_session) {
  CloseChoice choice;
  std::size_t spared_listeners = 0;
  for (std::uint32_t i = 0; i < matching.endpoints.size(); ++i) {
    auto const& endpoint = matching.endpoints[i];
    bool const listener = act::is_listener(endpoint.state);
    if (listener && !options.listeners) {
      ++spared_listeners;
    } else if (!options.force && is_own_session(endpoint)) {
      choice.spared.push_back(
          fmt::format("left alone: {} is the session that lastack runs in (--force closes it)",
                      socket_label(matching, endpoint)));
    } else {
      choice.rows.push_back(i);
      if (listener) ++choice.listeners;
    }
  }
  if (spared_listeners > 0) {
    choice.spared.push_back(
        "left alone: " +
        base::counted(spared_listeners, "listener that matches", "listeners that match") +
        " (--listeners closes them, too)");
  }
  return choice;
}

std::string closing_question(model::Snapshot const& snapshot, CloseChoice const& choice) {
  if (choice.rows.size() == 1) {
    auto const& endpoint = snapshot.endpoints[choice.rows.front()];
    return fmt::format("Close {}{}? [y/N] ", choice.listeners == 1 ? "the listener " : "",
                       socket_label(snapshot, endpoint));
  }
  auto text = fmt::format("Close these {} sockets", choice.rows.size());
  if (choice.listeners > 0) {
    text += ", " + base::counted(choice.listeners, "listener", "listeners") + " among them";
  }
  return text + "? [y/N] ";
}

}  // namespace lastack::app
