// The smallest screen there is under the guard: q ends it with 0, x with 3, a aborts, s reads
// where there is nothing to read, l leaves without tidying
// up. SIGTERM, SIGINT and SIGHUP end it with 0, as they do lastack.
#include <ncurses.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "app/terminal_guard.hh"

namespace {

std::sig_atomic_t volatile asked_to_end = 0;

void ask_to_end(int /*signal*/) { asked_to_end = 1; }

int probe() {
  for (auto const signal : {SIGTERM, SIGINT, SIGHUP}) (void)::signal(signal, ask_to_end);
  (void)::initscr();
  (void)::cbreak();  // Ctrl-Z comes as a signal
  (void)::noecho();
  (void)::keypad(stdscr, TRUE);
  (void)::mousemask(ALL_MOUSE_EVENTS, nullptr);
  (void)::curs_set(0);
  ::timeout(50);
  int presses = 0;
  while (asked_to_end == 0) {
    (void)::mvprintw(2, 4, "the probe is up, pid %d, keys %d", ::getpid(), presses);
    (void)::refresh();
    int const key = ::getch();
    if (key == 'a') std::abort();
    if (key == 's') (void)::raise(SIGSEGV);
    if (key == 'l') ::_exit(7);
    if (key == 'q' || key == 'x') {
      (void)::endwin();
      return key == 'q' ? 0 : 3;
    }
    if (key == KEY_MOUSE) {
      MEVENT event{};
      if (::getmouse(&event) == OK) (void)::mvprintw(3, 4, "mouse %d,%d  ", event.x, event.y);
    } else if (key != ERR) {
      ++presses;
    }
  }
  (void)::endwin();
  return 0;
}

}  // namespace

int main() { return lastack::app::run_guarded(probe); }
