"""One watcher at work: started, awaited, measured and ended."""

import contextlib
import ctypes
import dataclasses
import os
import pathlib
import signal
import subprocess
import time

from harness.watch import process, watchers

PR_SET_PDEATHSIG = 1
LONGEST_START_S = 30.0
LONGEST_END_S = 120.0
STEP_S = 0.02

_libc = ctypes.CDLL(None)


class WatcherError(Exception):
    """One line: what went wrong with a watcher."""


@dataclasses.dataclass(frozen=True)
class Spent:
    cpu_s: float      # from being ready to its end
    peak_bytes: int


class Session:
    """A watcher that is attached. Its output goes to files."""

    def __init__(self, watcher, directory):
        self.watcher = watcher
        self.output = pathlib.Path(directory, f"{watcher.name}.out")
        self.errors = pathlib.Path(directory, f"{watcher.name}.err")
        with open(self.output, "wb") as output, open(self.errors, "wb") as errors:
            self._process = subprocess.Popen(watcher.command, stdout=output, stderr=errors,
                                             stdin=subprocess.DEVNULL, preexec_fn=_end_with_parent)

    @property
    def pid(self):
        return self._process.pid

    def await_ready(self):
        if not self.watcher.ready:
            time.sleep(watchers.PEER_SETTLES_S)
        deadline = time.monotonic() + LONGEST_START_S
        while not self._says_ready():
            self._check_runs()
            if time.monotonic() > deadline:
                raise WatcherError(f"not attached in {LONGEST_START_S:.0f} s: {self.complaint()}")
            time.sleep(STEP_S)
        self._check_runs()
        self._cpu_before = self.cost().cpu_s

    def cost(self):
        return process.cost(self.pid)

    def end(self):
        """Interrupts it, as Ctrl-C does, and waits for it. Returns what it has spent."""
        self._check_runs()
        peak = self.cost().peak_bytes
        self._process.send_signal(signal.SIGINT)
        status, usage = self._wait()
        if status != 0 and status != signal.SIGINT:
            raise WatcherError(f"{_words(status)}: {self.complaint()}")
        return Spent(usage.ru_utime + usage.ru_stime - self._cpu_before, peak)

    def kill(self):
        if self._process.returncode is None:
            self._process.kill()
            self._process.wait()

    def complaint(self):
        """The last it said on stderr, shortened."""
        lines = self.errors.read_text(errors="replace").split("\n")
        return next((line[:200] for line in reversed(lines) if line), "it said nothing")

    def _wait(self):
        deadline = time.monotonic() + LONGEST_END_S
        while time.monotonic() < deadline:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid != 0:
                self._process.returncode = status
                return status, usage
            time.sleep(STEP_S)
        raise WatcherError(f"still there {LONGEST_END_S:.0f} s after SIGINT")

    def _says_ready(self):
        ready = self.watcher.ready.encode()
        return any(ready in path.read_bytes() for path in (self.errors, self.output))

    def _check_runs(self):
        if self._process.poll() is not None:
            raise WatcherError(f"it ended by itself: {self.complaint()}")


@contextlib.contextmanager
def attached(watcher, directory):
    """A session that is ready; nothing of it is left afterwards, its files included."""
    session = Session(watcher, directory)
    try:
        session.await_ready()
        yield session
    finally:
        session.kill()
        for path in pathlib.Path(directory).iterdir():
            path.unlink()


def _words(status):
    if os.WIFSIGNALED(status):
        return f"killed by signal {os.WTERMSIG(status)} ({signal.strsignal(os.WTERMSIG(status))})"
    return f"exit status {os.WEXITSTATUS(status)}"


def _end_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
