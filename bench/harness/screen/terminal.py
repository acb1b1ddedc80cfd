"""A program in a pseudo-terminal, with somebody who presses keys and waits for what they show."""

import fcntl
import os
import pathlib
import pty
import select
import signal
import struct
import termios
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Terminal:
    def __init__(self, command, columns=120, rows=40, environment=None):
        self.received = 0
        self._recent = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update({"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"} | (environment or {}))
            os.execv(command[0], command)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def pump(self, seconds):
        """Reads what is written for that long."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._read(left)

    def press(self, keys, marker, limit=5.0):
        """Seconds until `marker` is written after `keys` were pressed; None: it was not."""
        self._recent = b""
        began = time.monotonic()
        os.write(self.fd, keys)
        while time.monotonic() - began < limit:
            self._read(limit)
            if marker in self._recent:
                return time.monotonic() - began
        return None

    def wait_for(self, marker, limit):
        return self.press(b"", marker, limit)

    def _read(self, limit):
        ready, _, _ = select.select([self.fd], [], [], limit)
        if not ready:
            return
        try:
            chunk = os.read(self.fd, 65536)
        except OSError:
            raise RuntimeError("the screen has ended")
        if not chunk:
            raise RuntimeError("the screen has ended")
        self.received += len(chunk)
        self._recent = (self._recent + chunk)[-65536:]

    def processes(self):
        """The program and what it started."""
        children = pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]

    def cpu_seconds(self):
        """By the scheduler's nanoseconds: ticks miss what sleeps before they come. Of threads that
        have ended it knows nothing; those (dumps) are in the ticks of the process."""
        exact = ticks = 0
        for pid in self.processes():
            for task in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat"):
                exact += int(task.read_text().split()[0])
            words = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(words[11]) + int(words[12])
        return exact / 1e9, ticks / TICKS

    def peak_bytes(self):
        total = 0
        for pid in self.processes():
            for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    total += int(line.split()[1]) * 1024
        return total

    def close(self):
        try:
            os.kill(self.pid, signal.SIGTERM)
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline:
                done, _ = os.waitpid(self.pid, os.WNOHANG)
                if done:
                    return
                try:
                    self._read(0.05)
                except RuntimeError:
                    pass
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except ChildProcessError:
            pass
        finally:
            os.close(self.fd)
