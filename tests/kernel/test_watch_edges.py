"""Every state of TCP and every edge of RFC 9293 figure 5 that occurs on Linux, made and told.

By both ends of a loopback connection, and where the kernel alone never goes by a peer of
hand-written segments. IPv4 and IPv6.
"""

import contextlib
import socket
import unittest

from acting import ME
from puppet import ACK, FIN, SYN, Puppet
from support import require_kernel_tests
from watching import (ACTIVE, CLOSES_FIRST, CLOSES_LAST, LOOPBACK, PASSIVE, Flow, Watched, edges_of,
                      flow_of_socket, listening)

TCP_FASTOPEN = 23
# Of figure 5, with the FIN_WAIT_1 -> TIME_WAIT of its note 2 left out: Linux passes FIN_WAIT_2.
# LISTEN -> SYN_SENT does not exist on Linux (a listener cannot connect), nor does SYN_RECEIVED ->
# LISTEN: the listener never left LISTEN, the request is what ends.
FIGURE_5 = {
    ("CLOSED", "LISTEN"), ("CLOSED", "SYN_SENT"), ("LISTEN", "CLOSED"), ("SYN_SENT", "CLOSED"),
    ("LISTEN", "SYN_RECEIVED"), ("SYN_SENT", "SYN_RECEIVED"), ("SYN_SENT", "ESTABLISHED"),
    ("SYN_RECEIVED", "ESTABLISHED"), ("SYN_RECEIVED", "FIN_WAIT_1"), ("SYN_RECEIVED", "CLOSED"),
    ("ESTABLISHED", "FIN_WAIT_1"), ("ESTABLISHED", "CLOSE_WAIT"), ("FIN_WAIT_1", "FIN_WAIT_2"),
    ("FIN_WAIT_1", "CLOSING"), ("FIN_WAIT_2", "TIME_WAIT"), ("CLOSING", "TIME_WAIT"),
    ("CLOSE_WAIT", "LAST_ACK"), ("LAST_ACK", "CLOSED"), ("TIME_WAIT", "CLOSED"),
}


def setUpModule():
    require_kernel_tests("ss", "sysctl")


class Edges:
    """`version` of IP."""

    version = None
    sysctls = {"net.ipv4.tcp_fastopen": 0x202}  # servers, also without a cookie

    @classmethod
    def prepare(cls, stack):
        cls.puppet = stack.enter_context(contextlib.closing(Puppet(cls.ns, cls.version)))
        cls.tests_run = 0

    def setUp(self):
        type(self).tests_run += 1

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        names = unittest.defaultTestLoader.getTestCaseNames(cls)
        if cls.tests_run == len(names):  # not where somebody asked for some of them only
            missing = FIGURE_5 - set().union(*map(edges_of, cls.expected.values()))
            if missing:
                raise AssertionError(f"no test makes {missing}")

    def loopback_pair(self):
        return self.pair(self.version)

    def begin_connect(self):
        """A connect() to the puppet: (socket, its flow, the puppet's side after the SYN)."""
        sock, port = self.socket(self.version), self.port()
        own = (self.puppet.kernel, self.port())
        sock.bind(own)
        sock.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            sock.connect((self.puppet.address, port))
        return sock, Flow(own, (self.puppet.address, port)), self.puppet.await_syn(port)

    def connect(self):
        """The same, established."""
        sock, flow, talk = self.begin_connect()
        talk.send(SYN | ACK)
        self.puppet.receive(talk.port, ACK)
        sock.settimeout(10)
        return sock, flow, talk

    def puppet_listener(self):
        return self.listener(self.version, self.puppet.kernel)

    def flow_to(self, listener, talk):
        return Flow(listener.getsockname()[:2], (self.puppet.address, talk.port))

    # -- opening and closing on loopback -----------------------------------------------------

    def test_a_listener(self):
        sock = self.listener(self.version)
        flow = listening(*sock.getsockname()[:2])
        sock.close()
        self.told(flow, "CLOSED listen LISTEN close CLOSED", opened_by="local")

    def test_a_listener_that_stops_and_begins_again(self):
        sock = self.listener(self.version)
        flow = listening(*sock.getsockname()[:2])
        sock.shutdown(socket.SHUT_RDWR)
        sock.listen()
        sock.close()
        self.told(flow, "CLOSED listen LISTEN shutdown CLOSED"
                        " | CLOSED listen LISTEN close CLOSED")

    def test_the_client_closes_first(self):
        client, server, flow = self.loopback_pair()
        client.close()
        self.await_end_of(server)
        server.close()
        self.told(flow, f"{ACTIVE} {CLOSES_FIRST}")
        self.told(flow.mirrored(), f"{PASSIVE} {CLOSES_LAST}", opened_by="remote",
                  closed_first_by="remote")
        self.destroy_time_wait(flow)
        self.told(flow, f"{ACTIVE} {CLOSES_FIRST} destroyed CLOSED", opened_by="local",
                  closed_first_by="local")

    def test_the_server_closes_first(self):
        client, server, flow = self.loopback_pair()
        server.close()
        self.await_end_of(client)
        client.close()
        self.told(flow, f"{ACTIVE} {CLOSES_LAST}", opened_by="local", closed_first_by="remote")
        self.told(flow.mirrored(), f"{PASSIVE} {CLOSES_FIRST}")
        self.destroy_time_wait(flow.mirrored())
        self.told(flow.mirrored(), f"{PASSIVE} {CLOSES_FIRST} destroyed CLOSED", opened_by="remote",
                  closed_first_by="local")

    def test_half_closed_and_then_all(self):
        client, server, flow = self.loopback_pair()
        client.shutdown(socket.SHUT_WR)
        self.await_end_of(server)
        half = "shutdown FIN_WAIT_1 ack_received FIN_WAIT_2"
        self.told(flow, f"{ACTIVE} {half}")
        server.sendall(b"more")
        self.assertEqual(client.recv(4), b"more")
        server.close()
        self.await_end_of(client)
        self.told(flow, f"{ACTIVE} {half} fin_received TIME_WAIT", inferred=())
        self.told(flow.mirrored(), f"{PASSIVE} {CLOSES_LAST}")

    def test_both_sides_shut_down_and_close_later(self):
        client, server, flow = self.loopback_pair()
        server.shutdown(socket.SHUT_WR)
        self.await_end_of(client)
        client.shutdown(socket.SHUT_WR)
        self.await_end_of(server)
        self.told(flow, f"{ACTIVE} fin_received CLOSE_WAIT shutdown LAST_ACK ack_received CLOSED")
        self.told(flow.mirrored(), f"{PASSIVE} shutdown FIN_WAIT_1 ack_received FIN_WAIT_2"
                                   " fin_received TIME_WAIT", inferred=())

    def test_refused(self):
        sock = self.socket(self.version)
        address = LOOPBACK[self.version]
        flow = Flow((address, self.port()), (address, self.port()))
        sock.bind(flow.local)
        self.assertRaises(ConnectionRefusedError, sock.connect, flow.remote)
        self.told(flow, "CLOSED connect SYN_SENT refused CLOSED", opened_by="local",
                  closed_first_by="remote")

    def test_an_active_open_from_a_port_that_the_kernel_chooses(self):
        """Its first line has the port, too (libbpf-tools' tcpstates tells 0, bcc #5377)."""
        listener = self.listener(self.version)
        client = self.socket(self.version)
        client.connect(listener.getsockname()[:2])
        steps = self.told(flow_of_socket(client), ACTIVE)
        self.assertEqual({step["local"]["port"] for step in steps}, {client.getsockname()[1]})

    def test_a_connection_with_itself(self):
        sock = self.socket(self.version)
        own = (LOOPBACK[self.version], self.port())
        sock.bind(own)
        sock.connect(own)
        sock.close()
        flow = Flow(own, own)
        story = ("CLOSED connect SYN_SENT syn_received SYN_RECEIVED ack_received ESTABLISHED"
                 " close FIN_WAIT_1 fin_received CLOSING ack_received TIME_WAIT")
        self.told(flow, story, inferred=())
        self.destroy_time_wait(flow)
        self.told(flow, f"{story} destroyed CLOSED", inferred=(), opened_by="local",
                  closed_first_by="local")

    # -- by the puppet: what needs segments that cross ---------------------------------------

    def crossed(self):
        """Simultaneous open, with the last ACK still to come: (socket, flow, puppet's side)."""
        sock, flow, talk = self.begin_connect()
        talk.kernel_seq -= 1  # the puppet's own SYN knows nothing of the kernel's
        talk.send(SYN)
        talk.take(self.puppet.receive(talk.port, SYN | ACK))
        return sock, flow, talk

    CROSSED = "CLOSED connect SYN_SENT syn_received SYN_RECEIVED"

    def test_simultaneous_open(self):
        sock, flow, talk = self.crossed()
        self.told(flow, self.CROSSED)
        talk.acknowledge()
        self.told(flow, f"{self.CROSSED} ack_received ESTABLISHED")
        talk.send_fin()
        sock.settimeout(10)
        self.await_end_of(sock)
        sock.close()
        talk.take(talk.await_fin())
        talk.acknowledge()
        self.told(flow, f"{self.CROSSED} ack_received ESTABLISHED {CLOSES_LAST}",
                  opened_by="local", closed_first_by="remote")

    def test_closed_in_syn_received(self):
        sock, flow, talk = self.crossed()
        sock.close()
        story = f"{self.CROSSED} close FIN_WAIT_1"
        self.told(flow, story)
        talk.take(talk.await_fin())
        talk.send_fin()
        self.told(flow, f"{story} ack_received FIN_WAIT_2 fin_received TIME_WAIT")

    def test_shut_down_in_syn_received(self):
        """Linux puts the FIN off until the handshake is done (since 6.10)."""
        sock, flow, talk = self.crossed()
        sock.shutdown(socket.SHUT_WR)
        talk.acknowledge()
        talk.await_fin()
        steps = self.told(flow, f"{self.CROSSED} ack_received ESTABLISHED shutdown FIN_WAIT_1")
        self.assertLess(steps[-1]["dwell_us"], 1000)

    def test_reset_in_syn_received(self):
        _, flow, talk = self.crossed()
        talk.reset()
        self.told(flow, f"{self.CROSSED} rst_received CLOSED", opened_by="local",
                  closed_first_by="remote")

    def test_simultaneous_close(self):
        sock, flow, talk = self.connect()
        sock.close()
        fin = talk.await_fin()
        talk.send_fin()  # which does not acknowledge the kernel's
        self.told(flow, f"{ACTIVE} close FIN_WAIT_1 fin_received CLOSING")
        talk.take(fin)
        talk.acknowledge()
        self.told(flow, f"{ACTIVE} close FIN_WAIT_1 fin_received CLOSING ack_received TIME_WAIT",
                  inferred=())

    def test_simultaneous_close_by_shutdown(self):
        sock, flow, talk = self.connect()
        sock.shutdown(socket.SHUT_WR)
        fin = talk.await_fin()
        talk.send_fin()
        self.told(flow, f"{ACTIVE} shutdown FIN_WAIT_1 fin_received CLOSING")
        talk.take(fin)
        talk.acknowledge()
        self.told(flow, f"{ACTIVE} shutdown FIN_WAIT_1 fin_received CLOSING ack_received TIME_WAIT",
                  inferred=())

    def test_fin_and_ack_in_one_segment(self):
        """From FIN_WAIT_1 to TIME_WAIT (note 2 of figure 5), on Linux through FIN_WAIT_2."""
        for call, cause in ((socket.socket.close, "close"),
                            (lambda sock: sock.shutdown(socket.SHUT_WR), "shutdown")):
            with self.subTest(cause):
                sock, flow, talk = self.connect()
                call(sock)
                talk.take(talk.await_fin())
                self.told(flow, f"{ACTIVE} {cause} FIN_WAIT_1")
                talk.send_fin()
                steps = self.told(flow, f"{ACTIVE} {cause} FIN_WAIT_1 ack_received FIN_WAIT_2"
                                        " fin_received TIME_WAIT", inferred=())
                self.assertLess(steps[-1]["dwell_us"], 1000)

    def test_an_orphan_in_fin_wait_2(self):
        """The FIN comes long after: the step is made inside a mini-socket."""
        sock, flow, talk = self.connect()
        sock.close()
        talk.take(talk.await_fin())
        talk.acknowledge()
        self.told(flow, f"{ACTIVE} close FIN_WAIT_1 ack_received FIN_WAIT_2")
        talk.send_fin()
        self.puppet.receive(talk.port, ACK)
        self.destroy_time_wait(flow)
        self.told(flow, f"{ACTIVE} {CLOSES_FIRST} destroyed CLOSED", opened_by="local",
                  closed_first_by="local")

    def test_passive_open_by_a_peer(self):
        listener, port = self.puppet_listener(), self.port()
        talk = self.puppet.begin_handshake(listener.getsockname()[1], port)
        flow = self.flow_to(listener, talk)
        self.told(flow, "LISTEN syn_received SYN_RECEIVED")
        talk.acknowledge()
        self.told(flow, PASSIVE)
        server, _ = listener.accept()
        server.close()
        talk.take(talk.await_fin())
        talk.send_fin()
        self.told(flow, f"{PASSIVE} {CLOSES_FIRST}")

    def test_a_request_is_reset(self):
        """SYN_RECEIVED -> LISTEN in figure 5: on Linux the request ends, the listener stays."""
        listener, port = self.puppet_listener(), self.port()
        talk = self.puppet.begin_handshake(listener.getsockname()[1], port)
        talk.reset()
        flow = self.flow_to(listener, talk)
        self.told(flow, "LISTEN syn_received SYN_RECEIVED rst_received CLOSED", opened_by="remote",
                  closed_first_by="remote")
        self.told(listening(*flow.local), "CLOSED listen LISTEN")

    def test_the_handshake_ends_with_a_fin(self):
        """One segment, two steps."""
        listener, port = self.puppet_listener(), self.port()
        talk = self.puppet.begin_handshake(listener.getsockname()[1], port)
        talk.send(FIN | ACK)
        flow = self.flow_to(listener, talk)
        steps = self.told(flow, f"{PASSIVE} fin_received CLOSE_WAIT")
        self.assertLess(steps[-1]["dwell_us"], 1000)
        server, _ = listener.accept()
        server.close()
        talk.take(talk.await_fin())
        talk.acknowledge()
        self.told(flow, f"{PASSIVE} {CLOSES_LAST}", opened_by="remote", closed_first_by="remote")

    # The child of Fast Open shows itself only when something else happens to it.
    UNSEEN = (("LISTEN", "SYN_RECEIVED"),)

    def fast_open(self):
        """Accepted while in SYN_RECEIVED, as TCP Fast Open does (RFC 7413): (flow, the accepted
        socket, the puppet's side)."""
        listener, port = self.puppet_listener(), self.port()
        listener.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN, 16)
        kernel_port = listener.getsockname()[1]
        talk = self.puppet.begin_handshake(kernel_port, port, payload=b"early")
        server, _ = listener.accept()
        self.addCleanup(server.close)
        return self.flow_to(listener, talk), server, talk

    def test_fast_open(self):
        flow, server, talk = self.fast_open()
        self.told(flow, "LISTEN syn_received SYN_RECEIVED", inferred=self.UNSEEN)
        talk.acknowledge()
        self.told(flow, PASSIVE, inferred=self.UNSEEN)
        self.assertEqual(server.recv(5), b"early")
        server.close()
        talk.take(talk.await_fin())
        talk.send_fin()
        self.told(flow, f"{PASSIVE} {CLOSES_FIRST}", inferred=self.UNSEEN)

    def test_fast_open_closed_in_syn_received(self):
        flow, server, talk = self.fast_open()
        self.assertEqual(server.recv(5), b"early")
        server.close()
        story = "LISTEN syn_received SYN_RECEIVED close FIN_WAIT_1"
        self.told(flow, story, inferred=self.UNSEEN)
        talk.take(talk.await_fin())
        talk.send_fin()
        self.told(flow, f"{story} ack_received FIN_WAIT_2 fin_received TIME_WAIT",
                  inferred=self.UNSEEN)


class EdgesIPv4(Edges, Watched):
    version = 4


class EdgesIPv6(Edges, Watched):
    version = 6


class Mapped(Watched):
    """IPv4 through a socket for both families, as most servers do it."""

    def test_both_ends_of_a_v4_mapped_connection(self):
        with self.ns.entered():
            listener = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        self.addCleanup(listener.close)
        client = self.socket()
        client.connect(("127.0.0.1", listener.getsockname()[1]))
        server, _ = listener.accept()
        flow = flow_of_socket(client)
        client.close()
        self.await_end_of(server)
        server.close()
        self.told(flow, f"{ACTIVE} {CLOSES_FIRST}")
        mapped = Flow(*((f"::ffff:{address}", port) for address, port in flow.mirrored()))
        self.told(mapped, f"{PASSIVE} {CLOSES_LAST}", owner=ME)
        listener.close()
        self.told(listening("::", flow.remote[1]), "CLOSED listen LISTEN close CLOSED")


if __name__ == "__main__":
    unittest.main()
