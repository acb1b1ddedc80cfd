"""A network namespace of its own for every run, so that each starts with empty socket tables."""

import ctypes
import os
import pathlib
import subprocess
import time

from harness import load

CLONE_NEWNS = 0x00020000
TRACEFS = pathlib.Path("/sys/kernel/tracing")
SLABS = pathlib.Path("/proc/slabinfo")
PAUSE_S = 1.0
BLIND_PAUSE_S = 4.0  # where the kernel does not tell how many sockets are left
STEP_S = 0.3
LONGEST_PURGE_S = 60.0
SOMAXCONN = 4096  # the load's backlog counts on it


def prepare_mounts():
    """Peers that use tracepoints by name need tracefs; it is mounted where only we see it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        raise load.LoadError(f"no private mounts: {os.strerror(ctypes.get_errno())}")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    if not (TRACEFS / "events").exists():
        subprocess.run(["mount", "-t", "tracefs", "tracefs", str(TRACEFS)], check=True)


def enter_fresh(time_waits):
    """Leaves the namespace of the last run, waits until the kernel has removed its sockets, which
    would be work in the next run, and allows `time_waits` sockets in TIME_WAIT in the new one."""
    load.enter_private_namespace()
    _write("/proc/sys/net/core/somaxconn", SOMAXCONN)
    _write("/proc/sys/net/ipv4/tcp_max_tw_buckets", time_waits)
    _await_purge()


def _await_purge():
    time.sleep(PAUSE_S)
    if not SLABS.exists():
        time.sleep(BLIND_PAUSE_S)
        return
    deadline = time.monotonic() + LONGEST_PURGE_S
    left = _time_waits_of_all()
    while time.monotonic() < deadline:
        time.sleep(STEP_S)
        before, left = left, _time_waits_of_all()
        if left >= before:
            return
    raise load.LoadError("the sockets of the last run do not go away")


def _time_waits_of_all():
    """TIME_WAIT sockets of all namespaces, those that are being removed included."""
    with open(SLABS) as slabs:
        return sum(int(line.split()[1]) for line in slabs if line.startswith("tw_sock_"))


def _write(path, value):
    with open(path, "w") as setting:
        setting.write(str(value))


def inode():
    return os.stat("/proc/self/ns/net").st_ino


def time_wait_counters():
    """What the kernel of this namespace says: mini-sockets begun (of orphans in FIN_WAIT_2, too),
    refused for want of room, there now, and which of these are in FIN_WAIT_2 still."""
    with open("/proc/net/netstat") as netstat:
        names, values = (line.split() for line in netstat if line.startswith("TcpExt:"))
    counted = dict(zip(names, values))
    with open("/proc/net/sockstat") as sockstat:
        words = next(line.split() for line in sockstat if line.startswith("TCP:"))
    return {"begun": int(counted["TW"]), "refused": int(counted["TCPTimeWaitOverflow"]),
            "now": int(words[words.index("tw") + 1]), "fin_wait_2": _minis_in_fin_wait_2()}


def _minis_in_fin_wait_2():
    # The peer's FIN may meet the full socket in the instant when the mini-socket takes over.
    listed = subprocess.run(["ss", "-Htan", "state", "fin-wait-2"], check=True,
                            capture_output=True, text=True)
    return len(listed.stdout.splitlines())
