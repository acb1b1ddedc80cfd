/* play FIRST-PORT: every way for a connection to begin and end that edges.table knows, on
 * 127.0.0.1 and ::1, each scenario at a port of its own. Prints "player PID", then a line
 * "SCENARIO ADDRESS PORT" for each once it is over. */
#include "loopback.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Long enough for an orphan's FIN_WAIT_2 to be seen before it becomes TIME_WAIT. */
static void pause_briefly(void) {
  struct timespec const tenth = {.tv_sec = 0, .tv_nsec = 100 * 1000 * 1000};
  nanosleep(&tenth, NULL);
}

static void must_read_end(int socket) {
  char byte;
  if (must((int)read(socket, &byte, 1), "read") == 0) return;
  fprintf(stderr, "play: data where the end was expected\n");
  exit(1);
}

static void must_fail_with(int result, int error, char const* what) {
  if (result < 0 && errno == error) return;
  fprintf(stderr, "play: %s did not fail as it should\n", what);
  exit(1);
}

static void close_in_turn(int first, int second) {
  close(first);
  pause_briefly();
  must_read_end(second);
  close(second);
}

static void play_listener(struct endpoint at) { close(open_listener(at)); }

static void play_client_closes(struct endpoint at) {
  int const listener = open_listener(at);
  struct pair const pair = open_pair(listener, at);
  close_in_turn(pair.client, pair.server);
  close(listener);
}

static void play_server_closes(struct endpoint at) {
  int const listener = open_listener(at);
  struct pair const pair = open_pair(listener, at);
  close_in_turn(pair.server, pair.client);
  close(listener);
}

static void play_half_closes(struct endpoint at) {
  int const listener = open_listener(at);
  struct pair const pair = open_pair(listener, at);
  must(shutdown(pair.client, SHUT_WR), "shutdown");
  must_read_end(pair.server);
  close(pair.server);
  must_read_end(pair.client);
  close(pair.client);
  close(listener);
}

static void play_resets(struct endpoint at) {
  int const listener = open_listener(at);
  struct pair const pair = open_pair(listener, at);
  struct linger const at_once = {.l_onoff = 1, .l_linger = 0};
  must(setsockopt(pair.client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)), "SO_LINGER");
  close(pair.client);
  char byte;
  must_fail_with((int)read(pair.server, &byte, 1), ECONNRESET, "reading after a reset");
  close(pair.server);
  close(listener);
}

static void play_refused(struct endpoint at) {
  int client;
  must_fail_with(try_connect(at, &client), ECONNREFUSED, "connecting to a closed port");
  close(client);
}

static struct scenario {
  char const* name;
  void (*play)(struct endpoint at);
} const scenarios[] = {
    {"listener", play_listener},
    {"client_closes", play_client_closes},
    {"server_closes", play_server_closes},
    {"half_closes", play_half_closes},
    {"resets", play_resets},
    {"refused", play_refused},
};

int main(int argc, char** argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: play FIRST-PORT\n");
    return 2;
  }
  int const first_port = atoi(argv[1]);
  static char const* const addresses[] = {"127.0.0.1", "::1"};
  alarm(60);
  printf("player %d\n", (int)getpid());
  for (size_t a = 0; a < sizeof(addresses) / sizeof(addresses[0]); ++a) {
    for (size_t s = 0; s < sizeof(scenarios) / sizeof(scenarios[0]); ++s) {
      struct endpoint const at = {addresses[a], (uint16_t)(first_port + (int)s)};
      scenarios[s].play(at);
      printf("%s %s %u\n", scenarios[s].name, at.address, at.port);
    }
  }
  return 0;
}
