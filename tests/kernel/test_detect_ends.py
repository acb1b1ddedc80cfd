"""Connections that come to little: storms of resets, a connection for each request; and what of
ordinary life looks like them.
"""

import unittest

from diagnosing import told
from support import require_kernel_tests
from test_detect_connecting import HERE, LOOP, Case


def setUpModule():
    require_kernel_tests()


class ResetStorm(Case):
    def server(self, statements):
        return self.actor("server", f"""
listener = listen('{LOOP}', 8080, 64)
def serve():
    while True:
        served, _ = listener.accept()
        {statements}
threading.Thread(target=serve, daemon=True).start()""")

    CLIENT = f"""
def once():
    with socket.socket() as each:
        each.connect(('{LOOP}', 8080))
        try: each.sendall(b'a long request'); each.recv(100)
        except ConnectionError: pass
evenly(20, once)
"""

    def test_a_server_that_closes_with_data_unread(self):
        """It answers after one byte of the request; so the reset is its fault, not the client's."""
        server = self.server("served.recv(1); served.sendall(b'answer'); served.close()")
        client = self.actor("client")
        client.begin(self.CLIENT)
        finding, = self.found("reset-storm", watch_s=5)
        self.assertEqual(finding["subject"], f"unread port 8080 in {finding['netns']}")
        self.assertEqual(finding["severity"], "warning")
        self.assertEqual(finding["process"]["pid"], server.pid)

    def test_a_server_that_resets(self):
        self.server("served.recv(100); reset(served)")
        client = self.actor("client")
        client.begin(self.CLIENT)
        finding, = self.found("reset-storm", watch_s=5)
        self.assertEqual(finding["subject"], f"by {LOOP}:8080 in {finding['netns']}")
        self.assertEqual(finding["severity"], "warning")
        self.assertEqual(finding["process"]["pid"], client.pid)

    def test_silent_about_one_that_reads_to_the_end(self):
        self.server("served.recv(100); served.sendall(b'answer'); served.close()")
        client = self.actor("client")
        client.begin(self.CLIENT)
        self.assertEqual(self.found("reset-storm", watch_s=5), [])

    def test_silent_about_a_load_generator_that_ends(self):
        """It leaves 200 connections at once with answers that it has not read."""
        self.server("served.sendall(b'answer'); keep(served)")
        client = self.actor("wrk", f"held = [connect('{LOOP}', 8080) for _ in range(200)]")
        client.begin("time.sleep(1.5)\nfor each in held: each.close()")
        self.assertEqual(self.found("reset-storm", watch_s=4), [])


class ConnectionChurn(Case):
    def load(self, name, address, each_second):
        self.answering("server", "0.0.0.0", 8080)
        client = self.actor(name)
        client.begin(f"""
def once():
    with socket.socket() as each:
        each.connect(('{address}', 8080)); each.sendall(b'x'); each.recv(100)
evenly({each_second}, once)
""")
        return client

    def test_a_connection_for_each_request(self):
        client = self.load("php-fpm", HERE, 80)
        finding, = self.found("connection-churn", watch_s=4)
        self.assertEqual(told([finding]), [("connection-churn", f"pid {client.pid}", "notice")])
        self.assertEqual(finding["process"]["comm"], "php-fpm")
        self.assertIn(f"{HERE}:8080", finding["title"])

    def test_heavy(self):
        client = self.load("php-fpm", HERE, 400)
        finding, = self.found("connection-churn", watch_s=4)
        self.assertEqual(told([finding]), [("connection-churn", f"pid {client.pid}", "warning")])

    def test_silent_about_a_load_generator(self):
        self.load("ab", HERE, 400)
        self.assertEqual(self.found("connection-churn", watch_s=4), [])

    def test_silent_about_health_checks_and_an_idle_pool(self):
        pool = self.load("checker", HERE, 4)
        self.actor("pool", f"held = [keep(connect('{HERE}', 8080)) for _ in range(60)]")
        self.assertEqual(self.found("connection-churn", watch_s=4), [])
        self.assertTrue(pool.pid)


if __name__ == "__main__":
    unittest.main()
