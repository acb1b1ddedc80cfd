"""`lastack watch` as a test sees it: a running one, and the story it tells of each connection.

A story is written as the states with the causes between them:
"CLOSED connect SYN_SENT syn_ack_received ESTABLISHED". Where the same ends have several lives, or a
step is missing, " | " stands between them.
"""

import contextlib
import datetime
import itertools
import json
import os
import signal
import socket
import subprocess
import threading
import unittest
from typing import NamedTuple

from acting import ME
from support import LASTACK, NetNs, canonical, die_with_parent, wait_until

ACTIVE = "CLOSED connect SYN_SENT syn_ack_received ESTABLISHED"
PASSIVE = "LISTEN syn_received SYN_RECEIVED ack_received ESTABLISHED"
CLOSES_FIRST = "close FIN_WAIT_1 ack_received FIN_WAIT_2 fin_received TIME_WAIT"
CLOSES_LAST = "fin_received CLOSE_WAIT close LAST_ACK ack_received CLOSED"
LOOPBACK = {4: "127.0.0.1", 6: "::1"}
FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}
ANY = {4: "0.0.0.0", 6: "::"}
# What events of this machine take to be told; much more than they ever should.
PROMPT_S = 8.0
# The one step that nothing shows: it happens inside a mini-socket.
HIDDEN = ("FIN_WAIT_2", "TIME_WAIT")


class Flow(NamedTuple):
    """A connection as one of its ends has it; an end is (address, port)."""

    local: tuple[str, int]
    remote: tuple[str, int]

    def mirrored(self):
        return Flow(self.remote, self.local)


def listening(address, port):
    return Flow((address, port), (ANY[6 if ":" in address else 4], 0))


def flow_of(line):
    return Flow(*((canonical(end["addr"]), end["port"])
                  for end in (line["local"], line["remote"])))


def moment(text):
    """Microseconds since 1970 of a time in JSON."""
    since = datetime.datetime.fromisoformat(text.replace("Z", "+00:00")) - _EPOCH
    return round(since / datetime.timedelta(microseconds=1))


_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


class Watch:
    """A running `lastack watch`; what it prints is collected as it comes."""

    def __init__(self, *args, before=(), binary=LASTACK):
        self._process = subprocess.Popen(
            [*before, binary, "watch", *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="surrogateescape",
            preexec_fn=die_with_parent)
        self.output, self.errors = [], []
        self._readers = [self._collect(self._process.stdout, self.output),
                         self._collect(self._process.stderr, self.errors)]
        self.pid = self._process.pid
        try:
            wait_until(lambda: self._begun() or self._process.poll() is not None, "it watches")
            if not self._begun():
                raise AssertionError(f"lastack watch ended: {''.join(self.errors)}")
        except BaseException:
            self.kill()
            raise

    @staticmethod
    def _collect(stream, lines):
        def read():
            with stream:
                for line in stream:
                    lines.append(line)
        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        return reader

    def _begun(self):
        return any(line.startswith("watching") for line in self.errors)

    def wait(self, timeout_s=20):
        """Until it ends by itself; returns its exit status."""
        status = self._process.wait(timeout_s)
        for reader in self._readers:
            reader.join()
        return status

    def stop(self, number=signal.SIGINT, pid=None):
        """Asks it to end and returns its exit status."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid or self._process.pid, number)
        return self.wait()

    def kill(self):
        """For the clean-up; does nothing where it has ended."""
        self._process.kill()
        self._process.wait()


class JsonWatch(Watch):
    """`lastack watch --json`, what it told as objects."""

    def __init__(self, *args, **options):
        self._parsed = []
        super().__init__("--json", *args, **options)

    def events(self, kind=None):
        done = len(self._parsed)
        self._parsed += map(json.loads, self.output[done:])
        return [e for e in self._parsed if kind in (None, e["event"])]

    def finish(self, pid=None):
        """Ends it and returns its summary."""
        status = self.stop(pid=pid)
        if status != 0:
            raise AssertionError(f"exit status {status}: {''.join(self.errors)}")
        return self.summary()

    def summary(self):
        """Of one that has ended."""
        last = self.events()[-1] if self.events() else None
        if not last or last["event"] != "summary" or len(self.events("summary")) != 1:
            raise AssertionError(f"the last line is no summary: {last}")
        return last

    def steps(self, flow):
        """The transitions of that flow in the order they were told.

        An active open may have no port of its own yet when it begins: the cookie tells whose line
        that is."""
        lines = self.events("transition")
        own = [line for line in lines if flow_of(line) == flow]
        cookies = {line["cookie"] for line in own if "cookie" in line}
        return [line for line in lines if flow_of(line) == flow or (
            line.get("cookie") in cookies and line["from"] == "CLOSED"
            and line["local"]["port"] == 0 and flow_of(line).remote == flow.remote)]

    def story(self, flow):
        return story_of(self.steps(flow))

    def lives(self, flow):
        return [line for line in self.events("life") if flow_of(line) == flow]


def story_of(steps):
    return " | ".join(_words_of(life) for life in lives_of(steps))


def lives_of(steps):
    """Steps that follow one another in the same socket, together."""
    lives = []
    for step in steps:
        for life in lives:
            if life[-1]["to"] == step["from"] != "CLOSED" and _may_be_same(life, step):
                life.append(step)
                break
        else:
            lives.append([step])
    return lives


def _may_be_same(life, step):
    """A request has no cookie yet."""
    return step.get("cookie") in {None, *(earlier.get("cookie") for earlier in life)} \
        or all("cookie" not in earlier for earlier in life)


def _words_of(life):
    return " ".join([life[0]["from"], *(f"{step['cause']} {step['to']}" for step in life)])


def goes_on(story, told):
    """Whether `told` has the same lives, of which at most the open ones have gone on since."""
    pairs = itertools.zip_longest(story.split(" | "), told.split(" | "), fillvalue="")
    return all(now == before or now.startswith(f"{before} ") and not before.endswith(" CLOSED")
               for before, now in pairs)


def life_story(life):
    """As story_of() would have it, without the state that it began from."""
    return " ".join(word for hop in life["path"] for word in (hop["state"], hop["left_by"]))


def states_of(story):
    return story.split()[::2]


def edges_of(story):
    return {edge for one in story.split(" | ") for edge in itertools.pairwise(states_of(one))}


def people(line):
    return [(owner["pid"], owner["comm"]) for owner in line["owners"]]


class Pair(NamedTuple):
    """Both ends of a connection; `flow` is the client's."""

    client: socket.socket
    server: socket.socket
    flow: Flow


class Watched(unittest.TestCase):
    """A namespace whose transitions and lives are watched; a test does something in it and says
    what must have been told. At the end nothing may have been lost, and no defect found."""

    sysctls = {}

    @classmethod
    def setUpClass(cls):
        with contextlib.ExitStack() as stack:
            cls.ns = stack.enter_context(NetNs())
            for name, value in cls.sysctls.items():
                cls.ns.run("sysctl", "-qw", f"{name}={value}")
            only = f"netns = {cls.ns.inode}"
            cls.watch = JsonWatch(only)
            stack.callback(cls.watch.kill)
            cls.obituaries = JsonWatch("--lives", only)
            stack.callback(cls.obituaries.kill)
            cls.prepare(stack)
            cls.cleanup = stack.pop_all()
        cls.ports = itertools.count(5000)
        cls.expected = {}

    @classmethod
    def prepare(cls, stack):
        """What a test class needs besides; to be undone by `stack`."""

    @classmethod
    def tearDownClass(cls):
        with cls.cleanup:
            summaries = [cls.watch.finish(), cls.obituaries.finish()]
        for summary in summaries:
            losses = {key: summary[key] for key in ("defects", "lost", "gaps") if summary[key]}
            if losses:
                raise AssertionError(f"the summary tells of {losses}")
        for flow, story in cls.expected.items():
            told = cls.watch.story(flow)
            if not goes_on(story, told):
                raise AssertionError(f"more was told of {flow}: {told} instead of {story}")

    # -- making connections ------------------------------------------------------------------

    def port(self):
        return next(self.ports)

    def socket(self, version=4, protocol=0):
        with self.ns.entered():
            sock = socket.socket(FAMILY[version], socket.SOCK_STREAM, protocol)
        self.addCleanup(sock.close)
        sock.settimeout(10)
        return sock

    def listener(self, version=4, address=None, port=None, backlog=16):
        sock = self.socket(version)
        sock.bind((address or LOOPBACK[version], port or self.port()))
        sock.listen(backlog)
        return sock

    def pair(self, version=4):
        """An established connection; its listener is closed already."""
        listener = self.listener(version)
        client = self.socket(version)
        client.bind((LOOPBACK[version], self.port()))
        client.connect(listener.getsockname()[:2])
        server, _ = listener.accept()
        self.addCleanup(server.close)
        server.settimeout(10)
        listener.close()
        return Pair(client, server, flow_of_socket(client))

    def await_end_of(self, *socks):
        """Reads until the other side has closed."""
        for sock in socks:
            self.assertEqual(sock.recv(1), b"")

    def destroy(self, *ss_filter):
        """`ss -K`; it prints what it destroys."""
        result = self.ns.run("ss", "-HnK", *ss_filter)
        self.assertTrue(result.stdout, f"ss -K {ss_filter} found nothing to destroy")

    def destroy_time_wait(self, flow):
        self.destroy("-t", "state", "time-wait", "sport", "=", f":{flow.local[1]}", "and", "dport",
                     "=", f":{flow.remote[1]}")

    # -- what must have been told ------------------------------------------------------------

    def told(self, flow, story, owner=ME, deadline_s=PROMPT_S, inferred=(HIDDEN,), **life):
        """Waits until `story` was told of `flow`, and checks every line of it.

        `owner`: (pid, name) on every line; a function of the line that returns it; or None: not
        asked. `inferred`: the edges that may be. `life`: members of the line at the end of it."""
        with contextlib.suppress(AssertionError):
            wait_until(lambda: not story.startswith(self.watch.story(flow))
                       or self.watch.story(flow) == story, "it was told", deadline_s)
        lines = "\n".join(json.dumps(step) for step in self.watch.steps(flow))
        self.assertEqual(self.watch.story(flow), story, f"of {flow}:\n{lines}")
        self.expected[flow] = story
        steps = self.watch.steps(flow)
        self._check_lines(steps, flow, owner, inferred)
        if story.endswith("CLOSED"):
            self._check_life(flow, story, life)
        return steps

    def _check_lines(self, steps, flow, owner, inferred):
        for step in steps:
            self.assertEqual(step["proto"], "tcp", step)
            self.assertEqual(step["family"], "inet6" if ":" in flow.local[0] else "inet", step)
            self.assertEqual(step["netns"]["inode"], self.ns.inode, step)
            if step["inferred"]:
                self.assertIn((step["from"], step["to"]), inferred, step)
            if owner:
                who = owner(step) if callable(owner) else owner
                self.assertEqual(people(step), [who] if who else [], step)
        for life in lives_of(steps):
            self.assertNotIn("dwell_us", life[0])
            for before, step in itertools.pairwise(life):
                if before["inferred"] and "dwell_us" not in step:
                    continue  # when that happened is not known
                elapsed = moment(step["time"]) - moment(before["time"])
                self.assertAlmostEqual(step["dwell_us"], elapsed, delta=2, msg=step)

    def _check_life(self, flow, story, facts):
        stories = [one for one in story.split(" | ") if one.endswith(" CLOSED")]
        wait_until(lambda: len(self.obituaries.lives(flow)) >= len(stories),
                   f"the life of {flow} was told", PROMPT_S)
        lives = self.obituaries.lives(flow)
        self.assertEqual(len(lives), len(stories), lives)
        for life, one in zip(lives, stories):
            words = one.split()
            # A connection of a listener begins with its request.
            self.assertEqual(life_story(life), " ".join(words[2:-1] if words[0] in (
                "CLOSED", "LISTEN") and words[2] != "CLOSED" else words[:-1]), life)
            self.assertEqual(life["ended_by"], words[-2], life)
            self._check_durations(life)
        for key, value in facts.items():
            self.assertEqual(lives[-1].get(key), value, f"{key} of {lives[-1]}")

    def _check_durations(self, life):
        dwells = [hop["dwell_us"] for hop in life["path"] if "dwell_us" in hop]
        if "start_time" not in life or len(dwells) < len(life["path"]):
            return
        lasted = moment(life["time"]) - moment(life["start_time"])
        self.assertAlmostEqual(sum(dwells), lasted, delta=2 + len(dwells), msg=life)


def flow_of_socket(sock):
    return Flow(sock.getsockname()[:2], sock.getpeername()[:2])
