/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Who accepts a connection: accept(2) with a place for the peer's address asks for the peer's name
 * on behalf of the process that calls it (kernel: inet_getname), and a program at the cgroup sees
 * it. getpeername(2) passes there, too: also then the process has the socket. */
#include "accepted.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline int report(struct bpf_sock_addr* ctx) {
  if (ctx->protocol != IPPROTO_TCP) return 1;
  report_accept(bpf_get_socket_cookie(ctx));
  return 1; /* allowed, like everything */
}

SEC("cgroup/getpeername4")
int peer_name_asked4(struct bpf_sock_addr* ctx) { return report(ctx); }

SEC("cgroup/getpeername6")
int peer_name_asked6(struct bpf_sock_addr* ctx) { return report(ctx); }
