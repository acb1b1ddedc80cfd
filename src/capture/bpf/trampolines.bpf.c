/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What only programs at kernel functions see (fentry, fexit; many machines do not let them load):
 * every accept(), with the process that calls it, and the step of a mini-socket from FIN_WAIT_2 to
 * TIME_WAIT, which mostly moves no timer. */
#include "accepted.h"
#include "full_socket.h"

#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* kernel: sock_graft(), where accept() gives the connection its file */
SEC("fentry/security_sock_graft")
int BPF_PROG(accepted, struct sock* sk) {
  if (sk->sk_protocol != IPPROTO_TCP) return 0;
  report_accept(bpf_get_socket_cookie(sk));
  return 0;
}

/* The mini-socket that was in FIN_WAIT_2 when a segment came; one a CPU at a time. */
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u64);
} in_fin_wait_2 SEC(".maps");

SEC("fentry/tcp_timewait_state_process")
int BPF_PROG(mini_entered, struct inet_timewait_sock* mini) {
  __u32 zero = 0;
  __u64* waiting = bpf_map_lookup_elem(&in_fin_wait_2, &zero);
  if (waiting) *waiting = mini->tw_substate == TCP_FIN_WAIT2 ? (__u64)mini : 0;
  return 0;
}

static __always_inline void report_step(struct inet_timewait_sock* mini, __u32 parts) {
  struct transition_record* record = reserve(KIND_MINI_ARMED, parts);
  if (!record) return;
  struct sock_common const* common = &mini->__tw_common;
  __builtin_memset(record, 0, sizeof(*record));
  record->time = bpf_ktime_get_ns();
  record->cookie = common->skc_cookie.counter;
  record->link = 60 * 1000; /* TCP_TIMEWAIT_LEN */
  record->kind = KIND_MINI_ARMED;
  record->parts = parts;
  record->family = parts & PART_ADDRESSES ? 6 : 4;
  record->to = TCP_TIME_WAIT;
  record->netns = common->skc_net.net->ns.inum;
  record->interface = common->skc_bound_dev_if;
  describe_flow(record, common, parts);
  record->local_port = bpf_ntohs(mini->tw_sport);
  submit(record);
}

SEC("fexit/tcp_timewait_state_process")
int BPF_PROG(mini_left, struct inet_timewait_sock* mini) {
  __u32 zero = 0;
  __u64* waiting = bpf_map_lookup_elem(&in_fin_wait_2, &zero);
  if (!waiting || *waiting != (__u64)mini) return 0;
  *waiting = 0;
  if (mini->tw_substate != TCP_TIME_WAIT) return 0;
  if (mini->__tw_common.skc_family == AF_INET6) {
    report_step(mini, PART_ADDRESSES);
  } else {
    report_step(mini, 0);
  }
  return 0;
}
