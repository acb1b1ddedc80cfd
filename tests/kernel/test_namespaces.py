"""Namespaces and processes that are easy to overlook."""

import contextlib
import os
import socket
import subprocess
import sys
import unittest

from support import (NetNs, helper, kernel_version, lastack, listing, require_kernel_tests, stop,
                     wait_until)

LEADERLESS_PORT, INNER_PORT = 6200, 6201
SO_BINDTODEVICE = 25

# Many open files make lastack take the BPF iterator; the listener is what is asked for.
INNER = """
import os, resource, socket, subprocess, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
files = [open("/dev/null") for _ in range(12000)]
listener = socket.create_server(("127.0.0.1", int(sys.argv[2])))
subprocess.run([sys.argv[1], "list", "--json", f"sport = :{sys.argv[2]}"])
"""


def setUpModule():
    require_kernel_tests("unshare")


class Overlooked(unittest.TestCase):
    def test_a_namespace_with_nothing_but_time_wait(self):
        with NetNs() as ns:
            with ns.entered(), socket.create_server(("127.0.0.1", 443)) as listener:
                for _ in range(7):
                    client = socket.create_connection(("127.0.0.1", 443))
                    server, _ = listener.accept()
                    client.close()
                    server.close()
            for _ in range(3):
                states = [e["state"] for e in listing(ns=ns)]
                self.assertEqual(states, ["TIME_WAIT"] * 7)

    def test_a_namespace_whose_process_has_lost_its_first_thread(self):
        process, words = helper("leaderless.py", LEADERLESS_PORT)
        self.addCleanup(stop, process)
        found = listing(f"sport = :{LEADERLESS_PORT}")
        self.assertEqual([o["pid"] for e in found for o in e["owners"]], [int(words[0])])

    def test_a_filter_on_users_does_not_take_the_kernels_own_for_somebody(self):
        with NetNs() as ns:
            with ns.entered(), socket.create_server(("127.0.0.1", 443)) as listener:
                client = socket.create_connection(("127.0.0.1", 443))
                server, _ = listener.accept()
                client.close()
                server.close()
            self.assertEqual(len(listing("uid >= 0 or user ~ 4", ns=ns)), 0)
            self.assertEqual(len(listing("not uid >= 0", ns=ns)), 1)

    def test_a_bound_socket_that_was_shut_down_stands_beside_its_time_wait(self):
        if kernel_version() < (6, 8):
            self.skipTest("bound, inactive sockets are listed from Linux 6.8 on")
        with NetNs() as ns, contextlib.ExitStack() as stack:
            with ns.entered():
                listener = stack.enter_context(socket.create_server(("127.0.0.1", 7100)))
                client = stack.enter_context(socket.socket())
                client.bind(("127.0.0.1", 7101))
                client.connect(("127.0.0.1", 7100))
                server, _ = listener.accept()
            listing(ns=ns)  # now the socket has a cookie, which TIME_WAIT inherits
            client.shutdown(socket.SHUT_WR)
            server.recv(1)
            server.close()
            client.recv(1)

            def told():
                return {e["state"]: len(e["owners"]) for e in listing("sport = :7101", ns=ns)}
            wait_until(lambda: "TIME_WAIT" in told(), "the connection is in TIME_WAIT")
            self.assertEqual(told(), {"BOUND_INACTIVE": 1, "TIME_WAIT": 0})

    def test_the_interface_a_socket_is_bound_to_has_a_name(self):
        with NetNs() as ns:
            with ns.entered():
                query = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                query.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, b"lo")
                query.bind(("0.0.0.0", 68))
            with query:
                self.assertEqual([e["interface"] for e in listing(ns=ns)], ["lo"])
                text = lastack("list", "-H", f"netns = {ns.inode}").stdout
                self.assertIn(" 0.0.0.0%lo:68 ", text)

    def inner(self, *options):
        """The owner's comm as lastack tells it inside a pid namespace of its own."""
        binary = os.environ.get("LASTACK", "build/lastack")
        with NetNs() as ns:
            command = ns.command("unshare", "--pid", "--fork", *options, sys.executable, "-c",
                                 INNER, os.path.abspath(binary), str(INNER_PORT))
            result = subprocess.run(command, capture_output=True, text=True, timeout=60)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def test_owners_inside_a_pid_namespace(self):
        for options in (["--mount-proc"], []):
            with self.subTest(options):
                told = self.inner(*options)
                self.assertRegex(told, r'"comm":"python')
                self.assertNotRegex(told, r'"comm":"(kthread|kworker|pool_work)')


if __name__ == "__main__":
    unittest.main()
