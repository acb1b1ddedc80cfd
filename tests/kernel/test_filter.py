"""Every field of the filter language on the real machine: that it is collected, not only parsed."""

import contextlib
import os
import pwd
import socket
import unittest

from support import NetNs, helper, listing, require_kernel_tests, stop

PORT = 6100
NOBODY = pwd.getpwnam("nobody")


def setUpModule():
    require_kernel_tests()


class Fields(unittest.TestCase):
    """A listener and its connection, both ends in this process; a second listener of nobody's."""

    @classmethod
    def setUpClass(cls):
        with contextlib.ExitStack() as stack:
            cls.ns = stack.enter_context(NetNs())
            with cls.ns.entered():
                cls.listener = stack.enter_context(socket.create_server(("127.0.0.1", PORT)))
                cls.client = stack.enter_context(socket.create_connection(("127.0.0.1", PORT)))
                cls.server = stack.enter_context(cls.listener.accept()[0])
                cls.server.send(b"unread")
            other, _ = helper("load.py", "other", 1, 4, PORT + 1, NOBODY.pw_uid, ns=cls.ns)
            stack.callback(stop, other)
            cls.addClassCleanup(stack.pop_all().close)

    def found(self, text):
        return {(e["local"]["port"], e["state"]) for e in listing(text, ns=self.ns)}

    def test_each_field_finds_what_it_should_and_nothing_else(self):
        inode = os.fstat(self.listener.fileno()).st_ino
        cookie = int.from_bytes(self.listener.getsockopt(socket.SOL_SOCKET, 57, 8), "little")
        mine = (PORT, "LISTEN")
        theirs = (PORT + 1, "LISTEN")
        with open(f"/proc/{os.getpid()}/comm", encoding="utf-8") as file:
            comm = file.read().strip()
        exe = os.path.realpath("/proc/self/exe")
        cgroup = next(iter(listing(f"inode = {inode}", ns=self.ns)))["owners"][0]["cgroup"]
        for text, present, absent in (
                (f"pid = {os.getpid()}", mine, theirs),
                (f"pid != {os.getpid()}", theirs, mine),
                (f"process = '{comm}' and pid = {os.getpid()}", mine, theirs),
                (f"fd = {self.listener.fileno()} and pid = {os.getpid()}", mine, theirs),
                (f"user = {pwd.getpwuid(os.geteuid()).pw_name}", mine, theirs),
                ("user = nobody", theirs, mine),
                (f"user = {NOBODY.pw_uid}", theirs, mine),
                ("user ~ ^nobo", theirs, mine),
                ("not user = nobody", mine, theirs),
                (f"uid = {NOBODY.pw_uid}", theirs, mine),
                (f"exe = '{exe}'", mine, (0, "")),
                ("cmdline ~ load[.]py", theirs, mine),
                (f"cgroup = '{cgroup}'", mine, (0, "")),
                (f"inode = {inode}", mine, theirs),
                (f"cookie = {cookie}", mine, theirs),
                (f"netns = {self.ns.inode}", mine, (0, "")),
                (f"sport = :{PORT} state listen", mine, theirs),
                ("recv-q = 6", (self.client.getsockname()[1], "ESTABLISHED"), mine),
                ("proto = tcp and family = inet", mine, (0, "")),
                ("container = nowhere or unit = nowhere.service", None, mine)):
            with self.subTest(text):
                found = self.found(text)
                if present:
                    self.assertIn(present, found)
                self.assertNotIn(absent, found)


if __name__ == "__main__":
    unittest.main()
