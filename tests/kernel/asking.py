"""A program that asks on a terminal, and a system log to read along."""

import contextlib
import os
import pty
import re
import select
import signal
import socket
import subprocess
import time

from support import DEADLINE_S, die_with_parent


class Asked:
    """A program on a pseudo-terminal of its own, whose foreground process it is."""

    def __init__(self, command, **options):
        self.output = ""
        self._master, slave = pty.openpty()

        def take_terminal():
            die_with_parent()
            os.setsid()
            import fcntl
            import termios
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self._process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave,
                                         preexec_fn=take_terminal, **options)
        os.close(slave)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def expect(self, text):
        """Reads on until `text` is there; what was read before it counts only once."""
        at = len(self.output)
        end = time.monotonic() + DEADLINE_S
        while text not in self.output[max(0, at - len(text)):]:
            if not self._read(end - time.monotonic()):
                raise AssertionError(f"waited in vain for {text!r}; there was {self.output!r}")

    def type(self, text):
        os.write(self._master, text.encode())

    def end(self):
        """Its exit status, once it has ended by itself; negative: the signal."""
        end = time.monotonic() + DEADLINE_S
        while self._read(end - time.monotonic()):
            pass
        return self._process.wait(timeout=DEADLINE_S)

    def _read(self, limit):
        if not select.select([self._master], [], [], max(0.0, limit))[0]:
            return False
        try:
            chunk = os.read(self._master, 65536)
        except OSError:  # nobody has the other side open any more
            return False
        self.output += chunk.decode("utf-8", "replace")
        return bool(chunk)


@contextlib.contextmanager
def system_log(test):
    """Stands in for the system log where there is none. Yields a function that returns the text of
    all lines so far, without priorities and times."""
    if os.path.exists("/dev/log"):
        test.skipTest("this machine has a system log of its own")
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind("/dev/log")
    received = []

    def lines():
        with contextlib.suppress(BlockingIOError):
            while True:
                text = log.recv(65536, socket.MSG_DONTWAIT).decode().rstrip("\0\n")
                received.append(re.sub(r"^<(\d+)>.{15} ", "", text))
        return "\n".join(received)
    try:
        yield lines
    finally:
        log.close()
        os.unlink("/dev/log")
