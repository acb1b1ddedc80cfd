#include "detect/suspicion.hh"

#include <algorithm>
#include <array>

#include "detect/look_alike.hh"
#include "detect/program.hh"

namespace lastack::detect {
namespace {

using model::Process;

constexpr std::string_view kMemory = "/memfd:";

// Container runtimes copy themselves into memory so that a container cannot overwrite them
// (CVE-2019-5736).
constexpr auto kRuntimeCopies = std::to_array<std::string_view>({
    "/memfd:runc_cloned:",
    "/memfd:runc-cloned:",
    "/memfd:runc_dmz",
    "/memfd:crun_cloned:",
    "/memfd:lxc",
});
constexpr auto kScratchTools = std::to_array<std::string_view>({
    "/tmp/.mount_",   // AppImage
    "/tmp/go-build",  // go run, go test
    "/tmp/rustdoctest",
    "/tmp/cargo-install",
    "/tmp/nix-build-",
    "/tmp/nix-shell",
});
// Whose names programs take that hide, apart from the parts of the system.
constexpr auto kBorrowedNames = std::to_array<std::string_view>(
    {"httpd", "apache2", "nginx", "cron", "crond", "named", "syslogd", "bash"});

template <typename List>
bool begins_with_one_of(std::string_view text, List const& list) {
  return std::ranges::any_of(list, [&](auto const& each) { return text.starts_with(each); });
}

// The name in the command line, which a program may write anew: "sshd" of "/usr/sbin/sshd -D",
// "nginx" of "nginx: worker process".
std::string_view claimed_name(Process const& process) {
  auto name = base_name(first_argument(process));
  if (name.starts_with('-')) name.remove_prefix(1);
  if (name.ends_with(':')) name.remove_suffix(1);
  return name;
}

WellKnown const* kernel_name(Process const& process) {
  // A kernel thread has neither.
  if (process.exe.empty() && process.cmdline.empty()) return nullptr;
  if (auto const* by_file = kernel_thread_name(called_name(process))) return by_file;
  if (auto const* by_name = kernel_thread_name(process.comm)) return by_name;
  auto const first = first_argument(process);
  return first.starts_with('[') ? kernel_thread_name(first) : nullptr;
}

// Where what carries the name lives: the script, or the file.
Place home_of(Process const& process) {
  if (is_wine(process)) return Place::Elsewhere;
  auto const script = script_of(process);
  return place_of(script.empty() ? std::string_view(process.exe) : script);
}

Judgement judge_name(Process const& process, std::size_t shortest) {
  auto const like = resemblance(called_name(process), shortest);
  auto const home = home_of(process);
  if (like.to == nullptr || home == Place::Unknown) return {};
  switch (like.likeness) {
    case Likeness::None: return {};
    case Likeness::Same: {
      bool const windows = like.to->realm == Realm::Windows;
      if (windows && !is_wine(process)) return {Suspicion::LookAlike, like.to->name};
      bool const astray =
          like.to->system_only && home != Place::System && process.container.empty();
      return astray ? Judgement{Suspicion::SystemElsewhere, like.to->name} : Judgement{};
    }
    case Likeness::Edited:
      if (home == Place::System) return {};  // packages choose their names as they like
      [[fallthrough]];
    case Likeness::Disguised:
    case Likeness::Swapped:
    case Likeness::Doubled: return {Suspicion::LookAlike, like.to->name};
  }
  return {};
}

// A program outside of the system, or a script that hides its interpreter, under the name of a
// daemon.
Judgement judge_claim(Process const& process) {
  auto const claims = claimed_name(process);
  auto const own = base_name(process.exe);
  if (process.exe.empty() || claims == own || claims.empty()) return {};
  bool const runs_script = runner_of(process) != Runner::None;
  if (runs_script ? is_runner_name(claims) : place_of(process.exe) == Place::System) return {};
  for (auto const name : {claims, base_name(process.comm)}) {
    auto const like = resemblance(name, name.size() + 1);
    if (like.likeness != Likeness::Same || like.to == nullptr) continue;
    bool const borrowed = like.to->system_only ||
                          std::ranges::find(kBorrowedNames, like.to->name) != kBorrowedNames.end();
    if (borrowed && without_version(own) != like.to->name) {
      return {Suspicion::FalseName, like.to->name};
    }
  }
  return {};
}

Suspicion judge_place(Process const& process) {
  auto const place = place_of(process.exe);
  if (place == Place::Scratch) {
    if (process.exe_deleted) return Suspicion::DeletedScratch;
    return begins_with_one_of(process.exe, kScratchTools) ? Suspicion::ScratchTool
                                                          : Suspicion::Scratch;
  }
  if (process.exe_deleted) {
    return place == Place::System ? Suspicion::Upgraded : Suspicion::Replaced;
  }
  auto const script = script_of(process);
  return place_of(script) == Place::Scratch ? Suspicion::ScratchScript : Suspicion::None;
}

}  // namespace

std::string_view called_name(Process const& process) {
  if (process.exe.empty() || is_wine(process)) return process.comm;
  if (runner_of(process) != Runner::None) {
    auto const script = script_of(process);
    if (!script.starts_with('-')) return base_name(script);
  }
  return base_name(process.exe);
}

std::string full_identity(Process const& process) {
  if (is_wine(process)) return process.exe + ' ' + process.comm;
  return program_key(process);
}

Judgement judge(Process const& process, std::size_t shortest) {
  if (auto const* kernel = kernel_name(process)) return {Suspicion::KernelName, kernel->name};
  if (process.exe.starts_with(kMemory)) {
    bool const known = begins_with_one_of(process.exe, kRuntimeCopies);
    return {known ? Suspicion::RuntimeCopy : Suspicion::Memory, {}};
  }
  auto const place = judge_place(process);
  auto const name = judge_name(process, shortest);
  if (name.suspicion == Suspicion::LookAlike) return name;
  if (place == Suspicion::DeletedScratch) return {place, {}};
  if (auto const claim = judge_claim(process); claim.suspicion != Suspicion::None) return claim;
  return name.suspicion > place ? name : Judgement{place, {}};
}

}  // namespace lastack::detect
