"""`lastack kill`: the process behind a socket, and never another one."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

from acting import Actor
from asking import Asked, system_log
from support import (LASTACK, NetNs, die_with_parent, lastack, listing, require_kernel_tests,
                     stop)

LOOP = "127.0.0.1"
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"


def setUpModule():
    require_kernel_tests("setpriv")


def is_running(pid):
    """Neither gone nor a zombie."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return text.rsplit(") ", 1)[1][0] != "Z"


class Case(unittest.TestCase):
    """One or more processes that listen in a namespace of their own."""

    def setUp(self):
        self._stack = contextlib.ExitStack()
        self.addCleanup(self._stack.close)
        self.ns = self._stack.enter_context(NetNs())
        self.mine = f"netns = {self.ns.inode} and "

    def server(self, name="server", port=5000, statements=""):
        actor = Actor(name, self.ns)
        self._stack.callback(actor.kill)
        actor.do(f"listener = listen('{LOOP}', {port})\n{statements}")
        return actor

    def command(self, words, *args):
        return [LASTACK, "kill", *args, self.mine + words]

    def kill(self, words, *args, **options):
        return lastack("kill", "--yes", *args, self.mine + words, **options)

    def kill_json(self, words, *args):
        result = self.kill(words, "--json", *args)
        return result.returncode, [json.loads(line) for line in result.stdout.splitlines()]


class Ending(Case):
    def test_term(self):
        server = self.server()
        result = self.kill("sport = :5000")
        self.assertEqual(result.returncode, 0, result)
        self.assertRegex(result.stdout, rf"(?m)^ended +server\[{server.pid}\] SIGTERM$")
        self.assertFalse(is_running(server.pid))
        self.assertEqual(listing("-a", self.mine + "sport = :5000"), [])

    def test_json(self):
        server = self.server(statements="import time; child = in_child(lambda: time.sleep(600)); "
                             "other = listen('127.0.0.1', 5001)")
        status, (outcome,) = self.kill_json("sport = :5000 and pid = " + str(server.pid))
        self.assertEqual((status, outcome["result"], outcome["signal"]), (0, "ended", "SIGTERM"))
        process = outcome["process"]
        self.assertEqual((process["pid"], process["comm"], process["uid"], process["user"]),
                         (server.pid, "server", 0, "root"))
        self.assertEqual(process["exe"], os.path.realpath("/proc/self/exe"))
        self.assertEqual([len(outcome[k]) for k in ("matching_sockets", "other_sockets",
                                                    "children")], [1, 1, 1])

    def test_one_that_ignores_it(self):
        server = self.server(statements=STUBBORN)
        begin = time.monotonic()
        status, (outcome,) = self.kill_json("sport = :5000")
        self.assertEqual((status, outcome["result"]), (1, "still_runs"))
        self.assertGreater(time.monotonic() - begin, 4)
        self.assertTrue(is_running(server.pid))

    def test_then_sigkill(self):
        server = self.server(statements=STUBBORN)
        status, (outcome,) = self.kill_json("sport = :5000", "--kill-after", "0.2")
        self.assertEqual((status, outcome["result"], outcome["signal"]), (0, "ended", "SIGKILL"))
        self.assertFalse(is_running(server.pid))

    def test_other_signals(self):
        server = self.server(statements="import signal; got = []\n"
                             "for s in (1, 10, 34): signal.signal(s, lambda n, _: got.append(n))")
        for name, number in (("HUP", 1), ("sigusr1", 10), ("34", 34)):
            result = self.kill("sport = :5000", "--signal", name)
            self.assertEqual(result.returncode, 0, result)
            self.assertIn("signalled", result.stdout)
            self.assertIn(number, server.ask("got"))
        self.assertTrue(is_running(server.pid))

    def test_several_processes(self):
        servers = [self.server(f"server{i}", 5000 + i) for i in range(3)]
        result = self.kill("state listen")
        self.assertEqual(result.returncode, 2)
        self.assertIn("3 processes have such sockets, and none was signalled", result.stderr)
        self.assertTrue(all(is_running(server.pid) for server in servers))
        result = self.kill("state listen", "--all")
        self.assertEqual(result.returncode, 0, result)
        self.assertFalse(any(is_running(server.pid) for server in servers))

    def test_a_shared_socket_has_several_owners(self):
        server = self.server(statements="import time; child = in_child(lambda: time.sleep(600))")
        result = self.kill("sport = :5000")
        self.assertEqual(result.returncode, 2)
        self.assertIn(f"[{server.ask('child')}]", result.stdout)
        self.assertTrue(is_running(server.pid))


class Refusing(Case):
    def test_wrong_usage(self):
        for args, what in (([], "empty filter"), (["", " "], "empty filter"),
                           (["--signal", "0", "pid 1"], "no signal"),
                           (["--signal", "TERMINATE", "pid 1"], "no signal"),
                           (["--signal", "65", "pid 1"], "no signal"),
                           (["--kill-after", "soon", "pid 1"], "seconds"),
                           (["stat listen"], "unknown field")):
            with self.subTest(args):
                result = lastack("kill", "--yes", "--all", *args)
                self.assertEqual(result.returncode, 2)
                self.assertIn(what, result.stderr)
                self.assertEqual(len(result.stderr.splitlines()), 1)

    def test_nothing_matches(self):
        result = self.kill("sport = :1")
        self.assertEqual(result.returncode, 1)
        self.assertIn("no socket matches", result.stderr)

    def test_a_socket_without_process(self):
        server = self.server(statements=f"c = connect('{LOOP}', 5000); d = listener.accept()[0]\n"
                             "c.close(); d.close()")
        result = self.kill("state time-wait")
        self.assertEqual(result.returncode, 1)
        self.assertIn("1 socket matches, but no process is known", result.stderr)
        self.assertTrue(is_running(server.pid))

    def test_a_dry_run_signals_nobody(self):
        server = self.server()
        result = self.kill("sport = :5000", "--dry-run")
        self.assertEqual(result.returncode, 0)
        self.assertIn("dry run: nothing was signalled", result.stdout)
        status, (outcome,) = self.kill_json("sport = :5000", "--dry-run")
        self.assertEqual((status, outcome["result"], outcome["signal"]), (0, "dry_run", "SIGTERM"))
        self.assertTrue(is_running(server.pid))

    def test_without_a_terminal_nobody_can_be_asked(self):
        server = self.server()
        result = subprocess.run(self.command("sport = :5000"), stdin=subprocess.DEVNULL,
                                capture_output=True, text=True)
        self.assertEqual(result.returncode, 2)
        self.assertIn("no terminal to ask on", result.stderr)
        self.assertTrue(is_running(server.pid))

    def test_an_ancestor(self):
        """The program that starts lastack has the socket itself."""
        shell = self.server("shell", statements="import subprocess")

        def from_inside(*args):
            command = self.command("sport = :5000", "--yes", *args)
            return shell.ask(f"(lambda r: [r.returncode, r.stdout, r.stderr])(subprocess.run("
                             f"{command!r}, capture_output=True, text=True))")

        status, output, errors = from_inside("--json")
        self.assertEqual(status, 1)
        self.assertIn(f"refused: shell[{shell.pid}]: lastack was started by it (--force ends it)",
                      errors)
        self.assertEqual(json.loads(output)["result"], "refused")
        self.assertTrue(is_running(shell.pid))
        # Insisting works: with a signal that does no harm.
        status, output, errors = from_inside("--force", "--signal", "CONT")
        self.assertEqual((status, "signalled" in output), (0, True), errors)

    def test_lastack_itself_even_when_forced(self):
        """It inherits the socket, as does pid 1 of its pid namespace."""
        with self.ns.entered():
            listener = socket.create_server((LOOP, 5000))
        with listener:
            command = self.command("sport = :5000", "--yes", "--all", "--force")
            result = subprocess.run(
                ["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", '"$@"; exit $?', "sh",
                 *command], pass_fds=[listener.fileno()], capture_output=True, text=True)
        self.assertEqual(result.returncode, 1, result)
        self.assertRegex(result.stderr, r"refused: sh\[1\]: pid 1, the first process\n")
        self.assertRegex(result.stderr, r"refused: lastack\[\d+\]: lastack itself\n")
        self.assertIn("nothing was signalled", result.stderr)


class Asking(Case):
    def test_the_question(self):
        for answer, status, runs in (("n\n", 1, True), ("\n", 1, True), ("\x04", 1, True),
                                     ("perhaps\n", 1, True), ("\x03", -2, True),
                                     ("yes\n", 0, False)):
            with self.subTest(answer=answer):
                self.setUp()
                server = self.server()
                with Asked(self.command("sport = :5000")) as asked:
                    asked.expect("? for a list] ")
                    self.assertTrue(is_running(server.pid))
                    asked.type(answer)
                    self.assertEqual(asked.end(), status, asked.output)
                self.assertIn("127.0.0.1:5000", asked.output)
                self.assertEqual(is_running(server.pid), runs)

    def test_another_signal(self):
        server = self.server()
        with Asked(self.command("sport = :5000")) as asked:
            asked.expect("Send SIGTERM to server")
            asked.type("?\n")
            asked.expect("SIGUSR1")
            asked.type("kill\n")
            asked.expect("Send SIGKILL to server")
            asked.type("y\n")
            self.assertEqual(asked.end(), 0)
        self.assertFalse(is_running(server.pid))

    def test_sigkill_is_offered_for_one_that_ignores_sigterm(self):
        server = self.server(statements=STUBBORN)
        with Asked(self.command("sport = :5000")) as asked:
            asked.expect("? for a list] ")
            asked.type("y\n")
            asked.expect("still runs. Send SIGKILL")
            self.assertTrue(is_running(server.pid))
            asked.type("y\n")
            self.assertEqual(asked.end(), 0)
        self.assertFalse(is_running(server.pid))

    def test_a_pid_that_is_used_again_is_not_hit(self):
        """The victim ends while lastack asks, and its pid goes to another process at once."""
        server = self.server()
        with Asked(self.command("sport = :5000")) as asked:
            asked.expect("? for a list] ")
            server.kill()
            successor = start_with_pid(server.pid)
            self._stack.callback(stop, successor)
            self.assertEqual(successor.pid, server.pid)
            asked.type("y\n")
            self.assertEqual(asked.end(), 0)
        self.assertIn("already gone", asked.output)
        self.assertTrue(is_running(successor.pid))


def start_with_pid(pid):
    """A process that has this pid, which is free: the next one to be given is set until it does."""
    for _ in range(1000):
        pathlib.Path("/proc/sys/kernel/ns_last_pid").write_text(str(pid - 1))
        process = subprocess.Popen(["sleep", "600"], preexec_fn=die_with_parent)
        if process.pid == pid:
            return process
        stop(process)
    raise AssertionError(f"nobody got pid {pid}")


class Permissions(Case):
    def test_anothers_process(self):
        server = self.server()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="lastack-test-"))
        self._stack.callback(shutil.rmtree, folder)
        folder.chmod(0o755)
        binary = str(folder / "lastack")
        shutil.copy(LASTACK, binary)
        # May look into every process, but not signal it.
        caps = "-all,+sys_ptrace,+dac_read_search"
        result = lastack("kill", "--yes", "--json", "sport = :5000", binary=binary,
                         before=self.ns.command(*NOBODY, f"--inh-caps={caps}",
                                                f"--ambient-caps={caps}"))
        self.assertEqual(result.returncode, 1, result)
        outcome = json.loads(result.stdout)
        self.assertEqual((outcome["result"], outcome["needs"]), ("not_permitted", "CAP_KILL"))
        self.assertIn("CAP_KILL is missing: run it as root (sudo)\n", result.stderr)
        self.assertTrue(is_running(server.pid))


class Texts(Case):
    def test_names_cannot_write_to_the_terminal(self):
        self.server("a\x1b]0;x\x07\nb")
        result = self.kill("sport = :5000")
        self.assertEqual(result.returncode, 0, result)
        for stream in (result.stdout, result.stderr):
            self.assertNotRegex(stream, re.compile(r"[\x00-\x09\x0b-\x1f\x7f]"))
        self.assertIn("a\\e]0;x\\x07\\nb", result.stdout)

    def test_the_log(self):
        server = self.server("bad\nname")
        with system_log(self) as lines:
            self.assertEqual(self.kill("sport = :5000").returncode, 0)
            sent, ended = lines().splitlines()
        self.assertRegex(sent, rf"lastack\[\d+\]: kill by uid=0\(root\).*: SIGTERM to "
                               rf"bad\\nname\[{server.pid}\] exe=/\S+ of uid=0 for tcp "
                               r"127\.0\.0\.1:5000 .* LISTEN .*: sent$")
        self.assertRegex(ended, r": ended$")


if __name__ == "__main__":
    unittest.main()
