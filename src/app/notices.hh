// What a listing could not show, said on stderr after it.
#pragma once

#include <cstddef>

#include "app/naming.hh"
#include "model/snapshot.hh"

namespace lastack::app {

// One closing line that counts what could not be seen and says how to see it; nothing where
// nothing was missed.
void print_notices(model::Snapshot const& snapshot, Names const& names,
                   std::size_t dropped_columns);

}  // namespace lastack::app
