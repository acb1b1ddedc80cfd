// The attributes of a sock_diag answer that only some columns need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "model/endpoint.hh"

namespace lastack::capture::sock_diag {

// Reads attribute `type` (INET_DIAG_INFO, _SKMEMINFO, _CONG, …; include/uapi/linux/
// inet_diag.h) into `details`; others are skipped. The kernel's structs grow at their end: a
// field that the payload does not reach stays unknown.
void read_detail(std::uint16_t type, std::span<std::byte const> payload,
                 model::SocketDetails& details);

}  // namespace lastack::capture::sock_diag
