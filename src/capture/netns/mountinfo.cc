#include "capture/netns/mountinfo.hh"

#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "capture/procfs/fields.hh"

namespace lastack::capture::netns {
namespace {

struct KnownFolder {
  std::string_view path;
  std::string NetnsMount::* name;
};
constexpr std::array<KnownFolder, 4> kKnownFolders{{
    {"/run/netns/", &NetnsMount::ip_netns_name},
    {"/var/run/netns/", &NetnsMount::ip_netns_name},
    {"/run/docker/netns/", &NetnsMount::docker_sandbox},
    {"/var/run/docker/netns/", &NetnsMount::docker_sandbox},
}};

using procfs::take_until;

std::optional<char> octal_byte(std::string_view digits) {
  if (digits.size() != 3 || digits[0] > '3') return std::nullopt;
  unsigned value = 0;
  for (char const digit : digits) {
    if (digit < '0' || digit > '7') return std::nullopt;
    value = value * 8 + static_cast<unsigned>(digit - '0');
  }
  return static_cast<char>(value);
}

// "\040" is a blank: the kernel escapes blank, tab, newline and backslash.
std::string unescaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto const byte = text[0] == '\\' ? octal_byte(text.substr(1, 3)) : std::nullopt;
    out += byte.value_or(text[0]);
    text.remove_prefix(byte ? 4 : 1);
  }
  return out;
}

void note_name(NetnsMount& mount) {
  for (auto const& folder : kKnownFolders) {
    if (!mount.mount_point.starts_with(folder.path)) continue;
    auto const name = std::string_view(mount.mount_point).substr(folder.path.size());
    if (name.find('/') == std::string_view::npos) mount.*folder.name = name;
  }
}

// "id parent major:minor ROOT MOUNTPOINT options… - FSTYPE source options"
std::optional<NetnsMount> parse_line(std::string_view line) {
  for (int skipped = 0; skipped < 3; ++skipped) take_until(line, ' ');
  auto const inode = procfs::inode_of_link(take_until(line, ' '), "net");
  auto const mount_point = take_until(line, ' ');
  auto const dash = line.find(" - ");
  if (!inode || mount_point.empty() || dash == std::string_view::npos) return std::nullopt;
  line.remove_prefix(dash + 3);
  if (take_until(line, ' ') != "nsfs") return std::nullopt;

  NetnsMount mount;
  mount.inode = *inode;
  mount.mount_point = unescaped(mount_point);
  note_name(mount);
  return mount;
}

}  // namespace

std::vector<NetnsMount> parse_netns_mounts(std::string_view mountinfo) {
  std::vector<NetnsMount> mounts;
  while (!mountinfo.empty()) {
    if (auto mount = parse_line(take_until(mountinfo, '\n'))) mounts.push_back(std::move(*mount));
  }
  return mounts;
}

}  // namespace lastack::capture::netns
