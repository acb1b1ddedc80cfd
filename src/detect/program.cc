#include "detect/program.hh"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/text.hh"

namespace lastack::detect {
namespace {

// Beginnings of paths. What comes first decides.
struct Area {
  std::string_view path;
  Place place = Place::System;
};
constexpr auto kAreas = std::to_array<Area>({
    {"/tmp/", Place::Scratch},
    {"/var/tmp/", Place::Scratch},
    {"/dev/", Place::Scratch},
    {"/run/lock/", Place::Scratch},
    {"/var/lock/", Place::Scratch},
    {"/run/shm/", Place::Scratch},
    {"/usr/", Place::System},
    {"/bin/", Place::System},
    {"/sbin/", Place::System},
    {"/lib/", Place::System},
    {"/lib64/", Place::System},
    {"/opt/", Place::System},
    {"/snap/", Place::System},
    {"/nix/store/", Place::System},
    {"/gnu/store/", Place::System},
    {"/var/lib/flatpak/", Place::System},
    {"/var/lib/snapd/", Place::System},
    {"/app/", Place::System},  // inside of a Flatpak
});

struct RunnerInfo {
  std::string_view name;
  Runner runner = Runner::Interpreter;
  std::string_view inline_flags;   // last letters of options that bring the code itself
  std::string_view named_options;  // options whose value names what is run, between blanks
  std::string_view value_options;  // other options that take the next word, between blanks
};
constexpr std::string_view kBusybox = "busybox";
constexpr auto kRunners = std::to_array<RunnerInfo>({
    {"sh", Runner::Shell, "c", "", " -o "},
    {"bash", Runner::Shell, "c", "", " -o -O --rcfile --init-file "},
    {"dash", Runner::Shell, "c", "", " -o "},
    {"rbash", Runner::Shell, "c", "", " -o "},
    {"zsh", Runner::Shell, "c", "", " -o "},
    {"ksh", Runner::Shell, "c", "", " -o "},
    {"mksh", Runner::Shell, "c", "", " -o "},
    {"ash", Runner::Shell, "c", "", " -o "},
    {"csh", Runner::Shell, "c", "", ""},
    {"tcsh", Runner::Shell, "c", "", ""},
    {"fish", Runner::Shell, "c", "", " -C "},
    {kBusybox, Runner::Shell, "c", "", " -o "},
    {"python", Runner::Interpreter, "c", " -m ", " -W -X --check-hash-based-pycs "},
    {"pypy", Runner::Interpreter, "c", " -m ", " -W -X "},
    {"perl", Runner::Interpreter, "eE", "", " -I "},
    {"ruby", Runner::Interpreter, "e", "", " -I -r "},
    {"php", Runner::Interpreter, "r", " -f ", " -d -c "},
    {"lua", Runner::Interpreter, "e", "", " -l "},
    {"luajit", Runner::Interpreter, "e", "", " -l "},
    {"node", Runner::Interpreter, "ep", "", " -r --require --import --loader "},
    {"nodejs", Runner::Interpreter, "ep", "", " -r --require --import --loader "},
    {"deno", Runner::Interpreter, "", "", ""},
    {"bun", Runner::Interpreter, "e", "", ""},
    {"tclsh", Runner::Interpreter, "", "", ""},
    {"expect", Runner::Interpreter, "c", "", ""},
    {"java", Runner::Interpreter, "", " -jar -m --module ",
     " -cp -classpath --class-path -p --module-path --add-opens --add-exports --add-modules "},
});
// Their names go on: "ld-linux-x86-64.so.2", "qemu-aarch64-static".
constexpr auto kLoaders = std::to_array<std::string_view>({"ld-linux", "ld-musl", "qemu-"});
// Those of qemu that run machines and disks, not programs.
constexpr auto kNoLoaders =
    std::to_array<std::string_view>({"qemu-system-", "qemu-nbd", "qemu-img", "qemu-storage-daemon",
                                     "qemu-ga", "qemu-kvm", "qemu-io"});
constexpr RunnerInfo kLoader{"", Runner::Loader, "", "",
                             " --library-path --argv0 --preload --audit -L -E -0 "};

constexpr std::string_view kBlanks = " \t";

std::string_view take_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
  auto const word = rest.substr(0, rest.find_first_of(kBlanks));
  rest.remove_prefix(word.size());
  return word;
}

RunnerInfo const* find_runner(std::string_view name) {
  auto const* exact = std::ranges::find(kRunners, without_version(name), &RunnerInfo::name);
  if (exact != kRunners.end()) return exact;
  auto const begins = [&](std::string_view each) { return name.starts_with(each); };
  bool const loads =
      std::ranges::any_of(kLoaders, begins) && std::ranges::none_of(kNoLoaders, begins);
  return loads ? &kLoader : nullptr;
}

// Which of busybox's many programs it is.
std::string_view applet_of(model::Process const& process) {
  std::string_view rest = process.cmdline;
  auto name = base_name(take_word(rest));
  if (name == kBusybox) name = take_word(rest);
  if (name.starts_with('-')) name.remove_prefix(1);
  return name;
}

RunnerInfo const* info_of(model::Process const& process) {
  auto const* info = find_runner(file_name(process));
  if (info == nullptr || info->name != kBusybox) return info;
  auto const applet = applet_of(process);
  return applet == "sh" || applet == "ash" || applet == "hush" ? info : nullptr;
}

bool brings_code(RunnerInfo const& info, std::string_view option) {
  bool const is_short = option.size() > 1 && option[1] != '-';
  return (is_short && info.inline_flags.find(option.back()) != std::string_view::npos) ||
         option == "--eval" || option == "--command";
}

// From where `first` begins to where `last` ends; both are parts of one text.
std::string_view span_of(std::string_view first, std::string_view last) {
  return {first.data(), static_cast<std::size_t>(last.data() + last.size() - first.data())};
}

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.@:").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string_view file_name(model::Process const& process) {
  return process.exe.empty() ? std::string_view(process.comm) : base_name(process.exe);
}

bool has_word(std::string_view list, std::string_view word) {
  if (word.empty()) return false;
  for (auto at = list.find(word); at != std::string_view::npos; at = list.find(word, at + 1)) {
    bool const ends = at + word.size() < list.size() && list[at + word.size()] == ' ';
    if (at > 0 && list[at - 1] == ' ' && ends) return true;
  }
  return false;
}

Place place_of(std::string_view path) {
  if (path.empty()) return Place::Unknown;
  auto const* area =
      std::ranges::find_if(kAreas, [&](Area const& each) { return path.starts_with(each.path); });
  return area == kAreas.end() ? Place::Elsewhere : area->place;
}

std::string_view base_name(std::string_view path) {
  auto const slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view without_version(std::string_view name) {
  auto const end = name.find_last_not_of("0123456789.-_");
  return end == std::string_view::npos ? name : name.substr(0, end + 1);
}

std::string_view first_argument(model::Process const& process) {
  std::string_view rest = process.cmdline;
  return take_word(rest);
}

Runner runner_of(model::Process const& process) {
  auto const* info = info_of(process);
  return info == nullptr ? Runner::None : info->runner;
}

bool is_runner_name(std::string_view name) {
  if (name.starts_with('-')) name.remove_prefix(1);  // a login shell
  return find_runner(name) != nullptr;
}

bool is_wine(model::Process const& process) { return file_name(process).starts_with("wine"); }

std::string_view script_of(model::Process const& process) {
  auto const* info = info_of(process);
  if (info == nullptr) return {};
  std::string_view rest = process.cmdline;
  auto const first = base_name(take_word(rest));
  if (info->name == kBusybox && first == kBusybox) take_word(rest);
  for (auto word = take_word(rest); !word.empty(); word = take_word(rest)) {
    if (!word.starts_with('-') || word == "-") {
      if (word == "-") continue;
      return word;
    }
    if (has_word(info->named_options, word)) {
      auto const value = take_word(rest);
      return value.empty() ? word : span_of(word, value);
    }
    if (has_word(info->value_options, word)) {
      take_word(rest);
      continue;
    }
    if (brings_code(*info, word)) return word;
  }
  return {};
}

std::string program_key(model::Process const& process) {
  std::string key;
  if (process.exe.empty()) {
    base::append_valid_utf8(key, '[' + process.comm + ']');
    return key;
  }
  base::append_valid_utf8(key, process.exe);
  auto script = script_of(process);
  if (script.empty() && file_name(process) == kBusybox) script = applet_of(process);
  if (script.empty()) return key;
  key += ' ';
  base::append_valid_utf8(key, script);
  return key;
}

std::string restart_command(model::Process const& process) {
  if (process.pid == 1 && base_name(process.exe) == "systemd") return "systemctl daemon-reexec";
  auto const& unit = process.unit;
  bool const restarts = unit.ends_with(".service") && !unit.starts_with('-') && is_plain(unit);
  // A user's whole session, and the bus that everything hangs on.
  bool const spared = unit.starts_with("user@") || unit.starts_with("dbus");
  return restarts && !spared ? "systemctl restart " + unit : "";
}

}  // namespace lastack::detect
