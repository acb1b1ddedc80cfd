#include "app/privileges.hh"

#include <linux/capability.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <climits>
#include <memory>

#include "base/text.hh"

namespace lastack::app {
namespace {

constexpr auto kUseful = std::to_array<Capability>({
    {"cap_sys_ptrace", "see the open files and programs of other users' processes", CAP_SYS_PTRACE},
    {"cap_dac_read_search", "read their /proc folders", CAP_DAC_READ_SEARCH},
    {"cap_sys_admin", "enter other network namespaces", CAP_SYS_ADMIN},
    {"cap_net_admin",
     "close connections; who accepts, socket marks, namespaces that only a socket keeps alive",
     CAP_NET_ADMIN},
    {"cap_bpf", "watch events; the fast way to owners (BPF iterator)", CAP_BPF},
    {"cap_perfmon", "watch events; the fast way to owners (BPF iterator)", CAP_PERFMON},
    {"cap_syslog", "causes that only the names of the kernel's functions tell", CAP_SYSLOG},
});

struct FreeCapabilities {
  void operator()(cap_t capabilities) const { cap_free(capabilities); }
};
using Capabilities = std::unique_ptr<std::remove_pointer_t<cap_t>, FreeCapabilities>;

std::string own_path() {
  std::string path(PATH_MAX, '\0');
  auto const length = ::readlink("/proc/self/exe", path.data(), path.size());
  if (length <= 0) return "lastack";
  path.resize(static_cast<std::size_t>(length));
  return path;
}

}  // namespace

std::span<Capability const> useful_capabilities() { return kUseful; }

base::Result<std::vector<Capability>> missing_capabilities() {
  Capabilities const own(cap_get_proc());
  if (!own) return base::fail_errno("read own capabilities");
  std::vector<Capability> missing;
  for (auto const& capability : kUseful) {
    cap_flag_value_t value = CAP_CLEAR;
    if (cap_get_flag(own.get(), capability.number, CAP_EFFECTIVE, &value) != 0 ||
        value != CAP_SET) {
      missing.push_back(capability);
    }
  }
  return missing;
}

base::Result<void> keep_only_useful_capabilities() {
  Capabilities const own(cap_get_proc());
  Capabilities const kept(cap_init());
  if (!own || !kept) return base::fail_errno("read own capabilities");
  for (auto const& capability : kUseful) {
    for (auto const set : {CAP_EFFECTIVE, CAP_PERMITTED}) {
      cap_flag_value_t value = CAP_CLEAR;
      cap_value_t const number = capability.number;
      if (cap_get_flag(own.get(), number, set, &value) != 0) continue;
      if (cap_set_flag(kept.get(), set, 1, &number, value) != 0) {
        return base::fail_errno("choose capabilities");
      }
    }
  }
  if (cap_set_proc(kept.get()) != 0) return base::fail_errno("drop capabilities");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return base::fail_errno("no new privileges");
  return {};
}

std::string remedy_for(std::string_view capability) {
  std::string name(capability);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  cap_value_t number = 0;
  Capabilities const own(cap_get_proc());
  cap_flag_value_t value = CAP_CLEAR;
  bool const has = own && cap_from_name(name.c_str(), &number) == 0 &&
                   cap_get_flag(own.get(), number, CAP_EFFECTIVE, &value) == 0 && value == CAP_SET;
  if (has) {
    return "lastack has " + std::string(capability) +
           ", but not in the user namespace that it is needed in, or a security module says no: "
           "run "
           "it outside of the container or user namespace, as root";
  }
  std::string text = "run it as root (sudo)";
  bool const grantable = std::ranges::find(kUseful, name, &Capability::name) != kUseful.end();
  // The right to signal any process is not one to hand to whoever may run lastack.
  return grantable ? text + ", or once: " + grant_command() : text;
}

std::string grant_command() {
  std::string command = "sudo setcap ";
  for (auto const& capability : kUseful) {
    if (&capability != kUseful.data()) command += ',';
    command += capability.name;
  }
  return command + "+ep " + base::printable(own_path());
}

}  // namespace lastack::app
