"""leave.py PORT: makes a network namespace, leaves a listener in it and goes back home.

The socket alone keeps that namespace alive. Prints "READY pid inode" and waits until its standard
input closes.
"""

import os
import socket
import sys

from support import NetNs


def main():
    with NetNs() as ns, ns.entered():
        listener = socket.create_server(("0.0.0.0", int(sys.argv[1])))
    with listener:  # and the process that lived there is gone
        print("READY", os.getpid(), ns.inode, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
