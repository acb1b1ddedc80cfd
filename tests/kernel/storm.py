"""storm.py SECONDS: forks short-lived children with sockets as fast as it can, for so long.

Prints "READY pid" once the first ones have come and gone; ends early when its standard input
closes.
"""

import os
import select
import socket
import sys
import time


def live_shortly():
    listener = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listener.getsockname())
    listener.accept()
    client.close()
    os._exit(0)


def main():
    end = time.monotonic() + float(sys.argv[1])
    children = 0
    while time.monotonic() < end and not select.select([sys.stdin], [], [], 0)[0]:
        pid = os.fork()
        if pid == 0:
            live_shortly()
        children += 1
        if children > 20:  # that many live at a time
            os.wait()
        if children == 40:
            print("READY", os.getpid(), flush=True)
    for _ in range(min(children, 20)):
        os.wait()


if __name__ == "__main__":
    main()
