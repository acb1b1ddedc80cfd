"""Ports that are open on every address, and were not, or should not be."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from acting import Actor
from support import LASTACK, NetNs, die_with_parent, lastack, require_kernel_tests, stop

ID = "exposed-listener"
PERL = os.path.realpath("/usr/bin/perl")
# Listens there and waits.
LISTEN = ("$l = IO::Socket::INET->new(LocalAddr => $ARGV[0], LocalPort => $ARGV[1], Listen => 5, "
          "ReuseAddr => 1) or die; $| = 1; print qq(READY\\n); <STDIN>;")
V6_ONLY = """
def listen_v6_only(port):
    sock = socket.socket(socket.AF_INET6)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.bind(('::', port))
    sock.listen()
    return sock
"""


def setUpModule():
    require_kernel_tests("perl")


class Case(unittest.TestCase):
    def setUp(self):
        self.ns = self.enterContext(NetNs())
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="lastack-test-", dir="/var/lib"))
        self.addCleanup(shutil.rmtree, self.folder)

    def server(self, name, address, port):
        """A program of that name that listens there."""
        path = self.folder / name
        if not path.exists():
            shutil.copy(PERL, path)
        process = subprocess.Popen(
            self.ns.command(str(path), "-MIO::Socket::INET", "-e", LISTEN, address, str(port)),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent)
        self.addCleanup(stop, process)
        self.assertEqual(process.stdout.readline(), "READY\n")
        return process

    def actor(self, statements):
        actor = Actor("api", self.ns)
        self.addCleanup(actor.kill)
        actor.do(V6_ONLY + statements)
        return actor

    def command(self, *args):
        return ["diagnose", "--only", ID, "--lang", "en", *args, f"netns = {self.ns.inode}"]

    def found(self, *args):
        result = lastack(*self.command("--json", "--for", "0s", *args))
        self.assertIn(result.returncode, (0, 3), result.stderr)
        return [json.loads(line) for line in result.stdout.splitlines()]


class Baseline(Case):
    def setUp(self):
        super().setUp()
        self.known = str(self.folder / "baseline.toml")
        self.server("app", "0.0.0.0", 8080)
        self.local = self.server("app", "127.0.0.1", 9090)
        result = lastack("diagnose", "--learn", "--for", "0s", "--baseline", self.known,
                         f"netns = {self.ns.inode}")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_what_it_knows_is_no_news(self):
        self.assertEqual(self.found("--baseline", self.known), [])

    def test_what_it_does_not_know(self):
        process = self.server("backdoor", "0.0.0.0", 31337)
        (finding,) = self.found("--baseline", self.known)
        self.assertEqual(finding["severity"], "warning")
        self.assertEqual(finding["process"]["pid"], process.pid)
        self.assertEqual(finding["process"]["exe"], str(self.folder / "backdoor"))
        self.assertEqual(finding["evidence"]["ports"], "31337")

    def test_what_it_knows_on_one_address_only(self):
        stop(self.local)
        process = self.server("app", "0.0.0.0", 9090)
        (finding,) = self.found("--baseline", self.known)
        self.assertEqual(finding["severity"], "warning")
        self.assertEqual(finding["process"]["pid"], process.pid)
        self.assertIn("on some only", finding["title"])


class WithoutBaseline(Case):
    def test_an_ordinary_server_is_no_finding(self):
        self.server("app", "0.0.0.0", 8080)
        self.assertEqual(self.found(), [])

    def test_a_listener_that_begins_while_watching_but_not_one_that_is_started_again(self):
        app = self.server("app", "0.0.0.0", 8080)
        self.server("memcached", "0.0.0.0", 11211)
        watch = subprocess.Popen(
            [LASTACK, "watch", "--findings", "--json", "--only", ID, "--for", "60s",
             f"netns = {self.ns.inode}"],
            stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent)
        self.addCleanup(stop, watch)
        # It has looked for the first time once it tells of this one, which it finds at any time.
        self.assertIn("memcached", json.loads(watch.stdout.readline())["title"])
        stop(app)
        self.server("app", "0.0.0.0", 8080)
        self.server("app", "127.0.0.1", 8081)
        process = self.server("other", "0.0.0.0", 8082)
        finding = json.loads(watch.stdout.readline())
        self.assertEqual(finding["event"], "arose")
        self.assertEqual(finding["severity"], "notice")
        self.assertEqual(finding["process"]["pid"], process.pid)

    def test_memcached_on_every_address(self):
        process = self.server("memcached", "0.0.0.0", 11211)
        (finding,) = self.found()
        self.assertEqual(finding["severity"], "warning")
        self.assertEqual(finding["process"]["pid"], process.pid)

    def test_memcached_on_loopback(self):
        self.server("memcached", "127.0.0.1", 11211)
        self.assertEqual(self.found(), [])

    def test_ipv6_open_where_ipv4_is_closed(self):
        actor = self.actor("a = listen('127.0.0.1', 5432, 5)\nb = listen_v6_only(5432)")
        (finding,) = self.found()
        self.assertEqual(finding["severity"], "warning")
        self.assertEqual(finding["process"]["pid"], actor.pid)
        self.assertEqual(len(finding["sockets"]), 2)

    def test_both_open_or_both_closed(self):
        self.actor("a = listen('0.0.0.0', 5432, 5)\nb = listen_v6_only(5432)\n"
                   "c = listen('127.0.0.1', 5433, 5)")
        self.assertEqual(self.found(), [])


if __name__ == "__main__":
    unittest.main()
