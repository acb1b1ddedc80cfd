"""The story lastack is named after, told by real programs: an FTP server's three states.

vsftpd listens (LISTEN), a client's session shows both its ends (ESTABLISHED), and when it is over
the side that closed first keeps a TIME_WAIT that no process owns.
"""

import contextlib
import ftplib
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import unittest

from support import (NetNs, die_with_parent, lastack, listing, require_kernel_tests, row_of,
                     wait_until)

SERVER = ("127.0.0.1", 21)
CONFIGURATION = """\
listen=YES
listen_ipv6=NO
background=NO
anonymous_enable=YES
local_enable=NO
xferlog_enable=NO
anon_root={anonymous}
secure_chroot_dir={empty}
"""


def setUpModule():
    require_kernel_tests("vsftpd")


class VsftpdSession(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with contextlib.ExitStack() as stack:
            cls.ns = stack.enter_context(NetNs())
            cls.server = cls._start_server(stack)
            cls.addClassCleanup(stack.pop_all().close)
        wait_until(lambda: cls._answers() or cls.server.poll() is not None, "vsftpd answers")

    @classmethod
    def _start_server(cls, stack):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="lastack-test-"))
        stack.callback(shutil.rmtree, folder)
        for name in ("anonymous", "empty"):
            (folder / name).mkdir(mode=0o555)
        folder.chmod(0o755)
        configuration = folder / "vsftpd.conf"
        configuration.write_text(CONFIGURATION.format(anonymous=folder / "anonymous",
                                                      empty=folder / "empty"))
        server = subprocess.Popen(cls.ns.command("vsftpd", str(configuration)),
                                  preexec_fn=die_with_parent)
        stack.callback(server.wait)
        stack.callback(server.kill)
        return server

    @classmethod
    def _answers(cls):
        with cls.ns.entered(), contextlib.suppress(OSError):
            socket.create_connection(SERVER, timeout=5).close()
            return True
        return False

    def open_session(self):
        """A logged-in client and its local port; the client connected from inside the namespace."""
        client = ftplib.FTP()
        with self.ns.entered():
            client.connect(*SERVER, timeout=10)
        self.addCleanup(client.close)
        client.login()
        return client, client.sock.getsockname()[1]

    def ends_of(self, port):
        """What is listed of the connection: {"client" or "server": endpoint}."""
        ends = {}
        for endpoint in listing("-t", "-a", ns=self.ns):
            local, remote = endpoint["local"]["port"], endpoint["remote"]["port"]
            if (local, remote) == (port, 21):
                ends["client"] = endpoint
            elif (local, remote) == (21, port):
                ends["server"] = endpoint
        return ends

    def assert_only_time_wait(self, port, side):
        ends = wait_until(lambda: self._settled(port), "the connection has closed")
        self.assertEqual(list(ends), [side])
        self.assertEqual(ends[side]["state"], "TIME_WAIT")
        self.assertEqual(ends[side]["owners"], [])
        self.assertEqual(ends[side]["no_owner"], "time_wait")

    def _settled(self, port):
        ends = self.ends_of(port)
        return ends if len(ends) < 2 else None

    def test_listens_on_21(self):
        found = [e for e in listing("-t", "-l", ns=self.ns) if e["local"]["port"] == 21]
        self.assertEqual([row_of(e)[1:] for e in found], [(("0.0.0.0", 21), ("0.0.0.0", 0),
                                                           "LISTEN")])
        self.assertEqual([(o["pid"], o["comm"]) for o in found[0]["owners"]],
                         [(self.server.pid, "vsftpd")])
        self.assertEqual(found[0]["owners"][0]["exe"], os.path.realpath(shutil.which("vsftpd")))

    def test_a_session_shows_both_ends_with_their_processes(self):
        client, port = self.open_session()
        ends = self.ends_of(port)
        self.assertEqual({side: e["state"] for side, e in ends.items()},
                         {"client": "ESTABLISHED", "server": "ESTABLISHED"})
        self.assertEqual({(o["pid"], o["fd"]) for o in ends["client"]["owners"]},
                         {(os.getpid(), client.sock.fileno())})
        # vsftpd serves a session by more than one process, and by none that listens.
        self.assertEqual({o["comm"] for o in ends["server"]["owners"]}, {"vsftpd"})
        self.assertNotIn(self.server.pid, {o["pid"] for o in ends["server"]["owners"]})

    def test_the_table_tells_it_in_a_line(self):
        _, port = self.open_session()
        result = lastack("list", "-t", "-n", "state", "established", "and", "sport", "=", ":21")
        lines = [line for line in result.stdout.splitlines() if f"127.0.0.1:{port}" in line]
        self.assertTrue(lines, result.stdout + result.stderr)
        for line in lines:
            for word in ("vsftpd", "127.0.0.1:21", "ESTABLISHED"):
                self.assertIn(word, line)

    def test_after_quit_the_server_keeps_time_wait(self):
        client, port = self.open_session()
        client.sendcmd("QUIT")
        self.assertEqual(client.sock.recv(1), b"")  # the server has closed, so it was first
        client.close()
        self.assert_only_time_wait(port, "server")

    def test_a_client_that_hangs_up_keeps_time_wait(self):
        client, port = self.open_session()
        client.close()
        self.assert_only_time_wait(port, "client")


if __name__ == "__main__":
    unittest.main()
