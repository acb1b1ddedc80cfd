/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Full sockets: what a change of state of theirs tells. */
#pragma once

#include "transitions_ring.h"

#include <bpf/bpf_endian.h>

/* True once the last descriptor is gone (kernel: __fput). */
static __always_inline int is_closing(struct file* file) {
  if (bpf_core_field_exists(struct file, f_ref)) return file->f_ref.refcnt.counter < 0;
  struct file___counted* counted = (void*)file;
  return BPF_CORE_READ(counted, f_count.counter) == 0;
}

static __always_inline void describe_flow(struct transition_record* record,
                                          struct sock_common const* common, __u32 parts) {
  record->remote_port = bpf_ntohs(common->skc_dport);
  record->local_port = common->skc_num;
  if (parts & PART_ADDRESSES) {
    struct transition_addresses* addresses = part_of(record, parts, PART_ADDRESSES);
    *(struct in6_addr*)addresses->local = common->skc_v6_rcv_saddr;
    *(struct in6_addr*)addresses->remote = common->skc_v6_daddr;
    record->local = record->remote = 0;
  } else {
    record->local = common->skc_rcv_saddr;
    record->remote = common->skc_daddr;
  }
}

static __always_inline __u16 flags_of_file(struct sock const* sk) {
  struct socket* socket = sk->sk_socket;
  if (!socket) return FLAG_NO_FILE;
  struct file* file = socket->file;
  if (!file) return FLAG_NO_FILE;
  return is_closing(file) ? FLAG_FILE_CLOSING : 0;
}

static __always_inline __u16 flags_of_tcp(struct tcp_sock* tcp) {
  __u16 flags = 0;
  if (tcp->inet_conn.icsk_retransmits) flags |= FLAG_RETRANSMITTED;
  if (tcp->inet_conn.icsk_probes_out) flags |= FLAG_PROBING;
  if (tcp->packets_out) flags |= FLAG_UNACKED;
  if (tcp->write_seq != tcp->snd_nxt) flags |= FLAG_UNSENT;
  return flags;
}

static __always_inline int is_subflow(struct tcp_sock* tcp) {
  struct tcp_sock___mptcp* mptcp = (void*)tcp;
  if (!bpf_core_field_exists(mptcp->is_mptcp)) return 0;
  return BPF_CORE_READ_BITFIELD_PROBED(mptcp, is_mptcp);
}

static __always_inline int is_dying(struct net* net) {
  struct ns_common___counted* counted = (void*)&net->ns;
  if (bpf_core_field_exists(counted->__ns_ref)) {
    return BPF_CORE_READ(counted, __ns_ref.refs.counter) == 0;
  }
  return BPF_CORE_READ(net, ns.count.refs.counter) == 0;
}

/* What only some changes tell: whether it is a subflow its first ones, how it went its last. */
static __always_inline __u16 describe_tcp(struct transition_record* record, struct sock* sk,
                                          int from, int to) {
  if (from != TCP_CLOSE && from != TCP_SYN_RECV && to != TCP_CLOSE) return 0;
  struct tcp_sock* tcp = bpf_skc_to_tcp_sock(sk);
  if (!tcp) return 0;
  __u16 flags = is_subflow(tcp) ? FLAG_SUBFLOW : 0;
  if (to != TCP_CLOSE) return flags;
  record->local_port = bpf_ntohs(tcp->inet_conn.icsk_inet.inet_sport);
  return flags | flags_of_tcp(tcp);
}

static __always_inline void describe_state(struct transition_record* record, struct sock* sk,
                                           struct task_struct* task, __u16 owned, int from, int to,
                                           __u32 parts) {
  record->time = bpf_ktime_get_ns();
  /* the child of a listener is given its cookie later */
  record->cookie = from == TCP_LISTEN && to == TCP_SYN_RECV ? 0 : bpf_get_socket_cookie(sk);
  record->netns = sk->__sk_common.skc_net.net->ns.inum;
  record->origin.inode = 0;
  record->origin.uid = sk->sk_uid.val;
  record->error = sk->sk_err;
  record->from = from;
  record->to = to;
  record->retries = 0;
  record->shutdown = sk->sk_shutdown & 3;
  record->time_wait_full = 0;
  record->interface = sk->__sk_common.skc_bound_dev_if;
  describe_flow(record, &sk->__sk_common, parts);
  unsigned long socket_flags = sk->__sk_common.skc_flags;
  __u16 flags = flags_of_task(task) | owned;
  if (socket_flags & SOCK_DEAD) flags |= FLAG_ORPHAN;
  if ((socket_flags & SOCK_LINGER) && sk->sk_lingertime == 0) flags |= FLAG_LINGER_RESET;
  if (BPF_CORE_READ_BITFIELD(&sk->__sk_common, skc_ipv6only)) flags |= FLAG_V6_ONLY;
  if (owned) {
    flags |= flags_of_file(sk);
    if (!(flags & FLAG_NO_FILE)) record->origin.inode = sk->sk_socket->file->f_inode->i_ino;
  }
  if (to == TCP_CLOSE && is_dying(sk->__sk_common.skc_net.net)) flags |= FLAG_NETNS_DYING;
  record->flags = flags | describe_tcp(record, sk, from, to);
}

static __always_inline void describe_totals(struct transition_totals* totals, struct sock* sk) {
  struct tcp_sock* tcp = bpf_skc_to_tcp_sock(sk);
  if (!tcp) {
    __builtin_memset(totals, 0, sizeof(*totals));
    return;
  }
  totals->bytes_sent = tcp->bytes_sent;
  totals->bytes_received = tcp->bytes_received;
  totals->segs_out = tcp->segs_out;
  totals->segs_in = tcp->segs_in;
  totals->retransmits = tcp->total_retrans;
  totals->srtt_us = tcp->srtt_us >> 3;
}

/* Where servers may use TCP Fast Open a child may be born at the SYN; its request has no timer. */
static __always_inline int may_be_fast_open(struct sock* sk) {
  /* an int or a byte, by version; both are little endian */
  __u8 fast_open = 0;
  void* where = (void*)sk->__sk_common.skc_net.net +
                bpf_core_field_offset(struct net, ipv4.sysctl_tcp_fastopen);
  bpf_probe_read_kernel(&fast_open, sizeof(fast_open), where);
  return fast_open & TFO_SERVER_ENABLE;
}

/* kernel: inet_twsk_alloc(). The counter begins with 1. */
static __always_inline int is_time_wait_full(struct net* net) {
  if (!bpf_core_field_exists(net->ipv4.tcp_death_row.tw_refcount)) return 0;
  int count = BPF_CORE_READ(net, ipv4.tcp_death_row.tw_refcount.refs.counter) - 1;
  return count >= BPF_CORE_READ(net, ipv4.tcp_death_row.sysctl_max_tw_buckets);
}
