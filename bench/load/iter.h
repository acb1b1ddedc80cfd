// The records that iter.bpf.c writes and iter.c counts.
#pragma once

struct socket_record {
  __u64 cookie;
  __u32 netns, inode;
  __u32 recv_queue, send_queue;
  __u16 family, local_port, remote_port;
  __u8 state, unused;
  __u8 local[16], remote[16];
};
_Static_assert(sizeof(struct socket_record) == 64, "packed");

struct file_record {
  __u64 cookie;
  __u32 pid, fd, inode;
  __u16 family;
  __u8 state, protocol;
};
_Static_assert(sizeof(struct file_record) == 24, "packed");
