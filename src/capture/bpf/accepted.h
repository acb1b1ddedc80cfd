/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A process has taken a connection. The connection is known by its cookie. */
#pragma once

#include "transitions_ring.h"

static __always_inline void report_accept(__u64 cookie) {
  __u32 const parts = PART_ACTOR;
  struct transition_record* record = reserve(KIND_ACCEPTED, parts);
  if (!record) return;
  struct task_struct* task = bpf_get_current_task_btf();
  __builtin_memset(record, 0, sizeof(*record));
  record->time = bpf_ktime_get_ns();
  record->cookie = cookie;
  record->kind = KIND_ACCEPTED;
  record->parts = parts;
  record->family = 4;
  record->to = TCP_ESTABLISHED;
  record->flags = FLAG_OWNED | flags_of_task(task);
  describe_actor(part_of(record, parts, PART_ACTOR), task);
  submit(record);
}
