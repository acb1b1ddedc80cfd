/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Every state change of every TCP socket of the machine, as a stream of records.
 *
 * Full sockets: the tracepoint inet_sock_set_state (kernel: net/ipv4/af_inet.c). It fires before
 * the state is stored. Request sockets (SYN_RECEIVED) and the mini-sockets of TIME_WAIT and of
 * orphans in FIN_WAIT_2 never pass there; what they have is a timer, so the timer tracepoints
 * show when they begin and end. Those run with the timer base locked and interrupts off: they
 * compare the timer's function first and take no other lock than the ring's.
 *
 * The current task is recorded apart, as the actor, and only where it holds the socket's lock:
 * whoever else runs while a state changes has nothing to do with it. */
#include "cpu_notes.h"
#include "full_socket.h"
#include "small_socket.h"
#include "transitions_ring.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* What nobody will ask for is not told: which process acted, and what a connection carried. */
__u8 const volatile tells_actors = 1;
__u8 const volatile tells_totals = 1;

static __always_inline void describe_stack(struct transition_stack* stack, void* ctx) {
  __builtin_memset(stack, 0, sizeof(*stack));
  bpf_get_stack(ctx, stack->address, sizeof(stack->address), 0);
}

static __always_inline int needs_stack(struct sock* sk, __u16 owned, int from) {
  if (from == TCP_LISTEN || from == TCP_SYN_SENT) return owned;
  return (from == TCP_FIN_WAIT2 || from == TCP_CLOSING) && !has_mini(sk);
}

static __always_inline void report_state(void* ctx, struct sock* sk, __u16 owned, int from, int to,
                                         __u32 parts) {
  struct transition_record* record = reserve(KIND_STATE, parts);
  if (!record) return;
  struct task_struct* task = bpf_get_current_task_btf();
  describe_state(record, sk, task, owned, from, to, parts);
  if (parts & PART_ACTOR) describe_actor(part_of(record, parts, PART_ACTOR), task);
  if (parts & PART_TOTALS) describe_totals(part_of(record, parts, PART_TOTALS), sk);
  if (parts & PART_STACK) {
    describe_stack(part_of(record, parts, PART_STACK), ctx);
    record->time_wait_full = is_time_wait_full(sk->__sk_common.skc_net.net);
  }
  submit(record);
}

/* `addresses`: PART_ADDRESSES or 0. */
static __always_inline void report_change(void* ctx, struct sock* sk, int from, int to,
                                          __u32 addresses) {
  __u16 owned = sk->sk_lock.owned ? FLAG_OWNED : 0;
  if (to == TCP_CLOSE && !sk->sk_err && needs_stack(sk, owned, from)) {
    /* several things may have closed it: only the stack tells which */
    report_state(ctx, sk, owned, from, to, addresses | PART_ACTOR | PART_TOTALS | PART_STACK);
  } else if (to == TCP_CLOSE && tells_totals) {
    if (owned) {
      report_state(ctx, sk, FLAG_OWNED, from, to, addresses | PART_ACTOR | PART_TOTALS);
    } else {
      report_state(ctx, sk, 0, from, to, addresses | PART_TOTALS);
    }
  } else if (owned && tells_actors) {
    report_state(ctx, sk, FLAG_OWNED, from, to, addresses | PART_ACTOR);
  } else {
    report_state(ctx, sk, owned, from, to, addresses);
  }
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(socket_state, struct sock* sk, int from, int to) {
  /* from == to: close() after shutdown(); MPTCP masters have a protocol of their own */
  if (sk->sk_protocol != IPPROTO_TCP || from == to) return 0;
  if (from == TCP_LISTEN && to == TCP_SYN_RECV) {
    /* A child: its request is in SYN_RECEIVED already, and until 6.12 it still has the listener's
     * cookie and no peer. */
    if (!may_be_fast_open(sk)) {
      remember_birth(sk);
      return 0;
    }
  }
  if (from == TCP_SYN_RECV) forget_birth();
  if (to == TCP_SYN_SENT && sk->__sk_common.skc_num == 0) remember_connecting(sk);
  if (sk->__sk_common.skc_family == AF_INET6) {
    report_change(ctx, sk, from, to, PART_ADDRESSES);
  } else {
    report_change(ctx, sk, from, to, 0);
  }
  return 0;
}

static __always_inline void report_small(struct timer_list* timer, struct common_head const* head,
                                         int is_mini, __u8 kind, __u32 parts) {
  struct transition_record* record = reserve(kind, parts);
  if (!record) return;
  describe_small(record, common_of(timer, is_mini), head, parts);
  if (is_mini) {
    describe_mini(record, mini_of(timer), timer);
    if (kind == KIND_MINI_ARMED) remember_mini(record->cookie);
  } else {
    describe_request(record, request_of(timer));
  }
  submit(record);
}

static __always_inline void report_timer(struct timer_list* timer, __u8 request_kind,
                                         __u8 mini_kind) {
  int const is_mini = is_mini_timer(timer);
  if (!is_mini && !is_request_timer(timer)) return;
  __u8 const kind = is_mini ? mini_kind : request_kind;
  struct common_head head = {};
  read_head(&head, common_of(timer, is_mini));
  if (head.family == AF_INET6) {
    report_small(timer, &head, is_mini, kind, PART_ADDRESSES);
  } else {
    report_small(timer, &head, is_mini, kind, 0);
  }
}

static __always_inline void report_port_of(struct sock_common* common,
                                           struct common_head const* head, __u32 parts) {
  struct transition_record* record = reserve(KIND_PORT, parts);
  if (!record) return;
  describe_small(record, common, head, parts);
  record->to = TCP_SYN_SENT;
  submit(record);
}

/* The port of a connect() that left it to the kernel is told as soon as it is known. */
static __always_inline void report_port(struct timer_list* timer) {
  struct sock_common* common = takes_connecting(timer);
  if (!common) return;
  struct common_head head = {};
  read_head(&head, common);
  if (head.family == AF_INET6) {
    report_port_of(common, &head, PART_ADDRESSES);
  } else {
    report_port_of(common, &head, 0);
  }
}

SEC("tp_btf/timer_start")
int BPF_PROG(timer_armed, struct timer_list* timer) {
  learn_timer(timer);
  report_port(timer);
  report_timer(timer, KIND_REQUEST_ARMED, KIND_MINI_ARMED);
  return 0;
}

SEC("tp_btf/timer_expire_entry")
int BPF_PROG(timer_fired, struct timer_list* timer) {
  report_timer(timer, KIND_REQUEST_FIRED, KIND_MINI_FIRED);
  return 0;
}

SEC("tp_btf/tcp_send_reset")
int BPF_PROG(reset_sent) {
  remember_reset();
  return 0;
}

static __always_inline __u16 flags_of_drop(struct request_sock* request) {
  struct sock* listener = BPF_CORE_READ(request, __req_common.skc_listener);
  __u16 flags = takes_reset() ? FLAG_RESET_SENT : 0;
  if (BPF_CORE_READ(listener, sk_ack_backlog) > BPF_CORE_READ(listener, sk_max_ack_backlog)) {
    flags |= FLAG_ACCEPT_QUEUE_FULL;
  }
  return flags;
}

static __always_inline void report_disarmed(void* ctx, struct timer_list* timer,
                                            struct common_head const* head, int is_mini,
                                            __u32 parts) {
  struct transition_record* record =
      reserve(is_mini ? KIND_MINI_DISARMED : KIND_REQUEST_DISARMED, parts);
  if (!record) return;
  describe_small(record, common_of(timer, is_mini), head, parts);
  if (is_mini) {
    describe_mini(record, mini_of(timer), timer);
  } else {
    describe_request(record, request_of(timer));
    record->flags |= flags_of_drop(request_of(timer));
  }
  if (is_dying(net_of(timer, is_mini))) record->flags |= FLAG_NETNS_DYING;
  describe_stack(part_of(record, parts, PART_STACK), ctx);
  submit(record);
}

/* Why a timer is taken away is only known by who does it: the functions on the stack. A request
 * that became a child is told by the child. */
SEC("tp_btf/timer_cancel")
int BPF_PROG(timer_disarmed, struct timer_list* timer) {
  int const is_mini = is_mini_timer(timer);
  if (!is_mini && !is_request_timer(timer)) return 0;
  if (!is_mini && takes_birth(request_of(timer))) return 0;
  struct common_head head = {};
  read_head(&head, common_of(timer, is_mini));
  if (head.family == AF_INET6) {
    report_disarmed(ctx, timer, &head, is_mini, PART_ADDRESSES | PART_STACK);
  } else {
    report_disarmed(ctx, timer, &head, is_mini, PART_STACK);
  }
  return 0;
}
