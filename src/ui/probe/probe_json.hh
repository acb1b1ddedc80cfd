// One probe as a line of JSON; docs/probe.schema.json says what is in it.
#pragma once

#include <span>
#include <string>

#include "base/phrase.hh"
#include "model/probe.hh"

namespace lastack::ui {

// Appends a line. `steps`: in the order of their times.
void append_probe_json(std::string& out, model::ProbeTarget const& target,
                       model::ProbeResult const& result, std::span<model::ProbeStep const> steps,
                       base::Language language);

}  // namespace lastack::ui
