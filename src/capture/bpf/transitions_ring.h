/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What the programs that write to the ring of transitions share. */
#pragma once

#include "kernel_constants.h"
#include "kernel_types.h"
#include "process_identity.h"
#include "transitions_abi.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#ifndef barrier_var
#define barrier_var(var) asm volatile("" : "+r"(var))
#endif

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 32 << 20);
} ring SEC(".maps");

/* Records that found the ring full, by kind. */
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, KIND_COUNT);
  __type(key, __u32);
  __type(value, __u64);
} lost SEC(".maps");

/* Set by the reader before it goes to sleep for long: the next record wakes it. */
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u64);
} reader_sleeps SEC(".maps");

static __always_inline void count_loss(__u32 kind) {
  __u64* count = bpf_map_lookup_elem(&lost, &kind);
  if (count) (*count)++;
}

/* A record with these parts, which must be known when this is compiled; 0: the ring is full, which
 * is counted. Everything but `parts`, `kind` and `family` is still to be written. */
static __always_inline struct transition_record* reserve(__u8 kind, __u32 parts) {
  struct transition_record* record = bpf_ringbuf_reserve(&ring, size_with(parts), 0);
  if (!record) {
    count_loss(kind);
    return 0;
  }
  record->kind = kind;
  record->parts = parts;
  record->family = parts & PART_ADDRESSES ? 6 : 4;
  return record;
}

static __always_inline void* part_of(struct transition_record* record, __u32 parts, __u32 part) {
  return (void*)record + size_with(parts & (part - 1));
}

static __always_inline void submit(void* record) {
  __u32 zero = 0;
  __u64 volatile* sleeps = bpf_map_lookup_elem(&reader_sleeps, &zero);
  if (!sleeps || !*sleeps) {
    bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
    return;
  }
  *sleeps = 0;
  bpf_ringbuf_submit(record, BPF_RB_FORCE_WAKEUP);
}

static __always_inline __u16 flags_of_task(struct task_struct* task) {
  __u16 flags = 0;
  if (task->flags & PF_EXITING) flags |= FLAG_EXITING;
  if (task->flags & PF_KTHREAD) flags |= FLAG_KERNEL_TASK;
  return flags;
}

static __always_inline void describe_actor(struct transition_actor* actor,
                                           struct task_struct* task) {
  struct task_struct* leader = task->group_leader;
  actor->start_time = leader->start_boottime;
  actor->tgid = visible_tgid(task);
  actor->uid = task->cred->euid.val;
  __builtin_memcpy(actor->comm, leader->comm, sizeof(actor->comm));
}
