// What a process is and has, before it is ended.
#pragma once

#include <string>

#include "app/kill_targets.hh"
#include "export/json_writer.hh"

namespace lastack::app {

// Several lines: name, program, user, since when; its sockets, those that match first; its
// children. Printable.
void append_kill_preview(std::string& out, model::Snapshot const& snapshot,
                         KillTarget const& target);
// Members of an object that is open: "process", "sockets", "children".
void write_kill_preview(exporting::JsonWriter& json, model::Snapshot const& snapshot,
                        KillTarget const& target);
// The member "process".
void write_process(exporting::JsonWriter& json, model::Snapshot const& snapshot,
                   model::Process const& process);

}  // namespace lastack::app
