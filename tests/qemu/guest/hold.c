/* hold PORT: listens on 127.0.0.1:PORT with one connection to itself, in the background. Prints
 * "PID CLIENT-PORT" once all are open. Ends by a signal, or by itself after ten minutes. */
#include "loopback.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static uint16_t local_port(int socket) {
  struct sockaddr_in name;
  socklen_t size = sizeof(name);
  must(getsockname(socket, (struct sockaddr*)&name, &size), "getsockname");
  return ntohs(name.sin_port);
}

int main(int argc, char** argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: hold PORT\n");
    return 2;
  }
  struct endpoint const at = {"127.0.0.1", (uint16_t)atoi(argv[1])};
  int const listener = open_listener(at);
  struct pair const pair = open_pair(listener, at);

  /* The child keeps all three; with the parent's end its caller may read on. */
  pid_t const child = must(fork(), "fork");
  if (child != 0) {
    printf("%d %u\n", (int)child, local_port(pair.client));
    return 0;
  }
  fclose(stdout);
  alarm(600);
  for (;;) pause();
}
