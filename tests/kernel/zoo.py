"""One socket in every state and kind of ownership there is, and what must be said of each.

All live in one namespace. The test process owns most of them; helpers share the rest.
"""

import contextlib
import os
import socket
from typing import NamedTuple

from puppet import KERNEL, PUPPET, Puppet
from support import Row, helper, kernel_version, stop

LOOP4, LOOP6, MAPPED = "127.0.0.1", "::1", "::ffff:127.0.0.1"
ANY = {socket.AF_INET: "0.0.0.0", socket.AF_INET6: "::"}
IPPROTO_MPTCP = 262


class Specimen(NamedTuple):
    """`owners`: (pid, fd) of each; without owners `no_owner` is the id of the reason."""

    name: str
    row: Row
    owners: frozenset
    no_owner: str | None


class Zoo:
    def __init__(self, ns):
        self.ns = ns
        self.specimens = []
        self._cleanup = contextlib.ExitStack()
        try:
            with ns.entered():
                self._listeners()
                self._established()
                self._udp()
                self._inactive()
                self._shared()
                self._in_flight()
                self._closing_on_loopback()
                self._mptcp()
            self._puppeteered()
        except BaseException:
            self.close()
            raise

    def close(self):
        self._cleanup.close()

    # -- what is told of a socket ------------------------------------------------------------

    def _own(self, sock):
        return self._cleanup.enter_context(sock)

    def _socket(self, family=socket.AF_INET, kind=socket.SOCK_STREAM, protocol=0):
        return self._own(socket.socket(family, kind, protocol))

    def _tell(self, name, sock, state, owners=None):
        """A specimen that is open in this process, and by `owners` besides."""
        held = frozenset({(os.getpid(), sock.fileno())} | set(owners or ()))
        self.specimens.append(Specimen(name, _row(sock, state), held, None))

    def _tell_ownerless(self, name, row, reason):
        self.specimens.append(Specimen(name, row, frozenset(), reason))

    # -- building blocks ---------------------------------------------------------------------

    def _listener(self, port, address=LOOP4, **options):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return self._own(socket.create_server((address, port), family=family, **options))

    def _pair(self, port):
        """An established loopback connection: (client, server side)."""
        listener = self._listener(port)
        client = self._own(socket.create_connection((LOOP4, port)))
        return client, self._own(listener.accept()[0])

    # -- the specimens -----------------------------------------------------------------------

    def _listeners(self):
        for name, address, options in (("LISTEN IPv4", "0.0.0.0", {}),
                                       ("LISTEN IPv6 only", "::", {}),
                                       ("LISTEN both", "::", {"dualstack_ipv6": True})):
            port = 2000 + len(self.specimens)
            self._tell(name, self._listener(port, address, **options), "LISTEN")

    def _established(self):
        client, server = self._pair(2100)
        self._tell("ESTABLISHED client", client, "ESTABLISHED")
        self._tell("ESTABLISHED server", server, "ESTABLISHED")
        listener = self._listener(2101, "::", dualstack_ipv6=True)
        self._own(socket.create_connection((LOOP4, 2101)))
        self._tell("v4-mapped", self._own(listener.accept()[0]), "ESTABLISHED")
        listener = self._listener(2102, LOOP6)
        self._tell("ESTABLISHED IPv6", self._own(socket.create_connection((LOOP6, 2102))),
                   "ESTABLISHED")
        self._tell("ESTABLISHED IPv6 server", self._own(listener.accept()[0]), "ESTABLISHED")
        self._listener(2103)
        waiting = self._own(socket.create_connection((LOOP4, 2103)))
        self._tell_ownerless("not yet accepted", _mirrored(waiting, "ESTABLISHED"), "accept_queue")

    def _udp(self):
        for name, family, address in (("UDP", socket.AF_INET, LOOP4),
                                      ("UDP6", socket.AF_INET6, LOOP6)):
            unconnected = self._socket(family, socket.SOCK_DGRAM)
            unconnected.bind((address, 2200))
            self._tell(f"{name} unconnected", unconnected, "UNCONN")
            connected = self._socket(family, socket.SOCK_DGRAM)
            connected.connect((address, 2200))
            self._tell(f"{name} connected", connected, "ESTABLISHED")

    def _inactive(self):
        sock = self._socket()
        sock.bind((LOOP4, 2300))
        if kernel_version() >= (6, 8):  # older ones do not list them
            self._tell("bound, inactive", sock, "BOUND_INACTIVE")

    def _shared(self):
        """A socket inherited by a child, and one sent to another process over a Unix socket."""
        listener = self._listener(2400)
        child, words = helper("share.py", "hold", pass_fds=[listener.fileno()])
        self._cleanup.callback(stop, child)
        self._tell("inherited", listener, "LISTEN", {(int(words[0]), listener.fileno())})
        listener = self._listener(2401)
        ours, theirs = socket.socketpair()
        with ours, theirs:
            socket.send_fds(ours, [b"x"], [listener.fileno()])
            child, words = helper("share.py", "receive", theirs.fileno(),
                                  pass_fds=[theirs.fileno()])
        self._cleanup.callback(stop, child)
        self._tell("passed on", listener, "LISTEN", {(int(words[0]), int(words[1]))})

    def _in_flight(self):
        """Sent, not yet received, and closed by its sender: no process has it open."""
        listener = socket.create_server((LOOP4, 2402))
        row = _row(listener, "LISTEN")
        ours, theirs = socket.socketpair()
        self._own(ours)
        self._own(theirs)
        with listener:
            socket.send_fds(ours, [b"x"], [listener.fileno()])
        self._tell_ownerless("in flight", row, "no_process")

    def _closing_on_loopback(self):
        client, server = self._pair(2500)
        row = _row(client, "TIME_WAIT")
        client.close()
        server.close()
        self._tell_ownerless("TIME_WAIT", row, "time_wait")
        client, server = self._pair(2501)
        client.shutdown(socket.SHUT_WR)
        self._tell("CLOSE_WAIT", server, "CLOSE_WAIT")
        self._tell("FIN_WAIT_2, still open", client, "FIN_WAIT_2")
        client, server = self._pair(2502)
        row = _row(client, "FIN_WAIT_2")
        client.close()
        self._tell_ownerless("FIN_WAIT_2, a mini-socket of the kernel", row, "orphan")
        client, server = self._pair(2503)
        # More than TIME_WAIT's 60 s to go keeps the whole socket.
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_LINGER2, 100)
        row = _row(client, "FIN_WAIT_2")
        client.close()
        self._tell_ownerless("FIN_WAIT_2, an orphan", row, "orphan")

    def _mptcp(self):
        """The listed sockets are the TCP subflows, the open ones the MPTCP sockets above them."""
        try:
            listener = self._socket(protocol=IPPROTO_MPTCP)
        except OSError:
            return  # a kernel without MPTCP
        listener.bind((LOOP4, 2700))
        listener.listen()
        client = self._socket(protocol=IPPROTO_MPTCP)
        client.connect((LOOP4, 2700))
        self._tell("MPTCP listener", listener, "LISTEN")
        self._tell("MPTCP client", client, "ESTABLISHED")
        self._tell("MPTCP server", self._own(listener.accept()[0]), "ESTABLISHED")

    def _puppeteered(self):
        puppet = Puppet(self.ns)
        self._cleanup.callback(puppet.close)
        with self.ns.entered():
            listener = self._listener(2600, KERNEL)
        puppet.begin_handshake(2600, 50000)
        self._tell_ownerless("SYN_RECEIVED", Row("tcp", (KERNEL, 2600), (PUPPET, 50000),
                                                 "SYN_RECEIVED"), "request")
        self._tell("its listener", listener, "LISTEN")
        self._tell("SYN_SENT", self._begin_connect(50001), "SYN_SENT")
        self._fin_wait_1(puppet)
        self._both_closed(puppet)

    def _fin_wait_1(self, puppet):
        sock, talk = self._connect(puppet, 50002)
        sock.shutdown(socket.SHUT_WR)
        talk.await_fin()
        self._tell("FIN_WAIT_1, still open", sock, "FIN_WAIT_1")
        sock, talk = self._connect(puppet, 50003)
        row = _row(sock, "FIN_WAIT_1")
        sock.close()
        talk.await_fin()
        self._tell_ownerless("FIN_WAIT_1, an orphan", row, "orphan")

    def _both_closed(self, puppet):
        sock, talk = self._connect(puppet, 50004)
        row = _row(sock, "CLOSING")
        sock.close()
        talk.await_fin()
        talk.send_fin()
        self._tell_ownerless("CLOSING, an orphan", row, "orphan")
        sock, talk = self._connect(puppet, 50005)
        row = _row(sock, "LAST_ACK")
        talk.send_fin()
        sock.recv(1)  # returns at the FIN
        sock.close()
        talk.await_fin()
        self._tell_ownerless("LAST_ACK, an orphan", row, "orphan")

    def _begin_connect(self, port):
        with self.ns.entered():
            sock = self._socket()
        sock.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            sock.connect((PUPPET, port))
        return sock

    def _connect(self, puppet, port):
        sock = self._begin_connect(port)
        talk = puppet.accept(port)
        sock.setblocking(True)
        return sock, talk


def _row(sock, state):
    try:
        remote = sock.getpeername()[:2]
    except OSError:  # not connected, or not yet
        remote = (PUPPET, 50001) if state == "SYN_SENT" else (ANY[sock.family], 0)
    proto = "tcp" if sock.type == socket.SOCK_STREAM else "udp"
    return Row(proto, sock.getsockname()[:2], remote, state)


def _mirrored(sock, state):
    return Row("tcp", sock.getpeername()[:2], sock.getsockname()[:2], state)
