// holder CONNECTIONS PROCESSES SECONDS [NAMESPACES]: a quiescent load.
//
// PROCESSES processes hold CONNECTIONS TCP connections over loopback between them, both ends of
// each (so twice as many sockets, and a listener a process). With NAMESPACES > 1 the processes are
// dealt out over that many network namespaces, of which the caller's is the first. Prints
// "READY <connections>" once all are open; ends after SECONDS, at SIGTERM or with its parent.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kMaxProcesses = 240, kMaxNamespaces = 64, kSources = 200, kPort = 8000 };

static void die(char const* what) {
  perror(what);
  exit(1);
}

// 127.(10 + process).group.host: each process has addresses of its own, and enough of them that
// no pair of addresses runs out of ports.
static struct sockaddr_in address(int process, int group, int host, int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  a.sin_addr.s_addr =
      htonl(127U << 24 | (10U + (unsigned)process) << 16 | (unsigned)group << 8 | (unsigned)host);
  return a;
}

static int listener(int process) {
  struct sockaddr_in const at = address(process, 0, 1, kPort);
  int const fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || bind(fd, (struct sockaddr const*)&at, sizeof at) || listen(fd, 512))
    die("holder: listen");
  return fd;
}

// Opens the i-th connection of a process. Its ends reset when they close, so that the load leaves
// no TIME_WAIT behind.
static void connect_once(int process, long i, int listening) {
  struct linger const reset = {.l_onoff = 1, .l_linger = 0};
  struct sockaddr_in const from = address(process, 1, 1 + (int)(i % kSources), 0);
  struct sockaddr_in const to = address(process, 0, 1, kPort);
  int const on = 1;
  int const client = socket(AF_INET, SOCK_STREAM, 0);
  if (client < 0) die("holder: socket");
  setsockopt(client, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (bind(client, (struct sockaddr const*)&from, sizeof from)) die("holder: bind");
  if (connect(client, (struct sockaddr const*)&to, sizeof to)) die("holder: connect");
  int const server = accept(listening, NULL, NULL);
  if (server < 0) die("holder: accept");
  setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  setsockopt(server, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}

static void hold(int process, long connections, int report, unsigned seconds) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int const listening = listener(process);
  for (long i = 0; i < connections; i++) connect_once(process, i, listening);
  if (write(report, &connections, sizeof connections) != sizeof connections) die("holder: write");
  signal(SIGTERM, SIG_DFL);
  alarm(seconds);
  for (;;) pause();
}

static void raise_loopback(void) {
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK};
  int const fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request)) die("holder: loopback");
  close(fd);
}

static void raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit)) die("holder: getrlimit");
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit)) die("holder: setrlimit");
}

static pid_t children[kMaxProcesses];
static int child_count;

static void stop(int signal_number) {
  (void)signal_number;
  for (int i = 0; i < child_count; i++) kill(children[i], SIGKILL);
  while (wait(NULL) > 0) {  // whoever waits for us finds all sockets closed
  }
  _exit(0);
}

// Forks the processes of one namespace after the other, entering each before its first.
static void start(long connections, int processes, int namespaces, int report, unsigned seconds) {
  for (int n = 0; n < namespaces; n++) {
    if (n > 0) {
      if (unshare(CLONE_NEWNET)) die("holder: unshare");
      raise_loopback();
    }
    for (int p = n; p < processes; p += namespaces) {
      pid_t const child = fork();
      if (child < 0) die("holder: fork");
      if (child == 0)
        hold(p, connections / processes + (p < connections % processes), report, seconds);
      children[child_count++] = child;
    }
  }
}

int main(int argc, char** argv) {
  long const connections = argc > 3 ? atol(argv[1]) : 0;
  int const processes = argc > 3 ? atoi(argv[2]) : 0;
  int const seconds = argc > 3 ? atoi(argv[3]) : 0;
  int const namespaces = argc > 4 ? atoi(argv[4]) : 1;
  if (connections < 1 || processes < 1 || processes > kMaxProcesses || seconds < 1 ||
      namespaces < 1 || namespaces > kMaxNamespaces || namespaces > processes) {
    fprintf(stderr, "usage: holder CONNECTIONS PROCESSES(1-%d) SECONDS [NAMESPACES(1-%d)]\n",
            kMaxProcesses, kMaxNamespaces);
    return 2;
  }
  int ends[2];
  if (pipe(ends)) die("holder: pipe");
  raise_descriptor_limit();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  signal(SIGTERM, stop);
  signal(SIGINT, stop);
  signal(SIGALRM, stop);
  alarm((unsigned)seconds);
  start(connections, processes, namespaces, ends[1], (unsigned)seconds);
  close(ends[1]);

  long open = 0, part = 0;
  for (int i = 0; i < processes; i++) {
    if (read(ends[0], &part, sizeof part) != sizeof part) {
      fprintf(stderr, "holder: a process failed\n");
      stop(0);
    }
    open += part;
  }
  printf("READY %ld\n", open);
  fflush(stdout);
  for (;;) pause();
}
