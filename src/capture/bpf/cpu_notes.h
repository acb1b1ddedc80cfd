/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What one program leaves for the next one on the same CPU: the kernel does things that belong
 * together one right after the other. */
#pragma once

#include "transitions_ring.h"

struct cpu_notes {
  /* The last child that was born out of a request. */
  __u64 birth_jiffies; /* 0: none */
  __u64 birth_peer;    /* until 6.12 the child has none yet: 0 */
  /* The socket that began to connect without a port: the kernel chooses it, sends the SYN and arms
   * the socket's own timer. */
  __u64 connecting;
  /* Cookie of the mini-socket that was armed last: the full socket that it remains of closes right
   * after. */
  __u64 mini;
  /* When a RST was last sent, ns. */
  __u64 reset;
};
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct cpu_notes);
} notes SEC(".maps");

static __always_inline struct cpu_notes* notes_here(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&notes, &zero);
}

static __always_inline __u64 peer_of(__u16 port, __u32 address) {
  return ((__u64)port << 32) | address;
}

static __always_inline void remember_birth(struct sock* sk) {
  struct cpu_notes* here = notes_here();
  if (!here) return;
  here->birth_jiffies = bpf_jiffies64();
  here->birth_peer = peer_of(sk->__sk_common.skc_dport, sk->__sk_common.skc_daddr);
}

/* The child goes on, so its request is gone. */
static __always_inline void forget_birth(void) {
  struct cpu_notes* here = notes_here();
  if (here) here->birth_jiffies = 0;
}

/* True where a child of this request was born within this tick. */
static __always_inline int takes_birth(struct request_sock* request) {
  struct cpu_notes* here = notes_here();
  if (!here || here->birth_jiffies == 0 || bpf_jiffies64() - here->birth_jiffies > 1) return 0;
  __u64 peer = peer_of(BPF_CORE_READ(request, __req_common.skc_dport),
                       BPF_CORE_READ(request, __req_common.skc_daddr));
  if (here->birth_peer != 0 && here->birth_peer != peer) return 0;
  here->birth_jiffies = 0;
  return 1;
}

static __always_inline void remember_connecting(struct sock* sk) {
  struct cpu_notes* here = notes_here();
  if (here) here->connecting = (__u64)sk;
}

#define MAX_SOCKET_SIZE 8192 /* a tcp_sock, generously */

/* The socket that began to connect, if the timer is one of its own; 0: it is not. */
static __always_inline struct sock_common* takes_connecting(struct timer_list* timer) {
  struct cpu_notes* here = notes_here();
  if (!here || !here->connecting) return 0;
  __u64 begin = here->connecting;
  __u64 end = begin + MAX_SOCKET_SIZE;
  barrier_var(end); /* two comparisons: the verifier allows no difference of pointers */
  if ((__u64)timer < begin) return 0;
  if ((__u64)timer >= end) return 0;
  here->connecting = 0;
  return (struct sock_common*)begin;
}

static __always_inline void remember_mini(__u64 cookie) {
  struct cpu_notes* here = notes_here();
  if (here) here->mini = cookie;
}

static __always_inline int has_mini(struct sock* sk) {
  struct cpu_notes* here = notes_here();
  return here && here->mini == (__u64)sk->__sk_common.skc_cookie.counter;
}

#define JUST_NOW 1000000 /* ns: within the handling of one segment */

static __always_inline void remember_reset(void) {
  struct cpu_notes* here = notes_here();
  if (here) here->reset = bpf_ktime_get_ns();
}

static __always_inline int takes_reset(void) {
  struct cpu_notes* here = notes_here();
  if (!here || bpf_ktime_get_ns() - here->reset >= JUST_NOW) return 0;
  here->reset = 0;
  return 1;
}
