// Work beside other work.
#pragma once

#include <future>
#include <system_error>
#include <utility>

namespace lastack::app {

// Runs `work` on a thread of its own; where no thread can be had (a machine out of processes is
// just where one wants to look) on the caller's, when it waits. get() passes on exceptions.
template <typename Work>
[[nodiscard]] std::future<void> in_background(Work work) {
  try {
    return std::async(std::launch::async, work);
  } catch (std::system_error const&) {
    return std::async(std::launch::deferred, std::move(work));
  }
}

}  // namespace lastack::app
