"""The load: sockets held open in a network namespace of this process's own."""

import contextlib
import ctypes
import os
import resource
import subprocess

CLONE_NEWNET = 0x40000000
MOST_PROCESSES = 240          # holder's limit
USUAL_PROCESSES = 10
MOST_DESCRIPTORS = 16_000     # a process; below the usual hard limits
BYTES_A_SOCKET = 5 * 1024     # in the kernel, measured with room to spare
LONGEST_S = 1800              # the load ends by itself after that


class LoadError(Exception):
    """One line for the user: why this load is not possible here."""


def enter_private_namespace():
    """This process and its children get an empty network namespace with loopback up."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        raise LoadError(f"no private network namespace: {os.strerror(ctypes.get_errno())}")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def process_count(sockets):
    """How many processes share the load, so that none needs a raised descriptor limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    room = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(MOST_DESCRIPTORS, hard - 64)
    needed = max(USUAL_PROCESSES, -(-sockets // room))
    if needed > MOST_PROCESSES:
        raise LoadError(f"needs {needed} processes under the limit of {hard} descriptors "
                        f"(ulimit -Hn); raise it to {sockets // MOST_PROCESSES + 64} or more")
    return needed


def check_machine(sockets):
    with open("/proc/meminfo") as meminfo:
        available = next(int(line.split()[1]) * 1024 for line in meminfo
                         if line.startswith("MemAvailable"))
    if available < sockets * BYTES_A_SOCKET:
        raise LoadError(f"needs {sockets * BYTES_A_SOCKET >> 20} MiB of memory, "
                        f"{available >> 20} MiB are available")
    with open("/proc/sys/fs/file-max") as file_max:
        most = int(file_max.read())
    if most < sockets + 10_000:
        raise LoadError(f"fs.file-max is {most}, less than the sockets")


@contextlib.contextmanager
def held(programs, sockets, namespaces=1):
    """Holds `sockets` TCP sockets, both ends of sockets / 2 connections (and a few listeners)."""
    processes = process_count(sockets)
    check_machine(sockets)
    enter_private_namespace()
    words = (programs / "holder", sockets // 2, processes, LONGEST_S, namespaces)
    holder = subprocess.Popen([str(w) for w in words], stdout=subprocess.PIPE, text=True)
    try:
        line = holder.stdout.readline()
        if line.split() != ["READY", str(sockets // 2)]:
            raise LoadError(f"the load did not get ready: {line.strip() or 'holder failed'}")
        yield processes
    finally:
        holder.terminate()  # it ends its own processes and waits for them
        holder.stdout.close()
        holder.wait()
