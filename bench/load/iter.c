// iter: the floor of a listing with owners. Loads both iterators, reads all their records, keeps
// none, and prints how many there were.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "iter.h"
#include "iter.skel.h"

static char buffer[1 << 20];

static void die(char const* what) {
  perror(what);
  exit(1);
}

// The bytes an iterator writes.
static long drain(struct bpf_program* program) {
  struct bpf_link* const link = bpf_program__attach_iter(program, NULL);
  if (!link) die("iter: attach");
  int const fd = bpf_iter_create(bpf_link__fd(link));
  if (fd < 0) die("iter: create");
  long total = 0;
  for (ssize_t size; (size = read(fd, buffer, sizeof buffer)) != 0; total += size)
    if (size < 0) die("iter: read");
  close(fd);
  bpf_link__destroy(link);
  return total;
}

int main(void) {
  struct iter* const skeleton = iter__open_and_load();
  if (!skeleton) die("iter: load");
  long const sockets = drain(skeleton->progs.sockets) / (long)sizeof(struct socket_record);
  long const files = drain(skeleton->progs.files) / (long)sizeof(struct file_record);
  printf("%ld sockets, %ld descriptors\n", sockets, files);
  iter__destroy(skeleton);
  return 0;
}
