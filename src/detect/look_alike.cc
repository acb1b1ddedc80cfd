#include "detect/look_alike.hh"

#include <algorithm>
#include <array>
#include <optional>

#include "detect/program.hh"

namespace lastack::detect {
namespace {

constexpr bool kSystemOnly = true;

constexpr auto kWellKnown = std::to_array<WellKnown>({
    {"sshd", Realm::Linux, kSystemOnly},
    {"systemd", Realm::Linux, kSystemOnly},
    {"systemd-journald", Realm::Linux, kSystemOnly},
    {"systemd-logind", Realm::Linux, kSystemOnly},
    {"systemd-networkd", Realm::Linux, kSystemOnly},
    {"systemd-resolved", Realm::Linux, kSystemOnly},
    {"systemd-timesyncd", Realm::Linux, kSystemOnly},
    {"systemd-udevd", Realm::Linux, kSystemOnly},
    {"dbus-daemon", Realm::Linux, kSystemOnly},
    {"rsyslogd", Realm::Linux, kSystemOnly},
    {"agetty", Realm::Linux, kSystemOnly},
    {"auditd", Realm::Linux, kSystemOnly},
    {"polkitd", Realm::Linux, kSystemOnly},
    {"udevd", Realm::Linux, kSystemOnly},
    {"NetworkManager", Realm::Linux, kSystemOnly},
    {"syslogd"},
    {"cron"},
    {"crond"},
    {"chronyd"},
    {"nginx"},
    {"apache2"},
    {"httpd"},
    {"mysqld"},
    {"mariadbd"},
    {"postgres"},
    {"mongod"},
    {"redis-server"},
    {"named"},
    {"dockerd"},
    {"containerd"},
    {"kubelet"},
    {"php-fpm"},
    {"haproxy"},
    {"memcached"},
    {"vsftpd"},
    {"bash"},
    {"firefox"},
    {"chrome"},
    {"chromium"},
    {"thunderbird"},
    {"iexplore.exe", Realm::Windows},
    {"explorer.exe", Realm::Windows},
    {"svchost.exe", Realm::Windows},
    {"lsass.exe", Realm::Windows},
    {"csrss.exe", Realm::Windows},
    {"winlogon.exe", Realm::Windows},
    {"wininit.exe", Realm::Windows},
    {"spoolsv.exe", Realm::Windows},
    {"rundll32.exe", Realm::Windows},
    {"taskhost.exe", Realm::Windows},
    {"dllhost.exe", Realm::Windows},
    {"conhost.exe", Realm::Windows},
    {"firefox.exe", Realm::Windows},
    {"chrome.exe", Realm::Windows},
    {"kworker", Realm::Kernel},
    {"ksoftirqd", Realm::Kernel},
    {"kthreadd", Realm::Kernel},
    {"kswapd", Realm::Kernel},
    {"kcompactd", Realm::Kernel},
    {"khugepaged", Realm::Kernel},
    {"kdevtmpfs", Realm::Kernel},
    {"kauditd", Realm::Kernel},
    {"khungtaskd", Realm::Kernel},
    {"kblockd", Realm::Kernel},
    {"kintegrityd", Realm::Kernel},
});

// Kernel threads whose names are too common as words to look for what resembles them.
constexpr auto kKernelBeginnings = std::to_array<WellKnown>({
    {"migration/", Realm::Kernel},
    {"cpuhp/", Realm::Kernel},
    {"idle_inject/", Realm::Kernel},
    {"irq/", Realm::Kernel},
    {"jbd2/", Realm::Kernel},
    {"xfsaild/", Realm::Kernel},
    {"rcu_sched", Realm::Kernel},
    {"rcu_preempt", Realm::Kernel},
    {"rcu_tasks", Realm::Kernel},
    {"scsi_eh_", Realm::Kernel},
    {"oom_reaper", Realm::Kernel},
});

// Programs of their own that happen to be a letter away from one above.
constexpr auto kNeighbours = std::to_array<std::string_view>(
    {"apache",   "audit",           "auditd",    "bpython",    "chrom",    "chroma",  "chrony",
     "chronyc",  "contained",       "container", "containers", "corn",     "croon",   "dbclient",
     "docker",   "explorer",        "fgetty",    "getty",      "ipython",  "kthread", "mariadb",
     "memcache", "mgetty",          "mongo",     "mongodb",    "mongos",   "monod",   "mysql",
     "mysqlx",   "network-manager", "ngetty",    "postgrest",  "postgrey", "pystemd", "qworker",
     "rcon",     "rsyslog",         "ssh",       "swapd",      "syslog",   "system",  "systemc",
     "systems",  "taskhostw.exe",   "worker",    "zaproxy"});

constexpr std::size_t kLongest = 40;  // letters that are compared
constexpr std::size_t kShortest = 4;  // letters of a name that is compared at all
constexpr std::string_view kExe = ".exe";

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// A text of bounded length.
struct Letters {
  std::array<char, kLongest> text{};
  std::size_t size = 0;

  constexpr void add(char c) {
    if (size < kLongest) text.at(size++) = c;
  }
  [[nodiscard]] constexpr std::string_view view() const { return {text.data(), size}; }
};

// Letters of other scripts that look like Latin ones, and what does not show at all.
struct Foreign {
  std::string_view utf8;
  char looks_like = 0;  // 0: nothing
};
constexpr auto kForeign = std::to_array<Foreign>({
    {"\xd0\xb0", 'a'},
    {"\xd1\x81", 'c'},
    {"\xd0\xb5", 'e'},
    {"\xd2\xbb", 'h'},
    {"\xd1\x96", 'i'},
    {"\xd1\x98", 'j'},
    {"\xd0\xbe", 'o'},
    {"\xd1\x80", 'p'},
    {"\xd1\x95", 's'},
    {"\xd1\x85", 'x'},
    {"\xd1\x83", 'y'},
    {"\xe2\x80\x8b", 0},
    {"\xe2\x80\x8c", 0},
    {"\xe2\x80\x8d", 0},
    {"\xef\xbb\xbf", 0},
});

constexpr Letters lowered(std::string_view name) {
  Letters letters;
  for (char const c : name) letters.add(lower(c));
  return letters;
}

constexpr char shape_of(char c) {
  constexpr std::string_view kFrom = "01|i5$";
  constexpr std::string_view kTo = "olllss";
  auto const at = kFrom.find(c);
  return at == std::string_view::npos ? c : kTo[at];
}

// What the eye sees of it: what looks alike becomes the same.
constexpr Letters shapes_of(std::string_view name) {
  constexpr std::string_view kAround = ". \t";
  auto const first = name.find_first_not_of(kAround);
  if (first == std::string_view::npos) return {};
  name = name.substr(first, name.find_last_not_of(kAround) + 1 - first);
  Letters letters;
  while (!name.empty()) {
    auto const* foreign = std::ranges::find_if(
        kForeign, [&](Foreign const& each) { return name.starts_with(each.utf8); });
    if (foreign != kForeign.end()) {
      if (foreign->looks_like != 0) letters.add(shape_of(foreign->looks_like));
      name.remove_prefix(foreign->utf8.size());
      continue;
    }
    bool const pair = name.starts_with("rn") || name.starts_with("vv");
    letters.add(pair ? (name.front() == 'r' ? 'm' : 'w') : shape_of(lower(name.front())));
    name.remove_prefix(pair ? 2 : 1);
  }
  return letters;
}

struct Prepared {
  Letters plain;
  Letters shapes;
};
constexpr auto kPrepared = [] {
  std::array<Prepared, kWellKnown.size()> all{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = {lowered(kWellKnown[i].name), shapes_of(kWellKnown[i].name)};
  }
  return all;
}();

// How much of both begins alike.
std::size_t common_beginning(std::string_view a, std::string_view b) {
  auto const [at, other] = std::ranges::mismatch(a, b);
  return static_cast<std::size_t>(at - a.begin());
}

// One step from `known` to `name`; nullopt: it takes more, or none.
std::optional<Likeness> one_step(std::string_view name, std::string_view known) {
  auto const same = common_beginning(name, known);
  auto const name_rest = name.substr(same);
  auto const known_rest = known.substr(same);
  if (name.size() == known.size()) {
    if (name_rest.empty()) return std::nullopt;
    if (name_rest.substr(1) == known_rest.substr(1)) return Likeness::Edited;
    bool const swapped = name_rest.size() >= 2 && name_rest[0] == known_rest[1] &&
                         name_rest[1] == known_rest[0] &&
                         name_rest.substr(2) == known_rest.substr(2);
    return swapped ? std::optional(Likeness::Swapped) : std::nullopt;
  }
  if (name.size() == known.size() + 1 && name_rest.substr(1) == known_rest) {
    bool const doubled = same > 0 && name_rest[0] == name[same - 1];
    return doubled ? Likeness::Doubled : Likeness::Edited;
  }
  if (name.size() + 1 == known.size() && name_rest == known_rest.substr(1)) return Likeness::Edited;
  return std::nullopt;
}

std::string_view stem_of(std::string_view name) {
  return name.ends_with(kExe) ? name.substr(0, name.size() - kExe.size()) : name;
}

Likeness likeness(Letters const& plain, Letters const& shapes, Prepared const& known,
                  std::size_t shortest) {
  if (shapes.view() == known.shapes.view()) return Likeness::Disguised;
  auto const step = one_step(plain.view(), known.plain.view());
  if (!step) return Likeness::None;
  bool const long_enough =
      std::min(stem_of(plain.view()).size() + 1, stem_of(known.plain.view()).size()) >= shortest;
  return *step != Likeness::Edited || long_enough ? *step : Likeness::None;
}

bool is_neighbour(std::string_view plain) {
  return std::ranges::find(kNeighbours, plain) != kNeighbours.end();
}

bool is_called(std::string_view plain, Prepared const& known) {
  return plain == known.plain.view() || without_version(plain) == known.plain.view();
}

}  // namespace

Resemblance resemblance(std::string_view name, std::size_t shortest) {
  if (name.size() < kShortest || name.size() >= kLongest) return {};
  auto const plain = lowered(name);
  for (std::size_t i = 0; i < kPrepared.size(); ++i) {
    if (is_called(plain.view(), kPrepared.at(i))) return {Likeness::Same, &kWellKnown.at(i)};
  }
  if (is_neighbour(plain.view()) || is_neighbour(without_version(plain.view()))) {
    return {Likeness::Same};
  }
  auto const shapes = shapes_of(name);
  Resemblance nearest;
  for (std::size_t i = 0; i < kPrepared.size(); ++i) {
    bool const windows = kWellKnown.at(i).realm == Realm::Windows;
    if (windows != plain.view().ends_with(kExe)) continue;
    auto const like = likeness(plain, shapes, kPrepared.at(i), shortest);
    if (like == Likeness::None) continue;
    if (nearest.to == nullptr || like < nearest.likeness) nearest = {like, &kWellKnown.at(i)};
  }
  return nearest;
}

WellKnown const* kernel_thread_name(std::string_view name) {
  if (name.starts_with('[')) name.remove_prefix(1);
  auto const begins = [&](WellKnown const& each) {
    return each.realm == Realm::Kernel && name.starts_with(each.name);
  };
  if (auto const* found = std::ranges::find_if(kWellKnown, begins); found != kWellKnown.end()) {
    return found;
  }
  auto const* found = std::ranges::find_if(kKernelBeginnings, begins);
  return found == kKernelBeginnings.end() ? nullptr : found;
}

}  // namespace lastack::detect
