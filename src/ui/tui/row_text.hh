// Pieces of text that several views show: addresses, owners, times, sizes.
#pragma once

#include <cstdint>
#include <string>

#include "ui/tui/view.hh"

namespace lastack::ui::tui {

[[nodiscard]] inline bool is_chinese(Frame const& frame) {
  return frame.language == base::Language::Chinese;
}
[[nodiscard]] inline std::string_view arrow(Frame const& frame) {
  return frame.unicode ? "→" : "->";
}

// As the columns "local" and "remote" have them.
void append_local(std::string& out, Frame const& frame, model::Endpoint const& endpoint);
void append_remote(std::string& out, Frame const& frame, model::Endpoint const& endpoint);
// The local port alone, where there is no room: ":80".
void append_local_port(std::string& out, model::Endpoint const& endpoint);

// "nginx[12]", or why there is none: "(kernel)".
void append_owner(std::string& out, OwnerName const& owner, model::NoOwner reason);
// That of a row of the store, "nginx[12]+2" where several have it.
void append_owners(std::string& out, Frame const& frame, model::Endpoint const& endpoint);
// The user that a process runs as: a name, a number; nothing where it is not known.
void append_user(std::string& out, model::Snapshot const& snapshot, model::Process const& process);
// "netns blue"; nothing where there is but one.
void append_netns(std::string& out, Frame const& frame, std::uint32_t netns);

// "22:58:29.123", local time, with `digits` (0 to 6) behind the point.
void append_clock(std::string& out, Frame const& frame, std::uint64_t monotonic_ns, int digits);
// As `watch` says it: "0.136ms", "3.26s", "2h14m".
[[nodiscard]] std::string dwell_text(std::uint64_t dwell_us);
// "1.2kB", decimal.
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);
// "12,345".
[[nodiscard]] std::string count_text(std::uint64_t count);

// An expression of the filter language that only this endpoint meets.
[[nodiscard]] std::string filter_for(model::Endpoint const& endpoint);
// "10.0.0.1" or "[::1]", then ":80" where there is a port.
[[nodiscard]] std::string filter_host(model::Address const& address, model::Family family,
                                      std::uint16_t port);

}  // namespace lastack::ui::tui
