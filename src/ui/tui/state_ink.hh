// How a state looks on the screen, and a few words for it.
#pragma once

#include "base/phrase.hh"
#include "model/endpoint.hh"
#include "model/finding.hh"
#include "ui/tui/style.hh"

namespace lastack::ui::tui {

[[nodiscard]] Ink ink_of(model::SocketState state);
// Critical bad, a notice calm.
[[nodiscard]] Ink ink_of(model::Severity severity);
// What it is about, in at most 16 columns: "closed by peer".
[[nodiscard]] base::Phrase gist_of(model::SocketState state);
// The state's name in at most 8 columns, for lines where room is short: "SYN_RECV".
[[nodiscard]] std::string_view short_name(model::SocketState state);

}  // namespace lastack::ui::tui
