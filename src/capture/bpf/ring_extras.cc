#include "capture/bpf/ring_extras.hh"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <mntent.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "accepts.skel.h"
#include "base/error.hh"
#include "base/fd.hh"
#include "capture/bpf/program_info.hh"
#include "trampolines.skel.h"

namespace lastack::capture::bpf {
namespace {

constexpr std::string_view kAccepts = "who accepts";
constexpr std::string_view kSteps = "mini-socket steps";
constexpr std::string_view kByFentry = "watch: fentry program";
constexpr std::string_view kByCgroup = "watch: cgroup program, where accept() asks for the address";

struct Destroy {
  void operator()(trampolines_bpf* skeleton) const { trampolines_bpf::destroy(skeleton); }
  void operator()(accepts_bpf* skeleton) const { accepts_bpf::destroy(skeleton); }
  void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};
struct CloseMounts {
  void operator()(std::FILE* file) const { ::endmntent(file); }
};

template <typename Skeleton>
base::Result<void> share(Skeleton& skeleton, SharedMaps const& maps) {
  skeleton.rodata->pid_namespace_inode = maps.pid_namespace;
  for (auto const& [map, fd] : std::to_array<std::pair<bpf_map*, int>>(
           {{skeleton.maps.ring, maps.ring},
            {skeleton.maps.lost, maps.lost},
            {skeleton.maps.reader_sleeps, maps.reader_sleeps}})) {
    if (int const error = bpf_map__reuse_fd(map, fd); error != 0) {
      return base::fail_errno("share a map", -error);
    }
  }
  return {};
}

using Trampolines = std::unique_ptr<trampolines_bpf, Destroy>;
using Accepts = std::unique_ptr<accepts_bpf, Destroy>;

base::Result<Trampolines> trampolines(SharedMaps const& maps, bool accepts, bool steps) {
  Trampolines skeleton(trampolines_bpf::open());
  if (!skeleton) return base::fail_errno("open");
  bpf_program__set_autoload(skeleton->progs.accepted, accepts);
  bpf_program__set_autoload(skeleton->progs.mini_entered, steps);
  bpf_program__set_autoload(skeleton->progs.mini_left, steps);
  if (auto const shared = share(*skeleton, maps); !shared) return std::unexpected(shared.error());
  if (int const error = trampolines_bpf::load(skeleton.get()); error != 0) {
    return base::fail_errno("fentry programs", -error);
  }
  if (int const error = trampolines_bpf::attach(skeleton.get()); error != 0) {
    return base::fail_errno("fentry programs", -error);
  }
  return skeleton;
}

base::Result<base::Fd> cgroup_root() {
  std::unique_ptr<std::FILE, CloseMounts> const mounts(::setmntent("/proc/self/mounts", "re"));
  if (!mounts) return base::fail_errno("open /proc/self/mounts");
  mntent entry{};
  std::array<char, 4096> text{};
  while (::getmntent_r(mounts.get(), &entry, text.data(), static_cast<int>(text.size()))) {
    if (std::strcmp(entry.mnt_type, "cgroup2") != 0) continue;
    base::Fd root(::open(entry.mnt_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (root.valid()) return root;
  }
  return base::fail("no cgroup v2 hierarchy is mounted");
}

}  // namespace

struct RingExtras::Programs {
  Trampolines accepts_by_trampoline;
  Trampolines steps;
  Accepts accepts_by_cgroup;
  std::array<std::unique_ptr<bpf_link, Destroy>, 2> links;

  base::Result<void> attach_to_cgroup(SharedMaps const& maps) {
    Accepts skeleton(accepts_bpf::open());
    if (!skeleton) return base::fail_errno("open");
    if (auto shared = share(*skeleton, maps); !shared) return shared;
    if (int const error = accepts_bpf::load(skeleton.get()); error != 0) {
      return base::fail_errno("cgroup programs", -error);
    }
    auto const root = cgroup_root();
    if (!root) return std::unexpected(root.error());
    std::array const programs{skeleton->progs.peer_name_asked4, skeleton->progs.peer_name_asked6};
    for (std::size_t i = 0; i < programs.size(); ++i) {
      links[i].reset(bpf_program__attach_cgroup(programs[i], root->get()));
      if (links[i]) continue;
      int const error = errno;
      links = {};
      return base::fail_errno("attach to the root cgroup", error);
    }
    accepts_by_cgroup = std::move(skeleton);
    return {};
  }
};

RingExtras::RingExtras() : programs_(std::make_unique<Programs>()) {}
RingExtras::RingExtras(RingExtras&&) noexcept = default;
RingExtras& RingExtras::operator=(RingExtras&&) noexcept = default;
RingExtras::~RingExtras() = default;

RingExtras RingExtras::attach(SharedMaps const& maps) {
  RingExtras extras;
  auto& programs = *extras.programs_;
  if (auto accepts = trampolines(maps, true, false)) {
    programs.accepts_by_trampoline = std::move(*accepts);
    extras.all_.push_back({kAccepts, kByFentry, ""});
  } else {
    auto const attached = programs.attach_to_cgroup(maps);
    extras.all_.push_back({kAccepts, kByCgroup, attached ? "" : attached.error().message});
  }
  auto steps = trampolines(maps, false, true);
  extras.all_.push_back({kSteps, kByFentry, steps ? "" : steps.error().message});
  if (steps) programs.steps = std::move(*steps);
  return extras;
}

std::uint64_t RingExtras::skipped() const {
  std::uint64_t skipped = 0;
  if (auto const& accepts = programs_->accepts_by_trampoline) {
    skipped += recursion_misses(accepts->progs.accepted);
  }
  if (auto const& steps = programs_->steps) {
    skipped += recursion_misses(steps->progs.mini_left);
  }
  return skipped;
}

}  // namespace lastack::capture::bpf
