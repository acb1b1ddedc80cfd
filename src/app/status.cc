// `lastack status`: what this machine lets lastack see, and what would let it see more.
#include <sys/utsname.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/command.hh"
#include "app/command_line.hh"
#include "app/privileges.hh"
#include "base/text.hh"
#include "capture/bpf/owners_iterator.hh"
#include "capture/bpf/transition_ring.hh"
#include "capture/netns/discover.hh"
#include "capture/netns/enter.hh"
#include "capture/owners/proc_fd.hh"
#include "capture/procfs/proc_fs.hh"
#include "capture/sock_diag/session.hh"
#include "export/json_writer.hh"

namespace lastack::app {
namespace {

namespace netns = capture::netns;
namespace sock_diag = capture::sock_diag;

enum class Works : std::uint8_t { No, InPart, Yes };

std::string_view word(Works works) {
  constexpr auto kWords = std::to_array<std::string_view>({"no", "part", "yes"});
  return kWords[static_cast<std::size_t>(works)];
}

Works yes_if(bool good) { return good ? Works::Yes : Works::No; }
Works all_if(bool complete) { return complete ? Works::Yes : Works::InPart; }

// One source of facts: whether it works here, and what that means.
struct Source {
  std::string_view name;
  Works works = Works::No;
  std::string detail;
};

struct Status {
  std::string kernel;
  std::vector<Source> sources;
  std::vector<Capability> missing;
};

std::string kernel_version() {
  utsname info{};
  if (::uname(&info) != 0) return "unknown";
  return fmt::format("{} {} {}", info.sysname, info.release, info.machine);
}

Source probe_btf() {
  constexpr auto kPath = "/sys/kernel/btf/vmlinux";
  bool const there = ::access(kPath, R_OK) == 0;
  return {"kernel BTF", yes_if(there),
          there ? kPath : "not there: the kernel was built without CONFIG_DEBUG_INFO_BTF"};
}

Source probe_dump(std::string_view name, model::Protocol protocol, model::SocketStateMask states) {
  auto session = sock_diag::Session::open();
  if (!session) return {name, Works::No, session.error().message};
  model::Snapshot snapshot;
  sock_diag::DumpRequest const request{
      .protocol = protocol, .family = model::Family::Inet, .states = states, .facts = {}};
  auto const outcome = session->dump(request, 0, snapshot);
  if (!outcome) return {name, Works::No, outcome.error().message};
  if (!outcome->supported) return {name, Works::No, "the kernel has no such sock_diag module"};
  return {name, Works::Yes, "sock_diag dump"};
}

Source probe_iterator() {
  auto const holders = capture::bpf::read_owners();
  if (!holders) return {"owners by BPF", Works::No, holders.error().message};
  return {"owners by BPF", Works::Yes,
          fmt::format("iterator over open files: {} sockets held", holders->size())};
}

// Attached for an instant.
std::vector<Source> probe_events() {
  auto const ring = capture::bpf::TransitionRing::attach({.bytes = 4096});
  if (!ring) return {{"events of sockets", Works::No, ring.error().message}};
  auto const& nameless = ring->nameless();
  std::vector<Source> sources{
      {"events of sockets", Works::Yes, "watch: tracepoints of states and timers"},
      {"causes by stack", yes_if(nameless.empty()),
       nameless.empty() ? "watch: the kernel's functions are known by name" : nameless}};
  for (auto const& extra : ring->extras()) {
    bool const runs = extra.why_not.empty();
    sources.push_back({extra.what, yes_if(runs), runs ? std::string(extra.how) : extra.why_not});
  }
  return sources;
}

Source probe_proc(capture::procfs::ProcFs const& fs) {
  auto const scan = capture::owners::scan(fs);
  if (!scan) return {"owners by /proc", Works::No, scan.error().message};
  bool const all = scan->unreadable_processes == 0 && !scan->processes_hidden;
  auto detail = all ? std::string("every process can be read")
                    : base::counted(scan->unreadable_processes, "process may not be read",
                                    "processes may not be read");
  if (scan->processes_hidden) detail += "; /proc hides other users' processes (hidepid)";
  return {"owners by /proc", all_if(all), std::move(detail)};
}

Source probe_namespaces(capture::procfs::ProcFs const& fs) {
  constexpr std::string_view kName = "network namespaces";
  auto const discovery = netns::discover(fs);
  if (!discovery) return {kName, Works::No, discovery.error().message};
  std::size_t closed = 0;
  std::string why;
  for (auto const& ns : discovery->namespaces) {
    if (ns.own) continue;
    auto const descriptor = netns::open_namespace(ns);
    auto const visit =
        descriptor ? netns::run_in(*descriptor, [] {}) : std::unexpected(descriptor.error());
    if (visit) continue;
    ++closed;
    why = visit.error().message;
  }
  auto detail = fmt::format("{} of {} can be listed", discovery->namespaces.size() - closed,
                            discovery->namespaces.size());
  if (closed > 0) detail += " (" + why + ")";
  if (discovery->unreadable_processes > 0) {
    detail += "; " + base::counted(discovery->unreadable_processes, "process does not tell its own",
                                   "processes do not tell theirs");
  }
  return {kName, all_if(closed == 0 && discovery->unreadable_processes == 0), std::move(detail)};
}

// Linux 6.8 lists them; an older kernel ignores the state bit and dumps nothing for it.
Source probe_bound_inactive() {
  utsname info{};
  ::uname(&info);
  auto const* end = info.release + std::strlen(info.release);
  int major = 0;
  int minor = 0;
  auto const after_major = std::from_chars(info.release, end, major).ptr;
  if (after_major != end) std::from_chars(after_major + 1, end, minor);
  bool const listed = major > 6 || (major == 6 && minor >= 8);
  return {"bound, inactive TCP", yes_if(listed),
          listed ? "sock_diag dump" : "not listed by kernels before 6.8"};
}

Status probe() {
  capture::procfs::ProcFs const fs;
  Status status;
  status.kernel = kernel_version();
  status.sources = {
      probe_btf(),
      probe_dump("TCP sockets", model::Protocol::Tcp, model::mask_of(model::SocketState::Listen)),
      probe_dump("UDP sockets", model::Protocol::Udp,
                 model::mask_of(model::SocketState::Unconnected)),
      probe_bound_inactive(),
      probe_iterator(),
      probe_proc(fs),
      probe_namespaces(fs)};
  for (auto& source : probe_events()) status.sources.push_back(std::move(source));
  if (auto missing = missing_capabilities()) {
    status.missing = std::move(*missing);
  } else {
    status.sources.push_back({"capabilities", Works::No, missing.error().message});
  }
  return status;
}

void write_text(Status const& status, std::string& out) {
  out += fmt::format("lastack {} on {}\n\n", LASTACK_VERSION, base::printable(status.kernel));
  for (auto const& source : status.sources) {
    out += fmt::format("  {:<4}  {:<20} {}\n", word(source.works), source.name,
                       base::printable(source.detail));
  }
  if (status.missing.empty()) {
    bool const all = std::ranges::all_of(
        status.sources, [](Source const& source) { return source.works == Works::Yes; });
    out += all ? "\nNo permission is missing.\n"
               : "\nNo capability is missing: what is not \"yes\" is kept back by the kernel, a "
                 "security\nmodule, a user namespace or a container.\n";
    return;
  }
  out += "\nMissing permissions:\n";
  for (auto const& capability : status.missing) {
    out += fmt::format("  {:<20} {}\n", capability.name, capability.gives);
  }
  out += fmt::format("Run lastack as root, or give them once:\n  {}\n", grant_command());
}

void write_json(Status const& status, std::string& out) {
  exporting::JsonWriter json(out);
  json.begin_object();
  json.key("version").string(LASTACK_VERSION);
  json.key("kernel").string(status.kernel);
  json.key("sources").begin_array();
  for (auto const& source : status.sources) {
    json.begin_object();
    json.key("name").string(source.name);
    json.key("works").string(word(source.works));
    json.key("detail").string(source.detail);
    json.end_object();
  }
  json.end_array();
  json.key("missing_capabilities").begin_array();
  for (auto const& capability : status.missing) json.string(capability.name);
  json.end_array();
  if (!status.missing.empty()) json.key("grant_command").string(grant_command());
  json.end_object();
  json.end_line();
}

}  // namespace

int run_status(std::span<char const* const> arguments) {
  CLI::App app("what this machine lets lastack see, and what would let it see more",
               "lastack status");
  bool as_json = false;
  app.add_flag("--json", as_json, "one JSON object");
  if (auto const exit = parse_command_line(app, arguments, "status")) return *exit;
  std::string out;
  auto const status = probe();
  as_json ? write_json(status, out) : write_text(status, out);
  return print(out);
}

}  // namespace lastack::app
