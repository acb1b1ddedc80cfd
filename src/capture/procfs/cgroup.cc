#include "capture/procfs/cgroup.hh"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <ranges>
#include <vector>

namespace lastack::capture::procfs {
namespace {

constexpr std::size_t kIdDigits = 64;

// Units that processes run in. A slice only groups others.
constexpr std::array<std::string_view, 5> kUnitSuffixes{".service", ".scope", ".socket", ".mount",
                                                        ".swap"};
// "docker-<id>.scope"; "libpod-conmon-<id>.scope" is the container's keeper, no id follows.
constexpr std::array<std::string_view, 6> kRuntimePrefixes{
    "docker-", "cri-containerd-", "crio-", "libpod-", "nerdctl-", "buildah-"};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    auto const end = text.find(separator);
    if (end != 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parts;
}

// What is left of `text` without `prefix` and `suffix`; nullopt where one is missing or
// nothing is left.
std::optional<std::string_view> between(std::string_view text, std::string_view prefix,
                                        std::string_view suffix) {
  if (text.size() <= prefix.size() + suffix.size() || !text.starts_with(prefix) ||
      !text.ends_with(suffix)) {
    return std::nullopt;
  }
  return text.substr(prefix.size(), text.size() - prefix.size() - suffix.size());
}

bool is_hex_digit(char digit) {
  return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
}
bool is_container_id(std::string_view text) {
  return text.size() == kIdDigits && std::ranges::all_of(text, is_hex_digit);
}
bool is_unit(std::string_view component) {
  return std::ranges::any_of(kUnitSuffixes, [&](std::string_view suffix) {
    return between(component, "", suffix).has_value();
  });
}

// "docker-<id>.scope", "libpod-<id>", "<id>", or containerd's
// "kubepods-….slice:cri-containerd:<id>".
std::optional<std::string> by_id(std::string_view component) {
  if (auto const colon = component.rfind(':'); colon != std::string_view::npos) {
    component.remove_prefix(colon + 1);
  }
  if (auto const scope = between(component, "", ".scope")) component = *scope;
  for (auto const prefix : kRuntimePrefixes) {
    if (auto const id = between(component, prefix, "")) component = *id;
  }
  if (is_container_id(component)) return std::string(component);
  return std::nullopt;
}

unsigned hex_value(char digit) {
  return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

// Undoes systemd's escapes: "my\x2dbox" is the machine my-box (systemd.unit(5)).
std::string unescaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    bool const escape = text.size() >= 4 && text.starts_with("\\x") && is_hex_digit(text[2]) &&
                        is_hex_digit(text[3]);
    out += escape ? static_cast<char>((hex_value(text[2]) << 4U) | hex_value(text[3])) : text[0];
    text.remove_prefix(escape ? 4 : 1);
  }
  return out;
}

// systemd-nspawn: its own scope, or the payload below its service (the supervisor is outside).
std::optional<std::string> by_machine(std::string_view component, std::string_view next) {
  if (auto const machine = between(component, "machine-", ".scope")) {
    bool const virtual_machine = machine->starts_with("qemu\\x2d");
    return virtual_machine ? std::nullopt : std::optional(unescaped(*machine));
  }
  auto const machine = between(component, "systemd-nspawn@", ".service");
  if (machine && next != "supervisor") return unescaped(*machine);
  return std::nullopt;
}

// LXC: "lxc.payload.NAME", in older versions "lxc.payload/NAME" and "lxc/NAME".
std::optional<std::string> by_lxc(std::string_view component, std::string_view next) {
  if (auto const name = between(component, "lxc.payload.", "")) return std::string(*name);
  bool const parent = component == "lxc" || component == "lxc.payload";
  if (parent && !next.empty()) return std::string(next);
  return std::nullopt;
}

std::string container_of(std::vector<std::string_view> const& components) {
  for (std::size_t i = components.size(); i-- > 0;) {
    auto const next = i + 1 < components.size() ? components[i + 1] : std::string_view();
    if (auto id = by_id(components[i])) return *id;
    if (auto name = by_machine(components[i], next)) return *name;
    if (auto name = by_lxc(components[i], next)) return *name;
  }
  return {};
}

std::string unit_of(std::vector<std::string_view> const& components) {
  auto const inner_first = components | std::views::reverse;
  auto const unit = std::ranges::find_if(inner_first, is_unit);
  return unit == inner_first.end() ? std::string() : std::string(*unit);
}

// One line "hierarchy:controllers:path", and how much it is worth.
struct Candidate {
  CgroupIdentity identity;
  int order = 0;  // the smaller, the better
};

std::optional<Candidate> read_line(std::string_view line) {
  auto const first = line.find(':');
  if (first == std::string_view::npos) return std::nullopt;
  auto const second = line.find(':', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  auto const controllers = line.substr(first + 1, second - first - 1);
  auto path = line.substr(second + 1);
  if (auto const removed = between(path, "", " (deleted)")) path = *removed;

  auto const components = split(path, '/');
  Candidate candidate{{std::string(path), unit_of(components), container_of(components)}, 0};
  int const by_content = !candidate.identity.container.empty() ? 0 : path != "/" ? 1 : 2;
  int const by_hierarchy = controllers.empty() ? 0 : controllers == "name=systemd" ? 1 : 2;
  candidate.order = by_content * 3 + by_hierarchy;
  return candidate;
}

}  // namespace

CgroupIdentity identify_cgroup(std::string_view text) {
  std::optional<Candidate> best;
  for (auto const line : split(text, '\n')) {
    auto candidate = read_line(line);
    if (candidate && (!best || candidate->order < best->order)) best = std::move(candidate);
  }
  return best ? std::move(best->identity) : CgroupIdentity{};
}

}  // namespace lastack::capture::procfs
