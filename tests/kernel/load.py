"""load.py NAME CONNECTIONS FAMILY PORT [UID]: a process named NAME that holds loopback connections.

Both ends of each, so 2 * CONNECTIONS sockets and a listener at PORT; FAMILY is 4 or 6. Prints
"READY pid" and holds them until its standard input closes. With UID it becomes that user first.
"""

import ctypes
import os
import resource
import socket
import sys


def main():
    name, connections, family, port = sys.argv[1], *map(int, sys.argv[2:5])
    if len(sys.argv) > 5:
        os.setgroups([])
        os.setuid(int(sys.argv[5]))
    ctypes.CDLL(None).prctl(15, name.encode(), 0, 0, 0)  # PR_SET_NAME
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    address = "127.0.0.1" if family == 4 else "::1"
    kind = socket.AF_INET if family == 4 else socket.AF_INET6
    listener = socket.socket(kind)
    listener.bind((address, port))
    listener.listen(64)
    held = []
    for _ in range(connections):
        client = socket.socket(kind)
        client.connect((address, port))
        held += [client, listener.accept()[0]]
    print("READY", os.getpid(), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
