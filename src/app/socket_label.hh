// A socket in a few words, for questions, results and the log.
#pragma once

#include <string>

#include "model/snapshot.hh"

namespace lastack::app {

// "tcp 127.0.0.1:80 127.0.0.1:43210 ESTABLISHED nginx[12]", "… (orphan)"; the namespace's label at
// the end where the snapshot has several. Printable.
[[nodiscard]] std::string socket_label(model::Snapshot const& snapshot,
                                       model::Endpoint const& endpoint);

// "nginx[12]". Printable.
[[nodiscard]] std::string process_label(std::uint32_t pid, std::string const& comm);

}  // namespace lastack::app
