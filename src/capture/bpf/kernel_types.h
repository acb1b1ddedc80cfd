/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The few kernel types that our programs read, with only the fields they read. CO-RE finds the
 * real offsets in the running kernel's BTF, so building needs no kernel headers and no BTF. */
#pragma once

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u16 __sum16;
typedef __u32 __wsum;

/* include/uapi/linux/bpf.h */
#define BPF_MAP_TYPE_ARRAY 2
#define BPF_MAP_TYPE_PERCPU_ARRAY 6
#define BPF_MAP_TYPE_RINGBUF 27
#define BPF_RB_NO_WAKEUP 1
#define BPF_RB_FORCE_WAKEUP 2

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
  int counter;
} atomic_t;

typedef struct {
  __s64 counter;
} atomic64_t;

typedef struct {
  long counter;
} atomic_long_t;

typedef struct {
  atomic_t refs;
} refcount_t;

struct ns_common {
  unsigned int inum;
  refcount_t count;
};

/* since 6.18 */
struct ns_common___counted {
  refcount_t __ns_ref;
};

struct inet_timewait_death_row {
  refcount_t tw_refcount;
  int sysctl_max_tw_buckets;
};

struct netns_ipv4 {
  struct inet_timewait_death_row tcp_death_row;
  __u8 sysctl_tcp_fastopen;
};

struct net {
  struct ns_common ns;
  struct netns_ipv4 ipv4;
};

struct in6_addr {
  union {
    __u8 u6_addr8[16];
    __be32 u6_addr32[4];
  } in6_u;
};

typedef struct {
  struct net* net;
} possible_net_t;

struct sock;

struct sock_common {
  __be32 skc_daddr;
  __be32 skc_rcv_saddr;
  __be16 skc_dport;
  __u16 skc_num;
  unsigned short skc_family;
  unsigned char volatile skc_state;
  unsigned char skc_ipv6only : 1;
  int skc_bound_dev_if;
  possible_net_t skc_net;
  struct in6_addr skc_v6_daddr;
  struct in6_addr skc_v6_rcv_saddr;
  atomic64_t skc_cookie;
  unsigned long skc_flags;
  struct sock* skc_listener;
};

typedef struct {
  int owned;
} socket_lock_t;

typedef struct {
  unsigned int val;
} kuid_t;

struct socket;

struct sock {
  struct sock_common __sk_common;
  __u16 sk_protocol;
  __u8 sk_shutdown;
  int sk_err;
  unsigned long sk_lingertime;
  __u32 sk_ack_backlog;
  __u32 sk_max_ack_backlog;
  socket_lock_t sk_lock;
  kuid_t sk_uid;
  struct socket* sk_socket;
};

struct inet_sock {
  struct sock sk;
  __be16 inet_sport;
};

struct inet_connection_sock {
  struct inet_sock icsk_inet;
  __u8 icsk_retransmits;
  __u8 icsk_probes_out;
};

struct tcp_sock {
  struct inet_connection_sock inet_conn;
  __u32 segs_out;
  __u32 segs_in;
  __u64 bytes_sent;
  __u64 bytes_received;
  __u32 srtt_us;
  __u32 packets_out;
  __u32 total_retrans;
  __u32 write_seq;
  __u32 snd_nxt;
};

/* with CONFIG_MPTCP; a bool or a bit, by version */
struct tcp_sock___mptcp {
  _Bool is_mptcp;
};

struct timer_list {
  unsigned long expires;
  void (*function)(struct timer_list*);
};

struct request_sock {
  struct sock_common __req_common;
  __u8 num_retrans;
  __u8 num_timeout : 7;
  struct timer_list rsk_timer;
};

/* include/uapi/linux/bpf.h: context of programs at socket calls of a cgroup */
struct bpf_sock_addr {
  __u32 user_family;
  __u32 family;
  __u32 type;
  __u32 protocol;
};

struct inet_timewait_sock {
  struct sock_common __tw_common;
  unsigned char volatile tw_substate;
  __be16 tw_sport;
  struct timer_list tw_timer;
};

struct inode {
  unsigned long i_ino;
};

typedef struct {
  atomic_long_t refcnt;
} file_ref_t;

struct file {
  struct inode* f_inode;
  file_ref_t f_ref; /* since 6.13 */
};

/* before 6.13 */
struct file___counted {
  atomic_long_t f_count;
};

struct socket {
  struct sock* sk;
  struct file* file;
};

struct pid_namespace {
  struct ns_common ns;
};

struct upid {
  int nr;
  struct pid_namespace* ns;
};

struct pid {
  unsigned int level;
  struct upid numbers[1];
};

struct files_struct;

struct cred {
  kuid_t euid;
};

struct task_struct {
  unsigned int flags;
  int pid;
  int tgid;
  __u64 start_boottime;
  char comm[16];
  struct cred const* cred;
  struct files_struct* files;
  struct task_struct* group_leader;
  struct pid* thread_pid;
};

struct seq_file;

struct bpf_iter_meta {
  struct seq_file* seq;
};

struct bpf_iter__task_file {
  struct bpf_iter_meta* meta;
  struct task_struct* task;
  __u32 fd;
  struct file* file;
};

#pragma clang attribute pop
