"""leaderless.py PORT: a process in a network namespace of its own whose first thread ends.

Another thread keeps a listener at PORT open. Prints "READY pid" and lives until its standard input
closes.
"""

import ctypes
import os
import socket
import sys
import threading

SYS_EXIT = {"x86_64": 60, "aarch64": 93}[os.uname().machine]


def live(listener):
    with listener:
        print("READY", os.getpid(), flush=True)
        sys.stdin.read()
    os._exit(0)


def main():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(0x40000000) != 0:  # CLONE_NEWNET
        raise OSError(ctypes.get_errno(), "unshare")
    threading.Thread(target=live, args=(socket.create_server(("0.0.0.0", int(sys.argv[1]))),)).start()
    libc.syscall(SYS_EXIT, 0)


if __name__ == "__main__":
    main()
