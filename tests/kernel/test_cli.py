"""The command line as scripts meet it: exit statuses, errors, pipes, ss's options and filters."""

import contextlib
import fcntl
import os
import re
import socket
import subprocess
import unittest

from support import (LASTACK, NetNs, helper, lastack, listing, require_kernel_tests, row_of, stop,
                     without_notice)

FTP, HIGH = 21, 5000


def setUpModule():
    require_kernel_tests()


class CommandLine(unittest.TestCase):
    """One namespace: listeners at 21 and 5000 (with 100 connections), a UDP socket, IPv6."""

    @classmethod
    def setUpClass(cls):
        with contextlib.ExitStack() as stack:
            cls.ns = stack.enter_context(NetNs())
            with cls.ns.entered():
                stack.enter_context(socket.create_server(("127.0.0.1", FTP)))
                stack.enter_context(socket.create_server(("::1", FTP), family=socket.AF_INET6))
                udp = stack.enter_context(socket.socket(type=socket.SOCK_DGRAM))
                udp.bind(("127.0.0.1", 53))
            load, _ = helper("load.py", "load", 100, 4, HIGH, ns=cls.ns)
            stack.callback(stop, load)
            cls.addClassCleanup(stack.pop_all().close)

    def rows(self, *args):
        return [row_of(e) for e in listing(*args, ns=self.ns)]

    def listeners(self, *args):
        return sorted(row.local for row in self.rows(*args))

    # -- exit statuses -----------------------------------------------------------------------

    def test_status_0_for_a_listing_that_finds_nothing(self):
        result = lastack("list", "--json", "sport = :1 and dport = :1")
        self.assertEqual((result.returncode, result.stdout, without_notice(result.stderr)),
                         (0, "", ""))

    def test_status_2_and_one_line_that_names_the_mistake(self):
        for args, named in ((["list", "--colums", "pid"], "--colums"),
                            (["list", "--columns", "pid,nonsense"], "nonsense"),
                            (["list", "--sort", "nonsense"], "nonsense"),
                            (["list", "--color", "sometimes"], "sometimes"),
                            (["lst"], "lst"),
                            (["list", "state", "nonsense"], "nonsense"),
                            (["list", "sport", "=", ":99999"], "99999")):
            with self.subTest(args):
                result = lastack(*args)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn(named, result.stderr)
                self.assertNotIn("\x1b", result.stderr)

    def test_a_wrong_option_takes_one_line(self):
        result = lastack("list", "--colums", "pid")
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)

    def test_status_1_when_the_output_cannot_be_written(self):
        for options in ([], ["--json"], ["--csv"], ["-s"]):
            with self.subTest(options), open("/dev/full", "w") as full:
                result = lastack("list", "-a", *options, capture_output=False, stdout=full,
                                 stderr=subprocess.PIPE)
                self.assertEqual(result.returncode, 1)
                self.assertIn("No space left", result.stderr)

    def test_a_namespace_that_does_not_exist_fails(self):
        result = lastack("list", "-N", "lastack-no-such-name")
        self.assertIn(result.returncode, (1, 2))
        self.assertIn("lastack-no-such-name", result.stderr)

    def test_help_and_version(self):
        for args in (["--help"], ["list", "--help"], ["--version"]):
            with self.subTest(args):
                result = lastack(*args)
                self.assertEqual((result.returncode, without_notice(result.stderr)), (0, ""))
                self.assertTrue(result.stdout)

    # -- pipes -------------------------------------------------------------------------------

    def test_a_closed_pipe_ends_quietly(self):
        for options in ([], ["--json"], ["--csv"]):
            with self.subTest(options):
                output, status, errors = self.read_and_hang_up(100, "list", "-a", *options)
                self.assertEqual((len(output), status, errors), (100, 0, ""))

    def test_nobody_reads_at_all(self):
        for options in ([], ["--json"], ["-s"]):
            with self.subTest(options):
                self.assertEqual(self.read_and_hang_up(0, "list", "-a", *options), (b"", 0, ""))

    @staticmethod
    def read_and_hang_up(count, *args):
        """(the first bytes of the output, exit status, standard error); then the reader is gone.

        The pipe holds one page, less than any listing here: lastack always meets its end.
        """
        reader, writer = os.pipe()
        fcntl.fcntl(reader, fcntl.F_SETPIPE_SZ, 4096)
        if count == 0:
            os.close(reader)
        process = subprocess.Popen([LASTACK, *args], stdout=writer, stderr=subprocess.PIPE,
                                   text=True)
        os.close(writer)
        output = b""
        if count > 0:
            while len(output) < count and (chunk := os.read(reader, count - len(output))):
                output += chunk
            os.close(reader)
        _, errors = process.communicate(timeout=60)
        return output, process.returncode, errors

    # -- colour ------------------------------------------------------------------------------

    def test_colour_only_where_asked_for(self):
        for args, env, coloured in (([], {}, False), (["--color=always"], {}, True),
                                    (["--color=never"], {}, False),
                                    (["--color=always"], {"NO_COLOR": "1"}, True)):
            with self.subTest(args=args, env=env):
                output = lastack("list", "-a", *args, env=env).stdout
                self.assertEqual("\x1b[" in output, coloured)

    # -- options as in ss --------------------------------------------------------------------

    def test_tulpn(self):
        result = lastack("list", "-tulpn")
        self.assertEqual((result.returncode, without_notice(result.stderr)), (0, ""))
        self.assertIn("LISTEN", result.stdout)
        self.assertEqual(self.listeners("-tulpn"),
                         [("127.0.0.1", FTP), ("127.0.0.1", 53), ("127.0.0.1", HIGH), ("::1", FTP)])

    def test_protocols_and_families(self):
        self.assertEqual(self.listeners("-u", "-a"), [("127.0.0.1", 53)])
        self.assertEqual(self.listeners("-t", "-l", "-6"), [("::1", FTP)])
        self.assertEqual(self.listeners("-t", "-l", "-4"),
                         [("127.0.0.1", FTP), ("127.0.0.1", HIGH)])
        self.assertEqual(len(self.rows("-t", "-a")), 203)

    def test_every_letter_of_ss_is_accepted(self):
        for options in ("-a", "-l", "-t", "-u", "-4", "-6", "-n", "-p", "-e", "-m", "-i", "-o",
                        "-s", "-H", "-O", "-tanpieomO"):
            with self.subTest(options):
                result = lastack("list", options)
                self.assertEqual((result.returncode, without_notice(result.stderr)), (0, ""))

    def test_header(self):
        self.assertRegex(lastack("list", "-a").stdout.splitlines()[0], re.compile("local", re.I))
        for option in ("-H", "--no-header"):
            lines = lastack("list", "-a", option).stdout.splitlines()
            self.assertNotRegex(lines[0], re.compile(r"\blocal\b", re.I))

    def test_summary_counts_states_and_processes(self):
        result = lastack("list", "-s")
        self.assertEqual(result.returncode, 0, result.stderr)
        for word in ("ESTABLISHED", "LISTEN", "load"):
            self.assertIn(word, result.stdout)

    # -- columns and order -------------------------------------------------------------------

    def test_columns_choose_what_is_shown(self):
        result = lastack("list", "-a", "--csv", "--columns", "state,local")
        header, *rows = result.stdout.splitlines()
        self.assertEqual(header, "state,local")
        self.assertIn(f"LISTEN,127.0.0.1:{HIGH}", rows)

    def test_without_owners(self):
        columns = "proto,local,remote,state,recv-q,send-q"
        rows = lastack("list", "-t", "-a", "--csv", "--columns", columns).stdout.splitlines()
        self.assertEqual(rows[0].count(","), columns.count(","))
        self.assertTrue([row for row in rows if row.startswith(f"tcp,127.0.0.1:{HIGH},")])

    def test_sort(self):
        def ports(key):
            return [row.local[1] for row in self.rows("-t", "-l", "--sort", key)]
        self.assertEqual(ports("local"), [FTP, FTP, HIGH])
        self.assertEqual(ports("-local"), [HIGH, FTP, FTP])

    # -- filters -----------------------------------------------------------------------------

    def test_filters(self):
        for words, count in (("state listen sport = :21", 2), ("state listen", 3),
                             ("sport = :5000 and state established", 100),
                             (f"( sport = :{FTP} or sport = :53 ) and not dst 10.0.0.0/8", 3),
                             ("dport = :443 and dst 10/8", 0), ("src 127/8 and dport = :5000", 100),
                             ("exclude established", 4), ("process = load", 201),
                             ("process ~ ^lo and state listen", 1), ("sport < :22", 2)):
            with self.subTest(words):
                self.assertEqual(len(self.rows("-a", *words.split())), count)
                self.assertEqual(len(self.rows("-a", words)), count)

    def test_a_filter_error_names_the_column(self):
        result = lastack("list", "sport = :21 and and")
        self.assertEqual(result.returncode, 2)
        self.assertIn("column 17:", result.stderr)
        result = lastack("list", "state", "establishd")
        self.assertEqual(result.returncode, 2)
        self.assertIn("column 7:", result.stderr)
        self.assertRegex(result.stderr.lower(), r"established")


if __name__ == "__main__":
    unittest.main()
