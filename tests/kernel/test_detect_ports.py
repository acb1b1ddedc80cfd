"""Local ports that run out, and what only looks like it."""

import time
import unittest

from acting import Actor
from diagnosing import diagnosed
from support import NetNs, require_kernel_tests, wait_until

LOOP = "127.0.0.1"
HERE = "10.99.0.1"  # an address of the namespace that is not of loopback
FIRST, LAST = 40000, 40199

# In an Actor: a listener that takes connections and keeps them, or closes once the peer has.
SERVER = """
import threading
def serve(address, port, keeps):
    listener = listen(address, port, 1024)
    def work():
        while True:
            served, _ = listener.accept()
            if keeps: keep(served)
            else:
                with served: served.recv(1)
    threading.Thread(target=work, daemon=True).start()
"""
# One connection after the other, each closed by this side: a TIME_WAIT each.
CLIENT = """
import errno, time
def held(address, port, count):
    for _ in range(count): keep(connect(address, port))
def closed(address, port, count):
    for _ in range(count):
        with connect(address, port): pass
def closed_evenly(address, port, each_second):
    begin, i = time.monotonic(), 0
    while True:
        try:
            with connect(address, port): i += 1
        except OSError: time.sleep(0.1)
        time.sleep(max(0, begin + i / each_second - time.monotonic()))
"""


def setUpModule():
    require_kernel_tests("ss", "sysctl")


class Case(unittest.TestCase):
    def setUp(self):
        self.ns = self.enterContext(NetNs())
        self.ns.run("ip", "addr", "add", f"{HERE}/32", "dev", "lo")
        # Now and then an ACK comes after the server's end has gone, whose RST would end a TIME_WAIT.
        self.set("tcp_rfc1337", 1)
        self.server = self.actor("server", SERVER)
        self.client = self.actor("client", CLIENT)

    def actor(self, name, statements):
        actor = Actor(name, self.ns)
        self.addCleanup(actor.kill)
        actor.do(statements)
        return actor

    def set(self, name, value):
        self.ns.run("sysctl", "-qw", f"net.ipv4.{name}={value}")

    def few_ports(self):
        self.set("ip_local_port_range", f"{FIRST} {LAST}")

    def found(self, watch_s=0, **thresholds):
        return diagnosed(self.ns, "port-exhaustion", watch_s=watch_s, **thresholds)

    def time_wait(self):
        return len(self.ns.run("ss", "-Htn", "state", "time-wait").stdout.splitlines())


class Exhaustion(Case):
    def test_most_ports_of_one_destination_are_held(self):
        self.few_ports()
        self.server.do(f"serve('{LOOP}', 80, True)")
        self.client.do(f"held('{LOOP}', 80, 150)")
        self.assertEqual(self.found(), [])
        self.client.do(f"held('{LOOP}', 80, 20)")
        finding, = self.found()
        self.assertEqual(finding["severity"], "warning")
        self.assertEqual(finding["subject"], f"{LOOP} to {LOOP}:80 in {finding['netns']}")
        self.assertEqual(finding["process"]["pid"], self.client.pid)
        self.assertEqual(finding["evidence"]["used"], "170")
        self.assertEqual(finding["evidence"]["ports"], "200")
        self.assertEqual(finding["socket_count"], 170)

    def test_the_kernel_counts_them_as_we_do(self):
        """Of a range with reserved ports and listeners: connect() fails when we say so."""
        self.few_ports()
        self.set("ip_local_reserved_ports", f"{FIRST + 10}-{FIRST + 29},{LAST}")
        self.server.do(f"serve('{LOOP}', 80, True); serve('{LOOP}', {FIRST + 50}, True)")
        self.client.do(f"""
got = 0
while True:
    try: held('{LOOP}', 80, 1); got += 1
    except OSError as error:
        assert error.errno == errno.EADDRNOTAVAIL, error
        break
answer = got""")
        finding, = self.found()
        self.assertEqual(finding["severity"], "critical")
        self.assertEqual(finding["evidence"]["ports"], "178")
        self.assertEqual(finding["evidence"]["used"], "178")
        self.assertEqual(finding["evidence"]["share"], "100 %")

    def test_connect_fails(self):
        self.few_ports()
        self.server.do(f"serve('{LOOP}', 80, True)")
        self.client.do(f"held('{LOOP}', 80, 200)")
        self.client.begin(f"""
while True:
    with socket.socket() as each: each.connect_ex(('{LOOP}', 80))
    time.sleep(0.1)""")
        finding, = self.found(watch_s=3)
        self.assertEqual(finding["severity"], "critical")
        self.assertIn("No local port is left", finding["title"])
        self.assertEqual(finding["process"]["pid"], self.client.pid)
        self.assertGreater(int(finding["evidence"]["failed"]), 5)

    def test_time_wait_that_blocks(self):
        self.few_ports()
        self.set("tcp_tw_reuse", 0)
        self.server.do(f"serve('{LOOP}', 80, False)")
        self.client.do(f"closed('{LOOP}', 80, 170)")
        wait_until(lambda: self.time_wait() == 170, "all have got there")
        finding, = self.found()
        self.assertEqual((finding["severity"], finding["evidence"]["time_wait"]),
                         ("warning", "170"))
        self.assertTrue(any("tcp_tw_reuse=1" in each.get("command", "")
                            for each in finding["now"]))
        with self.assertRaisesRegex(RuntimeError, "EADDRNOTAVAIL|Cannot assign"):
            self.client.do(f"closed('{LOOP}', 80, 31)")

    def test_a_forecast(self):
        """12 a second of 200 ports: gone after 17 s, long before a TIME_WAIT is over."""
        self.few_ports()
        self.server.do(f"serve('{HERE}', 80, False)")
        self.client.do(f"closed('{HERE}', 80, 60)")
        self.client.begin(f"closed_evenly('{HERE}', 80, 12)")
        finding, = self.found(watch_s=4)
        self.assertEqual((finding["severity"], finding["confidence"]), ("warning", "likely"))
        self.assertIn("run out in", finding["title"])
        self.assertEqual(finding["process"]["pid"], self.client.pid)
        self.assertLess(float(finding["evidence"]["rate"]), 15)

    def test_ports_that_bind_chose(self):
        """Each of 20 destinations has 9 connections, and yet bind() soon finds no more."""
        self.few_ports()
        self.server.do(f"for port in range(5000, 5020): serve('{LOOP}', port, True)")
        self.client.do(f"""
for i in range(180):
    each = keep(socket.socket())
    each.bind(('{LOOP}', 0))
    each.connect(('{LOOP}', 5000 + i % 20))""")
        finding, = self.found()
        self.assertEqual(finding["subject"], f"{LOOP} in {finding['netns']}")
        self.assertEqual(finding["severity"], "warning")
        self.assertEqual(finding["evidence"]["used"], "180")
        self.assertEqual(finding["process"]["pid"], self.client.pid)
        self.assertIn("IP_BIND_ADDRESS_NO_PORT", finding["lasting"][0]["text"])


class NearMisses(Case):
    def test_silent_about_time_wait_that_connect_takes_over(self):
        """tcp_tw_reuse is 2: all ports are in TIME_WAIT, and none is missing."""
        self.few_ports()
        self.server.do(f"serve('{LOOP}', 80, False)")
        self.client.do(f"closed('{LOOP}', 80, 195)")
        begin = time.monotonic()
        wait_until(lambda: time.monotonic() > begin + 1.5, "they may be taken over")
        self.assertGreater(self.time_wait(), 150)
        self.assertEqual(self.found(), [])
        self.assertEqual(self.found(watch_s=1), [])
        self.client.do(f"closed('{LOOP}', 80, 50)")

    def test_silent_about_ten_thousand_time_wait(self):
        self.server.do(f"serve('{HERE}', 80, False)")
        self.client.do(f"closed('{HERE}', 80, 10_000)")
        self.assertGreater(self.time_wait(), 9_900)
        self.assertEqual(self.found(watch_s=2), [])

    def test_silent_about_many_destinations_that_share_ports(self):
        """300 connections with 200 ports."""
        self.few_ports()
        self.server.do(f"for port in range(5000, 5030): serve('{LOOP}', port, True)")
        self.client.do(f"for i in range(300): held('{LOOP}', 5000 + i % 30, 1)")
        self.assertEqual(self.found(), [])

    def test_silent_about_a_server_whose_port_lies_in_the_range(self):
        self.server.do(f"serve('{LOOP}', {FIRST + 1}, True)")
        self.client.do(f"held('{LOOP}', {FIRST + 1}, 300)")
        self.few_ports()
        self.assertEqual(self.found(), [])


if __name__ == "__main__":
    unittest.main()
