"""`lastack lab`: the table against the running kernel.

The matrix itself is the proof: 476 answers of this machine's kernel, of sockets that lastack makes
in a network namespace of its own.
"""

import os
import pathlib
import subprocess
import tempfile
import unittest

from support import LASTACK, SKIP_LINE, lastack, require_kernel_tests
from test_privileges import NOBODY

CELLS = 476


def setUpModule():
    require_kernel_tests("setpriv")
    reason = None
    if not os.path.exists("/dev/net/tun"):
        reason = "there is no /dev/net/tun"
    elif subprocess.run(["unshare", "--user", "--net", "true"], capture_output=True).returncode != 0:
        reason = "user namespaces are not allowed"
    if reason:
        print(SKIP_LINE, reason, flush=True)
        raise unittest.SkipTest(reason)


class Check(unittest.TestCase):
    def test_every_cell_is_equal(self):
        before = os.listdir("/sys/class/net")
        with tempfile.TemporaryDirectory() as folder:
            saved = pathlib.Path(folder) / "matrix.tsv"
            result = lastack("lab", "check", "--only", "matrix", "--save", str(saved))
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            self.assertIn(f"{CELLS}    {CELLS}          0", result.stdout)
            lines = saved.read_text().splitlines()
        self.assertEqual(len(lines), CELLS + 1)
        self.assertEqual(lines[0].split("\t")[:2], ["state", "segment"])
        self.assertEqual(len({tuple(line.split("\t")[:2]) for line in lines[1:]}), CELLS)
        self.assertEqual(os.listdir("/sys/class/net"), before)

    def test_the_rfc_differs_where_linux_has_its_own_ways(self):
        result = lastack("lab", "check", "--reading", "literal+5961")
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("LISTEN, SYN+FIN", result.stdout)
        self.assertIn("TIME_WAIT, SYN seq in window", result.stdout)
        self.assertNotIn("ESTABLISHED, RST seq=RCV.NXT\n", result.stdout)

    def test_all_answers(self):
        result = lastack("lab", "check", "--all")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("TIME_WAIT\tACK ack=SND.NXT\t-\tTIME_WAIT\tTIME_WAIT\tok\n", result.stdout)

    def test_without_root(self):
        result = subprocess.run([*NOBODY, LASTACK, "lab", "check", "--only", "matrix"], capture_output=True, text=True,
                                timeout=60)
        scenarios = subprocess.run([*NOBODY, LASTACK, "lab", "check", "--only", "scenarios"],
                                   capture_output=True, text=True, timeout=400)
        # What keeps it from asking is no difference.
        self.assertEqual((scenarios.returncode, scenarios.stderr),
                         (result.returncode, result.stderr), scenarios.stdout)
        if result.returncode == 1:
            # Not every machine lets users have namespaces; it must say so.
            self.assertRegex(result.stderr, "^lastack lab check: .*(namespace|/dev/net/tun).*: ")
            self.skipTest(result.stderr.strip())
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_a_file_that_cannot_be_written(self):
        result = lastack("lab", "check", "--only", "matrix", "--save", "/proc/matrix.tsv")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, "^lastack lab check: .*/proc/matrix.tsv")


class Fuzz(unittest.TestCase):
    def test_the_same_lives_on_both(self):
        result = lastack("lab", "fuzz", "--seed", "1", "--cases", "100")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertEqual(result.stdout, "0 of 100 lives differ\n")


class Run(unittest.TestCase):
    def test_every_scenario_is_equal(self):
        result = lastack("lab", "check", "--only", "scenarios", timeout=400)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertRegex(result.stdout, "\nall +([0-9]+) times, \\1 equal, 0 different\n$")

    def test_both_ladders(self):
        result = lastack("lab", "run", "three-way-handshake", "--kernel", "server")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn(f"Linux {os.uname().release} plays server", result.stdout)
        self.assertEqual(result.stdout.count("SYN seq=0"), 2)
        self.assertNotIn("!", result.stdout)

    def test_a_difference_is_shown(self):
        # The RFC knows no LINGER: close() sends a FIN, where Linux resets.
        result = lastack("lab", "run", "linger-zero", "--kernel", "client", "--reading", "literal")
        self.assertEqual(result.returncode, 3, result.stdout + result.stderr)
        self.assertRegex(result.stdout, " ! .*FIN\\+ACK")
        self.assertRegex(result.stdout, "RST\\+ACK.* !\n")
        self.assertRegex(result.stderr, "the running kernel and the lab differ in [0-9]+ lines")

    def test_what_does_not_come(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "wrong.lab"
            path.write_text("title T\nhost a\nhost b\n"
                            "b listen L 80\na connect c b:80\nexpect a.c TIME_WAIT\n")
            result = lastack("lab", "run", str(path), "--kernel", "a")
        self.assertEqual(result.returncode, 3, result.stdout + result.stderr)
        lines = result.stderr.splitlines()
        self.assertIn(f"{path}:6: expected a.c in TIME_WAIT, it is in ESTABLISHED", lines[0])
        self.assertIn("with the running kernel: expected a.c in TIME_WAIT", lines[1])

    def test_hosts_that_it_cannot_play(self):
        for scenario, host, wanted in (
                ("zero-window", "server", "cannot play 'server' in this scenario, but: client"),
                ("three-way-handshake", "nobody", "but: client, server")):
            with self.subTest(scenario=scenario):
                result = lastack("lab", "run", scenario, "--kernel", host)
                self.assertEqual(result.returncode, 2)
                self.assertIn(wanted, result.stderr)


class Usage(unittest.TestCase):
    def test_bad_arguments(self):
        for arguments, wanted in ((("lab",), "says no command; there are: list, run, check, fuzz"),
                                  (("lab", "chek"), "unknown command 'chek'; there are: list, run, check, fuzz"),
                                  (("lab", "check", "--reading", "bsd"),
                                   "'bsd' is none of literal"),
                                  (("lab", "check", "--only", "half"), "--only"),
                                  (("lab", "check", "--only", "scenarios", "--all"),
                                   "goes with none of"),
                                  (("lab", "run"), "SCENARIO"),
                                  (("lab", "run", "handshake"),
                                   "three-way-handshake; see 'lastack lab list'"),
                                  (("lab", "run", "/nowhere/x.lab"), "there is no file"),
                                  (("lab", "run", "/dev/null/x.lab"), "/dev/null/x.lab"),
                                  (("lab", "run", "abort", "--loss", "101"), "--loss"),
                                  (("lab", "run", "abort", "--delay", "soon"), "--delay"),
                                  (("lab", "run", "abort", "--seed", "-1"), "--seed"),
                                  (("lab", "run", "abort", "--format", "png"), "--format"),
                                  (("lab", "fuzz", "--cases", "0"), "--cases"),
                                  (("lab", "fuzz", "--seed", "x"), "--seed"),
                                  (("lab", "check", "--nosuch"), "unknown option '--nosuch'")):
            with self.subTest(arguments=arguments):
                result = lastack(*arguments)
                self.assertEqual(result.returncode, 2)
                self.assertIn(wanted, result.stderr)
                self.assertEqual(len(result.stderr.splitlines()), 1)


if __name__ == "__main__":
    unittest.main()
