/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Process ids as lastack's own pid namespace knows them. */
#pragma once

#include "kernel_types.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define MAX_PID_LEVEL 32 /* kernel: MAX_PID_NS_LEVEL */

/* The pid namespace whose numbers to report (inode of /proc/self/ns/pid); 0: the initial one. */
__u32 const volatile pid_namespace_inode = 0;

/* The process id as that namespace knows it; 0 where it has none there. */
static __u32 visible_tgid(struct task_struct* task) {
  if (pid_namespace_inode == 0) return task->tgid;
  struct pid* pid = BPF_CORE_READ(task, group_leader, thread_pid);
  __u32 level = BPF_CORE_READ(pid, level);
  char* numbers = (char*)pid + bpf_core_field_offset(struct pid, numbers);
  for (__u32 i = 0; i <= MAX_PID_LEVEL && i <= level; i++) {
    struct upid* upid = (struct upid*)(numbers + i * bpf_core_type_size(struct upid));
    if (BPF_CORE_READ(upid, ns, ns.inum) == pid_namespace_inode) return BPF_CORE_READ(upid, nr);
  }
  return 0;
}
