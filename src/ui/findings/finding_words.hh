// What findings say, made safe for a terminal: the words that pages, lines and the live screen
// share.
#pragma once

#include <cstdint>
#include <string>

#include "base/phrase.hh"
#include "base/told.hh"
#include "model/finding.hh"

namespace lastack::ui {

// The phrase with its values made printable.
[[nodiscard]] std::string printable_text(base::Told const& told, base::Language language);
// A command that may be copied: control characters are escaped, backslashes stay single.
[[nodiscard]] std::string printable_command(std::string const& command);

// "nginx[812], /usr/sbin/nginx (deleted), user www-data, unit nginx.service, started …"; "" where
// no process is named. The time is local.
[[nodiscard]] std::string who_text(model::Finding const& finding, base::Language language);
// "4 min 12 s ago"; "" where it is not known.
[[nodiscard]] std::string since_text(model::Finding const& finding, base::Language language,
                                     std::uint64_t now_ns);
// "1 s", "4 min 12 s".
[[nodiscard]] std::string age_text(std::uint64_t nanoseconds, base::Language language);
// Is it a namespace that need not be named?
[[nodiscard]] bool is_usual_netns(std::string const& label);

}  // namespace lastack::ui
