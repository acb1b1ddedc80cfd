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
            result = lastack("lab", "check", "--save", str(saved))
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
        result = subprocess.run([*NOBODY, LASTACK, "lab", "check"], capture_output=True, text=True,
                                timeout=60)
        if result.returncode == 1:
            # Not every machine lets users have namespaces; it must say so.
            self.assertRegex(result.stderr, "^lastack lab check: .*(namespace|/dev/net/tun).*: ")
            self.skipTest(result.stderr.strip())
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_a_file_that_cannot_be_written(self):
        result = lastack("lab", "check", "--save", "/proc/matrix.tsv")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, "^lastack lab check: .*/proc/matrix.tsv")


class Fuzz(unittest.TestCase):
    def test_the_same_lives_on_both(self):
        result = lastack("lab", "fuzz", "--seed", "1", "--cases", "100")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertEqual(result.stdout, "0 of 100 lives differ\n")

    def test_a_difference_is_shortened(self):
        # Known: Linux resets what brings text across RCV.NXT in CLOSING.
        result = lastack("lab", "fuzz", "--seed", "3722", "--cases", "1")
        self.assertEqual(result.returncode, 3, result.stdout + result.stderr)
        self.assertIn("life 3722, shortened (the host connects)", result.stdout)
        self.assertRegex(result.stdout, "\n  kernel   .*CLOSED\n  lab      .*CLOSING\n")
        self.assertTrue(result.stdout.endswith("\n1 of 1 lives differ\n"))


class Usage(unittest.TestCase):
    def test_bad_arguments(self):
        for arguments, wanted in ((("lab",), "says no command; there are: check, fuzz"),
                                  (("lab", "chek"), "unknown command 'chek'; there are: check, fuzz"),
                                  (("lab", "check", "--reading", "bsd"),
                                   "'bsd' is none of literal"),
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
