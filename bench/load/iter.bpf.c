// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only)
// The two BPF iterators of a listing with owners, each writing one packed record an item.
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "iter.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define AF_INET 2
#define kListen 10

static __always_inline void fill_addresses(struct socket_record* r, struct sock_common* c) {
  if (c->skc_family == AF_INET) {
    *(__u32*)r->local = c->skc_rcv_saddr;
    *(__u32*)r->remote = c->skc_daddr;
    return;
  }
  __builtin_memcpy(r->local, &c->skc_v6_rcv_saddr, sizeof r->local);
  __builtin_memcpy(r->remote, &c->skc_v6_daddr, sizeof r->remote);
}

// What a full socket has and the kernel's mini-sockets do not: queues and an inode.
static __always_inline void fill_queues(struct socket_record* r, struct tcp_sock* tcp) {
  struct sock* const sk = &tcp->inet_conn.icsk_inet.sk;
  r->send_queue = tcp->write_seq - tcp->snd_una;
  r->recv_queue = r->state == kListen ? sk->sk_ack_backlog : tcp->rcv_nxt - tcp->copied_seq;
  struct socket* const so = sk->sk_socket;
  struct file* const file = so ? so->file : NULL;
  if (file) r->inode = file->f_inode->i_ino;
}

SEC("iter/tcp")
int sockets(struct bpf_iter__tcp* ctx) {
  struct sock_common* const c = ctx->sk_common;
  if (!c) return 0;
  struct socket_record r = {
      .cookie = bpf_get_socket_cookie(c),
      .netns = c->skc_net.net->ns.inum,
      .family = c->skc_family,
      .state = c->skc_state,
      .local_port = c->skc_num,
      .remote_port = c->skc_dport,
  };
  fill_addresses(&r, c);
  struct tcp_sock* const tcp = bpf_skc_to_tcp_sock(c);
  if (tcp) fill_queues(&r, tcp);
  bpf_seq_write(ctx->meta->seq, &r, sizeof r);
  return 0;
}

SEC("iter/task_file")
int files(struct bpf_iter__task_file* ctx) {
  struct task_struct* const task = ctx->task;
  struct file* const file = ctx->file;
  if (!task || !file) return 0;
  struct socket* const so = bpf_sock_from_file(file);
  struct sock* const sk = so ? so->sk : NULL;
  if (!sk) return 0;
  struct file_record r = {
      .cookie = bpf_get_socket_cookie(sk),
      .pid = task->tgid,
      .fd = ctx->fd,
      .inode = file->f_inode->i_ino,
      .family = sk->__sk_common.skc_family,
      .state = sk->__sk_common.skc_state,
      .protocol = sk->sk_protocol,
  };
  bpf_seq_write(ctx->meta->seq, &r, sizeof r);
  return 0;
}
