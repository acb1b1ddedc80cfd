/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Who holds which socket open: one pass over the open files of all tasks (kernel:
 * kernel/bpf/task_iter.c). The kernel leaves out threads that share the file table of their
 * leader; where the leader has ended, all others come, and we take the first of them. */
#include "kernel_types.h"
#include "owners_abi.h"
#include "process_identity.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define AF_INET 2
#define AF_INET6 10
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_MPTCP 262

/* The task whose file table is being walked. */
struct files_struct* walked_files = 0;
int walked_pid = 0;

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* True for a thread whose file table another thread of its process has just shown. */
static int is_shown_already(struct task_struct* task) {
  struct files_struct* files = task->files;
  if (files == walked_files && task->pid != walked_pid) return 1;
  walked_files = files;
  walked_pid = task->pid;
  return 0;
}

static int is_listed(__u16 family, __u16 protocol) {
  if (family != AF_INET && family != AF_INET6) return 0;
  return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_MPTCP;
}

SEC("iter/task_file")
int socket_owners(struct bpf_iter__task_file* ctx) {
  struct task_struct* task = ctx->task;
  struct file* file = ctx->file;
  if (!task || !file || is_shown_already(task)) return 0;
  struct socket* socket = bpf_sock_from_file(file);
  if (!socket) return 0;
  struct sock* sk = socket->sk;
  if (!sk) return 0;

  struct owner_record record = {
      .family = sk->__sk_common.skc_family,
      .protocol = sk->sk_protocol,
  };
  if (!is_listed(record.family, record.protocol)) return 0;
  record.cookie = bpf_get_socket_cookie(sk);
  record.inode = file->f_inode->i_ino;
  record.netns = sk->__sk_common.skc_net.net->ns.inum;
  record.tgid = visible_tgid(task);
  record.fd = ctx->fd;
  record.state = sk->__sk_common.skc_state;
  /* 0 or, where the buffer is full, an error upon which the kernel calls again */
  bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
  return 0;
}
