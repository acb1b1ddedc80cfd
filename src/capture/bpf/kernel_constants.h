/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Numbers of the kernel that BTF does not tell: they are macros there. */
#pragma once

#define AF_INET 2
#define AF_INET6 10
#define IPPROTO_TCP 6

/* include/net/tcp_states.h */
#define TCP_ESTABLISHED 1
#define TCP_SYN_SENT 2
#define TCP_SYN_RECV 3
#define TCP_FIN_WAIT2 5
#define TCP_TIME_WAIT 6
#define TCP_CLOSE 7
#define TCP_LISTEN 10
#define TCP_CLOSING 11
#define TCP_NEW_SYN_RECV 12

#define PF_EXITING 0x00000004 /* include/linux/sched.h */
#define PF_KTHREAD 0x00200000

#define SOCK_DEAD (1UL << 0) /* enum sock_flags, bits of skc_flags */
#define SOCK_LINGER (1UL << 4)

#define TFO_SERVER_ENABLE 2           /* include/net/tcp.h */
#define FIRST_NETNS_INODE 0xEFFFFFF8U /* PROC_DYNAMIC_FIRST and the initial ones below */
