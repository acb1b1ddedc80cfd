// What a listing could not show, to be said on stderr after it.
#pragma once

#include <cstddef>
#include <string>

#include "app/naming.hh"
#include "model/snapshot.hh"

namespace lastack::app {

// One closing line that counts what could not be seen and says how to see it; "" where nothing
// was missed.
[[nodiscard]] std::string notice(model::Unseen const& unseen, Names const& names,
                                 std::size_t dropped_columns);

}  // namespace lastack::app
