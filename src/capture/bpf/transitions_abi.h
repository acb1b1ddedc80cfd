/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What transitions.bpf.c writes into its ring and transition_ring.cc reads. Every record begins
 * with a transition_record; its `parts` say what follows. Native byte order. Records are kept
 * small: what a record costs is above all the memory that goes from one CPU to another. */
#pragma once

#ifndef __bpf__
#include <linux/types.h>
#endif

enum transition_kind {
  KIND_STATE = 1,         /* a full socket: inet_sock_set_state */
  KIND_REQUEST_ARMED = 2, /* a request socket's SYN+ACK timer was started, or started again */
  KIND_REQUEST_DISARMED = 3,
  KIND_REQUEST_FIRED = 4,
  KIND_MINI_ARMED = 5, /* the timer of a TIME_WAIT or FIN_WAIT_2 mini-socket */
  KIND_MINI_DISARMED = 6,
  KIND_MINI_FIRED = 7,
  KIND_ACCEPTED = 8, /* a process asked for the peer of a socket, as accept(2) does */
  KIND_PORT = 9,     /* of a connect() that left the port to the kernel */
  KIND_COUNT = 10,
};

/* In the order in which they stand behind the record. */
enum transition_parts {
  PART_ADDRESSES = 1, /* of IPv6 */
  PART_ACTOR = 2,
  PART_TOTALS = 4,
  PART_STACK = 8,
};

enum transition_flags {
  FLAG_OWNED = 1 << 0,         /* the current task holds the socket's lock (lock_sock) */
  FLAG_FILE_CLOSING = 1 << 1,  /* the last descriptor is gone: close(2), or the process ends */
  FLAG_EXITING = 1 << 2,       /* the current task is ending */
  FLAG_KERNEL_TASK = 1 << 3,   /* the current task is a kernel thread */
  FLAG_ORPHAN = 1 << 4,        /* SOCK_DEAD: no process has it any more */
  FLAG_LINGER_RESET = 1 << 5,  /* SO_LINGER with a time of 0 */
  FLAG_RETRANSMITTED = 1 << 6, /* segments were being retransmitted */
  FLAG_PROBING = 1 << 7,       /* keepalive or zero window probes were being sent */
  FLAG_UNACKED = 1 << 8,       /* segments were in flight */
  FLAG_SUBFLOW = 1 << 9,       /* of a Multipath TCP connection */
  FLAG_NETNS_DYING = 1 << 10,  /* its network namespace is being removed */
  FLAG_NO_FILE = 1 << 11,      /* no file behind it: the kernel's own, or not yet accepted */
  FLAG_V6_ONLY = 1 << 12,
  FLAG_UNSENT = 1 << 13,            /* data waits that the peer's window has no room for */
  FLAG_ACCEPT_QUEUE_FULL = 1 << 14, /* of the listener, when a request is dropped */
  FLAG_RESET_SENT = 1 << 15,        /* a RST has just been sent, when a request is dropped */
};

struct transition_origin {
  __u32 inode; /* of sockfs, 0: no file, or not looked up */
  __u32 uid;   /* of the socket */
};

struct transition_record {
  __u64 time;   /* ns, CLOCK_MONOTONIC */
  __u64 cookie; /* SO_COOKIE; 0: a request or mini-socket that has none */
  union {
    struct transition_origin origin; /* of full sockets */
    __u64 link; /* requests: cookie of the listener; mini-sockets: ms until the timer fires */
  };
  __u32 netns;      /* inode number of the network namespace */
  __u32 interface;  /* ifindex it is bound to, 0: none */
  __u16 error;      /* sk_err */
  __u16 flags;      /* transition_flags */
  __u16 local_port; /* host order */
  __u16 remote_port;
  __u8 kind;
  __u8 parts;
  __u8 from; /* kernel state numbers; mini-sockets: `to` is tw_substate */
  __u8 to;
  __u8 family;         /* 4 or 6 */
  __u8 retries;        /* requests: SYN+ACKs that went unanswered */
  __u8 shutdown;       /* sk_shutdown: 1 receiving, 2 sending */
  __u8 time_wait_full; /* tcp_max_tw_buckets is reached: told where the stack is, too */
  __u32 local;         /* IPv4, network order; 0 where the addresses follow */
  __u32 remote;
};

struct transition_addresses {
  __u8 local[16]; /* network order */
  __u8 remote[16];
};

struct transition_actor {
  __u64 start_time; /* of the process, ns since boot */
  __u32 tgid;       /* in lastack's pid namespace, 0: it has none there */
  __u32 uid;        /* effective */
  char comm[16];    /* of the thread group leader */
};

struct transition_totals {
  __u64 bytes_sent; /* payload, retransmissions included */
  __u64 bytes_received;
  __u32 segs_out;
  __u32 segs_in;
  __u32 retransmits; /* segments, SYNs included */
  __u32 srtt_us;     /* 0: never measured */
};

enum { STACK_DEPTH = 12 };

struct transition_stack {
  __u64 address[STACK_DEPTH]; /* return addresses in the kernel, innermost first; 0: no more */
};

/* Bytes of a record with these parts; so far behind its beginning stands the next one. */
#ifdef __bpf__
static __always_inline __u32 size_with(__u32 parts) {
#else
constexpr __u32 size_with(__u32 parts) {
#endif
  __u32 size = sizeof(struct transition_record);
  if (parts & PART_ADDRESSES) size += sizeof(struct transition_addresses);
  if (parts & PART_ACTOR) size += sizeof(struct transition_actor);
  if (parts & PART_TOTALS) size += sizeof(struct transition_totals);
  if (parts & PART_STACK) size += sizeof(struct transition_stack);
  return size;
}
