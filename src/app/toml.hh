// toml++ as lastack uses it: what is wrong with a text is a value, not an exception. Its assertions
// are off: one of them takes "[" at the end of a line for a bug of its own (3.3.0), which without
// it is reported as the error of the text that it is.
#pragma once

#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(expression) static_cast<void>(0)
#include <toml++/toml.h>
