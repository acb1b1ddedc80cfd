// measure SECONDS COMMAND...: runs COMMAND with its output into a pipe, reads all of it, and prints
// "<wall seconds> <peak RSS in KiB> <lines> <bytes> <wait status>"; the command is killed after
// SECONDS (status then tells SIGKILL). Its standard error passes through.
//
// A program of its own because the peak RSS of a child counts from the fork: forked from Python it
// would never be below Python's.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char buffer[1 << 16];  // as much as a pipe holds

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static pid_t run(char** command, int output) {
  pid_t const child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(output, STDOUT_FILENO);
  execvp(command[0], command);
  perror(command[0]);
  _exit(127);
}

static long lines_in(char const* data, size_t size) {
  long lines = 0;
  for (char const* end = data + size; (data = memchr(data, '\n', (size_t)(end - data))); data++)
    lines++;
  return lines;
}

int main(int argc, char** argv) {
  double const limit = argc > 2 ? atof(argv[1]) : 0;
  if (limit <= 0) {
    fprintf(stderr, "usage: measure SECONDS COMMAND...\n");
    return 2;
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC)) return perror("measure: pipe"), 1;
  double const start = now();
  pid_t const child = run(argv + 2, ends[1]);
  if (child < 0) return perror("measure: fork"), 1;
  close(ends[1]);

  long lines = 0, bytes = 0;
  for (struct pollfd output = {.fd = ends[0], .events = POLLIN};;) {
    double const left = start + limit - now();
    if (left <= 0 || poll(&output, 1, (int)(left * 1e3) + 1) == 0) {
      kill(child, SIGKILL);
      break;
    }
    ssize_t const size = read(ends[0], buffer, sizeof buffer);
    if (size <= 0) break;
    lines += lines_in(buffer, (size_t)size);
    bytes += size;
  }
  int status = 0;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) != child) return perror("measure: wait4"), 1;
  printf("%.6f %ld %ld %ld %d\n", now() - start, usage.ru_maxrss, lines, bytes, status);
  return 0;
}
