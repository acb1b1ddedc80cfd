/* Sockets on loopback for the self-test's programs. What fails ends the program with a message:
 * in the guest nothing may fail. */
#pragma once

#include <stdint.h>

struct endpoint {
  char const* address; /* "127.0.0.1" or "::1" */
  uint16_t port;
};

struct pair {
  int client;
  int server; /* accepted */
};

/* Returns `result`; where it is negative, prints `what` and errno's text and ends the program. */
int must(int result, char const* what);

/* A listening socket. */
int open_listener(struct endpoint at);

/* connect(2)'s result, the socket in *client. The port belongs to the listener or to nobody. */
int try_connect(struct endpoint to, int* client);

/* A connection to `listener`, which listens at `at`. */
struct pair open_pair(int listener, struct endpoint at);
