"""What every kernel test needs: lastack itself, private network namespaces, polling.

Nothing here outlives the test process, however it ends: a namespace is kept alive by a process
that dies with its parent, so a killed test leaves nothing behind (only a name given with
`ip netns attach` needs the clean-up that NetNs.close() does).
"""

import contextlib
import ctypes
import ipaddress
import json
import os
import re
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import unittest
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
LASTACK = os.environ.get("LASTACK", str(ROOT / "build" / "lastack"))
DEADLINE_S = 20.0
# ctest reads this line (SKIP_REGULAR_EXPRESSION) and then says "skipped", not "passed".
SKIP_LINE = "lastack kernel tests skipped:"

CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class Row(NamedTuple):
    """One endpoint as every witness can tell it; an end is (address, port)."""

    proto: str
    local: tuple[str, int]
    remote: tuple[str, int]
    state: str


def require_kernel_tests(*programs):
    """For setUpModule: skips the module, with the reason printed, where it cannot run."""
    reason = _why_not(programs)
    if reason:
        print(SKIP_LINE, reason, flush=True)
        raise unittest.SkipTest(reason)
    if not os.access(LASTACK, os.X_OK):
        raise RuntimeError(f"there is no lastack at {LASTACK}; set LASTACK to its path")


def _why_not(programs):
    if os.geteuid() != 0:
        return "they need root"
    for program in ("ip", "nsenter", "unshare", *programs):
        if not shutil.which(program):
            return f"{program} is not installed"
    if subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode != 0:
        return "network namespaces may not be made here"
    return None


def kernel_version():
    major, minor = os.uname().release.split(".")[:2]
    return int(major), int("".join(c for c in minor if c.isdigit()))


def wait_until(condition, what, deadline_s=DEADLINE_S):
    """Polls until condition() is true and returns its value; fails with `what` at the deadline."""
    end = time.monotonic() + deadline_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {deadline_s} s in vain until {what}")
        time.sleep(0.01)


def die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _checked(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


class NetNs:
    """A private network namespace with loopback up, in which at least one process lives."""

    def __init__(self, name=None):
        self.name = None
        self._keeper = subprocess.Popen(["unshare", "--net", "sleep", "infinity"],
                                        preexec_fn=die_with_parent)
        self.path = f"/proc/{self._keeper.pid}/ns/net"
        try:
            outer = os.stat("/proc/self/ns/net").st_ino
            wait_until(lambda: os.stat(self.path).st_ino != outer, "the namespace exists")
            self.inode = os.stat(self.path).st_ino
            self.run("ip", "link", "set", "lo", "up")
            if name:
                subprocess.run(["ip", "netns", "attach", name, str(self._keeper.pid)], check=True)
                self.name = name
        except BaseException:
            self.close()
            raise

    def close(self):
        if self.name:
            subprocess.run(["ip", "netns", "delete", self.name], check=False)
            self.name = None
        self._keeper.kill()
        self._keeper.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def command(self, *args):
        return ["nsenter", f"--net={self.path}", "--", *args]

    def run(self, *args, **options):
        options = {"check": True, "text": True, "errors": "surrogateescape", "timeout": 120,
                   "stdout": subprocess.PIPE} | options
        return subprocess.run(self.command(*args), **options)

    @contextlib.contextmanager
    def entered(self):
        """Sockets made inside belong to this namespace; the process leaves it again."""
        with open("/proc/self/ns/net") as home, open(self.path) as there:
            _checked(_libc.setns(there.fileno(), CLONE_NEWNET), "setns")
            try:
                yield self
            finally:
                _checked(_libc.setns(home.fileno(), CLONE_NEWNET), "setns")


def helper(script, *args, ns=None, before=(), **options):
    """Starts a helper script of this folder and waits for its line "READY ...".

    Returns (process, words after READY). The script ends when its standard input closes or the
    test process dies. `before`: command words put before it (setpriv ...).
    """
    command = [*before, sys.executable, str(HERE / script), *map(str, args)]
    process = subprocess.Popen(ns.command(*command) if ns else command, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent,
                               **options)
    words = process.stdout.readline().split()
    if not words or words[0] != "READY":
        stop(process)
        raise RuntimeError(f"{script} did not get ready: {words}")
    return process, words[1:]


def stop(process):
    """Ends a process this test started."""
    process.kill()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            stream.close()
    process.wait()


def lastack(*args, before=(), env=None, binary=LASTACK, **options):
    """Runs lastack; bytes that are not UTF-8 come back as surrogates, so nothing is lost."""
    options = {"capture_output": True, "text": True, "encoding": "utf-8", "timeout": 60,
               "errors": "surrogateescape", "env": {**os.environ, **(env or {})}} | options
    return subprocess.run([*before, binary, *args], **options)


def unreadable_processes():
    """Whether there are processes that even this user may not look into (a hardened pid 1).

    Then one of them may own what nobody else does, and lastack must say so."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            os.readlink(f"/proc/{pid}/ns/net")
        except PermissionError:
            return True
        except OSError:
            continue  # gone meanwhile
    return False


_UNREADABLE_PROCESSES = re.compile(
    r"lastack list: not shown: "
    r"((; )?(\d+ sockets? (without a process name|may match the filter, but their process is not "
    r"known) \(\d+ process(es)? may not be read\)"
    r"|\d+ process(es)? (does|do) not tell (its|their) network namespaces?: there may be more of "
    r"them))+; no capability is missing: .*\n")


def without_notice(stderr):
    """What lastack said on stderr but for the closing line about processes it could not read,
    which is rightly there even for root where such processes are. Any other loss stays."""
    lines = stderr.splitlines(keepends=True)
    if lines and unreadable_processes() and _UNREADABLE_PROCESSES.fullmatch(lines[-1]):
        lines.pop()
    return "".join(lines)


def listing(*args, ns=None, **options):
    """The objects of `lastack list --json`; with `ns` only those of that namespace."""
    result = lastack("list", "--json", *args, **options)
    if result.returncode != 0:
        raise AssertionError(f"exit status {result.returncode}: {result.stderr}")
    objects = [json.loads(line) for line in result.stdout.splitlines()]
    return [o for o in objects if ns is None or o["netns"]["inode"] == ns.inode]


def canonical(address):
    """One spelling of an address, without its %zone; a mapped one keeps its dotted quad."""
    parsed = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None)
    return f"::ffff:{mapped}" if mapped else str(parsed)


def row_of(endpoint):
    """The Row of one object of `lastack list --json`."""
    ends = [(canonical(end["addr"]), end["port"])
            for end in (endpoint["local"], endpoint["remote"])]
    return Row(endpoint["proto"], *ends, endpoint["state"])


def owners_of(endpoint):
    return frozenset((owner["pid"], owner["fd"]) for owner in endpoint["owners"])
