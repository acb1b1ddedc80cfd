#include "capture/bpf/owners_iterator.hh"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <netinet/in.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <memory>
#include <span>

#include "base/fd.hh"
#include "capture/bpf/own_pid_namespace.hh"
#include "capture/bpf/owners_abi.h"
#include "owners.skel.h"

namespace lastack::capture::bpf {
namespace {

// The kernel hands out at most its own buffer of 8 pages a read (kernel/bpf/bpf_iter.c).
constexpr std::size_t kRecordsPerRead = 2048;

struct Destroy {
  void operator()(owners_bpf* skeleton) const { owners_bpf::destroy(skeleton); }
  void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};
using Skeleton = std::unique_ptr<owners_bpf, Destroy>;
using Link = std::unique_ptr<bpf_link, Destroy>;

int print_nothing(libbpf_print_level, char const*, va_list) { return 0; }

base::Result<Skeleton> load() {
  libbpf_set_print(print_nothing);  // failures are told once, by the error that is returned
  Skeleton skeleton(owners_bpf::open());
  if (!skeleton) return base::fail_errno("open the BPF program");
  auto const pid_namespace = own_pid_namespace();
  if (!pid_namespace) return std::unexpected(pid_namespace.error());
  skeleton->rodata->pid_namespace_inode = *pid_namespace;
  if (int const error = owners_bpf::load(skeleton.get()); error != 0) {
    return base::fail_errno("load the BPF iterator over open files", -error);
  }
  return skeleton;
}

base::Result<base::Fd> start(owners_bpf& skeleton, Link& link) {
  link.reset(bpf_program__attach_iter(skeleton.progs.socket_owners, nullptr));
  if (!link) return base::fail_errno("attach the BPF iterator over open files");
  base::Fd iterator(bpf_iter_create(bpf_link__fd(link.get())));
  if (!iterator.valid()) return base::fail_errno("create the BPF iterator over open files");
  return iterator;
}

owners::Holder holder_of(owner_record const& record) {
  return {.cookie = record.cookie,
          .inode = record.inode,
          .netns = record.netns,
          .pid = record.tgid,
          .fd = static_cast<std::int32_t>(record.fd),
          .mptcp = record.protocol == IPPROTO_MPTCP};
}

}  // namespace

base::Result<std::vector<owners::Holder>> read_owners() {
  auto skeleton = load();
  if (!skeleton) return std::unexpected(skeleton.error());
  Link link;
  auto iterator = start(**skeleton, link);
  if (!iterator) return std::unexpected(iterator.error());

  std::vector<owners::Holder> holders;
  std::vector<owner_record> chunk(kRecordsPerRead);
  for (;;) {
    auto const length = ::read(iterator->get(), chunk.data(), chunk.size() * sizeof(owner_record));
    if (length < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (length < 0) return base::fail_errno("read the BPF iterator over open files");
    if (length == 0) return holders;
    auto const count = static_cast<std::size_t>(length) / sizeof(owner_record);
    for (auto const& record : std::span(chunk).first(count)) holders.push_back(holder_of(record));
  }
}

}  // namespace lastack::capture::bpf
