#include "loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct address {
  struct sockaddr_storage bytes;
  socklen_t size;
};

int must(int result, char const* what) {
  if (result >= 0) return result;
  perror(what);
  exit(1);
}

static struct address address_of(struct endpoint at) {
  struct address found;
  memset(&found, 0, sizeof(found));
  struct sockaddr_in* four = (struct sockaddr_in*)&found.bytes;
  struct sockaddr_in6* six = (struct sockaddr_in6*)&found.bytes;
  if (inet_pton(AF_INET, at.address, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(at.port);
    found.size = sizeof(*four);
  } else {
    must(inet_pton(AF_INET6, at.address, &six->sin6_addr) == 1 ? 0 : -1, "inet_pton");
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(at.port);
    found.size = sizeof(*six);
  }
  return found;
}

int open_listener(struct endpoint at) {
  struct address const here = address_of(at);
  int const listener = must(socket(here.bytes.ss_family, SOCK_STREAM, 0), "socket");
  must(bind(listener, (struct sockaddr const*)&here.bytes, here.size), "bind");
  must(listen(listener, 8), "listen");
  return listener;
}

int try_connect(struct endpoint to, int* client) {
  struct address const there = address_of(to);
  *client = must(socket(there.bytes.ss_family, SOCK_STREAM, 0), "socket");
  return connect(*client, (struct sockaddr const*)&there.bytes, there.size);
}

struct pair open_pair(int listener, struct endpoint at) {
  struct pair opened;
  must(try_connect(at, &opened.client), "connect");
  opened.server = must(accept(listener, NULL, NULL), "accept");
  return opened;
}
