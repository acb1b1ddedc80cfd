// The live screen never leaves a broken terminal behind, whatever kills it: another process, which
// draws nothing, waits for its end and then puts right what it has left.
#pragma once

#include <functional>

namespace lastack::app {

// Runs the screen in a child process and returns its exit status; where a signal killed it, the
// caller's process dies by the same one, after the terminal is as it was. Both stop and continue
// together; signals that ask to end are passed on. The child gets SIGTERM where the guard itself
// is killed. Without a terminal on stdin the screen is simply run.
// To be called before there are threads.
[[nodiscard]] int run_guarded(std::function<int()> const& screen);

}  // namespace lastack::app
