// Cells of an endpoint's two sides, address and port: "127.0.0.1:80", "[::1]:80",
// "0.0.0.0:*" without a port, "*:80" for an IPv6 wildcard that takes IPv4 too, as ss has it;
// "host.example:ssh" where names were looked up.
#pragma once

#include "ui/columns/column.hh"

namespace lastack::ui {

extern Cells const kLocalCells;
extern Cells const kRemoteCells;

// The address alone, for --summary: unmapped where it is v4-mapped, a name where there is one.
void append_host(std::string& out, Naming const& naming, model::Address const& address,
                 model::Family family);

}  // namespace lastack::ui
