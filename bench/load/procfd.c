// procfd: the floor of finding owners without BPF. Reads every link of /proc/*/fd, keeps
// {inode, pid, fd} of each socket and prints how many there were.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct holding {
  unsigned long inode;
  int pid, fd;
};

static struct holding* holdings;
static size_t count, capacity;

static void keep(struct holding holding) {
  if (count == capacity) {
    capacity = capacity ? 2 * capacity : 1 << 16;
    holdings = realloc(holdings, capacity * sizeof *holdings);
    if (!holdings) {
      perror("procfd: realloc");
      exit(1);
    }
  }
  holdings[count++] = holding;
}

static void read_process(int pid) {
  static char const kPrefix[] = "socket:[";
  size_t const prefix = sizeof kPrefix - 1;
  char path[64], link[64];
  snprintf(path, sizeof path, "/proc/%d/fd", pid);
  DIR* const folder = opendir(path);
  if (!folder) return;  // gone meanwhile
  for (struct dirent* entry; (entry = readdir(folder));) {
    ssize_t const size = readlinkat(dirfd(folder), entry->d_name, link, sizeof link - 1);
    if (size <= (ssize_t)prefix || memcmp(link, kPrefix, prefix) != 0) continue;
    link[size] = 0;
    keep((struct holding){strtoul(link + prefix, NULL, 10), pid, atoi(entry->d_name)});
  }
  closedir(folder);
}

int main(void) {
  DIR* const proc = opendir("/proc");
  if (!proc) return perror("procfd: /proc"), 1;
  for (struct dirent* entry; (entry = readdir(proc));) {
    int const pid = atoi(entry->d_name);
    if (pid > 0) read_process(pid);
  }
  closedir(proc);
  printf("%zu open sockets\n", count);
  return 0;
}
