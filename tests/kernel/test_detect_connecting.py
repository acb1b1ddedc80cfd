"""Connections that come to nothing: worms and scanners, destinations that refuse or do not answer;
and what of ordinary life looks like them.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from acting import Actor
from diagnosing import diagnosed, told
from support import LASTACK, NetNs, die_with_parent, require_kernel_tests, stop, wait_until

LOOP = "127.0.0.1"
# An interface that takes packets and gives none back: nobody lives in its network, and nobody says
# so, as nobody is asked by ARP.
HERE, NOWHERE = "10.99.0.1", "10.99"

# Begins so many connections to different hosts, does not wait for any, and keeps them.
WORM = """
import socket, sys, time
network, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
kept = []
for i in range(count):
    each = socket.socket()
    each.setblocking(False)
    each.connect_ex((f"{network}.{1 + i // 250}.{1 + i % 250}", port))
    kept.append(each)
    time.sleep(0.002)
print("DONE", flush=True)
sys.stdin.read()
"""

# In an Actor: calls `once` so often, until the actor is ended.
EVENLY = """
import itertools, time
def evenly(each_second, once):
    begin = time.monotonic()
    for i in itertools.count(1):
        once()
        time.sleep(max(0, begin + i / each_second - time.monotonic()))
"""
# A server that answers each request and closes after the client has.
ANSWERING = """
def answer_forever(listener):
    while True:
        try: served, _ = listener.accept()
        except OSError: return
        with served:
            served.sendall(b"answer " + served.recv(100))
            served.recv(100)
"""


def setUpModule():
    require_kernel_tests()


class Case(unittest.TestCase):
    def setUp(self):
        self.ns = self.enterContext(NetNs())
        self.ns.run(*"ip link add nowhere type veth peer name beyond".split())
        self.ns.run(*"ip link set nowhere arp off up".split())
        self.ns.run(*"ip link set beyond up".split())
        self.ns.run("ip", "addr", "add", f"{HERE}/16", "dev", "nowhere")

    def actor(self, name, statements=""):
        actor = Actor(name, self.ns)
        self.addCleanup(actor.kill)
        actor.do(EVENLY + ANSWERING + statements)
        return actor

    ANSWERING = """
listener = listen('%s', %d, 1024)
threading.Thread(target=answer_forever, args=(listener,), daemon=True).start()"""

    def answering(self, name, address, port):
        return self.actor(name, self.ANSWERING % (address, port))

    def found(self, detector, **options):
        return diagnosed(self.ns, detector, **options)

    def counted(self, name):
        """By the kernel, of the namespace."""
        return int(self.ns.run("nstat", "-asz", name).stdout.split()[-2])

    def syn_sent(self):
        return len(self.ns.run("ss", "-Htn", "state", "syn-sent").stdout.splitlines())


class Findings:
    """A running `lastack watch --findings` with the detector; what it finds in the namespace."""

    def __init__(self, ns, detector):
        self._process = subprocess.Popen(
            [LASTACK, "watch", f"netns = {ns.inode}", "--findings", "--json", "--lang", "en",
             "--only", detector],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=die_with_parent)
        for line in self._process.stderr:
            if line.startswith("watching"):
                break

    def next(self):
        return json.loads(self._process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        stop(self._process)


class SynFanout(Case):
    def worm(self, name, port=135, count=300):
        """A program of that name in a folder that everybody may write to."""
        folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))
        path = shutil.copy(os.path.realpath(sys.executable), os.path.join(folder, name))
        process = subprocess.Popen(
            self.ns.command(path, "-c", WORM, NOWHERE, str(port), str(count)),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent,
            env={**os.environ, "PYTHONHOME": sys.base_prefix})
        self.addCleanup(stop, process)
        return process, path

    def test_the_worm_of_the_article_is_found_within_two_seconds(self):
        with Findings(self.ns, "syn-fanout") as findings:
            begin = time.monotonic()
            worm, path = self.worm("msblast")
            finding = findings.next()
            took_s = time.monotonic() - begin
        self.assertEqual(finding["id"], f"syn-fanout:pid {worm.pid}")
        self.assertEqual(finding["process"]["pid"], worm.pid)
        self.assertEqual(finding["process"]["exe"], path)
        self.assertIn(finding["severity"], ("warning", "critical"))
        self.assertIn("worm", finding["title"])
        self.assertEqual(finding["evidence"]["ports"], "1")
        self.assertIn(f"kill -STOP {worm.pid}", [each["command"] for each in finding["now"]])
        self.assertLess(took_s, 2.5, "2 s, and half a second for a machine that is busy")

    def test_it_is_found_in_one_look(self):
        worm, path = self.worm("msblast")
        wait_until(lambda: self.syn_sent() == 300, "it has begun them all")
        time.sleep(1.1)  # until the first SYNs are sent again
        finding, = self.found("syn-fanout", watch_s=0)
        self.assertEqual((finding["process"]["exe"], finding["severity"]), (path, "critical"))
        self.assertEqual(finding["socket_count"], 300)
        self.assertEqual(finding["sockets"][0]["remote"]["port"], 135)

    def test_a_port_scan(self):
        scanner = self.actor("scanner")
        scanner.begin(f"""
def scan():
    for port in range(1, 401):
        with socket.socket() as each: each.connect_ex(('{LOOP}', port))
evenly(1, scan)
""")
        finding, = self.found("syn-fanout", watch_s=3)
        self.assertEqual(told([finding]), [("syn-fanout", f"pid {scanner.pid}", "warning")])
        self.assertIn("port scan", finding["title"])

    def test_silent_about_a_crawler(self):
        """300 hosts that answer, and 20 that do not."""
        self.answering("web", "0.0.0.0", 8080)
        crawler = self.actor("crawler")
        crawler.begin(f"""
hosts = iter(range(320))
def once():
    i = next(hosts)
    each = keep(socket.socket())
    each.setblocking(False)
    dead = i % 16 == 0
    host = f'{NOWHERE}.1.{{1 + i // 16}}' if dead else f'127.1.{{i // 250}}.{{1 + i % 250}}'
    each.connect_ex((host, 8080))
evenly(100, once)
""")
        self.assertEqual(self.found("syn-fanout", watch_s=5), [])
        self.assertEqual(self.syn_sent(), 20)
        self.assertEqual(self.found("timed-out", watch_s=0), [])


class TimedOut(Case):
    def client(self, connections):
        client = self.actor("client", f"""
for _ in range({connections}):
    each = keep(socket.socket())
    each.setblocking(False)
    each.connect_ex(('{NOWHERE}.0.9', 5432))""")
        wait_until(lambda: self.syn_sent() == connections, "it waits")
        return client

    def test_one_client_of_one_dead_server(self):
        client = self.client(3)
        finding, = self.found("timed-out", watch_s=4)
        self.assertEqual(told([finding]), [("timed-out", f"{NOWHERE}.0.9:5432 in {finding['netns']}",
                                            "warning")])
        self.assertEqual(finding["process"]["pid"], client.pid)
        self.assertEqual(finding["socket_count"], 3)
        self.assertEqual(self.found("syn-fanout", watch_s=0), [])

    def test_a_program_with_a_time_limit_of_its_own(self):
        client = self.actor("client")
        client.begin(f"""
def once():
    with socket.socket() as each:
        each.settimeout(1.2)
        try: each.connect(('{NOWHERE}.0.9', 5432))
        except OSError: pass
while True: once()
""")
        finding, = self.found("timed-out", watch_s=6)
        self.assertEqual(finding["process"]["pid"], client.pid)
        self.assertGreaterEqual(int(finding["evidence"]["given_up"]), 3)

    def test_silent_about_what_has_just_begun(self):
        self.client(2)
        self.assertEqual(self.found("timed-out", watch_s=0), [])


class Refused(Case):
    def server(self):
        return self.answering("server", LOOP, 5432)

    def test_nobody_listens(self):
        client = self.actor("client")
        client.begin(f"""
def once():
    with socket.socket() as each: each.connect_ex(('{LOOP}', 5432))
evenly(10, once)
""")
        finding, = self.found("refused", watch_s=5)
        self.assertEqual(finding["subject"], f"{LOOP}:5432 in {finding['netns']}")
        self.assertEqual(finding["severity"], "warning")
        self.assertEqual(finding["process"]["pid"], client.pid)
        self.assertEqual(finding["evidence"]["connected"], "0")

    def test_it_listens_at_another_address(self):
        self.actor("server", f"listener = listen('{HERE}', 5432)")
        client = self.actor("client")
        client.begin(f"""
def once():
    with socket.socket() as each: each.connect_ex(('{LOOP}', 5432))
evenly(10, once)
""")
        finding, = self.found("refused", watch_s=5)
        self.assertEqual(finding["evidence"]["listens_elsewhere"], f"{HERE}:5432")

    def test_silent_about_localhost_that_is_tried_at_ipv6_first(self):
        self.server()
        client = self.actor("client")
        client.begin("""
def once():
    for address in ('::1', '127.0.0.1'):
        with socket.socket(family_of(address)) as each:
            if each.connect_ex((address, 5432)) == 0: each.sendall(b'x'); each.recv(100)
evenly(10, once)
""")
        self.assertEqual(self.found("refused", watch_s=5), [])

    def test_silent_about_a_server_restarted_under_load(self):
        """A second without it, among five with it."""
        server = self.server()
        client = self.actor("client")
        client.begin(f"""
def once():
    with socket.socket() as each:
        try: each.connect(('{LOOP}', 5432)); each.sendall(b'x'); each.recv(100)
        except ConnectionError: pass
evenly(100, once)
""")
        server.begin(f"""
time.sleep(2)
listener.shutdown(socket.SHUT_RDWR)
listener.close()
time.sleep(0.7)
{self.ANSWERING % (LOOP, 5432)}""")
        self.assertEqual(self.found("refused", watch_s=5), [])
        self.assertGreater(self.counted("TcpAttemptFails"), 20)
        self.assertGreater(self.counted("TcpActiveOpens"), 200)


if __name__ == "__main__":
    unittest.main()
