"""lastack watch as a command: options, filters, hostile names, namespaces, loss, and that the table
behind it equals what is listed."""

import collections
import contextlib
import itertools
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from acting import ME, Actor
from puppet import ACK, Puppet
from support import LASTACK, NetNs, lastack, listing, require_kernel_tests, stop, wait_until
from watching import (ACTIVE, CLOSES_FIRST, CLOSES_LAST, HIDDEN, PASSIVE, Flow, JsonWatch, Watch,
                      flow_of, flow_of_socket, lives_of, moment, people)

LOOP = "127.0.0.1"
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
NEEDED = ["cap_bpf", "cap_perfmon", "cap_net_admin", "cap_sys_ptrace"]
IPPROTO_MPTCP = 262


def setUpModule():
    require_kernel_tests("ss", "sysctl", "setpriv")


class InNamespace(unittest.TestCase):
    """A namespace, and watches of it that end with the test."""

    def setUp(self):
        self.ns = self.enterContext(NetNs())
        self.ports = itertools.count(5000)

    def watch(self, *args, kind=JsonWatch, only="", **options):
        words = f"netns = {self.ns.inode}" + (f" and ( {only} )" if only else "")
        watch = kind(*args, words, **options)
        self.addCleanup(watch.kill)
        return watch

    def actor(self, name, ns=None):
        actor = Actor(name, ns or self.ns)
        self.addCleanup(actor.kill)
        return actor

    def connection(self):
        """One from the first SYN to TIME_WAIT; the client closes first. Returns its flow."""
        with self.ns.entered(), socket.create_server((LOOP, 0)) as listener:
            with socket.create_connection(listener.getsockname()) as client:
                flow = flow_of_socket(client)
                server, _ = listener.accept()
            with server:
                assert server.recv(1) == b""
        return flow


class Options(InNamespace):
    def test_count(self):
        watch = self.watch("--count", "4")
        self.connection()
        self.assertEqual(watch.wait(), 0)
        self.assertEqual([e["event"] for e in watch.events()], ["transition"] * 4 + ["summary"])

    def test_count_of_lives(self):
        watch = self.watch("--lives", "--count", "2")
        for _ in range(3):
            self.connection()
        self.assertEqual(watch.wait(), 0)
        self.assertEqual([e["event"] for e in watch.events()], ["life"] * 2 + ["summary"])

    def test_for(self):
        watch = self.watch("--for", "700ms")
        self.assertEqual(watch.wait(), 0)
        self.assertGreaterEqual(watch.summary()["duration_us"], 700_000)
        self.assertLess(watch.summary()["duration_us"], 5_000_000)

    def test_both_signals_end_it_with_a_summary(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                watch = self.watch()
                flow = self.connection()
                wait_until(lambda: watch.story(flow).endswith("TIME_WAIT"), "it was told")
                self.assertEqual(watch.stop(number), 0)
                summary = watch.summary()
                self.assertGreaterEqual(summary["transitions"], 12)
                self.assertEqual((summary["lost"], summary["gaps"], summary["defects"]), (0, 0, 0))

    def test_text_ends_with_a_summary_on_standard_error(self):
        watch = self.watch(kind=Watch)
        flow = self.connection()
        wait_until(lambda: any("TIME_WAIT" in line for line in watch.output), "it was told")
        self.assertEqual(watch.stop(), 0)
        self.assertEqual(len(watch.errors), 2, watch.errors)
        self.assertRegex(watch.errors[1], r"\d+ transitions? .*0 records lost in 0 gaps")
        line = next(line for line in watch.output if "FIN_WAIT_1    → FIN_WAIT_2" in line
                    or "FIN_WAIT_1    -> FIN_WAIT_2" in line)
        for word in (f"{ME[1]}[{ME[0]}]", "tcp", f"{LOOP}:{flow.local[1]}",
                     f"{LOOP}:{flow.remote[1]}", "ACK received"):
            self.assertIn(word, line)

    def test_lives_as_text(self):
        watch = self.watch("--lives", kind=Watch)
        flow = self.connection()
        line = wait_until(lambda: [line for line in watch.output if "LAST_ACK" in line],
                          "the life was told")[0]
        for word in (f"{LOOP}:{flow.remote[1]}", "SYN_RECEIVED", "ESTABLISHED", "CLOSE_WAIT"):
            self.assertIn(word, line)

    def test_tally(self):
        tally = self.watch("--tally")
        plain = self.watch("--tally", kind=Watch)
        witness = self.watch()
        for _ in range(10):
            self.connection()
        edges = {("CLOSED", "LISTEN"), ("LISTEN", "CLOSED"), ("CLOSED", "SYN_SENT"),
                 ("SYN_SENT", "ESTABLISHED"), ("LISTEN", "SYN_RECEIVED"),
                 ("SYN_RECEIVED", "ESTABLISHED"), ("ESTABLISHED", "FIN_WAIT_1"),
                 ("ESTABLISHED", "CLOSE_WAIT"), ("FIN_WAIT_1", "FIN_WAIT_2"),
                 ("FIN_WAIT_2", "TIME_WAIT"), ("CLOSE_WAIT", "LAST_ACK"), ("LAST_ACK", "CLOSED")}
        wait_until(lambda: len(witness.events("transition")) >= 10 * len(edges), "all were told")
        tally.finish()
        last, = tally.events("tally")
        self.assertEqual({(e["from"], e["to"]): e["count"] for e in last["edges"]},
                         dict.fromkeys(edges, 10))
        self.assertEqual(plain.stop(), 0)
        self.assertEqual(sum(int(n) for n in re.findall(r"\b10\b", "".join(plain.output))),
                         10 * len(edges))

    def test_wrong_usage_is_status_2_and_one_line(self):
        for args in (["--nonsense"], ["--for", "soon"], ["--for", "-1s"], ["--count", "0"],
                     ["--count", "many"], ["--color", "sometimes"], ["--ring-size", "5000"],
                     ["--ring-size", "2048"], ["--lives", "--tally"], ["--tally", "--count", "3"],
                     ["--interval", "1ms"], ["from", "nonsense"], ["to", "="], ["state nonsense"],
                     ["sport", "=", ":99999"]):
            with self.subTest(args):
                result = lastack("watch", *args)
                self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
                self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
                self.assertTrue(result.stderr.startswith("lastack watch: "), result.stderr)

    def test_list_knows_no_transitions(self):
        result = lastack("list", "from", "syn-sent")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("watch", result.stderr)

    def test_a_closed_pipe_ends_it_quietly(self):
        process = subprocess.Popen([LASTACK, "watch", "--json", f"netns = {self.ns.inode}"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(stop, process)
        self.assertIn("watching", process.stderr.readline())
        process.stdout.close()
        process.stdout = None

        def has_ended():
            self.connection()
            return process.poll() is not None
        wait_until(has_ended, "it ends")
        self.assertEqual((process.returncode, process.stderr.read()), (0, ""))

    def test_output_that_cannot_be_written_is_status_1(self):
        with open("/dev/full", "w") as full:
            process = subprocess.Popen([LASTACK, "watch", "--json", f"netns = {self.ns.inode}"],
                                       stdout=full, stderr=subprocess.PIPE, text=True)
        self.addCleanup(stop, process)
        self.assertIn("watching", process.stderr.readline())

        def has_ended():
            self.connection()
            return process.poll() is not None
        wait_until(has_ended, "it ends")
        self.assertEqual(process.returncode, 1)
        self.assertIn("No space left", process.stderr.read())


class Moments(InNamespace):
    """When things happen that other tools miss."""

    def test_an_accept_that_was_called_before_anybody_watched(self):
        server = self.actor("patient-server")
        server.do(f"l = listen('{LOOP}', 7001)")
        server.begin("s, _ = l.accept(); s.recv(1); s.recv(1); s.close()")
        with open(f"/proc/{server.pid}/stat", encoding="ascii") as file:
            wait_until(lambda: file.seek(0) or " S " in file.read(), "it waits")
        watch = self.watch()
        with self.ns.entered(), socket.create_connection((LOOP, 7001)) as client:
            flow = flow_of_socket(client)
            client.sendall(b"x")
        server.finish()
        wait_until(lambda: watch.story(flow.mirrored()) == f"{PASSIVE} {CLOSES_LAST}", "it is told")
        for step in watch.steps(flow.mirrored()):
            self.assertEqual(people(step), [(server.pid, "patient-server")], step)

    def test_an_event_after_a_long_silence(self):
        """It wakes the reader; nothing waits for more to come."""
        watch = self.watch()
        for _ in range(3):
            silent_since = time.monotonic()
            wait_until(lambda: time.monotonic() > silent_since + 1.5, "it was silent for a while")
            begun = time.monotonic()
            flow = self.connection()
            wait_until(lambda: watch.story(flow) == f"{ACTIVE} {CLOSES_FIRST}", "it is told")
            self.assertLess(time.monotonic() - begun, 1.0)


class Filters(InNamespace):
    """What a filter lets through: exactly what the whole stream has of it."""

    FILTERS = {
        "from syn-sent": lambda e: e["from"] == "SYN_SENT",
        "to time-wait": lambda e: e["to"] == "TIME_WAIT",
        "from syn-sent and to closed": lambda e: (e["from"], e["to"]) == ("SYN_SENT", "CLOSED"),
        "from fin-wait-1,fin-wait-2": lambda e: e["from"] in ("FIN_WAIT_1", "FIN_WAIT_2"),
        "not to closed": lambda e: e["to"] != "CLOSED",
        "to != closed and sport = :7001": lambda e: e["to"] != "CLOSED"
                                                  and e["local"]["port"] == 7001,
        "dport = :7001": lambda e: e["remote"]["port"] == 7001,
        "process = filter-client": lambda e: "filter-client" in [n for _, n in people(e)],
        "process = filter-server or dport = :7002":
            lambda e: "filter-server" in [n for _, n in people(e)] or e["remote"]["port"] == 7002,
        "family inet6": lambda e: e["family"] == "inet6",
        "state listen": lambda e: e["to"] == "LISTEN",
    }

    def test_each_lets_through_what_it_says(self):
        watches = {text: self.watch(only=text) for text in self.FILTERS}
        whole = self.watch()
        self.act()
        wait_until(lambda: whole.story(Flow((LOOP, 7101), (LOOP, 7002))).endswith("CLOSED"),
                   "all is over")
        for each in (whole, *watches.values()):
            each.finish()
        for text, matches in self.FILTERS.items():
            with self.subTest(text):
                expected = [self.key(e) for e in whole.events("transition") if matches(e)]
                self.assertTrue(expected)
                told = [self.key(e) for e in watches[text].events("transition")]
                self.assertEqual(collections.Counter(told), collections.Counter(expected))

    @staticmethod
    def key(event):
        return flow_of(event), event["from"], event["to"], event["cause"]

    def act(self):
        server, client = self.actor("filter-server"), self.actor("filter-client")
        server.do(f"l = listen('{LOOP}', 7001); m = listen('::1', 7001)")
        client.do(f"c = connect('{LOOP}', 7001, 7100); d = connect('::1', 7001, 7100)")
        server.do("pairs = [l.accept()[0], m.accept()[0]]")
        client.do("c.close(); d.close()")
        server.do("[(s.recv(1), s.close()) for s in pairs]; l.close(); m.close()")
        client.do(f"""
try: connect('{LOOP}', 7002, 7101)
except ConnectionRefusedError: pass""")


class HostileNames(InNamespace):
    NAMES = (b"\x1b[31mred\x1b[0m", b"new\nline", b"bell\a\r\b", b"\x9b31mcsi", b"bad\xff\xfe",
             b'"},{"x":"', "\u202eevil".encode(), b"tab\there")

    def act(self, name):
        source = f"""
import ctypes, socket
ctypes.CDLL(None).prctl(15, {name!r}, 0, 0, 0)
l = socket.create_server(("{LOOP}", 0))
c = socket.create_connection(l.getsockname())
s, _ = l.accept()
c.close(); s.recv(1); s.close()
"""
        self.ns.run("python3", "-c", source)

    def test_no_control_bytes_reach_the_terminal(self):
        for options in ([], ["--lives"], ["--color", "never"]):
            with self.subTest(options):
                watch = self.watch(*options, kind=Watch)
                for name in self.NAMES:
                    self.act(name)
                lines = len(self.NAMES) * (2 if options == ["--lives"] else 12)
                wait_until(lambda: len(watch.output) >= lines, "all was told")
                watch.stop()
                for line in watch.output + watch.errors:
                    self.assertTrue(line.endswith("\n"))
                    self.assertNotRegex(line[:-1], "[\x00-\x1f\x7f-\x9f\u202a-\u202e\udc80-\udcff]")
                for line in watch.output:
                    self.assertRegex(line, r"^\d\d:\d\d:\d\d\.\d{6}  ")

    def test_json_stays_json(self):
        watch = self.watch()
        for name in self.NAMES:
            self.act(name)
        wait_until(lambda: sum(e["to"] == "TIME_WAIT" for e in watch.events("transition"))
                   == len(self.NAMES), "all was told")
        watch.finish()  # which parses every line
        for line in watch.output:
            self.assertNotRegex(line[:-1], "[\x00-\x1f\x7f]")
        names = {name for e in watch.events("transition") for _, name in people(e)}
        for name in ("new\nline", "\x1b[31mred\x1b[0m", '"},{"x":"', "\u202eevil"):
            self.assertIn(name, names)


class Namespaces(InNamespace):
    def test_all_of_them_at_once(self):
        """Also one that is made while it watches."""
        watch = JsonWatch()
        self.addCleanup(watch.kill)
        spaces = [self.ns, *(self.enterContext(NetNs()) for _ in range(2))]
        for ns in spaces:
            server = self.actor("same-everywhere", ns)
            server.do(f"""
l = listen('{LOOP}', 7001); c = connect('{LOOP}', 7001, 7100); s, _ = l.accept()
c.close(); s.recv(1); s.close(); l.close()""")
        flow = Flow((LOOP, 7100), (LOOP, 7001))

        def stories():
            told = collections.defaultdict(list)
            for step in watch.steps(flow):
                told[step["netns"]["inode"]].append(step["to"])
            return [told[ns.inode] for ns in spaces]
        states = ["SYN_SENT", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"]
        wait_until(lambda: all(told == states for told in stories()), "all were told")
        self.assertEqual(len({step["cookie"] for step in watch.steps(flow)}), len(spaces))

    def test_labels_are_those_of_list(self):
        name = f"lastack-test-{os.getpid()}-watch"
        with NetNs(name) as ns:
            watch = JsonWatch(f"netns = {name}")
            self.addCleanup(watch.kill)
            actor = self.actor("labelled", ns)
            actor.do(f"l = listen('{LOOP}', 7001)")
            step = wait_until(lambda: watch.events("transition"), "the listener was told")[0]
            self.assertEqual(step["netns"], {"inode": ns.inode, "label": name})
            actor.kill()


class Multipath(InNamespace):
    """Subflows are TCP connections of their own; the socket of the process is above them."""

    def setUp(self):
        super().setUp()
        with contextlib.suppress(OSError):
            socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP).close()
            return
        self.skipTest("this kernel has no MPTCP")

    def begin(self):
        server, client = self.actor("mptcp-server"), self.actor("mptcp-client")
        server.do(f"""
l = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
l.bind(('{LOOP}', 7001)); l.listen()""")
        client.do(f"c = connect('{LOOP}', 7001, 7100, IPPROTO_MPTCP)")
        server.do("s, _ = l.accept()")
        client.do("c.sendall(b'hello')")
        server.do("answer = s.recv(5).decode()")
        return server, client

    def test_the_subflow_is_told_and_the_master_is_not(self):
        watch = self.watch()
        server, client = self.begin()
        with self.ns.entered(), socket.create_connection((LOOP, 7001)) as plain:
            other = flow_of_socket(plain)
        flow = Flow((LOOP, 7100), (LOOP, 7001))
        client.do("c.close()")
        server.do("s.recv(1); s.close()")
        wait_until(lambda: watch.story(flow).endswith(("TIME_WAIT", "CLOSED")), "it is over")
        self.assertTrue(watch.story(flow).startswith(ACTIVE), watch.story(flow))
        for step in watch.steps(flow):
            self.assertTrue(step["mptcp_subflow"], step)
            self.assertLessEqual(set(people(step)), {(client.pid, "mptcp-client")}, step)
        for step in watch.steps(flow.mirrored()):
            self.assertLessEqual(set(people(step)), {(server.pid, "mptcp-server")}, step)
        self.assertEqual(len(lives_of(watch.steps(flow))), 1)
        self.assertEqual(len({s["cookie"] for s in watch.steps(flow) if "cookie" in s}), 1)
        for step in watch.steps(other):  # fell back to TCP: at this end nothing else was asked for
            self.assertFalse(step.get("mptcp_subflow"), step)

    def test_a_subflow_that_a_kernel_thread_opens_is_not_its_own(self):
        for command in (["limits", "set", "subflow", "2", "add_addr_accepted", "2"],
                        ["endpoint", "add", "127.0.0.2", "dev", "lo", "subflow"]):
            self.ns.run("ip", "mptcp", *command)
        watch = self.watch()
        server, client = self.begin()

        def second():
            return {flow_of(e) for e in watch.events("transition")
                    if flow_of(e).remote == (LOOP, 7001) and flow_of(e).local[0] == "127.0.0.2"
                    and e["to"] == "ESTABLISHED"}
        flow, = wait_until(second, "the kernel has opened a second subflow")
        self.assertEqual(watch.story(flow), ACTIVE)
        for step in watch.steps(flow):
            self.assertTrue(step["mptcp_subflow"], step)
            self.assertLessEqual(set(people(step)), {(client.pid, "mptcp-client")}, step)
        for step in watch.steps(flow.mirrored()):
            self.assertLessEqual(set(people(step)), {(server.pid, "mptcp-server")}, step)


class TableEqualsList(InNamespace):
    """What watch told, played back, leaves just what is listed."""

    untold = ()  # states that are not compared

    def alive(self, watch):
        """Counter of (flow, state) of what has not ended by the lines told so far."""
        lives = self.by_identity(watch.events("transition"))
        return collections.Counter((flow_of(life[-1]), life[-1]["to"]) for life in lives
                                   if life[-1]["to"] not in ("CLOSED", *self.untold))

    @staticmethod
    def by_identity(steps):
        """The steps of each connection: of one cookie, where each begins in the state that the one
        before led to. A request is known by its flow until it has a cookie."""
        lives, requests = collections.defaultdict(list), {}
        for step in steps:
            flow, of_cookie = flow_of(step), lives[step.get("cookie")]
            before = next((life for life in of_cookie if life[-1]["to"] == step["from"]), None)
            if before and step["from"] != "CLOSED" and "cookie" in step:
                before.append(step)
            elif step["from"] == "SYN_RECEIVED" and flow in requests:
                requests[flow].append(step)
                of_cookie.append(requests.pop(flow))
            else:
                of_cookie.append([step])
                if "cookie" not in step:
                    requests[flow] = of_cookie.pop()
        return [*requests.values(), *(life for of_cookie in lives.values() for life in of_cookie)]

    def listed(self):
        return collections.Counter((flow_of(e), e["state"]) for e in listing("-a", "-t", ns=self.ns)
                                   if e["state"] not in ("BOUND_INACTIVE", "CLOSED", *self.untold))

    def assert_becomes_equal(self, watch):
        """Things may happen between the two looks, but at some quiet moment they are equal."""
        differences = None

        def are_equal():
            nonlocal differences
            alive, listed = self.alive(watch), self.listed()
            differences = {"only told": alive - listed, "only listed": listed - alive}
            return alive == listed
        try:
            wait_until(are_equal, "they are equal")
        except AssertionError as failure:
            raise AssertionError(differences) from failure

    # Some stay open on both sides or on one, some were reset, some are over, some wait.
    CHURN = """
import random
def churn(rounds, seed):
    dice = random.Random(seed)
    held = []
    for _ in range(rounds):
        c = connect('{address}', {port})
        s, _ = l.accept()
        what = dice.randrange(6)
        if what == 0: held += [c, s]
        elif what == 1: reset(c); s.close()
        elif what == 2: c.shutdown(socket.SHUT_WR); held += [c, s]
        elif what == 3: s.close(); c.recv(1); c.close()
        elif what == 4: s.close(); held.append(c)
        else: c.close(); s.recv(1); s.close()
    return held
"""

    def begin_churn(self, address, port, name="churner"):
        actor = self.actor(name)
        actor.do(f"l = listen('{address}', {port}, 512)")
        actor.do(self.CHURN.format(address=address, port=port))
        return actor

    def test_after_churn(self):
        self.ns.run("sysctl", "-qw", "net.ipv4.tcp_synack_retries=1")  # requests end within 3 s
        puppet = self.enterContext(contextlib.closing(Puppet(self.ns)))
        watch = self.watch()
        # Where nothing else is, list does not look for requests that outlive their listener.
        self.actor("anchor").do(f"l = listen('{LOOP}', 7000)")
        actors = [self.begin_churn(LOOP, 7001), self.begin_churn("::1", 7002),
                  self.begin_churn(LOOP, 7003)]
        for seed, actor in enumerate(actors):
            actor.begin(f"held = churn(400, {seed})")
        for actor in actors:
            actor.finish()
        actors[0].do(f"r = listen('{puppet.kernel}', 7004)")
        for port in range(3):
            puppet.begin_handshake(7004, 40000 + port)
        actors[1].do("waiting = [connect('::1', 7002) for _ in range(5)]")  # not accepted
        self.assertGreater(sum(self.listed().values()), 500)
        self.assert_becomes_equal(watch)
        actors[0].do("r.close()")
        for actor in actors:
            actor.do("held.clear(); waiting = None; l.close()")
        self.assert_becomes_equal(watch)
        self.ns.run("ss", "-HnKt", "exclude", "listening")
        self.assert_becomes_equal(watch)
        summary = watch.finish()
        self.assertEqual((summary["lost"], summary["gaps"], summary["defects"]), (0, 0, 0))

    def test_what_was_there_before(self):
        """It is in the table without having been told: what ends of it is told from the state it
        was in."""
        actor = self.begin_churn(LOOP, 7001)
        actor.do("held = churn(50, 1)")
        before = self.listed()
        watch = self.watch()
        self.assertEqual(watch.events("transition"), [])
        actor.do("[reset(s) for s in held]; held.clear(); l.close()")
        expected = collections.Counter({(flow, state): count for (flow, state), count
                                        in before.items() if state != "TIME_WAIT"})

        def ended():
            first = {}
            for step in watch.events("transition"):
                first.setdefault(step["cookie"], (flow_of(step), step["from"]))
            return collections.Counter(first.values())
        wait_until(lambda: sum(ended().values()) >= sum(expected.values()), "all ends were told")
        self.assertEqual(ended(), expected)
        for step in watch.events("transition"):
            self.assertEqual(step["to"], "CLOSED", step)

    def test_begun_in_the_middle_of_churn(self):
        """First the events, then the dump: nothing falls between them, nothing is told twice."""
        actor = self.begin_churn(LOOP, 7001)
        actor.begin("held = churn(3000, 7)")
        watches = [self.watch() for _ in range(3)]
        actor.finish()
        for watch in watches:
            wait_until(lambda: self.alive(watch).keys() <= self.listed().keys(), "all is told")
            summary = watch.finish()
            self.assertEqual((summary["lost"], summary["defects"]), (0, 0))
            for life in self.by_identity(watch.events("transition")):
                for before, after in itertools.pairwise(life):
                    self.assertEqual(before["to"], after["from"], life)
                for step in life:  # events tell all; a dump knows nothing that they do not
                    if (step["from"], step["to"]) != HIDDEN and not summary["skipped"]:
                        self.assertFalse(step["inferred"], life)

    def test_the_kernels_own_counters_agree(self):
        watch = self.watch()
        actor = self.begin_churn(LOOP, 7001)
        actor.do("held = churn(500, 3)")
        wait_until(lambda: self.alive(watch) == self.listed(), "all is told")
        counters = watch.finish()["kernel_counters"]
        for name in ("active_opens", "passive_opens", "mini_sockets", "time_wait_overflows"):
            counter = counters[name]
            difference = abs(counter["kernel"] - counter["seen"])
            self.assertLessEqual(difference, counter["uncertain"], name)
        self.assertGreaterEqual(counters["active_opens"]["kernel"], 500)

    def test_what_no_event_tells_is_in_the_summary(self):
        watch = self.watch()
        actor = self.actor("crowded")
        actor.do(f"""
l = listen('{LOOP}', 7001, 0); waiting = [socket.socket() for _ in range(4)]
for s in waiting: s.setblocking(False); s.connect_ex(('{LOOP}', 7001))""")
        counters = watch.finish()["kernel_counters"]
        self.assertGreater(counters["listen_overflows"]["kernel"], 0)
        self.assertGreaterEqual(counters["listen_drops"]["kernel"],
                                counters["listen_overflows"]["kernel"])
        self.assertNotIn("seen", counters["listen_drops"])

    def test_a_ring_that_is_too_small(self):
        """The loss is told, and when the load is over the table is right again."""
        # What remains of connections that came and went unseen is in the table, but no news.
        self.untold = ("FIN_WAIT_2", "TIME_WAIT")
        watch = self.watch("--ring-size", "4096")
        actors = [self.begin_churn(LOOP, 7001), self.begin_churn("::1", 7002)]
        for seed, actor in enumerate(actors):
            actor.begin(f"held = churn(1500, {seed})")
        for actor in actors:
            actor.finish()
        gap = wait_until(lambda: watch.events("gap"), "the loss was told")[0]
        self.assertGreater(gap["lost"], 0)
        self.await_quiet(watch)
        self.assert_becomes_equal(watch)
        before = self.listed()
        actors[0].do("held.clear()")
        self.assertNotEqual(self.listed(), before)
        self.await_quiet(watch)
        self.assert_becomes_equal(watch)
        listed = self.everything()
        summary = watch.finish()
        if self.everything() == listed:  # nothing else happens on this machine
            self.assertEqual(summary["alive"], sum(listed.values()))
        self.assertGreaterEqual(summary["lost"], sum(e["lost"] for e in watch.events("gap")))
        self.assertEqual(summary["lost"], sum(loss["lost"] for loss in summary["lost_by"]))
        self.assertGreaterEqual(summary["gaps"], len(watch.events("gap")))
        self.assertEqual(summary["defects"], 0)

    def await_quiet(self, watch):
        """Until nothing was lost for a second: so small a ring does not bear any other load."""
        def gaps():
            return len(watch.events("gap"))

        def is_quiet():
            before = gaps()
            with contextlib.suppress(AssertionError):
                wait_until(lambda: gaps() > before, "something is lost", 1.0)
            return gaps() == before
        try:
            wait_until(is_quiet, "nothing is lost any more", 40.0)
        except AssertionError:
            self.skipTest("something else keeps this machine busy")

    def test_the_summary_counts_what_is_listed(self):
        """On a machine where nothing else begins or ends meanwhile."""
        actor = self.begin_churn(LOOP, 7001)
        for attempt in range(10):
            watch = self.watch()
            actor.do(f"held = churn(100, {attempt})")
            # The watch did not see the rounds before, so it tells of less than is listed.
            wait_until(lambda: self.alive(watch).keys() <= self.listed().keys(), "all is told")
            before = self.everything()
            alive = watch.finish()["alive"]
            if before == self.everything():
                self.assertEqual(alive, sum(before.values()))
                return
        self.skipTest("this machine is never quiet")


    @staticmethod
    def everything():
        return collections.Counter((e["netns"]["inode"], flow_of(e), e["state"])
                                   for e in listing("-a", "-t")
                                   if e["state"] not in ("BOUND_INACTIVE", "CLOSED"))


class Dumps(InNamespace):
    def test_a_dump_dates_time_wait_back(self):
        """The peer's FIN to a mini-socket is not seen; a look at all sockets, made here because
        something was lost, finds it in TIME_WAIT. Its timer tells since when."""
        puppet = self.enterContext(contextlib.closing(Puppet(self.ns)))
        watch = self.watch("--ring-size", "4096")
        actor = self.actor("half-closer")
        actor.begin(f"connect('{puppet.address}', 7001).close()")
        talk = puppet.accept(7001)
        actor.finish()
        talk.take(talk.await_fin())
        talk.acknowledge()
        flow = Flow((puppet.kernel, talk.kernel_port), (puppet.address, 7001))
        with contextlib.suppress(AssertionError):
            wait_until(lambda: watch.story(flow).endswith("FIN_WAIT_2"), "it is in FIN_WAIT_2", 3)
        if watch.events("gap"):
            self.skipTest("something else keeps this machine busy")
        talk.send_fin()
        puppet.receive(7001, ACK)
        came = time.time()
        wait_until(lambda: time.time() > came + 1.5, "it was in TIME_WAIT for a while")
        actor.do(f"l = listen('{LOOP}', 7002, 64)")
        while not watch.events("gap"):
            actor.do(f"for _ in range(100): reset(connect('{LOOP}', 7002)); l.accept()[0].close()")
        step = wait_until(lambda: [s for s in watch.steps(flow) if s["to"] == "TIME_WAIT"],
                          "it was told")[0]
        self.assertAlmostEqual(moment(step["time"]) / 1e6, came, delta=0.5, msg=step)


class Privileges(InNamespace):
    def setUp(self):
        super().setUp()
        # The build folder need not be open to every user; a copy in /tmp is.
        folder = pathlib.Path(tempfile.mkdtemp(prefix="lastack-test-"))
        self.addCleanup(shutil.rmtree, folder)
        folder.chmod(0o755)
        self.binary = str(shutil.copy(LASTACK, folder / "lastack"))

    def test_without_privileges_it_polls_and_says_so(self):
        watch = self.watch("--interval", "50ms", before=self.ns.command(*NOBODY),
                           binary=self.binary)
        self.assertRegex("".join(watch.errors), "poll")
        actor = self.actor("polled")
        actor.do(f"l = listen('{LOOP}', 7001); c = connect('{LOOP}', 7001, 7100);"
                 " s, _ = l.accept()")
        flow = Flow((LOOP, 7100), (LOOP, 7001))
        wait_until(lambda: watch.story(flow) == ACTIVE, "it is told")
        actor.do("c.close()")
        wait_until(lambda: watch.story(flow).endswith("FIN_WAIT_2"), "its close is told")
        self.assertTrue(all(step["inferred"] for step in watch.events("transition")))
        summary = watch.finish()
        self.assertTrue(summary["polled"])
        self.assertEqual(summary["inferred"], summary["transitions"])

    def test_four_capabilities_are_enough_in_its_own_namespace(self):
        capabilities = ",".join(["-all", *(f"+{c.removeprefix('cap_')}" for c in NEEDED)])
        watch = self.watch(before=self.ns.command(
            *NOBODY, f"--inh-caps={capabilities}", f"--ambient-caps={capabilities}"),
            binary=self.binary)
        self.assertNotIn("polling", "".join(watch.errors))
        actor = self.actor("watched")
        actor.do(f"""
l = listen('{LOOP}', 7001); c = connect('{LOOP}', 7001, 7100); s, _ = l.accept()
c.close(); s.recv(1); s.close()""")
        flow = Flow((LOOP, 7100), (LOOP, 7001))
        wait_until(lambda: watch.story(flow) == f"{ACTIVE} {CLOSES_FIRST}", "it is told")
        wait_until(lambda: watch.story(flow.mirrored()) == f"{PASSIVE} {CLOSES_LAST}", "it is told")
        for step in watch.steps(flow) + watch.steps(flow.mirrored()):
            self.assertEqual(people(step), [(actor.pid, "watched")], step)

    def test_it_drops_what_it_does_not_need(self):
        watch = self.watch()
        with open(f"/proc/{watch.pid}/status", encoding="ascii") as file:
            status = dict(line.split(":\t", 1) for line in file if ":\t" in line)
        for name in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
            held = int(status[name], 16)
            for number, capability in ((0, "chown"), (5, "kill"), (7, "setuid"), (13, "net_raw"),
                                       (16, "sys_module"), (17, "sys_rawio"), (22, "sys_boot")):
                self.assertFalse(held >> number & 1, f"{name} has cap_{capability}")


if __name__ == "__main__":
    unittest.main()
