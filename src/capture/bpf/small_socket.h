/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Request and mini-sockets: which timers are theirs, and what such a timer tells. They are reached
 * by arithmetic on the timer's address, so every field is read with a check. */
#pragma once

#include "transitions_ring.h"

#include <bpf/bpf_endian.h>

/* Addresses of the two timer functions that matter, from /proc/kallsyms. 0: it hides them. */
__u64 const volatile request_timer_function = 0;
__u64 const volatile mini_timer_function = 0;
/* Then they are learned from the first timers that stand in such a socket. */
__u64 volatile learned_request_timer = 0;
__u64 volatile learned_mini_timer = 0;
__u32 const volatile ticks_per_second = 250; /* CONFIG_HZ: jiffies in a second */

static __always_inline struct request_sock* request_of(struct timer_list* timer) {
  return (void*)timer - bpf_core_field_offset(struct request_sock, rsk_timer);
}

static __always_inline struct inet_timewait_sock* mini_of(struct timer_list* timer) {
  return (void*)timer - bpf_core_field_offset(struct inet_timewait_sock, tw_timer);
}

static __always_inline struct net* net_of(struct timer_list* timer, int is_mini) {
  return is_mini ? BPF_CORE_READ(mini_of(timer), __tw_common.skc_net.net)
                 : BPF_CORE_READ(request_of(timer), __req_common.skc_net.net);
}

static __always_inline int is_request_timer(struct timer_list* timer) {
  __u64 known = request_timer_function ? request_timer_function : learned_request_timer;
  return known && (__u64)timer->function == known;
}

static __always_inline int is_mini_timer(struct timer_list* timer) {
  __u64 known = mini_timer_function ? mini_timer_function : learned_mini_timer;
  return known && (__u64)timer->function == known;
}

/* Whether what would stand around the timer is a socket of that state. A wrong guess would need a
 * pointer to a network namespace at the right place. */
static __always_inline int is_socket(struct sock_common* common, __u8 state) {
  if (BPF_CORE_READ(common, skc_state) != state) return 0;
  __u16 family = BPF_CORE_READ(common, skc_family);
  if (family != AF_INET && family != AF_INET6) return 0;
  return BPF_CORE_READ(common, skc_net.net, ns.inum) >= FIRST_NETNS_INODE;
}

static __always_inline void learn_timer(struct timer_list* timer) {
  if (mini_timer_function) return;
  struct inet_timewait_sock* mini = mini_of(timer);
  struct request_sock* request = request_of(timer);
  if (!learned_mini_timer && is_socket(&mini->__tw_common, TCP_TIME_WAIT)) {
    learned_mini_timer = (__u64)timer->function;
  } else if (!learned_request_timer && is_socket(&request->__req_common, TCP_NEW_SYN_RECV)) {
    learned_request_timer = (__u64)timer->function;
  }
}

/* The beginning of a sock_common as all kernels from 5.15 to 6.18 have it: one read instead of
 * six. CO-RE tells whether this one does. */
struct common_head {
  __be32 daddr;
  __be32 rcv_saddr;
  __u32 hash;
  __be16 dport;
  __u16 num;
  __u16 family;
  __u8 state;
  __u8 bits;
  int bound_dev_if;
};

static __always_inline int begins_as_usual(void) {
  return bpf_core_field_offset(struct sock_common, skc_daddr) == 0 &&
         bpf_core_field_offset(struct sock_common, skc_rcv_saddr) == 4 &&
         bpf_core_field_offset(struct sock_common, skc_dport) == 12 &&
         bpf_core_field_offset(struct sock_common, skc_num) == 14 &&
         bpf_core_field_offset(struct sock_common, skc_family) == 16 &&
         bpf_core_field_offset(struct sock_common, skc_bound_dev_if) == 20;
}

static __always_inline void read_head(struct common_head* head, struct sock_common* common) {
  if (begins_as_usual()) {
    bpf_probe_read_kernel(head, sizeof(*head), common);
    return;
  }
  head->daddr = BPF_CORE_READ(common, skc_daddr);
  head->rcv_saddr = BPF_CORE_READ(common, skc_rcv_saddr);
  head->dport = BPF_CORE_READ(common, skc_dport);
  head->num = BPF_CORE_READ(common, skc_num);
  head->family = BPF_CORE_READ(common, skc_family);
  head->bound_dev_if = BPF_CORE_READ(common, skc_bound_dev_if);
}

static __always_inline struct sock_common* common_of(struct timer_list* timer, int is_mini) {
  return is_mini ? &mini_of(timer)->__tw_common : &request_of(timer)->__req_common;
}

/* What request and mini-sockets have in common. */
static __always_inline void describe_small(struct transition_record* record,
                                           struct sock_common* common,
                                           struct common_head const* head, __u32 parts) {
  record->time = bpf_ktime_get_ns();
  record->cookie = BPF_CORE_READ(common, skc_cookie.counter);
  record->link = 0;
  record->netns = BPF_CORE_READ(common, skc_net.net, ns.inum);
  record->interface = head->bound_dev_if;
  record->error = 0;
  record->flags = 0;
  record->local_port = head->num;
  record->remote_port = bpf_ntohs(head->dport);
  record->from = 0;
  record->retries = 0;
  record->shutdown = 0;
  record->time_wait_full = 0;
  if (parts & PART_ADDRESSES) {
    struct transition_addresses* addresses = part_of(record, parts, PART_ADDRESSES);
    BPF_CORE_READ_INTO((struct in6_addr*)addresses->local, common, skc_v6_rcv_saddr);
    BPF_CORE_READ_INTO((struct in6_addr*)addresses->remote, common, skc_v6_daddr);
    record->local = record->remote = 0;
  } else {
    record->local = head->rcv_saddr;
    record->remote = head->daddr;
  }
}

static __always_inline void describe_request(struct transition_record* record,
                                             struct request_sock* request) {
  struct sock* listener = BPF_CORE_READ(request, __req_common.skc_listener);
  record->link = BPF_CORE_READ(listener, __sk_common.skc_cookie.counter);
  /* num_timeout counts those that its timer sent, num_retrans those that the peer's SYN did, too */
  __u8 timeouts = BPF_CORE_READ_BITFIELD_PROBED(request, num_timeout);
  __u8 again = BPF_CORE_READ(request, num_retrans);
  record->retries = timeouts > again ? timeouts : again;
  record->to = TCP_SYN_RECV;
}

static __always_inline void describe_mini(struct transition_record* record,
                                          struct inet_timewait_sock* mini,
                                          struct timer_list* timer) {
  record->local_port = bpf_ntohs(BPF_CORE_READ(mini, tw_sport));
  record->to = BPF_CORE_READ(mini, tw_substate);
  long ticks = (long)(timer->expires - bpf_jiffies64());
  record->link = ticks > 0 ? (__u64)ticks * 1000 / ticks_per_second : 0;
}
