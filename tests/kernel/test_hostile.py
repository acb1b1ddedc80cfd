"""Names that want to take over the terminal, and processes that do not hold still."""

import contextlib
import csv
import fcntl
import io
import itertools
import os
import pathlib
import pty
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import termios
import unittest

from support import (LASTACK, NetNs, die_with_parent, helper, lastack, listing,
                     require_kernel_tests, stop, without_notice)

# No name here is empty or holds a slash: each is a file name, an argv[0] and, cut to 15 bytes, a
# comm. Colours are ones lastack has no use for, so that its own can be told from these.
HOSTILE_NAMES = {
    "colour": b"\x1b[5;45;93mred",
    "title": b"\x1b]0;pwned\x07",
    "clear": b"\x1b[2J\x1b[H\x0c",
    "newline": b"a\nroot 1 tcp",
    "return": b"ab\r\t\x08\x7fcd",
    "c1 byte": b"\x9b31m\x9dtitle\x9c",
    "c1 utf-8": b"\xc2\x9b31m",
    "direction": "\u202etxt.exe".encode(),
    "quotes": b"\"q\",'x'\"\"\\",
    "json": b'"},{"pid":1,\\u0000',
    "invalid": b"\xff\xfe\xc3(\xed\xa0\x80",
    "formula": b"=cmd|'calc'!A0",
    "users": b'")),(("init",pi',
}
FIRST_PORT = 3000
SGR = re.compile(rb"\x1b\[[0-9;]*m")
# What may reach a terminal besides printable text: line ends, and colours (taken off before).
CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def setUpModule():
    require_kernel_tests()


class HostileNames(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with contextlib.ExitStack() as stack:
            cls.ns = stack.enter_context(NetNs(f"lastack-test-{os.getpid()}-names"))
            folder = pathlib.Path(tempfile.mkdtemp(prefix="lastack-test-"))
            stack.callback(shutil.rmtree, folder)
            cls.pids = {}
            for i, (kind, name) in enumerate(HOSTILE_NAMES.items()):
                process = cls._start(folder, name, FIRST_PORT + i)
                stack.callback(stop, process)
                cls.pids[kind] = process.pid
            cls.addClassCleanup(stack.pop_all().close)

    @classmethod
    def _start(cls, folder, name, port):
        """A sleeper whose path, comm and arguments are `name`; it holds a listener at `port`."""
        path = os.path.join(os.fsencode(folder), name)
        shutil.copy(shutil.which("sleep"), path)
        with cls.ns.entered():
            listener = socket.create_server(("127.0.0.1", port))
        with listener:
            return subprocess.Popen([name + b" " + name, b"600"], executable=path,
                                    pass_fds=[listener.fileno()], preexec_fn=die_with_parent)

    def test_the_names_are_what_they_should_be(self):
        for kind, pid in self.pids.items():
            comm = pathlib.Path(f"/proc/{pid}/comm").read_bytes()[:-1]
            self.assertEqual(comm, HOSTILE_NAMES[kind][:15], kind)

    def test_a_terminal_gets_no_control_byte(self):
        for options in ([], ["--color=always"], ["--color=never"], ["-p"], ["-s"],
                        ["--columns", "process,pid,local,exe,cmdline"], ["--json"],
                        ["--csv"]):
            with self.subTest(options=options):
                status, output = run_on_terminal("list", "-a", *options)
                self.assertEqual(status, 0)
                self.assertNotIn(b"\x1b[5;45;93m", output)
                text = SGR.sub(b"", output).decode("utf-8")  # strict: it must be valid
                self.assertEqual(CONTROL.findall(text), [])

    def test_a_pipe_gets_no_control_byte_and_a_line_each(self):
        result = lastack("list", "-t", "-l", "-H", "-N", self.ns.name, errors="strict")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(CONTROL.findall(result.stdout), [])
        self.assertEqual(len(result.stdout.splitlines()), len(HOSTILE_NAMES))

    def test_json_stays_valid_and_keeps_what_utf8_can_say(self):
        # errors="strict": the output as a whole must be UTF-8.
        endpoints = listing(ns=self.ns, errors="strict")
        self.assertEqual(len(endpoints), len(HOSTILE_NAMES))
        by_port = {e["local"]["port"]: e for e in endpoints}
        for i, (kind, name) in enumerate(HOSTILE_NAMES.items()):
            with self.subTest(kind):
                owner, = by_port[FIRST_PORT + i]["owners"]
                self.assertEqual(owner["pid"], self.pids[kind])
                with contextlib.suppress(UnicodeDecodeError):
                    self.assertEqual(owner["comm"], name[:15].decode())
                    self.assertTrue(owner["exe"].endswith("/" + name.decode()))
                    self.assertEqual(owner["cmdline"], f"{name.decode()} {name.decode()} 600")

    def test_csv_stays_one_row_an_endpoint(self):
        result = lastack("list", "-t", "-l", "--csv", "--columns", "process,local,exe,cmdline",
                         "-N", self.ns.name, errors="strict")
        self.assertEqual(result.returncode, 0, result.stderr)
        header, *rows = csv.reader(io.StringIO(result.stdout, newline=""), strict=True)
        self.assertEqual({len(row) for row in rows}, {len(header)})
        self.assertEqual(len(rows), len(HOSTILE_NAMES))
        for field in itertools.chain(*rows):
            self.assertFalse(field.startswith("="), f"a spreadsheet would run {field!r}")


class ProcessesThatVanish(unittest.TestCase):
    LISTINGS = 30

    def test_a_fork_storm_never_makes_it_fail(self):
        with NetNs() as ns:
            storm, _ = helper("storm.py", 20, ns=ns)
            self.addCleanup(stop, storm)
            for _ in range(self.LISTINGS):
                result = lastack("list", "--json", "-a")
                self.assertEqual((result.returncode, without_notice(result.stderr)), (0, ""))
            self.assertIsNone(storm.poll(), "the storm was over before the listings")


def run_on_terminal(*args):
    """(exit status, everything lastack wrote to a terminal of 120 columns)."""
    master, slave = pty.openpty()
    with open(master, "rb", buffering=0) as terminal:
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        process = subprocess.Popen([LASTACK, *args], stdin=slave, stdout=slave, stderr=slave,
                                   env={**os.environ, "TERM": "xterm-256color"})
        os.close(slave)
        output = bytearray()
        with contextlib.suppress(OSError):  # EIO: the last writer has closed
            while chunk := terminal.read(65536):
                output += chunk
        return process.wait(timeout=60), bytes(output)


if __name__ == "__main__":
    unittest.main()
