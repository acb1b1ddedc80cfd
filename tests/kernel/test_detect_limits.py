"""Processes near their limit of open files, and what lastack itself cannot see."""

import json
import os
import shutil
import tempfile
import unittest

from acting import Actor
from diagnosing import diagnosed, told
from support import LASTACK, NetNs, lastack, require_kernel_tests
from test_privileges import NOBODY

LOOP = "127.0.0.1"


def setUpModule():
    require_kernel_tests("setpriv")


class OpenFiles(unittest.TestCase):
    def setUp(self):
        self.ns = self.enterContext(NetNs())

    def server(self, limit, connections):
        server = Actor("server", self.ns)
        self.addCleanup(server.kill)
        server.do(f"""
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, ({limit}, {limit}))
listener = listen('{LOOP}', 7000, 128)
held = []
for _ in range({connections}):
    held += [connect('{LOOP}', 7000), listener.accept()[0]]""")
        return server, len(os.listdir(f"/proc/{server.pid}/fd"))

    def test_a_server_near_its_limit(self):
        for limit, severity in ((256, "warning"), (220, "critical")):
            with self.subTest(limit=limit):
                server, open_files = self.server(limit, 105)
                found = diagnosed(self.ns, "socket-memory")
                self.assertEqual(told(found), [("socket-memory", f"pid {server.pid}", severity)])
                self.assertEqual(found[0]["process"]["pid"], server.pid)
                self.assertEqual(found[0]["evidence"]["open_files"], f"{open_files}, {limit}")
                self.assertEqual(found[0]["socket_count"], 211)
                server.kill()

    def test_silent_about_one_with_room(self):
        self.server(1024, 105)
        self.assertEqual(diagnosed(self.ns, "socket-memory"), [])


class BlindSpots(unittest.TestCase):
    def setUp(self):
        self.ns = self.enterContext(NetNs())

    def test_no_warning_to_root(self):
        self.assertNotIn("warning", str(told(diagnosed(self.ns, "blind-spots"))))

    def test_to_nobody_it_says_whose_sockets_it_does_not_know(self):
        # Where nobody can reach it.
        folder = self.enterContext(tempfile.TemporaryDirectory())
        os.chmod(folder, 0o755)
        binary = shutil.copy(LASTACK, folder)
        server = Actor("server", self.ns)
        self.addCleanup(server.kill)
        server.do(f"listener = listen('{LOOP}', 7000)")
        found = diagnosed(self.ns, "blind-spots", binary=binary, before=self.ns.command(*NOBODY))
        self.assertEqual(told(found), [("blind-spots", "lastack", "notice")])
        evidence = found[0]["evidence"]
        self.assertGreaterEqual(int(evidence["hidden_owners"]), 1, evidence)
        self.assertIn("missing_capabilities", evidence)
        self.assertIn("no_events", evidence)

    def test_a_warning_when_records_were_lost(self):
        for port in (7001, 7002):
            busy = Actor("busy", self.ns)
            self.addCleanup(busy.kill)
            busy.do(f"""
def live(listener=listen('{LOOP}', {port})):
    while True:
        connect('{LOOP}', {port}).close()
        listener.accept()[0].close()
threading.Thread(target=live, daemon=True).start()""")
        result = lastack("watch", "--findings", "--json", "--only", "blind-spots", "--for", "3s",
                         "--ring-size", "4096", "--lang", "en")
        found = [json.loads(line) for line in result.stdout.splitlines()]
        warned = [each for each in found if each["severity"] == "warning"]
        self.assertTrue(warned, result)
        self.assertGreaterEqual(int(warned[0]["evidence"]["lost"]), 1, warned[0])


if __name__ == "__main__":
    unittest.main()
