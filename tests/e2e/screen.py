"""A program on a real terminal: a private tmux that shows what a user would see.

Every Screen has a tmux server of its own, on a socket of its own in a folder of its own; closing it
ends that server and nothing else. Nothing here sleeps for a fixed time: whatever is waited for has
a deadline, and an error shows the last screen.
"""

import itertools
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LASTACK = os.environ.get("LASTACK", str(ROOT / "build" / "lastack"))
DEADLINE_S = 10.0
POLL_S = 0.02
# ctest reads this line (SKIP_REGULAR_EXPRESSION) and then says "skipped", not "passed".
SKIP_LINE = "lastack e2e tests skipped:"
LEFT, MIDDLE, RIGHT, WHEEL_UP, WHEEL_DOWN = 0, 1, 2, 64, 65
_RELEASE_X10 = 3

_numbers = itertools.count(1)


def require_tmux(*programs):
    """For setUpModule: skips the module, with the reason printed, where it cannot run."""
    if not shutil.which("tmux"):
        reason = "tmux is not installed"
        print(SKIP_LINE, reason, flush=True)
        raise unittest.SkipTest(reason)
    for program in programs:
        if not os.access(program, os.X_OK):
            raise RuntimeError(f"there is no program at {program}")


def wait_until(holds, what, limit=DEADLINE_S, show=None):
    """The first true answer of holds(); an AssertionError, with show(), where none comes in time."""
    deadline = time.monotonic() + limit
    while True:
        answer = holds()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {limit} s: {what}" + (f"\n{show()}" if show else ""))
        time.sleep(POLL_S)


def process_state(pid):
    """The letter of /proc/PID/stat; "" where there is no such process."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_gone(pid):
    return process_state(pid) in ("", "Z", "X")


def children_of(pid):
    """Of all its threads."""
    found = []
    try:
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


class Screen:
    """`command` (a list) in a window of width x height; its environment is what is given here."""

    def __init__(self, command, width=100, height=30, term="tmux-256color", env=None, cwd=None):
        if isinstance(command, str):
            raise TypeError("the command is a list of arguments; no shell reads it")
        self._name = f"lastack-e2e-{os.getpid()}-{next(_numbers)}"
        self._folder = tempfile.TemporaryDirectory(prefix=self._name + "-")
        self.home = pathlib.Path(self._folder.name)
        (self.home / "config").mkdir()
        self._env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "TMUX_TMPDIR": str(self.home),
            "SHELL": "/bin/sh",
            "LC_ALL": "C.UTF-8",
        }
        inner = {"TERM": term, "LC_ALL": "C.UTF-8", **(env or {})}
        program = ["env", "-u", "TMUX", "-u", "TMUX_PANE", "-u", "TMUX_TMPDIR"]
        program += [f"{name}={value}" for name, value in inner.items()] + [str(c) for c in command]
        # Options come first, in the same command: a program may end before the next one.
        options = {
            "-g remain-on-exit": "on",
            "-g status": "off",
            "-s escape-time": "0",
            "-g history-limit": "2000",
            "-s exit-empty": "off",
        }
        setup = [word for name, value in options.items()
                 for word in ("set-option", *name.split(), value, ";")]
        try:
            self._tmux("start-server", ";", *setup, "new-session", "-d", "-x", width, "-y", height,
                       *(["-c", str(cwd)] if cwd else []), *program)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends this server, by its socket, and so every program in it."""
        if self._folder is None:
            return
        try:
            pids = [int(pid) for pid in self._ask("pid} #{pane_pid").split()]
        except RuntimeError:
            pids = []  # the server is gone, or never came up
        subprocess.run([*self._client(), "kill-server"], env=self._env, capture_output=True)
        try:
            wait_until(lambda: all(is_gone(pid) for pid in pids), "the end of tmux and its program")
        finally:
            self._folder.cleanup()
            self._folder = None

    # What is on the screen

    def text(self):
        return self._tmux("capture-pane", "-p")

    def history(self):
        """The text and what has scrolled away. (tmux scrolls by one when the program ends.)"""
        return self._tmux("capture-pane", "-p", "-S", "-")

    def lines(self):
        return self.text().split("\n")

    def colours(self):
        """The text with the escape sequences of its colours."""
        return self._tmux("capture-pane", "-p", "-e")

    def alternate(self):
        return self._ask("alternate_on") == "1"

    def cursor_visible(self):
        return self._ask("cursor_flag") == "1"

    def cursor(self):
        """Column and row, from 0."""
        x, y = self._ask("cursor_x},#{cursor_y").split(",")
        return int(x), int(y)

    def mouse_on(self):
        return self._ask("mouse_any_flag") == "1"

    def keypad_on(self):
        return self._ask("keypad_flag},#{keypad_cursor_flag") != "0,0"

    def size(self):
        width, height = self._ask("pane_width},#{pane_height").split(",")
        return int(width), int(height)

    # What is waited for

    def wait_for(self, wanted, limit=DEADLINE_S):
        """A substring, a compiled expression, or a function of the text that comes true."""
        return wait_until(lambda: self._holds(wanted), _name_of(wanted), limit, self._show)

    def wait_gone(self, unwanted, limit=DEADLINE_S):
        wait_until(lambda: not self._holds(unwanted), f"gone: {_name_of(unwanted)}", limit,
                   self._show)

    def wait_until(self, holds, what, limit=DEADLINE_S):
        """A function of nothing; the error shows the screen."""
        return wait_until(holds, what, limit, self._show)

    # What the user does

    def keys(self, *names):
        """As tmux names them: "Up", "C-z", "F1", "Enter", "q"."""
        self._tmux("send-keys", *names)

    def type(self, text):
        self._tmux("send-keys", "-l", "--", text)

    def send(self, data):
        """Bytes, as a terminal would send them."""
        self._tmux("send-keys", "-H", *(f"{byte:02x}" for byte in data))

    def click(self, x, y, button=LEFT):
        """On the cell in column x and row y, from 0: a press and a release."""
        self._require_mouse()
        self.send(self._mouse(x, y, button, pressed=True) +
                  self._mouse(x, y, button, pressed=False))

    def wheel(self, x, y, down=True, notches=1):
        self._require_mouse()
        self.send(self._mouse(x, y, WHEEL_DOWN if down else WHEEL_UP, pressed=True) * notches)

    def resize(self, width, height):
        self._tmux("resize-window", "-x", width, "-y", height)

    # The program

    def pid(self):
        """Of the command itself."""
        return int(self._ask("pane_pid"))

    def child(self, limit=DEADLINE_S):
        """The pid of the command's only child: what draws, where a guard is the command."""
        def only():
            children = children_of(self.pid())
            return children[0] if len(children) == 1 else None
        return self.wait_until(only, "one child of the command", limit)

    def dead(self):
        return self._ask("pane_dead") == "1"

    def wait_dead(self, limit=DEADLINE_S):
        """(exit status, None) or (None, signal)."""
        # tmux first sees that the terminal is closed, then what the program died of.
        def told():
            if self._ask("pane_dead_status}#{pane_dead_signal") != "":
                return True
            if self.dead():
                # tmux 3.3a now and then misses a SIGCHLD, and leaves a zombie until the next one.
                os.kill(int(self._ask("pid")), signal.SIGCHLD)
            return False
        self.wait_until(told, "the end of the program", limit)
        return self.exit_status(), self.exit_signal()

    def exit_status(self):
        answer = self._ask("pane_dead_status")
        return int(answer) if answer else None

    def exit_signal(self):
        answer = self._ask("pane_dead_signal")
        return signal.Signals(int(answer)) if answer else None

    # How

    def _client(self):
        return ["tmux", "-u", "-L", self._name, "-f", "/dev/null"]

    def _tmux(self, *words):
        done = subprocess.run([*self._client(), *map(str, words)], env=self._env, text=True,
                              capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise RuntimeError(f"tmux {words[0]}: {done.stderr.strip()}")
        return done.stdout

    def _ask(self, variable):
        return self._tmux("display-message", "-p", f"#{{{variable}}}").rstrip("\n")

    def _holds(self, wanted):
        text = self.text()
        if isinstance(wanted, str):
            return wanted in text
        if isinstance(wanted, re.Pattern):
            return wanted.search(text)
        return wanted(text)

    def _show(self):
        width, height = self.size()
        state = "alternate" if self.alternate() else "normal"
        if self.dead():
            state += f", program ended: {self.exit_status()} {self.exit_signal()}"
        body = "\n".join("|" + line for line in self.text().rstrip("\n").split("\n"))
        return f"--- the screen, {width}x{height}, {state}\n{body}\n---"

    def _require_mouse(self):
        self.wait_until(self.mouse_on, "the program listens to the mouse")

    def _mouse(self, x, y, button, pressed):
        # In the words that the program has asked for.
        if self._ask("mouse_sgr_flag") == "1":
            return f"\x1b[<{button};{x + 1};{y + 1}{'M' if pressed else 'm'}".encode()
        return b"\x1b[M" + bytes((32 + (button if pressed else _RELEASE_X10), 33 + x, 33 + y))


def _name_of(wanted):
    if isinstance(wanted, re.Pattern):
        return f"/{wanted.pattern}/"
    return repr(wanted) if isinstance(wanted, str) else getattr(wanted, "__name__", repr(wanted))
