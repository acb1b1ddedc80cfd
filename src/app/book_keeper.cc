#include "app/book_keeper.hh"

#include <cstdlib>
#include <utility>

#include "app/clocks.hh"
#include "app/names.hh"

namespace lastack::app {
namespace {

// /proc tells start times in ticks of 10 ms, and the wall clock may have been corrected.
constexpr std::int64_t kStartToleranceMs = 2000;

}  // namespace

// Its pid may be another process by now.
bool BookKeeper::is_same_process(std::uint32_t entry, model::Process const& found) const {
  auto const start_ns = table_.processes().start_ns(entry);
  if (start_ns == 0 || found.start_unix_ms == 0) return true;
  auto const known_ms = (static_cast<std::int64_t>(start_ns) + boot_offset_ns()) / 1'000'000;
  return std::abs(known_ms - found.start_unix_ms) <= kStartToleranceMs;
}

void BookKeeper::complete(std::uint32_t entry) {
  auto& process = table_.book().processes[entry];
  if (process.pid != 0 && is_needed()) {
    auto found = reader_.read(process.pid, facts_ | model::Fact::StartTime);
    if (found && is_same_process(entry, *found)) {
      auto comm = std::move(process.comm);
      process = std::move(*found);
      if (!comm.empty()) process.comm = std::move(comm);
    }
  }
  if (process.uid_known) name_user(process.uid);
}

void BookKeeper::name_user(std::uint32_t uid) {
  if (!facts_.has(model::Fact::User) || !asked_.insert(uid).second) return;
  if (auto name = user_name(uid)) table_.book().users.emplace(uid, std::move(*name));
}

}  // namespace lastack::app
