"""What a user without privileges sees, and the namespaces only root can find."""

import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import unittest

from support import (LASTACK, NetNs, helper, lastack, listing, owners_of, require_kernel_tests,
                     row_of, stop, wait_until, without_notice)

NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
OWN_PORT, ROOTS_PORT = 4000, 4001


def setUpModule():
    require_kernel_tests("setpriv")


class Unprivileged(unittest.TestCase):
    """Nobody lists a namespace where one listener is its own and another is root's."""

    @classmethod
    def setUpClass(cls):
        with contextlib.ExitStack() as stack:
            # The build folder need not be open to every user; a copy in /tmp is.
            folder = pathlib.Path(tempfile.mkdtemp(prefix="lastack-test-"))
            stack.callback(shutil.rmtree, folder)
            folder.chmod(0o755)
            cls.binary = str(folder / "lastack")
            shutil.copy(LASTACK, cls.binary)
            cls.ns = stack.enter_context(NetNs())
            cls.nobody = cls.ns.command(*NOBODY)
            with cls.ns.entered():
                stack.enter_context(socket.create_server(("127.0.0.1", ROOTS_PORT)))
                own = socket.create_server(("127.0.0.1", OWN_PORT))
            with own:  # a process of nobody's inherits it, and nobody else keeps it
                cls.holder = subprocess.Popen([*NOBODY, "sleep", "600"], pass_fds=[own.fileno()])
                cls.holder_fd = own.fileno()
            stack.callback(stop, cls.holder)
            wait_until(lambda: os.readlink(f"/proc/{cls.holder.pid}/exe").endswith("/sleep"),
                       "setpriv has become sleep")
            cls.addClassCleanup(stack.pop_all().close)

    def as_nobody(self, *args):
        return lastack(*args, before=self.nobody, binary=self.binary)

    def listed(self):
        endpoints = listing("-a", before=self.nobody, binary=self.binary, ns=self.ns)
        return {e["local"]["port"]: e for e in endpoints}

    def test_its_own_sockets_have_owners(self):
        endpoint = self.listed()[OWN_PORT]
        self.assertEqual([(o["pid"], o["fd"], o["comm"]) for o in endpoint["owners"]],
                         [(self.holder.pid, self.holder_fd, "sleep")])

    def test_sockets_of_others_are_listed_as_not_permitted(self):
        endpoint = self.listed()[ROOTS_PORT]
        self.assertEqual(row_of(endpoint)[1:],
                         (("127.0.0.1", ROOTS_PORT), ("0.0.0.0", 0), "LISTEN"))
        self.assertEqual((endpoint["owners"], endpoint["no_owner"]), ([], "not_permitted"))

    def test_one_closing_line_counts_what_is_hidden_and_tells_how_to_see_it(self):
        result = self.as_nobody("list", "-a")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertRegex(result.stderr, r"\d")
        self.assertRegex(result.stderr, r"sudo|root|setcap|CAP_")

    def test_nothing_is_said_to_root(self):
        self.assertEqual(without_notice(lastack("list", "-a").stderr), "")

    def test_status_works_for_both(self):
        as_root, as_nobody = lastack("status"), self.as_nobody("status")
        for result in (as_root, as_nobody):
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn(os.uname().release, result.stdout)
            self.assertIn("BTF", result.stdout)
        self.assertNotEqual(as_root.stdout, as_nobody.stdout)
        self.assertRegex(as_nobody.stdout, r"sudo|setcap")


class HiddenNamespaces(unittest.TestCase):
    def test_a_namespace_kept_alive_by_a_socket_alone_is_listed(self):
        process, (pid, inode) = helper("leave.py", OWN_PORT)
        self.addCleanup(stop, process)
        found = [e for e in listing("-a") if e["netns"]["inode"] == int(inode)]
        self.assertEqual([row_of(e).local for e in found], [("0.0.0.0", OWN_PORT)])
        self.assertEqual({owner for owner, _ in owners_of(found[0])}, {int(pid)})
        self.assertNotEqual(os.stat(f"/proc/{pid}/ns/net").st_ino, int(inode))

    def test_a_namespace_goes_by_its_ip_netns_name(self):
        name = f"lastack-test-{os.getpid()}-named"
        with NetNs(name) as ns:
            with ns.entered():
                listener = socket.create_server(("0.0.0.0", OWN_PORT))
            with listener:
                labels = {e["netns"]["label"] for e in listing("-a", ns=ns)}
        self.assertEqual(labels, {name})


if __name__ == "__main__":
    unittest.main()
