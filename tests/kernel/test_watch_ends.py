"""Each way in which a connection can end: its path, why it ended and whose it was.

What takes its time is made short by sysctls of the namespace, but for TIME_WAIT, which lasts 60 s
on Linux whatever one does: one test waits for it.
"""

import contextlib
import socket
import time
import unittest

from acting import ME, Actor
from actor import disconnect, reset
from puppet import ACK, RST, SYN, Puppet
from support import NetNs, require_kernel_tests, wait_until
from watching import (ACTIVE, CLOSES_FIRST, CLOSES_LAST, HIDDEN, PASSIVE, Flow, JsonWatch, Watched,
                      flow_of_socket, listening)

TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT = 4, 5, 6, 18
CONNECTING = "CLOSED connect SYN_SENT"
REQUESTED = "LISTEN syn_received SYN_RECEIVED"
HALF_CLOSED = "FIN_WAIT_1 ack_received FIN_WAIT_2"
# What makes the kernel give up soon.
IMPATIENT = {"net.ipv4.tcp_orphan_retries": 1, "net.ipv4.tcp_fin_timeout": 1,
             "net.ipv4.tcp_synack_retries": 1, "net.ipv4.tcp_syn_linear_timeouts": 0}
SLOW_S = 20.0


def setUpModule():
    require_kernel_tests("ss", "sysctl", "nft")


class WithPuppet(Watched):
    @classmethod
    def prepare(cls, stack):
        cls.puppet = stack.enter_context(contextlib.closing(Puppet(cls.ns)))

    def begin_connect(self):
        """A connect() to the puppet: (socket, its flow, the puppet's side after the SYN)."""
        sock, port = self.socket(), self.port()
        own = (self.puppet.kernel, self.port())
        sock.bind(own)
        sock.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            sock.connect((self.puppet.address, port))
        return sock, Flow(own, (self.puppet.address, port)), self.puppet.await_syn(port)

    def connect(self, window=65535):
        """The same, established."""
        sock, flow, talk = self.begin_connect()
        talk.send(SYN | ACK, window=window)
        self.puppet.receive(talk.port, ACK)
        sock.settimeout(10)
        return sock, flow, talk

    def request(self, **options):
        """A request of the puppet at a new listener: (listener, flow, the puppet's side)."""
        listener = self.listener(address=self.puppet.kernel, **options)
        talk = self.puppet.begin_handshake(listener.getsockname()[1], self.port())
        flow = Flow(listener.getsockname()[:2], (self.puppet.address, talk.port))
        self.told(flow, REQUESTED)
        return listener, flow, talk

    def crowded_listener(self):
        """(a listener whose accept queue is full, a request that came before it was)."""
        listener = self.listener(address=self.puppet.kernel, backlog=2)
        port = listener.getsockname()[1]
        for _ in range(2):
            self.puppet.connect(port, self.port())
        third, late = (self.puppet.begin_handshake(port, self.port()) for _ in range(2))
        third.acknowledge()
        self.told(Flow(listener.getsockname(), (self.puppet.address, third.port)), PASSIVE)
        return listener, late


class Calls(WithPuppet):
    """What the process itself does."""

    def test_shutdown_then_close(self):
        client, server, flow = self.pair()
        client.shutdown(socket.SHUT_WR)
        self.await_end_of(server)
        client.close()
        self.told(flow, f"{ACTIVE} shutdown {HALF_CLOSED}")
        server.close()
        self.told(flow.mirrored(), f"{PASSIVE} {CLOSES_LAST}")
        self.destroy_time_wait(flow)
        self.told(flow, f"{ACTIVE} shutdown {HALF_CLOSED} fin_received TIME_WAIT destroyed CLOSED",
                  closed_first_by="local")

    def test_reset_by_linger(self):
        client, server, flow = self.pair()
        reset(client)
        self.assertRaises(ConnectionResetError, server.recv, 1)
        self.told(flow, f"{ACTIVE} linger_reset CLOSED", opened_by="local", closed_first_by="local")
        self.told(flow.mirrored(), f"{PASSIVE} rst_received CLOSED", opened_by="remote",
                  closed_first_by="remote")

    def test_reset_by_linger_after_the_peers_fin(self):
        client, server, flow = self.pair()
        server.close()
        self.told(flow.mirrored(), f"{PASSIVE} close {HALF_CLOSED}")
        reset(client)
        self.told(flow, f"{ACTIVE} fin_received CLOSE_WAIT linger_reset CLOSED",
                  closed_first_by="remote")
        self.told(flow.mirrored(), f"{PASSIVE} close {HALF_CLOSED} rst_received CLOSED",
                  closed_first_by="local")

    def test_closed_with_data_unread(self):
        client, server, flow = self.pair()
        client.sendall(b"unread")
        server.recv(6, socket.MSG_PEEK)
        server.close()
        self.assertRaises(ConnectionResetError, client.recv, 1)
        self.told(flow.mirrored(), f"{PASSIVE} unread_data CLOSED", closed_first_by="local",
                  bytes_received=6, bytes_sent=0)
        self.told(flow, f"{ACTIVE} rst_received CLOSED", closed_first_by="remote", bytes_sent=6,
                  bytes_received=0)

    def test_closed_with_data_unread_after_the_peers_fin(self):
        client, server, flow = self.pair()
        client.sendall(b"unread")
        client.shutdown(socket.SHUT_WR)
        self.told(flow, f"{ACTIVE} shutdown {HALF_CLOSED}")
        server.close()
        self.told(flow.mirrored(), f"{PASSIVE} fin_received CLOSE_WAIT unread_data CLOSED")
        self.told(flow, f"{ACTIVE} shutdown {HALF_CLOSED} rst_received CLOSED")

    def test_data_after_the_last_close(self):
        """The peer still sends: it is answered by an RST (RFC 1122, 4.2.2.13). None was received.
        """
        for when in ("with the ACK of the FIN", "to a mini-socket"):
            with self.subTest(when):
                client, server, flow = self.pair()
                client.close()
                self.await_end_of(server)
                if when == "to a mini-socket":
                    self.told(flow, f"{ACTIVE} close {HALF_CLOSED}")
                server.sendall(b"too late")
                self.told(flow.mirrored(), f"{PASSIVE} fin_received CLOSE_WAIT rst_received CLOSED")
                end = wait_until(lambda: [s for s in self.watch.steps(flow) if s["to"] == "CLOSED"],
                                 "its end was told")[0]
                self.assertEqual((end["from"], end["cause_kind"]), ("FIN_WAIT_2", "segment"))
                self.assertNotEqual(end["cause"], "rst_received")

    def test_disconnected(self):
        client, server, flow = self.pair()
        disconnect(client)
        self.assertRaises(ConnectionResetError, server.recv, 1)
        self.told(flow, f"{ACTIVE} disconnect CLOSED", closed_first_by="local")
        self.told(flow.mirrored(), f"{PASSIVE} rst_received CLOSED")

    def test_a_listener_is_disconnected(self):
        listener = self.listener()
        flow = listening(*listener.getsockname())
        disconnect(listener)
        self.told(flow, "CLOSED listen LISTEN disconnect CLOSED")

    def test_disconnected_and_connected_again(self):
        """One socket, one cookie, two lives."""
        first, second = self.listener(), self.listener()
        client = self.socket()
        client.connect(first.getsockname())
        flow = flow_of_socket(client)
        disconnect(client)
        client.connect(second.getsockname())
        again = flow_of_socket(client)
        reset(client)
        self.told(flow, f"{ACTIVE} disconnect CLOSED", opened_by="local")
        self.told(again, f"{ACTIVE} linger_reset CLOSED", opened_by="local")
        cookies = {life["cookie"] for f in (flow, again) for life in self.obituaries.lives(f)}
        self.assertEqual(len(cookies), 1)

    def test_connected_again_while_in_time_wait(self):
        """The TIME_WAIT has the socket's cookie, too, and outlives its new connection."""
        client, server, flow = self.pair()
        client.shutdown(socket.SHUT_WR)
        self.await_end_of(server)
        server.close()
        self.await_end_of(client)
        story = f"{ACTIVE} shutdown {HALF_CLOSED} fin_received TIME_WAIT"
        self.told(flow, story)
        disconnect(client)
        second = self.listener()
        client.connect(second.getsockname())
        again = flow_of_socket(client)
        reset(client)
        self.told(again, f"{ACTIVE} linger_reset CLOSED", opened_by="local")
        self.told(flow, story)
        self.destroy_time_wait(flow)
        self.told(flow, f"{story} destroyed CLOSED", opened_by="local")

    def test_a_connect_that_is_given_up(self):
        for cause, give_up in (("close", socket.socket.close), ("disconnect", disconnect),
                               ("shutdown", lambda sock: sock.shutdown(socket.SHUT_RDWR))):
            with self.subTest(cause):
                sock, flow, _ = self.begin_connect()
                give_up(sock)
                self.told(flow, f"{CONNECTING} {cause} CLOSED", opened_by="local",
                          closed_first_by="local")

    def test_a_connect_that_cannot_begin(self):
        """The same four numbers are taken."""
        _, server, flow = self.pair()
        rival = self.socket()
        rival.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken = self.socket()
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener = self.listener()
        own = ("127.0.0.1", self.port())
        for sock in (taken, rival):
            sock.bind(own)
        taken.connect(listener.getsockname())
        self.assertRaises(OSError, rival.connect, listener.getsockname())
        told = wait_until(lambda: [s for s in self.watch.events("transition")
                                   if s["cause"] == "connect_failed"], "the failure was told")
        self.assertEqual([(s["from"], s["to"], s["remote"]["port"]) for s in told],
                         [("SYN_SENT", "CLOSED", listener.getsockname()[1])])

    def test_a_listen_that_fails(self):
        first, second = self.socket(), self.socket()
        own = ("127.0.0.1", self.port())
        for sock in (first, second):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(own)
        first.listen()
        self.assertRaises(OSError, second.listen)
        first.close()
        story = "CLOSED listen LISTEN close CLOSED | CLOSED listen LISTEN listen_failed CLOSED"
        wait_until(lambda: self.watch.story(listening(*own)) == story, "both were told")

    def test_an_exit_closes_what_is_open(self):
        for how, end in (("exit", lambda actor: actor.begin("os._exit(0)")),
                         ("SIGKILL", Actor.kill)):
            with self.subTest(how):
                listener = self.listener()
                own = ("127.0.0.1", self.port())
                actor = Actor("leaving", self.ns)
                self.addCleanup(actor.kill)
                actor.do(f"c = connect('127.0.0.1', {listener.getsockname()[1]}, {own[1]})")
                server, _ = listener.accept()
                self.addCleanup(server.close)
                end(actor)
                self.await_end_of(server)
                server.close()
                flow = Flow(own, listener.getsockname())
                self.told(flow, f"{ACTIVE} {CLOSES_FIRST.replace('close', 'exit')}",
                          owner=(actor.pid, "leaving"))
                self.told(flow.mirrored(), f"{PASSIVE} {CLOSES_LAST}")

    def test_a_server_is_killed(self):
        actor = Actor("killed-server", self.ns)
        self.addCleanup(actor.kill)
        port, waiting, accepted = self.port(), self.socket(), self.socket()
        actor.do(f"l = listen('127.0.0.1', {port})")
        accepted.connect(("127.0.0.1", port))
        actor.do("s = l.accept()")
        waiting.connect(("127.0.0.1", port))
        flows = [flow_of_socket(sock).mirrored() for sock in (accepted, waiting)]
        wait_until(lambda: all(self.watch.story(f) == PASSIVE for f in flows), "both are open")
        actor.kill()
        owner = (actor.pid, "killed-server")
        self.told(listening("127.0.0.1", port), "CLOSED listen LISTEN exit CLOSED", owner=owner)
        self.await_end_of(accepted)
        accepted.close()
        self.told(flows[0], f"{PASSIVE} {CLOSES_FIRST.replace('close', 'exit')}", owner=owner)
        self.told(flows[1], f"{PASSIVE} listener_closed CLOSED", owner=owner)
        self.told(flows[1].mirrored(), f"{ACTIVE} rst_received CLOSED")

    def test_killed_while_connecting(self):
        port, own = self.port(), self.port()
        actor = Actor("hasty", self.ns)
        self.addCleanup(actor.kill)
        actor.do(f"c = socket.socket(); c.bind(('{self.puppet.kernel}', {own}))")
        actor.begin(f"c.connect(('{self.puppet.address}', {port}))")
        self.puppet.await_syn(port)
        actor.kill()
        self.told(Flow((self.puppet.kernel, own), (self.puppet.address, port)),
                  f"{CONNECTING} exit CLOSED", owner=(actor.pid, "hasty"), closed_first_by="local")


class Segments(WithPuppet):
    """What the peer sends."""

    def test_refused(self):
        sock = self.socket()
        flow = Flow(("127.0.0.1", self.port()), ("127.0.0.1", self.port()))
        sock.bind(flow.local)
        self.assertRaises(ConnectionRefusedError, sock.connect, flow.remote)
        self.told(flow, f"{CONNECTING} refused CLOSED", opened_by="local", closed_first_by="remote")

    def test_refused_by_a_peer_elsewhere(self):
        _, flow, talk = self.begin_connect()
        talk.reset()
        self.told(flow, f"{CONNECTING} refused CLOSED")

    def test_reset_when_established(self):
        _, flow, talk = self.connect()
        talk.reset()
        self.told(flow, f"{ACTIVE} rst_received CLOSED", closed_first_by="remote")

    def test_reset_in_fin_wait_1(self):
        for cause, close in (("close", socket.socket.close), ("shutdown", _shut_down)):
            with self.subTest(cause):
                sock, flow, talk = self.connect()
                close(sock)
                talk.await_fin()
                talk.reset()
                self.told(flow, f"{ACTIVE} {cause} FIN_WAIT_1 rst_received CLOSED",
                          closed_first_by="local")

    def test_reset_in_fin_wait_2(self):
        """As a full socket and, where no process has it any more, as a mini-socket."""
        for cause, close in (("close", socket.socket.close), ("shutdown", _shut_down)):
            with self.subTest(cause):
                sock, flow, talk = self.connect()
                close(sock)
                talk.take(talk.await_fin())
                talk.acknowledge()
                self.told(flow, f"{ACTIVE} {cause} {HALF_CLOSED}")
                talk.reset()
                self.told(flow, f"{ACTIVE} {cause} {HALF_CLOSED} rst_received CLOSED")

    def test_reset_in_close_wait(self):
        sock, flow, talk = self.connect()
        talk.send_fin()
        self.await_end_of(sock)
        talk.reset()
        self.told(flow, f"{ACTIVE} fin_received CLOSE_WAIT rst_received CLOSED")

    def test_reset_in_closing(self):
        sock, flow, talk = self.connect()
        sock.close()
        talk.await_fin()
        talk.send_fin()
        self.told(flow, f"{ACTIVE} close FIN_WAIT_1 fin_received CLOSING")
        talk.reset()
        self.told(flow, f"{ACTIVE} close FIN_WAIT_1 fin_received CLOSING rst_received CLOSED")

    def test_reset_in_last_ack(self):
        sock, flow, talk = self.connect()
        talk.send_fin()
        self.await_end_of(sock)
        sock.close()
        talk.await_fin()
        talk.reset()
        self.told(flow, f"{ACTIVE} fin_received CLOSE_WAIT close LAST_ACK rst_received CLOSED")

    def test_reset_in_time_wait(self):
        sock, flow, talk = self.connect()
        sock.close()
        talk.take(talk.await_fin())
        talk.send_fin()
        self.told(flow, f"{ACTIVE} {CLOSES_FIRST}")
        talk.send(RST)
        self.told(flow, f"{ACTIVE} {CLOSES_FIRST} rst_received CLOSED", closed_first_by="local")

    def test_a_new_syn_takes_a_time_wait_over(self):
        listener, flow, talk = self.request()
        talk.acknowledge()
        server, _ = listener.accept()
        server.close()
        talk.take(talk.await_fin())
        talk.send_fin()
        self.told(flow, f"{PASSIVE} {CLOSES_FIRST}")
        self.puppet.begin_handshake(flow.local[1], talk.port, seq=talk.seq + 1_000_000)
        self.told(flow, f"{PASSIVE} {CLOSES_FIRST} time_wait_recycled CLOSED | {REQUESTED}")

    def test_connect_takes_a_time_wait_over(self):
        listener = self.listener()
        flow = Flow(("127.0.0.1", self.port()), listener.getsockname())
        stories = []
        for story in (f"{ACTIVE} {CLOSES_FIRST} time_wait_reused CLOSED",
                      f"{ACTIVE} {CLOSES_FIRST}"):
            client = self.socket()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            client.bind(flow.local)
            client.connect(flow.remote)
            server, _ = listener.accept()
            client.close()
            self.await_end_of(server)
            server.close()
            wait_until(lambda: self.watch.story(flow).endswith("TIME_WAIT"), "it is in TIME_WAIT")
            stories.append(story)
        self.told(flow, " | ".join(stories))

    def test_the_accept_queue_is_full(self):
        """The handshake cannot end before somebody accepts what came earlier."""
        listener, talk = self.crowded_listener()
        flow = Flow(listener.getsockname(), (self.puppet.address, talk.port))
        talk.acknowledge()
        self.told(flow, REQUESTED)
        self.addCleanup(listener.accept()[0].close)
        talk.acknowledge()
        self.told(flow, PASSIVE)


def _shut_down(sock):
    sock.shutdown(socket.SHUT_WR)


class AbortOnOverflow(WithPuppet):
    sysctls = {"net.ipv4.tcp_abort_on_overflow": 1}

    def test_the_accept_queue_is_full(self):
        listener, talk = self.crowded_listener()
        talk.acknowledge()
        self.told(Flow(listener.getsockname(), (self.puppet.address, talk.port)),
                  f"{REQUESTED} accept_queue_full CLOSED", closed_first_by="kernel")


class Timers(WithPuppet):
    """What gives up waiting."""

    sysctls = IMPATIENT

    def test_connect_times_out(self):
        sock, flow, _ = self.begin_connect()
        sock.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 100)
        self.told(flow, f"{CONNECTING} retransmission_limit CLOSED", deadline_s=SLOW_S,
                  opened_by="local", closed_first_by="kernel")

    def test_unreachable(self):
        """ICMP tells, at the latest when the SYN is sent again."""
        self.ns.run("nft", "add table inet wall; add chain inet wall out { type filter hook output"
                           " priority 0; }; add rule inet wall out ip daddr 127.0.0.9 reject with"
                           " icmp type host-unreachable")
        sock = self.socket()
        flow = Flow(("127.0.0.1", self.port()), ("127.0.0.9", 80))
        sock.bind(flow.local)
        sock.settimeout(SLOW_S)
        with self.assertRaises(OSError):
            sock.connect(flow.remote)
        self.told(flow, f"{CONNECTING} unreachable CLOSED", deadline_s=SLOW_S)

    def test_data_is_never_acknowledged(self):
        sock, flow, _ = self.connect()
        sock.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 300)
        sock.sendall(b"anybody there?")
        self.told(flow, f"{ACTIVE} retransmission_limit CLOSED", deadline_s=SLOW_S,
                  closed_first_by="kernel")

    def test_keepalive_is_not_answered(self):
        sock, flow, _ = self.connect()
        for option, value in ((TCP_KEEPIDLE, 1), (TCP_KEEPINTVL, 1), (TCP_KEEPCNT, 1)):
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self.told(flow, f"{ACTIVE} keepalive_limit CLOSED", deadline_s=SLOW_S,
                  closed_first_by="kernel")

    def test_window_probes_are_not_answered(self):
        sock, flow, _ = self.connect(window=0)
        sock.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 300)
        sock.sendall(b"stuck")
        self.told(flow, f"{ACTIVE} probe_limit CLOSED", deadline_s=SLOW_S, closed_first_by="kernel")

    def test_a_fin_is_never_acknowledged(self):
        for cause, close in (("close", socket.socket.close), ("shutdown", _shut_down)):
            with self.subTest(cause):
                sock, flow, _ = self.connect()
                sock.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 300)
                close(sock)
                self.told(flow, f"{ACTIVE} {cause} FIN_WAIT_1 retransmission_limit CLOSED",
                          deadline_s=SLOW_S, closed_first_by="local")

    def test_the_last_fin_is_never_acknowledged(self):
        sock, flow, talk = self.connect()
        talk.send_fin()
        self.await_end_of(sock)
        sock.close()
        self.told(flow, f"{ACTIVE} fin_received CLOSE_WAIT close LAST_ACK retransmission_limit"
                        " CLOSED", deadline_s=SLOW_S)

    def test_closing_is_never_acknowledged(self):
        sock, flow, talk = self.connect()
        sock.close()
        talk.await_fin()
        talk.send_fin()
        self.told(flow, f"{ACTIVE} close FIN_WAIT_1 fin_received CLOSING retransmission_limit"
                        " CLOSED", deadline_s=SLOW_S)

    def test_the_peers_fin_never_comes(self):
        client, server, flow = self.pair()
        client.close()
        self.await_end_of(server)
        self.told(flow, f"{ACTIVE} close {HALF_CLOSED} fin_wait_2_timeout CLOSED",
                  deadline_s=SLOW_S, closed_first_by="local")
        server.close()  # which nobody knows any more
        self.told(flow.mirrored(), f"{PASSIVE} fin_received CLOSE_WAIT close LAST_ACK rst_received"
                                   " CLOSED", closed_first_by="remote")

    def test_a_handshake_that_is_never_finished(self):
        _, flow, _ = self.request()
        self.told(flow, f"{REQUESTED} syn_ack_limit CLOSED", deadline_s=SLOW_S, opened_by="remote",
                  closed_first_by="kernel", retransmitted_syn_acks=1)


class Kernel(WithPuppet):
    """What the kernel does by itself or for an administrator."""

    def test_destroyed_when_established(self):
        client, server, flow = self.pair()
        self.destroy("-t", "sport", "=", f":{flow.local[1]}")
        self.told(flow, f"{ACTIVE} destroyed CLOSED", closed_first_by="kernel")
        self.told(flow.mirrored(), f"{PASSIVE} rst_received CLOSED", closed_first_by="remote")

    def test_destroyed_while_connecting(self):
        _, flow, _ = self.begin_connect()
        self.destroy("-t", "state", "syn-sent", "sport", "=", f":{flow.local[1]}")
        self.told(flow, f"{CONNECTING} destroyed CLOSED")

    def test_a_listener_is_destroyed(self):
        listener = self.listener()
        client = self.socket()
        client.connect(listener.getsockname())
        flow = flow_of_socket(client)
        own = listening(*listener.getsockname())
        self.told(own, "CLOSED listen LISTEN")
        self.destroy("-lt", "sport", "=", f":{own.local[1]}")
        self.told(own, "CLOSED listen LISTEN destroyed CLOSED")
        self.told(flow.mirrored(), f"{PASSIVE} listener_closed CLOSED")
        self.told(flow, f"{ACTIVE} rst_received CLOSED")

    def test_a_request_is_destroyed(self):
        _, flow, _ = self.request()
        self.destroy("-t", "state", "syn-recv", "sport", "=", f":{flow.local[1]}")
        self.told(flow, f"{REQUESTED} destroyed CLOSED", closed_first_by="kernel")

    def test_an_orphan_in_fin_wait_2_is_destroyed(self):
        client, server, flow = self.pair()
        client.close()
        self.await_end_of(server)
        self.told(flow, f"{ACTIVE} close {HALF_CLOSED}")
        self.destroy("-t", "state", "fin-wait-2", "sport", "=", f":{flow.local[1]}")
        self.told(flow, f"{ACTIVE} close {HALF_CLOSED} destroyed CLOSED")

    def test_an_orphan_in_fin_wait_1_is_destroyed(self):
        sock, flow, talk = self.connect()
        sock.close()
        talk.await_fin()
        self.destroy("-t", "state", "fin-wait-1", "sport", "=", f":{flow.local[1]}")
        self.told(flow, f"{ACTIVE} close FIN_WAIT_1 destroyed CLOSED")

    def test_a_listener_closes_with_connections_that_nobody_accepted(self):
        listener = self.listener()
        clients = [self.socket() for _ in range(3)]
        for client in clients:
            client.connect(listener.getsockname())
        flows = [flow_of_socket(client) for client in clients]
        listener.close()
        for flow in flows:
            self.told(flow.mirrored(), f"{PASSIVE} listener_closed CLOSED", opened_by="remote",
                      closed_first_by="kernel")
            self.told(flow, f"{ACTIVE} rst_received CLOSED")

    def test_a_listener_closes_with_requests_pending(self):
        """They stay until their timer fires."""
        listener, flow, _ = self.request()
        listener.close()
        self.told(flow, f"{REQUESTED} listener_closed CLOSED", deadline_s=SLOW_S,
                  closed_first_by="kernel")

    def test_the_peer_answers_a_request_whose_listener_is_closed(self):
        listener, flow, talk = self.request()
        listener.close()
        talk.acknowledge()
        self.puppet.receive(talk.port, RST)
        self.told(flow, f"{REQUESTED} listener_closed CLOSED", deadline_s=SLOW_S)


class NoRoomForTimeWait(Watched):
    sysctls = {"net.ipv4.tcp_max_tw_buckets": 0}

    def test_too_many_time_waits(self):
        client, server, flow = self.pair()
        client.shutdown(socket.SHUT_WR)
        self.await_end_of(server)
        server.close()
        self.await_end_of(client)
        self.told(flow, f"{ACTIVE} shutdown {HALF_CLOSED} time_wait_table_full CLOSED",
                  closed_first_by="local")
        self.told(flow.mirrored(), f"{PASSIVE} {CLOSES_LAST}")

    def test_no_room_for_an_orphan_either(self):
        client, server, flow = self.pair()
        client.close()
        self.await_end_of(server)
        self.told(flow, f"{ACTIVE} close {HALF_CLOSED} time_wait_table_full CLOSED")
        server.close()
        self.told(flow.mirrored(), f"{PASSIVE} fin_received CLOSE_WAIT close LAST_ACK rst_received"
                                   " CLOSED")


class SynCookies(WithPuppet):
    """No request is kept; the connection is first heard of when the ACK of the cookie comes."""

    sysctls = {"net.ipv4.tcp_syncookies": 2}
    COOKIE = "LISTEN syn_received SYN_RECEIVED syn_cookie ESTABLISHED"
    UNSEEN = ("LISTEN", "SYN_RECEIVED")

    def told(self, flow, story, **options):
        inferred = (self.UNSEEN, HIDDEN) if story.startswith(self.COOKIE) else (HIDDEN,)
        steps = super().told(flow, story, inferred=inferred, **options)
        for step in steps:
            if (step["from"], step["to"]) == self.UNSEEN:
                self.assertTrue(step["inferred"], step)

    def test_by_a_peer(self):
        listener = self.listener(address=self.puppet.kernel)
        talk = self.puppet.connect(listener.getsockname()[1], self.port())
        flow = Flow(listener.getsockname(), (self.puppet.address, talk.port))
        self.told(flow, self.COOKIE)
        server, _ = listener.accept()
        server.close()
        talk.take(talk.await_fin())
        talk.send_fin()
        self.told(flow, f"{self.COOKIE} {CLOSES_FIRST}")

    def test_on_loopback(self):
        client, server, flow = self.pair()
        client.close()
        self.await_end_of(server)
        server.close()
        self.told(flow, f"{ACTIVE} {CLOSES_FIRST}")
        self.told(flow.mirrored(), f"{self.COOKIE} {CLOSES_LAST}", opened_by="remote",
                  closed_first_by="remote")

    def test_a_wrong_cookie_begins_nothing(self):
        listener = self.listener(address=self.puppet.kernel)
        talk = self.puppet.begin_handshake(listener.getsockname()[1], self.port())
        talk.kernel_seq += 4711
        talk.acknowledge()
        self.puppet.receive(talk.port, RST)
        flow = Flow(listener.getsockname(), (self.puppet.address, talk.port))
        self.told(listening(*listener.getsockname()), "CLOSED listen LISTEN")
        self.assertEqual(self.watch.story(flow), "")


class NamespaceRemoved(unittest.TestCase):
    """Connections that no process has any more go with their namespace."""

    def test_time_wait_and_fin_wait_2(self):
        with contextlib.ExitStack() as stack:
            ns = stack.enter_context(NetNs())
            watch = JsonWatch(f"netns = {ns.inode}")
            stack.callback(watch.kill)
            with ns.entered():
                listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
                pairs = [self.pair_of(listener, stack) for _ in range(2)]
            (client, server), (half, rest) = pairs
            flows = [Flow(sock.getsockname(), sock.getpeername()) for sock in (client, half)]
            client.close()
            self.assertEqual(server.recv(1), b"")
            server.close()
            half.close()
            self.assertEqual(rest.recv(1), b"")
            # A delayed ACK would not get through the wall: an orphan in FIN_WAIT_1 keeps the
            # namespace for as long as it sends its FIN again.
            wait_until(lambda: watch.story(flows[1]).endswith("FIN_WAIT_2"), "the FIN is acknowledged")
            ns.run("nft", "add table inet wall; add chain inet wall in { type filter hook input"
                          " priority 0; policy drop; }")
            reset(rest)  # which does not get through
            listener.close()
            ns.close()
            expected = [f"{ACTIVE} {CLOSES_FIRST} netns_removed CLOSED",
                        f"{ACTIVE} close {HALF_CLOSED} netns_removed CLOSED"]
            with contextlib.suppress(AssertionError):  # the kernel takes its time
                wait_until(lambda: [watch.story(flow) for flow in flows] == expected, "all ended", 60)
            self.assertEqual([watch.story(flow) for flow in flows], expected)
            for flow in flows:
                for step in watch.steps(flow):
                    self.assertEqual([(o["pid"], o["comm"]) for o in step["owners"]], [ME])
            summary = watch.finish()
            self.assertEqual((summary["defects"], summary["lost"]), (0, 0))

    @staticmethod
    def pair_of(listener, stack):
        client = stack.enter_context(socket.create_connection(listener.getsockname()))
        return client, stack.enter_context(listener.accept()[0])


class TwoMaximumSegmentLifetimes(WithPuppet):
    """The one test that takes more than a minute: TIME_WAIT until it is over."""

    # Timers of that length are up to 2.1 s late, and as precise as the kernel's tick.
    LENGTH, LATE, TICK = 60_000_000, 2_200_000, 10_000

    def test_time_wait_lasts_60_seconds(self):
        at_once, waiting = self.pair(), self.pair()
        sock, distant, talk = self.connect()
        for one in (at_once.client, waiting.client, sock):
            one.close()
        self.await_end_of(at_once.server, waiting.server)
        talk.take(talk.await_fin())
        talk.acknowledge()
        at_once.server.close()
        self.told(at_once.flow, f"{ACTIVE} {CLOSES_FIRST}")
        self.told(waiting.flow, f"{ACTIVE} close {HALF_CLOSED}")
        half_closed = time.monotonic()
        wait_until(lambda: time.monotonic() > half_closed + 1, "FIN_WAIT_2 has lasted a second")
        waiting.server.close()
        talk.send_fin()
        for flow in (at_once.flow, waiting.flow, distant):
            steps = self.told(flow, f"{ACTIVE} {CLOSES_FIRST} time_wait_timeout CLOSED",
                              deadline_s=90, opened_by="local", closed_first_by="local",
                              ended_by="time_wait_timeout")
            self.assertGreater(steps[-1]["dwell_us"], self.LENGTH - self.TICK, steps[-2:])
            self.assertLess(steps[-1]["dwell_us"], self.LENGTH + self.LATE, steps[-2:])
            fin_wait_2 = steps[-2]["dwell_us"]
            self.assertLess(fin_wait_2, 500_000 if flow is at_once.flow else 1_500_000 + self.LATE)
            if flow is not at_once.flow:
                self.assertGreater(fin_wait_2, 900_000)


if __name__ == "__main__":
    unittest.main()
