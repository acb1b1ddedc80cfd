#include "capture/procfs/children.hh"

#include <algorithm>
#include <string>

#include "capture/procfs/stat_line.hh"

namespace lastack::capture::procfs {

base::Result<std::map<std::uint32_t, std::vector<Child>>> children_of(
    ProcFs const& fs, std::span<std::uint32_t const> parents) {
  auto pids = fs.pids();
  if (!pids) return std::unexpected(pids.error());
  std::ranges::sort(*pids);
  std::map<std::uint32_t, std::vector<Child>> children;
  for (auto const pid : *pids) {
    auto const file = fs.root().read(std::to_string(pid) + "/stat");
    auto const stat = file ? parse_stat_line(file->text) : std::nullopt;
    constexpr char kZombie = 'Z';
    if (!stat || stat->state == kZombie ||
        std::ranges::find(parents, stat->parent) == parents.end()) {
      continue;
    }
    children[stat->parent].push_back({pid, std::string(stat->comm)});
  }
  return children;
}

}  // namespace lastack::capture::procfs
