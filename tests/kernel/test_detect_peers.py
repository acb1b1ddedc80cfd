"""Peers that no longer answer, programs that do not read, and those that wait for them."""

import contextlib
import os
import re
import threading
import unittest

from acting import Actor
from diagnosing import Link, diagnosed, sockets_of, told
from puppet import PUPPET, Puppet
from support import NetNs, require_kernel_tests, wait_until

LOOP = "127.0.0.1"
KEEP_ALIVE = """
def keep_alive(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1),
                          (socket.TCP_KEEPCNT, 60)):
        sock.setsockopt(socket.IPPROTO_TCP, option, value)
"""
# The sender fills both buffers, and goes on whenever there is room.
SEND_ALWAYS = """
def send_always(sock):
    def live():
        try:
            while True:
                sock.sendall(bytes(100_000))
        except OSError:
            pass
    threading.Thread(target=live, daemon=True).start()
"""
READ_SLOWLY = """
import time
def read_slowly(sock):
    def live():
        while sock.recv(30_000):
            time.sleep(0.05)
    threading.Thread(target=live, daemon=True).start()
"""


def setUpModule():
    require_kernel_tests("nft", "ss")


class Case(unittest.TestCase):
    def setUp(self):
        self.name = f"peers{os.getpid()}"
        self.ns = self.enterContext(NetNs(self.name))

    def actor(self, name, ns=None):
        actor = Actor(name, ns or self.ns)
        self.addCleanup(actor.kill)
        return actor

    def await_sockets(self, pattern, words="state established", count=1):
        """Until so many sockets are so, by what ss tells of them."""
        def there():
            return sum(bool(re.search(pattern, line)) for line in sockets_of(self.ns, words))
        wait_until(lambda: there() >= count, f"{count} sockets are {pattern}")

    def assert_one(self, findings, detector, subject, severity, pid):
        self.assertEqual(told(findings), [(detector, subject, severity)], findings)
        self.assertEqual(findings[0]["process"]["pid"], pid, findings[0])
        return findings[0]


class DeadPeers(Case):
    """A wire leads to another machine, with a server of two ports that takes and keeps all."""

    def setUp(self):
        super().setUp()
        far = self.enterContext(NetNs())
        self.link = Link(self.ns, far)
        server = self.actor("server", far)
        server.do("taken = []")
        for address in (self.link.FAR, self.link.PUBLIC):
            server.do(f"""
def take(listener=listen('{address}', 5432)):
    while True:
        taken.append(listener.accept()[0])
threading.Thread(target=take, daemon=True).start()""")

    def client(self, connections, address=Link.FAR, port=5432):
        client = self.actor("client")
        client.do(f"{KEEP_ALIVE}\nsocks = [connect('{address}', {port}) "
                  f"for _ in range({connections})]")
        return client

    def find(self, **thresholds):
        return diagnosed(self.ns, "dead-peer", **thresholds)

    def test_a_server_that_is_gone(self):
        near = self.actor("near")
        near.do(f"listener = listen('{self.link.NEAR}', 7000)")
        bystander, client = self.client(1, self.link.NEAR, 7000), self.client(3)
        self.link.drop()
        for each in (bystander, client):
            each.do("for sock in socks: sock.send(b'query')")
        self.await_sockets(r"timer:\(on,[^,]*,[4-9]\)", count=3)
        found = self.assert_one(self.find(retransmits=4), "dead-peer",
                                f"{self.link.FAR}:5432 in {self.name}", "warning", client.pid)
        self.assertEqual(found["socket_count"], 3, found)
        self.assertGreaterEqual(int(found["evidence"]["retransmits"]), 4, found)
        self.assertIn("15 B", found["evidence"]["unacked"])

    def test_one_that_does_not_answer_keepalive(self):
        client = self.client(1)
        client.do("keep_alive(socks[0])")
        self.link.drop()
        self.await_sockets(r"timer:\(keepalive,[^,]*,[3-9]\)")
        found = self.assert_one(self.find(), "dead-peer",
                                f"{self.link.FAR}:5432 in {self.name}", "warning", client.pid)
        self.assertGreaterEqual(int(found["evidence"]["probes"]), 3, found)

    def test_a_client_that_has_gone_is_a_notice(self):
        near = self.actor("near")
        near.do(f"listener = listen('{self.link.NEAR}', 22)")
        gone = self.actor("gone", self.link.far)
        gone.do(f"sock = connect('{self.link.NEAR}', 22)")
        near.do("sock = listener.accept()[0]")
        self.link.drop()
        near.do("sock.send(b'banner')")
        self.await_sockets(r"timer:\(on,[^,]*,[4-9]\)")
        self.assert_one(self.find(retransmits=4), "dead-peer", f"port 22 in {self.name}", "notice",
                        near.pid)

    def test_silent_about_a_lossy_link_and_idle_pools(self):
        pool, guarded, talker = self.client(5), self.client(5), self.client(3)
        guarded.do("for sock in socks: keep_alive(sock)")
        self.link.drop("numgen inc mod 4 0")  # each fourth
        talker.do("""
import time
def talk():
    while True:
        for sock in socks:
            sock.send(bytes(3000))
        time.sleep(0.05)
threading.Thread(target=talk, daemon=True).start()""")
        self.await_sockets(r"retrans:\d+/[1-9]", count=3)  # data was lost and sent again
        self.assertEqual(self.find(retransmits=4, idle=1), [])
        self.assertEqual(len(pool.ask("socks and [sock.fileno() for sock in socks]")), 5)

    def test_idle_behind_a_nat(self):
        client, guarded = self.client(2, self.link.PUBLIC), self.client(2, self.link.PUBLIC)
        for each in (client, guarded):
            each.do("for sock in socks: sock.send(b'hello')")
        guarded.do("for sock in socks: keep_alive(sock)")
        self.await_sockets(r"lastsnd:[1-9]\d{3}", f"dst {self.link.PUBLIC}", count=4)
        found = self.assert_one(self.find(idle=1), "dead-peer", f"pid {client.pid} idle", "notice",
                                client.pid)
        self.assertEqual(found["confidence"], "possible")
        self.assertEqual(found["socket_count"], 2)
        self.assertEqual(self.find(), [])  # seconds are nothing


class Stalled(Case):
    def setUp(self):
        super().setUp()
        self.reader, self.writer = self.actor("reader"), self.actor("writer")
        self.reader.do(f"listener = listen('{LOOP}', 9000)\n{READ_SLOWLY}")
        self.writer.do(f"sock = connect('{LOOP}', 9000)\n{SEND_ALWAYS}")
        self.reader.do("sock = listener.accept()[0]")

    def find(self, detector, **thresholds):
        return diagnosed(self.ns, detector, **({"seconds": 1, "warn_seconds": 2} | thresholds))

    def await_stall(self):
        """Nothing has been sent for more than two seconds."""
        self.writer.do("send_always(sock)")
        self.await_sockets(r"timer:\(persist.*lastsnd:(2[1-9]|[3-9]\d|\d{3})\d\d\b")

    def test_a_program_that_does_not_read(self):
        self.await_stall()
        found = self.assert_one(self.find("stalled-reader"), "stalled-reader",
                                f"pid {self.reader.pid}", "warning", self.reader.pid)
        self.assertEqual(found["sockets"][0]["local"]["port"], 9000)
        self.assertEqual(self.find("stalled-reader", seconds=60, warn_seconds=60), [])

    def test_who_waits_for_it_and_for_whom(self):
        self.await_stall()
        found = self.assert_one(self.find("stalled-writer"), "stalled-writer",
                                f"reader pid {self.reader.pid}", "notice", self.reader.pid)
        self.assertIn(f"writer[{self.writer.pid}] cannot send: reader[{self.reader.pid}]",
                      found["title"])
        self.assertEqual(found["sockets"][0]["remote"]["port"], 9000)

    def test_one_that_cannot_pass_on_what_came(self):
        """The writer sends to the relay, which sends to the reader, which does not read."""
        relay = self.actor("relay")
        relay.do(f"""
entry = listen('{LOOP}', 9001)
onward = connect('{LOOP}', 9000)
def pass_on():
    sock = entry.accept()[0]
    while True:
        onward.sendall(sock.recv(65536))
threading.Thread(target=pass_on, daemon=True).start()""")
        self.reader.do("other = listener.accept()[0]")
        self.writer.do(f"sock = connect('{LOOP}', 9001)")
        self.await_stall()
        self.await_sockets("timer:.persist", count=2)
        self.await_sockets(r"lastrcv:(1[1-9]|[2-9]\d|\d{3})\d\d\b", "sport = :9000")
        found = self.find("stalled-reader", seconds=1)
        severities = {each["process"]["comm"]: each["severity"] for each in found}
        self.assertEqual(severities, {"relay": "notice", "reader": "warning"}, found)

    def test_silent_about_a_slow_reader(self):
        self.writer.do("send_always(sock)")
        self.await_sockets("timer:.persist")
        self.reader.do("read_slowly(sock)")
        for detector in ("stalled-reader", "stalled-writer"):
            self.assertEqual(self.find(detector, seconds=1.5), [])

    def test_a_peer_elsewhere_that_takes_nothing(self):
        puppet = self.enterContext(contextlib.closing(Puppet(self.ns)))
        self.writer.begin(f"sock = connect('{PUPPET}', 8000)")
        talk = puppet.accept(8000)
        self.writer.finish()
        talk.acknowledge(window=0)
        self.writer.do("sock.send(bytes(5000))")
        over = threading.Event()

        def answer_probes():
            while not over.wait(0.05):
                talk.acknowledge(window=0)
        answering = threading.Thread(target=answer_probes)
        answering.start()
        self.addCleanup(answering.join)
        self.addCleanup(over.set)
        self.await_sockets(r"persist.*lastsnd:(2[1-9]|[3-9]\d)\d\d\b", f"dst {PUPPET}")
        self.assert_one(self.find("stalled-writer"), "stalled-writer",
                        f"{PUPPET}:8000 in {self.name}", "warning", self.writer.pid)


if __name__ == "__main__":
    unittest.main()
