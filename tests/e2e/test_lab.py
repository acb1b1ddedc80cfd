"""`lastack lab run` as a user meets it: step by step on a terminal, and as a file for Wireshark.

Nothing here needs root: the lab plays in virtual time.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

from screen import LASTACK, is_gone, wait_until
from terminal_pty import TerminalPty

NAME = "three-way-handshake"
WARNING = 0x600000  # of Wireshark: PI_WARN
STEPS = (b"any key: next; q: quit", "任意键".encode())


def lastack(*arguments):
    return subprocess.run([LASTACK, "lab", "run", *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60)


class StepByStep(unittest.TestCase):
    def start(self, *arguments, **options):
        terminal = TerminalPty([LASTACK, "lab", "run", NAME, "--step", *arguments], **options)
        self.addCleanup(terminal.close)
        return terminal

    def require_as_before(self, terminal):
        self.assertEqual(terminal.modes(), terminal.modes_before)

    def count(self):
        story = json.loads(lastack(NAME, "--format", "json").stdout)
        return len(story["events"])

    def test_each_key_is_a_step(self):
        count = self.count()
        terminal = self.start()
        for step, key in zip(range(1, count), (b" ", b"\r", b"x", b"\x1b[B", "键".encode()) * count):
            terminal.wait_for(f"\r\n{step}/{count}  ".encode() + STEPS[0])
            self.assertFalse(terminal.is_canonical())
            self.assertNotIn(f"{step + 1}/{count}".encode(), terminal.output)
            terminal.send(key)
        self.assertEqual(terminal.wait_end(), 0)
        self.require_as_before(terminal)
        self.assertIn(b"Asks for a connection, and tells the initial sequence number",
                      terminal.output)
        self.assertIn(b"CLOSED \xe2\x86\x92 SYN_SENT", terminal.output)
        self.assertNotIn("键".encode(), terminal.output, "a key was echoed")

    def test_q_ends_it(self):
        for key in (b"q", b"\x04"):
            with self.subTest(key=key):
                terminal = self.start()
                terminal.wait_for(STEPS[0])
                terminal.send(key)
                self.assertEqual(terminal.wait_end(), 0)
                self.require_as_before(terminal)

    def test_a_signal_ends_it(self):
        for name in ("SIGINT", "SIGTERM", "SIGQUIT", "SIGHUP"):
            with self.subTest(signal=name):
                number = getattr(signal, name)
                terminal = self.start()
                terminal.wait_for(STEPS[0])
                if number == signal.SIGINT:
                    terminal.send(b"\x03")
                else:
                    os.kill(terminal.pid, number)
                self.assertEqual(terminal.wait_end(), -number)
                self.require_as_before(terminal)

    def test_hang_up(self):
        terminal = self.start()
        terminal.wait_for(STEPS[0])
        terminal.hang_up()
        wait_until(lambda: is_gone(terminal.pid), "the end")

    def test_continued_after_a_stop(self):
        terminal = self.start()
        terminal.wait_for(STEPS[0])
        os.kill(terminal.pid, signal.SIGSTOP)
        os.kill(terminal.pid, signal.SIGCONT)
        terminal.send(b" ")
        terminal.wait_for(b"2/")
        terminal.send(b"q")
        self.assertEqual(terminal.wait_end(), 0)

    def test_in_chinese(self):
        terminal = self.start("--lang", "zh")
        terminal.wait_for(STEPS[1])
        terminal.send(b"q")
        self.assertEqual(terminal.wait_end(), 0)
        self.assertIn("程序从此在这个端口上等待连接".encode(), terminal.output)

    def test_without_a_terminal(self):
        result = lastack(NAME, "--step")
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stderr, "lastack lab run: --step waits for keys: stdin and stdout "
                                        "must be a terminal\n")

    def test_with_what_is_no_ladder_on_a_terminal(self):
        for arguments in (("--format", "svg"), ("-o", "/nonexistent/file")):
            with self.subTest(arguments=arguments):
                result = lastack(NAME, "--step", *arguments)
                self.assertEqual(result.returncode, 2)
                self.assertEqual(result.stderr, "lastack lab run: --step shows a ladder on the "
                                                "terminal: no --format and no -o\n")


class Formats(unittest.TestCase):
    def test_svg_is_xml(self):
        for language in ("en", "zh"):
            result = lastack(NAME, "--format", "svg", "--lang", language)
            self.assertEqual(result.returncode, 0, result.stderr)
            root = xml.etree.ElementTree.fromstring(result.stdout)
            self.assertEqual(root.tag, "{http://www.w3.org/2000/svg}svg")

    def test_json_has_the_segments(self):
        result = lastack(NAME, "--format", "json")
        self.assertEqual(result.returncode, 0, result.stderr)
        story = json.loads(result.stdout)
        segments = [(event["flags"], event["seq"], event["ack"], event["time"], event["arrived"])
                    for event in story["events"] if event["kind"] == "segment"]
        self.assertEqual(segments, [("SYN", 0, None, 0, 0.01), ("SYN+ACK", 0, 1, 0.01, 0.02),
                                    ("ACK", 1, 1, 0.02, 0.03)])

    def test_a_capture_is_nothing_for_a_terminal(self):
        with TerminalPty([LASTACK, "lab", "run", NAME, "--format", "pcap"]) as terminal:
            self.assertEqual(terminal.wait_end(), 2)
            self.assertEqual(terminal.output, b"lastack lab run: a capture is nothing for a "
                                              b"terminal: give -o FILE\r\n")

    @unittest.skipUnless(shutil.which("tshark"), "tshark is not installed")
    def test_a_capture_is_one_for_wireshark(self):
        with tempfile.TemporaryDirectory() as folder:
            capture = pathlib.Path(folder) / "handshake.pcap"
            result = lastack(NAME, "--format", "pcap", "-o", str(capture))
            self.assertEqual(result.returncode, 0, result.stderr)
            fields = ("frame.time_epoch", "tcp.flags.str", "tcp.seq", "tcp.ack", "ip.checksum.status",
                      "tcp.checksum.status")
            rows = self.dissected(capture, *fields)
            odd = self.dissected(capture, "frame.number", only="_ws.malformed || "
                                 f"_ws.expert.severity >= {WARNING}")
        self.assertEqual([[row[0][:5], row[1].replace("·", ""), *row[2:]] for row in rows],
                         [["0.000", "S", "0", "0", "1", "1"], ["0.010", "AS", "0", "1", "1", "1"],
                          ["0.020", "A", "1", "1", "1", "1"]])
        self.assertEqual(odd, [])

    def dissected(self, capture, *fields, only=""):
        wanted = [word for field in fields for word in ("-e", field)]
        result = subprocess.run(
            ["tshark", "-r", str(capture), "-o", "tcp.check_checksum:TRUE",
             "-o", "ip.check_checksum:TRUE", "-Y", only or "tcp", "-T", "fields", *wanted],
            capture_output=True, text=True, timeout=60)
        self.assertEqual(result.returncode, 0, result.stderr)
        return [line.split("\t") for line in result.stdout.splitlines()]


if __name__ == "__main__":
    unittest.main()
