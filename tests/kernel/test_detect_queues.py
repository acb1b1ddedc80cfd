"""Listeners in trouble: SYN floods, and programs that do not accept."""

import socket
import subprocess
import threading
import time
import unittest

from acting import Actor
from diagnosing import Link, diagnosed, sockets_of, told
from puppet import SYN, Puppet, Segment, ipv4
from support import NetNs, lastack, listing, require_kernel_tests, wait_until

LOOP, PORT = "127.0.0.1", 5000
# Connects without waiting, so that nobody is held up by a full queue.
CONNECT_MANY = """
import time
def connect_many(address, port, count):
    made = []
    for _ in range(count):
        sock = socket.socket()
        sock.setblocking(False)
        sock.connect_ex((address, port))
        made.append(sock)
    return made
"""
SERVE = """
import time
held = []
def serve(listener, pause):
    def live():
        while True:
            held.append(listener.accept()[0])
            time.sleep(pause)
    threading.Thread(target=live, daemon=True).start()
"""


def setUpModule():
    require_kernel_tests("nft", "ss")


class Case(unittest.TestCase):
    def setUp(self):
        self.ns = self.enterContext(NetNs())

    def actor(self, name, statements="", ns=None):
        actor = Actor(name, ns or self.ns)
        self.addCleanup(actor.kill)
        actor.do(statements)
        return actor

    def subject(self, address=LOOP):
        label = listing("-a", ns=self.ns)[0]["netns"]["label"]
        return f"{address}:{PORT} in {label}"

    def await_queue(self, length):
        def there():
            lines = sockets_of(self.ns, f"state listening sport = :{PORT}")
            return lines and int(lines[0].split()[0]) >= length
        wait_until(there, f"{length} connections wait to be accepted")

    def run_command(self, remedy):
        """As an administrator would, in the namespace of the machine."""
        command = remedy["command"]
        if command.startswith("lastack list '"):
            result = lastack("list", command.removeprefix("lastack list '").removesuffix("'"))
            self.assertGreater(len(result.stdout.splitlines()), 1, remedy)
        else:
            result = self.run_shell(command)
        self.assertEqual(result.returncode, 0, (remedy, result.stderr))

    @staticmethod
    def run_shell(command):
        return subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=20)


class Flood:
    """Sends SYNs from addresses that nobody has, a few hundred at the most, while it lasts."""

    MOST = 900

    def __init__(self, link, far, rate, sources):
        with far.entered():
            self._raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        self._target, self._rate, self._sources = link.NEAR, rate, sources
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live)

    def _live(self):
        for i in range(self.MOST):
            if self._over.wait(1 / self._rate):
                return
            self._raw.sendto(self._syn(i), (self._target, 0))

    def _syn(self, i):
        source = f"198.18.{i % self._sources // 250}.{1 + i % self._sources % 250}"
        return ipv4(Segment(1024 + i, PORT, 1_000_000 + i, 0, SYN), source, self._target)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()
        self._raw.close()


class SynFlood(Case):
    def setUp(self):
        super().setUp()
        self.far = self.enterContext(NetNs())
        self.link = Link(self.ns, self.far)
        self.ns.run("ip", "route", "add", "default", "via", self.link.FAR)

    def server(self, backlog):
        return self.actor("web", SERVE + f"listener = listen('0.0.0.0', {PORT}, {backlog})\n"
                          "serve(listener, 0)")

    def find(self, watch_s=4, **thresholds):
        return diagnosed(self.ns, "syn-flood", watch_s=watch_s, **thresholds)

    def flood(self, rate=200, sources=400):
        return Flood(self.link, self.far, rate, sources)

    def test_cookies_hold_it_off(self):
        server = self.server(64)
        with self.flood():
            findings = self.find()
        self.assertEqual(told(findings), [("syn-flood", self.subject("*"), "warning")])
        found = findings[0]
        self.assertEqual(found["process"]["pid"], server.pid, found)
        self.assertEqual(found["evidence"]["half_open"], "65 / 64", found)
        self.assertGreaterEqual(int(found["evidence"]["cookies"].split()[0]), 20, found)
        self.assertGreaterEqual(int(found["evidence"]["sources"]), 50, found)
        for remedy in found["now"]:
            self.run_command(remedy)
        self.assertIn("= 2", self.ns.run("sysctl", "net.ipv4.tcp_synack_retries").stdout)

    def test_real_clients_are_turned_away(self):
        self.ns.run("sysctl", "-w", "net.ipv4.tcp_syncookies=0")
        server = self.server(64)
        with self.flood(sources=2):
            findings = self.find()
        self.assertEqual(told(findings), [("syn-flood", self.subject("*"), "critical")])
        self.assertEqual(findings[0]["process"]["pid"], server.pid, findings)
        for remedy in findings[0]["now"]:
            self.run_command(remedy)
        self.assertIn("= 1", self.ns.run("sysctl", "net.ipv4.tcp_syncookies").stdout)
        self.assertIn("saddr 198.18.0.", self.ns.run("nft", "list", "ruleset").stdout)

    def lose_the_first_answers(self):
        """The first SYN+ACK of each connection is lost on its way to the clients."""
        for words in ("add table inet lossy",
                      "add set inet lossy seen { type inet_service; flags dynamic,timeout; "
                      "timeout 60s; }",
                      "add chain inet lossy in { type filter hook prerouting priority -300; }",
                      "add rule inet lossy in tcp flags & (syn|ack) == (syn|ack) "
                      "tcp dport != @seen add @seen { tcp dport } drop"):
            self.far.run("nft", words)

    def test_slow_clients_that_finish(self):
        self.lose_the_first_answers()
        self.server(256)
        clients = self.actor("clients", CONNECT_MANY, self.far)
        clients.begin(f"""
made = []
for _ in range(50):
    made += connect_many('{self.link.NEAR}', {PORT}, 4)
    time.sleep(0.1)""")
        wait_until(lambda: len(sockets_of(self.ns, "state established")) > 20, "some are through")
        self.assertGreater(len(sockets_of(self.ns, "state syn-recv")), 20)
        self.assertEqual(self.find(watch_s=3, requests=10), [])
        clients.finish()


class SynBurst(Case):
    def test_a_burst_of_real_clients(self):
        self.actor("web", SERVE + f"listener = listen('0.0.0.0', {PORT}, 16)\nserve(listener, 0)")
        puppet = Puppet(self.ns)
        self.addCleanup(puppet.close)
        over = threading.Event()

        def connect_in_bursts():
            port = 20000
            while not over.wait(0.2):
                talks = [puppet.begin_handshake(PORT, port + i) for i in range(40)]
                for talk in talks:
                    talk.acknowledge()
                port += 40
        clients = threading.Thread(target=connect_in_bursts)
        clients.start()
        try:
            self.assertEqual(diagnosed(self.ns, "syn-flood", watch_s=3, requests=5,
                                       turned_away=1), [])
        finally:
            over.set()
            clients.join()
        self.assertGreater(self.counted("SyncookiesRecv"), 20)

    def counted(self, counter):
        names, values = [line.split() for line in self.ns.run("cat", "/proc/net/netstat")
                         .stdout.splitlines() if line.startswith("TcpExt:")]
        return int(values[names.index(counter)])


class AcceptQueue(Case):
    def find(self, watch_s=3, **thresholds):
        return diagnosed(self.ns, "accept-queue-full", watch_s=watch_s, **thresholds)

    def clients(self, count):
        return self.actor("clients", CONNECT_MANY + f"made = connect_many('{LOOP}', {PORT}, {count})")

    def test_a_program_that_never_accepts(self):
        server = self.actor("hung", f"listener = listen('{LOOP}', {PORT}, 5)")
        self.actor("other", SERVE + f"listener = listen('{LOOP}', 5001)\nserve(listener, 0)")
        self.clients(12)
        self.await_queue(6)
        findings = self.find(stopped_s=2)
        self.assertEqual(told(findings), [("accept-queue-full", self.subject(), "critical")])
        found = findings[0]
        self.assertEqual(found["process"]["pid"], server.pid, found)
        self.assertIn("stopped accepting", found["title"])
        self.assertEqual(found["evidence"]["queue"], "6 / 5", found)
        self.assertGreaterEqual(int(found["evidence"]["drops_ever"]), 1, found)
        self.assertEqual(int(found["evidence"]["fd"]), server.ask("listener.fileno()"))
        for remedy in found["now"]:
            self.run_command(remedy)

    def test_found_in_one_look(self):
        server = self.actor("hung", f"listener = listen('{LOOP}', {PORT}, 5)")
        self.clients(3)
        self.await_queue(3)
        time.sleep(1.1)  # nothing but the time that they wait tells
        findings = self.find(watch_s=0, waiting_s=1)
        self.assertEqual(told(findings), [("accept-queue-full", self.subject(), "warning")])
        self.assertIn("does not accept", findings[0]["title"])
        self.assertEqual(findings[0]["process"]["pid"], server.pid)

    def test_a_program_that_is_too_slow(self):
        server = self.actor("slow", SERVE + f"listener = listen('{LOOP}', {PORT}, 5)\n"
                            "serve(listener, 0.8)")
        clients = self.actor("clients", CONNECT_MANY + "made = []")
        # Their SYNs come again only after a second; there are always some that want in, so that the
        # queue has room only for a moment.
        clients.begin(f"""
for _ in range(300):
    made += connect_many('{LOOP}', {PORT}, 1)
    time.sleep(0.02)""")
        self.await_queue(6)
        findings = self.find(full_s=1, stopped_s=2)
        self.assertEqual(told(findings), [("accept-queue-full", self.subject(), "warning")])
        self.assertIn("too slowly", findings[0]["title"])
        self.assertEqual(findings[0]["process"]["pid"], server.pid)
        clients.finish()

    def test_a_burst_on_a_healthy_server(self):
        self.actor("nginx", SERVE + f"listener = listen('{LOOP}', {PORT}, 511)\nserve(listener, 0)")
        clients = self.actor("wrk", CONNECT_MANY)
        clients.begin(f"""
for _ in range(20):
    for sock in connect_many('{LOOP}', {PORT}, 100): sock.close()
    time.sleep(0.1)""")
        self.assertEqual(self.find(watch_s=2, full_s=0, drops=1), [])
        clients.finish()

    def test_a_few_that_wait_a_moment(self):
        self.actor("busy", SERVE + f"listener = listen('{LOOP}', {PORT}, 64)\n"
                   "serve(listener, 0.1)")
        self.clients(30)
        self.assertEqual(self.find(watch_s=2), [])


if __name__ == "__main__":
    unittest.main()
