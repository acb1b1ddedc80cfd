// Going into a network namespace and coming back. A namespace is a property of the thread;
// sockets stay in the one they were made in, so that a short visit is enough.
#pragma once

#include <type_traits>
#include <utility>

#include "base/error.hh"
#include "base/fd.hh"
#include "capture/netns/namespace.hh"

namespace lastack::capture::netns {

// Opens the namespace and makes sure that it is the one that was found: a process may have
// ended, a mount may be covered by another. Error: gone, or not permitted.
[[nodiscard]] base::Result<base::Fd> open_namespace(Namespace const& ns);

// The calling thread is inside the namespace while this lives. Leave it on the thread that
// entered. Should the way back fail, the destructor throws std::runtime_error (ending the
// program where another exception is in flight): a thread that does not know where it is
// must not go on.
class Entered {
 public:
  // Error: EPERM says in words that CAP_SYS_ADMIN is needed.
  [[nodiscard]] static base::Result<Entered> enter(base::Fd const& netns);

  Entered(Entered const&) = delete;
  Entered& operator=(Entered const&) = delete;
  Entered(Entered&&) = default;
  Entered& operator=(Entered&&) = delete;
  ~Entered() noexcept(false);

 private:
  explicit Entered(base::Fd home) : home_(std::move(home)) {}

  base::Fd home_;
};

template <typename T>
struct AsResult {
  using Type = base::Result<T>;
};
template <typename T>
struct AsResult<base::Result<T>> {
  using Type = base::Result<T>;
};

// Calls `visit` inside the namespace and hands back what it returns: T, void or Result<T>,
// in each case as a Result<T>.
template <typename Visit>
[[nodiscard]] auto run_in(base::Fd const& netns, Visit&& visit) ->
    typename AsResult<std::invoke_result_t<Visit>>::Type {
  auto entered = Entered::enter(netns);
  if (!entered) return std::unexpected(std::move(entered.error()));
  Entered const inside = std::move(*entered);  // outside of std::expected, so that it may throw
  if constexpr (std::is_void_v<std::invoke_result_t<Visit>>) {
    std::forward<Visit>(visit)();
    return {};
  } else {
    return std::forward<Visit>(visit)();
  }
}

}  // namespace lastack::capture::netns
