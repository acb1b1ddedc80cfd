// What is marked in a diagram: counts and ways, from the machine or from a file.
#pragma once

#include <istream>
#include <string>

#include "app/diagram_options.hh"
#include "base/error.hh"
#include "diagram/diagram.hh"
#include "filter/filter.hh"

namespace lastack::app {

// The way of the connections that match, as far as their state tells; an error where none does.
[[nodiscard]] base::Result<diagram::Marks> marks_of_connections(filter::Filter const& filter,
                                                                std::string const& filter_text);

// Edges gone while it is watched, and where sockets stand at its end.
[[nodiscard]] base::Result<diagram::Marks> marks_of_watching(std::chrono::milliseconds duration,
                                                             filter::Filter const& filter);

// Lines of `watch --json`. `name` is for errors, which name the line. Edges that the table does not
// have are counted in `strange`; losses that a summary tells are said on stderr.
[[nodiscard]] base::Result<diagram::Marks> marks_of_lines(std::istream& lines,
                                                          std::string const& name,
                                                          std::uint64_t& strange);

}  // namespace lastack::app
