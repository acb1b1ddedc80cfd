"""actor.py NAME: a process called NAME that does what it is told.

Each line of its standard input is a JSON string of Python statements; the answer is a line of JSON:
{"value": whatever the statements assigned to `answer`} or {"error": text}. Prints "READY pid" first
and ends when its standard input closes. acting.Actor drives it.
"""

import ctypes
import json
import os
import socket
import struct
import sys
import threading
import traceback

_libc = ctypes.CDLL(None, use_errno=True)
IPPROTO_MPTCP = 262


def call_oneself(name):
    """Names the calling thread; the process' name is that of its first thread."""
    _libc.prctl(15, name.encode(), 0, 0, 0)  # PR_SET_NAME


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def listen(address, port, backlog=16):
    listener = socket.socket(family_of(address))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(backlog)
    return listener


def connect(address, port, own_port=0, protocol=0):
    client = socket.socket(family_of(address), socket.SOCK_STREAM, protocol)
    if own_port:
        client.bind((address, own_port))
    client.connect((address, port))
    return client


def reset(sock):
    """Closes it with SO_LINGER and a time of 0."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def disconnect(sock):
    """connect(AF_UNSPEC), which Python has no words for."""
    nowhere = struct.pack("H14x", socket.AF_UNSPEC)
    if _libc.connect(sock.fileno(), nowhere, len(nowhere)) != 0:
        raise OSError(ctypes.get_errno(), "connect(AF_UNSPEC)")


def in_thread(name, work):
    """Lets another thread of that name do it."""
    def live():
        call_oneself(name)
        work()
    thread = threading.Thread(target=live)
    thread.start()
    thread.join()


def in_child(work):
    """Forks; the child does it and ends, at the latest with its parent. Returns its pid."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            _libc.prctl(1, 9, 0, 0, 0)  # PR_SET_PDEATHSIG, SIGKILL
            work()
            status = 0
        finally:
            os._exit(status)
    return pid


kept = []


def keep(sock):
    """Leaves it open, whoever forgets it."""
    kept.append(sock)
    return sock


def await_children():
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


def main():
    call_oneself(sys.argv[1])
    print("READY", os.getpid(), flush=True)
    names = dict(globals())
    for line in sys.stdin:
        names["answer"] = None
        try:
            exec(json.loads(line), names)
            print(json.dumps({"value": names["answer"]}), flush=True)
        except Exception:  # the caller is told whatever went wrong
            print(json.dumps({"error": traceback.format_exc()}), flush=True)


if __name__ == "__main__":
    main()
