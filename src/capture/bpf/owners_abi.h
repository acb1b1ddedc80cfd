/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What owners.bpf.c writes and owners_iterator.cc reads: one record for each open socket of
 * each process. Packed to 32 bytes, native byte order. */
#pragma once

#ifndef __bpf__
#include <linux/types.h>
#endif

struct owner_record {
  __u64 cookie; /* SO_COOKIE */
  __u32 inode;  /* of sockfs; joins an MPTCP socket to its subflows */
  __u32 netns;  /* inode number of the socket's network namespace */
  __u32 tgid;
  __u32 fd;
  __u16 family;   /* AF_INET, AF_INET6 */
  __u16 protocol; /* IPPROTO_TCP, IPPROTO_UDP, IPPROTO_MPTCP */
  __u32 state;    /* kernel state number */
};
