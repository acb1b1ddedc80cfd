// nldiag: the floor of a listing without owners. Dumps all TCP sockets of the namespace over
// sock_diag, IPv4 and IPv6, without extensions, and prints how many there were.
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[1 << 20] __attribute__((aligned(NLMSG_ALIGNTO)));

static void die(char const* what) {
  perror(what);
  exit(1);
}

static void request(int fd, unsigned char family) {
  struct {
    struct nlmsghdr header;
    struct inet_diag_req_v2 body;
  } const message = {
      .header = {.nlmsg_len = sizeof message,
                 .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
      .body = {.sdiag_family = family, .sdiag_protocol = IPPROTO_TCP, .idiag_states = ~0U},
  };
  if (send(fd, &message, sizeof message, 0) < 0) die("nldiag: send");
}

// Counts the sockets of one datagram; true at the end of the dump.
static int count(ssize_t size, long* sockets) {
  for (struct nlmsghdr* h = (struct nlmsghdr*)buffer; NLMSG_OK(h, size); h = NLMSG_NEXT(h, size)) {
    if (h->nlmsg_type == NLMSG_DONE) return 1;
    if (h->nlmsg_type == NLMSG_ERROR) {
      fprintf(stderr, "nldiag: the kernel refused the dump\n");
      exit(1);
    }
    ++*sockets;
  }
  return 0;
}

int main(void) {
  unsigned char const families[] = {AF_INET, AF_INET6};
  long sockets = 0;
  int const fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (fd < 0) die("nldiag: socket");
  for (size_t i = 0; i < sizeof families; i++) {
    request(fd, families[i]);
    for (ssize_t size = 1; size > 0;) {
      size = recv(fd, buffer, sizeof buffer, 0);
      if (size < 0) die("nldiag: recv");
      if (count(size, &sockets)) break;
    }
  }
  printf("%ld sockets\n", sockets);
  return 0;
}
