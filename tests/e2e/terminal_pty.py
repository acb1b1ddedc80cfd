"""A program on a bare pty, for what tmux hides: the bytes, the terminal's modes, a hang-up.

Between the pty and the program stands a leader, as a shell would: it gives the program the
foreground, waits for its end and takes the foreground back. Unlike bash it never touches the modes,
so they are what the program left.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
import traceback

from screen import DEADLINE_S, wait_until

_LOCAL_FLAGS = 3
_TIOCGPTN = 0x80045430  # the number of the pty


class TerminalPty:
    def __init__(self, command, width=100, height=30, term="xterm-256color", env=None):
        told, tell = os.pipe()
        held, self._hold = os.pipe()
        self.output = b""
        self._told_text = b""
        self.hung_up = False
        self.leader, self.master = pty.fork()
        if self.leader == 0:
            _lead([str(word) for word in command],
                  {**os.environ, "TERM": term, "LC_ALL": "C.UTF-8", **(env or {})},
                  (width, height), tell, held, (told, self._hold))
        os.close(tell)
        os.close(held)
        self._told = told
        self.pid = self._next_told()["pid"]
        self.modes_before = self._next_told()["modes"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends the program where it still runs, by hanging up and then for good."""
        if self.leader is None:
            return
        os.close(self._hold)
        if not self.hung_up:
            os.close(self.master)
        try:
            os.kill(self.leader, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.leader, 0)
        os.close(self._told)
        self.leader = None

    def read(self):
        """Takes in what has been written; everything so far is in `output`."""
        while not self.hung_up and select.select([self.master], [], [], 0)[0]:
            try:
                chunk = os.read(self.master, 65536)
            except OSError:  # EIO: nobody has the terminal open any more
                return
            if not chunk:
                return
            self.output += chunk

    def wait_for(self, wanted, limit=DEADLINE_S, since=0):
        def has_come():
            self.read()
            return wanted in self.output[since:]
        wait_until(has_come, repr(wanted), limit, lambda: repr(self.output))

    def send(self, data):
        os.write(self.master, data)

    def hang_up(self):
        """As when the window is closed, or the line breaks."""
        os.close(self.master)
        self.hung_up = True

    def wait_end(self, limit=DEADLINE_S):
        """What waitpid() says of the program: an exit status, or a signal as a negative number."""
        deadline = time.monotonic() + limit
        while not select.select([self._told], [], [], 0.02)[0]:
            self.read()  # a full pty would stop it
            if time.monotonic() > deadline:
                raise AssertionError(f"it has not ended within {limit} s\n{self.output!r}")
        ended = self._next_told()["ended"]
        self.read()
        return ended

    def modes(self):
        """As termios.tcgetattr() has them, now."""
        return _plain(termios.tcgetattr(self.master))

    def unread(self):
        """Bytes of input that whoever reads the terminal next will get."""
        number = struct.unpack("i", fcntl.ioctl(self.master, _TIOCGPTN, b"\0" * 4))[0]
        slave = os.open(f"/dev/pts/{number}", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            return struct.unpack("i", fcntl.ioctl(slave, termios.FIONREAD, b"\0" * 4))[0]
        finally:
            os.close(slave)

    def is_canonical(self):
        return bool(self.modes()[_LOCAL_FLAGS] & termios.ICANON)

    def _next_told(self):
        while b"\n" not in self._told_text:
            if not select.select([self._told], [], [], DEADLINE_S)[0]:
                raise AssertionError("the pty's leader says nothing")
            chunk = os.read(self._told, 4096)
            if not chunk:
                raise AssertionError(f"the pty's leader is gone\n{self.output!r}")
            self._told_text += chunk
        line, _, self._told_text = self._told_text.partition(b"\n")
        return json.loads(line)


def _plain(modes):
    return [[c.decode("latin-1") if isinstance(c, bytes) else c for c in field]
            if isinstance(field, list) else field for field in modes]


def _lead(command, env, size, tell, held, others):
    """The leader's life; never returns."""
    try:
        for fd in others:
            os.close(fd)
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        modes = _plain(termios.tcgetattr(0))
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        go, ready = os.pipe()
        program = os.fork()
        if program == 0:
            os.setpgid(0, 0)
            os.close(ready)
            os.read(go, 1)
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            os.closerange(3, 64)
            os.execvpe(command[0], command, env)
        os.setpgid(program, program)
        os.tcsetpgrp(0, program)
        os.close(go)
        for word in ({"pid": program}, {"modes": modes}):
            os.write(tell, json.dumps(word).encode() + b"\n")
        os.close(ready)
        _, status = os.waitpid(program, 0)
        os.tcsetpgrp(0, os.getpgrp())
        os.write(tell, json.dumps({"ended": os.waitstatus_to_exitcode(status)}).encode() + b"\n")
        os.read(held, 1)
    except BaseException:
        traceback.print_exc(file=sys.stderr)
    os._exit(0)
