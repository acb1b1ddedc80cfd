"""`lastack close`: every kind of socket there is, closed by the kernel and verified."""

import contextlib
import errno
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import unittest

from acting import Actor
from asking import Asked, system_log
from puppet import ACK, KERNEL, RST, Puppet
from support import LASTACK, NetNs, kernel_version, lastack, listing, require_kernel_tests, wait_until

LOOP = "127.0.0.1"
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def setUpModule():
    require_kernel_tests("setpriv")


def close(ns, *args, **options):
    """lastack close in namespace `ns`, of sockets of that namespace only."""
    return lastack("close", *args, before=ns.command(), **options)


class Case(unittest.TestCase):
    """A namespace with a puppet, and processes of its own making."""

    def setUp(self):
        self._stack = contextlib.ExitStack()
        self.addCleanup(self._stack.close)
        self.ns = self._stack.enter_context(NetNs())
        self.mine = f"netns = {self.ns.inode} and "

    def actor(self, name="server"):
        actor = Actor(name, self.ns)
        self._stack.callback(actor.kill)
        return actor

    def pair(self, port=5000):
        """(server, client): processes with one connection, whose sockets are `talk` there."""
        server, client = self.actor("server"), self.actor("client")
        server.do(f"listener = listen('{LOOP}', {port})")
        client.do(f"talk = connect('{LOOP}', {port})")
        server.do("talk = listener.accept()[0]")
        return server, client

    def puppet(self):
        puppet = Puppet(self.ns)
        self._stack.callback(puppet.close)
        return puppet

    def sockets(self, *words):
        return listing("-a", " and ".join([self.mine.removesuffix(" and "), *words]), ns=self.ns)

    def close(self, words, *args, **options):
        return close(self.ns, "--yes", *args, self.mine + words, **options)

    def close_one(self, words, *args):
        """The one object of --json; exit status 0 exactly where nothing is left."""
        result = self.close(words, "--json", *args)
        outcomes = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual(len(outcomes), 1, result)
        done = outcomes[0]["result"] in ("closed", "already_gone")
        self.assertEqual(result.returncode, 0 if done else 1, result)
        return outcomes[0]

    def assert_closed(self, words, *args, state=None):
        outcome = self.close_one(words, *args)
        self.assertEqual(outcome["result"], "closed", outcome)
        if state:
            self.assertEqual((outcome["socket"]["state"], outcome["found_in_state"]),
                             (state, state))
        self.assertEqual([s for s in self.sockets(words) if s["cookie"] ==
                          outcome["socket"]["cookie"]], [])
        return outcome


class States(Case):
    def test_established_the_program_and_the_peer_are_told(self):
        server, client = self.pair()
        outcome = self.assert_closed("dport = :5000 and state established", state="ESTABLISHED")
        self.assertEqual([(o["pid"], o["comm"]) for o in outcome["socket"]["owners"]],
                         [(client.pid, "client")])
        for actor, number in ((client, errno.ECONNABORTED), (server, errno.ECONNRESET)):
            told = actor.do("try: talk.recv(1)\nexcept OSError as e: answer = e.errno")
            self.assertEqual(told, number, actor.name)
        self.assertEqual(self.sockets("state established"), [])
        self.assertEqual(len(self.sockets("state listen")), 1)

    def test_syn_sent(self):
        self.puppet()
        client = self.actor("client")
        client.do(f"s = socket.socket(); s.setblocking(False); s.connect_ex(('10.77.0.2', 50000))")
        self.assert_closed("state syn-sent", state="SYN_SENT")

    def test_syn_received_a_request_of_the_kernel(self):
        puppet, server = self.puppet(), self.actor()
        server.do(f"listener = listen('{KERNEL}', 2600)")
        puppet.begin_handshake(2600, 50000)
        self.assert_closed("state syn-received", state="SYN_RECEIVED")
        self.assertEqual(len(self.sockets("state listen")), 1)

    def test_close_wait_and_fin_wait_2(self):
        server, client = self.pair()
        client.do("talk.shutdown(socket.SHUT_WR)")
        wait_until(lambda: self.sockets("state close-wait"), "the FIN has come")
        self.assert_closed("state fin-wait-2", state="FIN_WAIT_2")
        self.assertEqual(self.sockets("state close-wait"), [])  # it got a RST

    def test_close_wait(self):
        _, client = self.pair()
        client.do("talk.shutdown(socket.SHUT_WR)")
        wait_until(lambda: self.sockets("state close-wait"), "the FIN has come")
        self.assert_closed("state close-wait", state="CLOSE_WAIT")

    def test_a_fin_wait_2_mini_socket(self):
        _, client = self.pair()
        client.do("talk.close()")
        found = wait_until(lambda: self.sockets("state fin-wait-2"), "the FIN is acknowledged")
        self.assertEqual(found[0]["no_owner"], "orphan")
        self.assert_closed("state fin-wait-2", state="FIN_WAIT_2")

    def test_time_wait(self):
        server, client = self.pair()
        client.do("talk.close()")
        server.do("talk.close()")
        wait_until(lambda: self.sockets("state time-wait"), "it is in TIME_WAIT")
        self.assert_closed("state time-wait", state="TIME_WAIT")

    def puppet_orphan(self, state, peer_closes_first=False, peer_closes_then=False):
        """A socket whose process has closed it and whose FIN nobody acknowledges."""
        puppet, client = self.puppet(), self.actor("client")
        client.begin("talk = connect('10.77.0.2', 50000)")
        talk = puppet.accept(50000)
        client.finish()
        if peer_closes_first:
            talk.send_fin()
            wait_until(lambda: self.sockets("state close-wait"), "the FIN has come")
        client.do("talk.close()")
        talk.await_fin()
        if peer_closes_then:
            talk.send_fin()
        wait_until(lambda: self.sockets(f"state {state}"), f"it is in {state}")
        return puppet, talk

    @unittest.skipIf(kernel_version() < (6, 12), "this kernel does not destroy orphans")
    def test_orphans(self):
        for state, options in (("fin-wait-1", {}), ("last-ack", {"peer_closes_first": True}),
                               ("closing", {"peer_closes_then": True})):
            with self.subTest(state):
                self.setUp()
                puppet, talk = self.puppet_orphan(state, **options)
                outcome = self.assert_closed(f"state {state}")
                self.assertEqual(outcome["socket"]["no_owner"], "orphan")
                if state == "fin-wait-1":
                    puppet.receive(talk.port, RST | ACK)

    def test_ipv6_and_mapped_addresses(self):
        server, client = self.actor("server"), self.actor("client")
        server.do("a = listen('::', 6000)")
        client.do("b = connect('::1', 6000); c = connect('127.0.0.1', 6000)")
        server.do("d = a.accept()[0]; e = a.accept()[0]")
        self.assert_closed("sport = :6000 and state established and src [::1]")
        self.assert_closed("sport = :6000 and state established")

    def test_the_accept_queue(self):
        server, client = self.actor("server"), self.actor("client")
        server.do(f"listener = listen('{LOOP}', 5000)")
        client.do(f"talk = connect('{LOOP}', 5000)")
        outcome = self.assert_closed("sport = :5000 and state established")
        self.assertEqual(outcome["socket"]["no_owner"], "accept_queue")

    def test_a_connected_udp_socket(self):
        self.actor().do("u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                        f"u.connect(('{LOOP}', 5353))")
        self.assert_closed("dport = :5353", state="ESTABLISHED")

    def test_a_bound_udp_socket_stays_and_it_is_said(self):
        self.actor().do("u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                        f"u.bind(('{LOOP}', 5353))")
        outcome = self.close_one("sport = :5353", "--listeners")
        self.assertEqual(outcome["result"], "failed")
        self.assertIn("UDP socket that is bound stays open", outcome["error"])

    @unittest.skipIf(kernel_version() < (6, 8), "not listed by this kernel")
    def test_bound_inactive_is_not_supported(self):
        self.actor().do(f"s = socket.socket(); s.bind(('{LOOP}', 2300))")
        outcome = self.close_one("sport = :2300")
        self.assertEqual(outcome["result"], "not_supported")
        self.assertIn("neither listens nor connects", outcome["error"])


class Listeners(Case):
    def test_are_left_alone_unless_asked_for(self):
        server, _ = self.pair()
        only = self.close("state listen")
        self.assertEqual(only.returncode, 1)
        self.assertIn("1 listener that matches (--listeners", only.stderr)
        both = self.close("sport = :5000")
        self.assertEqual(both.returncode, 0, both)
        self.assertIn("left alone: 1 listener", both.stderr)
        self.assertEqual([s["state"] for s in self.sockets("sport = :5000")], ["LISTEN"])
        self.assert_closed("state listen", "--listeners", state="LISTEN")
        # Its program still has the descriptor, and the port.
        told = server.do("try: listener.accept()\nexcept OSError as e: answer = e.errno")
        self.assertEqual(told, errno.EINVAL)

    def test_each_of_a_reuseport_group(self):
        server = self.actor()
        server.do("group = []\n"
                  "for _ in range(9):\n"
                  "    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)\n"
                  "    s.bind(('0.0.0.0', 7000)); s.listen(); group.append(s)")
        inodes = server.ask("[os.fstat(s.fileno()).st_ino for s in group]")
        for inode in inodes[1:]:
            self.assert_closed(self.member(inode), "--listeners")
        self.assertEqual([s["inode"] for s in self.sockets("state listen")], inodes[:1])

    def member(self, inode):
        """A filter for one of the group: only the descriptor differs."""
        found = [s for s in self.sockets("state listen") if s["inode"] == inode]
        self.assertEqual(len(found), 1)
        owner = found[0]["owners"][0]
        return f"state listen and pid = {owner['pid']} and fd = {owner['fd']}"


class Care(Case):
    def test_more_than_one_needs_all(self):
        self.pair()
        refused = self.close("state established")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("2 sockets match, and nothing was closed", refused.stderr)
        self.assertIn("client", refused.stdout)
        self.assertEqual(len(self.sockets("state established")), 2)
        done = self.close("state established", "--all")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(self.sockets("state established"), [])

    def test_many(self):
        server, client = self.actor("server"), self.actor("client")
        server.do(f"listener = listen('{LOOP}', 5000, 300)")
        client.do(f"many = [connect('{LOOP}', 5000) for _ in range(250)]")
        server.do("many = [listener.accept()[0] for _ in range(250)]")
        result = self.close("dport = :5000 and state established", "--all", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual({json.loads(line)["result"] for line in result.stdout.splitlines()},
                         {"closed"})
        self.assertEqual(len(result.stdout.splitlines()), 250)
        self.assertEqual(self.sockets("state established"), [])

    def test_an_empty_filter_is_refused(self):
        for words in ([], [""], [" "]):
            result = lastack("close", "--yes", "--all", *words)
            self.assertEqual(result.returncode, 2)
            self.assertIn("empty filter", result.stderr)

    def test_wrong_usage(self):
        for args in (["stat listen"], ["--dry-rum", "pid 1"], ["from syn-sent to closed"]):
            result = lastack("close", "--yes", *args)
            self.assertEqual((result.returncode, len(result.stderr.splitlines())), (2, 1), result)

    def test_nothing_matches(self):
        result = self.close("dport = :1")
        self.assertEqual(result.returncode, 1)
        self.assertIn("no socket matches", result.stderr)

    def test_a_dry_run_changes_nothing(self):
        server, client = self.pair()
        before = self.sockets()
        shown = close(self.ns, "--dry-run", self.mine + "state established")
        self.assertEqual(shown.returncode, 0, shown)
        self.assertIn("dry run: nothing was closed", shown.stdout)
        objects = close(self.ns, "--dry-run", "--json", self.mine + "state established")
        self.assertEqual([json.loads(line)["result"] for line in objects.stdout.splitlines()],
                         ["dry_run"] * 2)
        self.assertEqual([s["cookie"] for s in self.sockets()], [s["cookie"] for s in before])
        client.do("talk.sendall(b'still here')")
        self.assertEqual(server.ask("talk.recv(100).decode()"), "still here")

    def test_without_a_terminal_nobody_can_be_asked(self):
        self.pair()
        result = close(self.ns, self.mine + "dport = :5000 and state established",
                       stdin=subprocess.DEVNULL)
        self.assertEqual(result.returncode, 2)
        self.assertIn("no terminal to ask on", result.stderr)
        self.assertEqual(len(self.sockets("state established")), 2)

    def test_the_question(self):
        words = "dport = :5000 and state established"
        for answer, status, left in (("n\n", 1, 2), ("\n", 1, 2), ("\x04", 1, 2), ("yes!\n", 1, 2),
                                     ("\x03", -2, 2), ("Y\n", 0, 0)):
            with self.subTest(answer=answer):
                self.setUp()
                self.pair()
                with Asked([*self.ns.command(), LASTACK, "close", self.mine + words]) as asked:
                    asked.expect("? [y/N] ")
                    self.assertEqual(len(self.sockets("state established")), 2)
                    asked.type(answer)
                    self.assertEqual(asked.end(), status)
                self.assertIn("127.0.0.1:5000", asked.output)
                self.assertEqual(len(self.sockets("state established")), left)

    def test_gone_between_the_preview_and_the_order(self):
        server, client = self.pair()
        words = self.mine + "dport = :5000 and state established"
        with Asked([*self.ns.command(), LASTACK, "close", words]) as asked:
            asked.expect("? [y/N] ")
            port = client.ask("talk.getsockname()[1]")
            server.do("reset(talk)")
            wait_until(lambda: not self.sockets("state established"), "the RST has come")
            asked.type("y\n")
            self.assertEqual(asked.end(), 0)
        self.assertIn("already gone", asked.output)
        self.assertGreater(port, 0)

    def test_another_socket_with_the_same_addresses_is_not_touched(self):
        server, client = self.pair()
        words = self.mine + "dport = :5000 and state established"
        with Asked([*self.ns.command(), LASTACK, "close", words]) as asked:
            asked.expect("? [y/N] ")
            port = client.ask("talk.getsockname()[1]")
            server.do("reset(talk)")
            client.do(f"talk.close(); talk = connect('{LOOP}', 5000, own_port={port})")
            server.do("talk = listener.accept()[0]")
            asked.type("y\n")
            self.assertEqual(asked.end(), 1)
        self.assertIn("another socket has these addresses now", asked.output)
        client.do("talk.sendall(b'untouched')")
        self.assertEqual(server.ask("talk.recv(100).decode()"), "untouched")

    def test_the_session_it_runs_in_is_left_alone(self):
        peer, sshd = self.actor("client"), self.actor("sshd")
        sshd.do(f"listener = listen('{LOOP}', 22)")
        peer.do(f"talk = connect('{LOOP}', 22)")
        sshd.do("talk = listener.accept()[0]; import subprocess")
        words = self.mine + "sport = :22 and state established"

        def as_the_session(*args):
            command = [LASTACK, "close", "--yes", *args, words]
            return sshd.ask(f"(lambda r: [r.returncode, r.stdout, r.stderr])(subprocess.run("
                            f"{command!r}, capture_output=True, text=True))")

        status, _, errors = as_the_session()
        self.assertEqual(status, 1)
        self.assertIn("is the session that lastack runs in", errors)
        self.assertEqual(len(self.sockets("state established")), 2)
        status, output, errors = as_the_session("--force")
        self.assertEqual(status, 0, errors)
        self.assertEqual(self.sockets("state established"), [])

    def test_names_cannot_write_to_the_terminal(self):
        server = self.actor("x\x1b[2Jy\nz")
        server.do(f"listener = listen('{LOOP}', 5000)")
        result = self.close("state listen", "--listeners")
        self.assertEqual(result.returncode, 0, result)
        for stream in (result.stdout, result.stderr):
            self.assertNotRegex(stream, re.compile(r"[\x00-\x09\x0b-\x1f\x7f]"))
        self.assertIn("x\\e[2Jy\\nz", result.stdout)


class Elsewhere(Case):
    def test_another_namespace(self):
        server, client = self.pair()
        result = lastack("close", "--yes", self.mine + "dport = :5000 and state established")
        self.assertEqual(result.returncode, 0, result)
        self.assertIn("closed", result.stdout)
        self.assertEqual(self.sockets("state established"), [])

    def test_a_namespace_that_only_a_socket_keeps_alive(self):
        with self.ns.entered():
            listener = socket.create_server((LOOP, 5000))
            client = socket.create_connection((LOOP, 5000))
            talk = listener.accept()[0]
        self._stack.callback(lambda: [s.close() for s in (listener, client, talk)])
        self.ns.close()
        words = self.mine + "dport = :5000"  # all states are listed where none is asked for
        found = wait_until(lambda: [json.loads(line) for line in lastack(
            "list", "--json", words).stdout.splitlines()], "it is found by its socket")
        self.assertEqual(len(found), 1)
        result = lastack("close", "--yes", words)
        self.assertEqual(result.returncode, 0, result)
        with self.assertRaises(OSError) as raised:
            client.recv(1)
        self.assertEqual(raised.exception.errno, errno.ECONNABORTED)


class Unprivileged(Case):
    def setUp(self):
        super().setUp()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="lastack-test-"))
        self._stack.callback(shutil.rmtree, folder)
        folder.chmod(0o755)
        self.binary = str(folder / "lastack")
        shutil.copy(LASTACK, self.binary)

    def test_the_capability_is_named_and_how_to_get_it(self):
        self.pair()
        result = lastack("close", "--yes", "dport = :5000 and state established",
                         before=self.ns.command(*NOBODY), binary=self.binary)
        self.assertEqual(result.returncode, 1)
        self.assertIn("not permitted", result.stdout)
        self.assertIn("needs CAP_NET_ADMIN", result.stdout)
        self.assertRegex(result.stderr, r"CAP_NET_ADMIN is missing: run it as root \(sudo\), or "
                                        r"once: sudo setcap \S*cap_net_admin\S*\+ep")
        self.assertEqual(len(self.sockets("state established")), 2)

    def test_root_of_another_user_namespace(self):
        """It has every capability, but not where it counts."""
        self.pair()
        result = lastack("close", "--yes", "--json", "dport = :5000 and state established",
                         before=self.ns.command("unshare", "--user", "--map-root-user"),
                         binary=self.binary)
        self.assertEqual(result.returncode, 1, result)
        outcome = json.loads(result.stdout)
        self.assertEqual((outcome["result"], outcome["needs"]), ("not_permitted", "CAP_NET_ADMIN"))
        self.assertIn("not in the user namespace that it is needed in", result.stderr)


class Log(Case):
    def test_who_did_what_with_which_result(self):
        self.pair()
        with system_log(self) as lines:
            self.close("dport = :5000 and state established", env={"SUDO_USER": "al\nice"})
            line = wait_until(lines, "it was logged")
        self.assertRegex(line, r"lastack\[\d+\]: close by uid=0\(root\).* sudo_user=al\\nice.*: "
                               r"tcp 127\.0\.0\.1:\d+ 127\.0\.0\.1:5000 ESTABLISHED client\[\d+\].* "
                               r"cookie=[0-9a-f]+ netns=\d+: closed$")

    def test_that_there_is_none_is_said(self):
        if os.path.exists("/dev/log"):
            self.skipTest("this machine has a system log")
        self.pair()
        result = self.close("dport = :5000 and state established")
        self.assertEqual(result.returncode, 0)
        self.assertIn("not logged, as there is no system log: /dev/log", result.stderr)


if __name__ == "__main__":
    unittest.main()
