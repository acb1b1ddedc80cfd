"""share.py hold | receive FD: holds inherited sockets, or one received over Unix socket FD.

Prints "READY pid [fd of the received one]" and waits until its standard input closes.
"""

import os
import socket
import sys


def main():
    words = [os.getpid()]
    if sys.argv[1] == "receive":
        with socket.socket(fileno=int(sys.argv[2])) as channel:
            _, descriptors, _, _ = socket.recv_fds(channel, 1, 1)
        words += descriptors
    print("READY", *words, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
