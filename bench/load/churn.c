// churn -m fin|rst|sfin [-d SECONDS] [-n CONNECTIONS] [-r RATE]: a load of short connections.
//
// One client process opens loopback connections to one server process, one after the other, as
// fast as they go or RATE a second, until SECONDS (60 at most) or CONNECTIONS are over. Who ends
// them is the mode: fin, the client closes first; rst, the client resets; sfin, the server closes
// first. Prints what it did, which is the truth for whoever watched:
//
//   conns N accepted N closed N err N sec S rate R cpu_client S cpu_server S
//
// `closed` counts the server's ends. No byte is sent. The server's port is 7777; the addresses are
// in 127.1/16 (client) and 127.2/16 (server), enough that no port comes back while it may still
// be in TIME_WAIT.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
  kPort = 7777,
  kClientHosts = 200,
  kServerHosts = 16,
  kBacklog = 4096,
  kMostWaiting = 1000,  // connections not accepted yet; well below what the backlog holds
  kMostErrors = 1000,
  kMostSeconds = 60,
  kGraceSeconds = 20,  // for the server to finish, and as a last limit for all
};

struct options {
  int reset, server_first;
  double seconds, rate;
  long connections;
};

// Shared by both processes.
struct progress {
  _Atomic long accepted, closed;
};

struct outcome {
  long connections, errors;
  double seconds;
};

static void die(char const* what) {
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void sleep_until(double due) {
  struct timespec const t = {(time_t)due, (long)((due - (double)(time_t)due) * 1e9)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {
  }
}

static struct sockaddr_in address(unsigned network, unsigned host, unsigned port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  a.sin_addr.s_addr = htonl(127U << 24 | network << 16 | host);
  return a;
}

static int listener(void) {
  struct sockaddr_in at = address(0, 0, kPort);
  at.sin_addr.s_addr = htonl(INADDR_ANY);
  int const on = 1;
  int const fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
      bind(fd, (struct sockaddr const*)&at, sizeof at) || listen(fd, kBacklog))
    die("churn: listen");
  return fd;
}

// Until the peer has closed or reset.
static void read_to_end(int fd) {
  char buffer[64];
  while (read(fd, buffer, sizeof buffer) > 0) {
  }
}

static void serve(int listening, struct options const* options, struct progress* progress) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) {
    int const fd = accept(listening, NULL, NULL);
    if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (fd < 0) die("churn: accept");
    atomic_fetch_add_explicit(&progress->accepted, 1, memory_order_relaxed);
    if (!options->server_first) read_to_end(fd);
    close(fd);
    atomic_fetch_add_explicit(&progress->closed, 1, memory_order_relaxed);
  }
}

// Opens the i-th connection and ends it; 0: it could not be opened.
static int connect_once(long i, struct options const* options) {
  struct sockaddr_in const from = address(1, 2 + (unsigned)(i % kClientHosts), 0);
  struct sockaddr_in const to = address(2, 1 + (unsigned)(i / kClientHosts % kServerHosts), kPort);
  struct linger const reset = {.l_onoff = 1, .l_linger = 0};
  int const on = 1;
  int const fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) die("churn: socket");
  // The port is chosen when the peer is known: one port may then serve many connections.
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (bind(fd, (struct sockaddr const*)&from, sizeof from)) die("churn: bind");
  int const opened = connect(fd, (struct sockaddr const*)&to, sizeof to) == 0;
  if (opened && options->reset) setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  if (opened && options->server_first) read_to_end(fd);
  close(fd);
  return opened;
}

static struct outcome churn(struct options const* options, struct progress const* progress) {
  struct outcome did = {0};
  double const start = now();
  while (did.connections < options->connections && now() < start + options->seconds) {
    if (options->rate > 0) sleep_until(start + (double)did.connections / options->rate);
    while (did.connections - atomic_load_explicit(&progress->accepted, memory_order_relaxed) >
           kMostWaiting)
      sched_yield();
    if (connect_once(did.connections, options)) {
      did.connections++;
    } else {
      if (did.errors++ == 0) perror("churn: connect");
      if (did.errors >= kMostErrors) break;
    }
  }
  did.seconds = now() - start;
  return did;
}

static void await_server(long connections, struct progress const* progress) {
  double const limit = now() + kGraceSeconds / 2.0;
  while (atomic_load(&progress->closed) < connections && now() < limit) usleep(5000);
}

static double cpu_seconds(struct rusage const* usage) {
  return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
         (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * 1e-6;
}

static double positive(char const* text) {
  char* end;
  double const value = strtod(text, &end);
  return *end == 0 && value > 0 ? value : -1;  // nan, too
}

// 0: not understood.
static int parse(int argc, char** argv, struct options* options) {
  int have_mode = 0;
  for (int option; (option = getopt(argc, argv, "m:d:n:r:")) != -1;) {
    if (option == 'm') {
      options->reset = strcmp(optarg, "rst") == 0;
      options->server_first = strcmp(optarg, "sfin") == 0;
      have_mode = options->reset || options->server_first || strcmp(optarg, "fin") == 0;
      if (!have_mode) return 0;
      continue;
    }
    double const value = option == '?' ? -1 : positive(optarg);
    if (value < 0) return 0;
    if (option == 'd') options->seconds = value < kMostSeconds ? value : kMostSeconds;
    if (option == 'n') options->connections = value < 1e9 ? (long)value : 1000000000;
    if (option == 'r') options->rate = value;
  }
  return have_mode && optind == argc && options->connections > 0;
}

int main(int argc, char** argv) {
  struct options options = {.seconds = 5, .connections = 1000000000};
  if (!parse(argc, argv, &options)) {
    fprintf(stderr,
            "usage: churn -m fin|rst|sfin [-d SECONDS(max. %d)] [-n CONNECTIONS] [-r RATE]\n",
            kMostSeconds);
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alarm((unsigned)options.seconds + kGraceSeconds);
  struct progress* const progress =
      mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (progress == MAP_FAILED) die("churn: mmap");
  int const listening = listener();
  pid_t const server = fork();
  if (server < 0) die("churn: fork");
  if (server == 0) serve(listening, &options, progress);
  close(listening);

  struct outcome const did = churn(&options, progress);
  await_server(did.connections, progress);
  kill(server, SIGKILL);
  struct rusage client_usage, server_usage;
  if (wait4(server, NULL, 0, &server_usage) != server) die("churn: wait4");
  if (getrusage(RUSAGE_SELF, &client_usage)) die("churn: getrusage");
  printf(
      "conns %ld accepted %ld closed %ld err %ld sec %.4f rate %.0f cpu_client %.2f "
      "cpu_server %.2f\n",
      did.connections, atomic_load(&progress->accepted), atomic_load(&progress->closed), did.errors,
      did.seconds, (double)did.connections / did.seconds, cpu_seconds(&client_usage),
      cpu_seconds(&server_usage));
  return 0;
}
