"""`lastack explain`: what it says of states, edges and the sockets that are there.

What it must say is known from what the test has made: the settings of the namespace, the sockets of
the zoo, and how long ago something was done to them.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import pathlib
import re
import resource
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
from typing import NamedTuple

from acting import Actor, name_of
from puppet import KERNEL, PUPPET, Puppet
from support import (LASTACK, NetNs, die_with_parent, kernel_version, lastack,
                     require_kernel_tests, stop, wait_until, without_notice)
from test_hostile import CONTROL, HOSTILE_NAMES, SGR, run_on_terminal
from test_privileges import NOBODY
from zoo import Zoo

LOOP = "127.0.0.1"
PR_SET_NAME = 15
STATES = ("CLOSED", "LISTEN", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT_1",
          "CLOSING", "LAST_ACK", "FIN_WAIT_2", "TIME_WAIT")
HAN = re.compile("[\u4e00-\u9fff]")
UNFILLED = re.compile(r"\{(?!PEER\}|PORT\})")  # a value that was not put in
# Timers fire a little late, most of all the long ones: the kernel's wheel is coarse.
SLACK_MS = 400


def setUpModule():
    require_kernel_tests("setpriv", "sysctl")


def explain(*args, **options):
    return lastack("explain", *args, **options)


def complaints(result):
    """What it said on stderr, line for line, but for what is rightly there even for root."""
    lines = result.stderr.splitlines(keepends=True)
    return [line for line in lines
            if without_notice(line.replace("lastack explain:", "lastack list:"))]


def objects_of(result):
    if result.returncode != 0:
        raise AssertionError(f"exit status {result.returncode}: {result.stderr}")
    return [json.loads(line) for line in result.stdout.splitlines()]


def place_of(sock):
    """Its own address and port, and the peer's."""
    return *sock.getsockname()[:2], *sock.getpeername()[:2]


def place_in(told):
    return (told["local"]["addr"], told["local"]["port"], told["remote"]["addr"],
            told["remote"]["port"])


def mirrored(place):
    return place[2:] + place[:2]


def own(sock):
    """The owner of a socket of this process as JSON tells it."""
    return [{"pid": os.getpid(), "comm": name_of(os.getpid()), "fd": sock.fileno()}]


def connect(listener, **options):
    """Both ends of a connection to `listener`, which has accepted it: (client, server)."""
    client = socket.create_connection(listener.getsockname()[:2], **options)
    return client, listener.accept()[0]


class Explained(unittest.TestCase):
    """A namespace for each test, in which it makes its sockets."""

    sysctls = {}

    def setUp(self):
        self.ns = self.enterContext(NetNs())
        for name, value in self.sysctls.items():
            self.ns.run("sysctl", "-qw", f"{name}={value}")

    # -- making sockets ----------------------------------------------------------------------

    def keep(self, *socks):
        for sock in socks:
            self.addCleanup(sock.close)
        return socks if len(socks) > 1 else socks[0]

    def listener(self, port=7000, **options):
        with self.ns.entered():
            return self.keep(socket.create_server((LOOP, port), **options))

    def pair(self, listener):
        with self.ns.entered():
            return self.keep(*connect(listener))

    def puppet(self):
        return self.enterContext(contextlib.closing(Puppet(self.ns)))

    def begin_connect(self, address, port):
        with self.ns.entered():
            sock = self.keep(socket.socket())
        sock.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            sock.connect((address, port))
        return sock

    def connect_to(self, puppet, port):
        """(socket, the puppet's Conversation)"""
        sock = self.begin_connect(PUPPET, port)
        talk = puppet.accept(port)
        sock.setblocking(True)
        return sock, talk

    # -- what is told of them ----------------------------------------------------------------

    def told(self, words="inode >= 0", *options, ns=None):
        """The sockets of the namespace that match."""
        words = f"netns = {(ns or self.ns).inode} and ({words})"
        result = explain("--json", "--each", *options, words)
        if result.returncode == 1 and "no socket matches" in result.stderr:
            return []
        return objects_of(result)

    def awaited(self, situation, words="inode >= 0", sock=None):
        """The one that is in that situation, once there is one; `sock`, or any that matches."""
        def there():
            return [each for each in self.told(words) if each["situation"] == situation
                    and (sock is None or place_in(each) == place_of(sock))]
        found = wait_until(there, f"a socket is {situation}")
        self.assertEqual(len(found), 1, found)
        return found[0]

    def assert_says(self, told, **members):
        said = {**told, "netns": told.get("netns", {}).get("label")}
        self.assertEqual({name: said.get(name) for name in members}, members, told)


class Settings(Explained):
    """Durations follow from the settings of the namespace."""

    sysctls = {"net.ipv4.tcp_fin_timeout": 17, "net.ipv4.tcp_synack_retries": 2,
               "net.ipv4.tcp_syn_retries": 3, "net.ipv4.tcp_retries2": 5,
               "net.ipv4.tcp_orphan_retries": 3, "net.ipv4.tcp_keepalive_time": 100,
               "net.ipv4.tcp_keepalive_intvl": 10, "net.ipv4.tcp_keepalive_probes": 3,
               "net.ipv4.ip_local_port_range": "30000 30099", "net.core.somaxconn": 77}
    # 1 + 2 + 4 and 1 + 2 + 4 + 8 s; 0.2 s doubled three and five times.
    SAID = {"FIN_WAIT_2": "17 s (tcp_fin_timeout)", "SYN_RECEIVED": "after 7 s",
            "SYN_SENT": "after 15 s", "ESTABLISHED": "after 13 s", "FIN_WAIT_1": "3 s after close",
            "LAST_ACK": "3 s after close", "CLOSING": "3 s after close", "CLOSE_WAIT": "(13 s)",
            "TIME_WAIT": "100 ports", "LISTEN": "somaxconn (77)"}

    def setUp(self):
        super().setUp()
        if kernel_version() >= (6, 5):
            self.ns.run("sysctl", "-qw", "net.ipv4.tcp_syn_linear_timeouts=0")

    def inside(self, *args):
        return explain(*args, before=self.ns.command())

    def test_states_are_explained_with_those_of_the_own_namespace(self):
        for state, words in self.SAID.items():
            with self.subTest(state):
                result = self.inside(state)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                text = " ".join(result.stdout.split())
                self.assertIn(words, text)
                self.assertNotRegex(text, UNFILLED)
                told, = objects_of(self.inside("--json", state))
                self.assert_says(told, kind="state", state=state)
                self.assertIn(words, json.dumps(told))

    def test_tries_that_were_set_are_named(self):
        text = " ".join(self.inside("SYN_SENT,SYN_RECEIVED,ESTABLISHED").stdout.split())
        for words in ("tcp_syn_retries: 3", "tcp_synack_retries: 2", "2 min 10 s"):
            self.assertIn(words, text)

    def test_sockets_are_explained_with_those_of_their_namespace(self):
        puppet = self.puppet()
        with self.ns.entered():
            self.keep(socket.create_server((KERNEL, 7100)))
        puppet.begin_handshake(7100, 50000)
        self.begin_connect(PUPPET, 50001)
        client, _ = self.pair(self.listener())
        client.shutdown(socket.SHUT_WR)
        self.awaited("fin_wait_2_held")
        for words, says in (("state syn-recv", "after 7 s"), ("state syn-sent", "15 s after"),
                            ("state fin-wait-2", "after close() 17 s")):
            with self.subTest(words):
                told, = self.told(words)
                self.assertIn(says, told["otherwise"])

    def test_a_socket_that_was_closed_has_the_time_that_was_set(self):
        client, _ = self.pair(self.listener())
        client.close()
        told = self.awaited("fin_wait_2_orphan")
        self.assert_says(told, timer="time_wait", no_owner="orphan")
        self.assertLessEqual(told["timer_ms"], 17000)
        self.assertLess(told["since_ms"], 10000)


class LongFinTimeout(Explained):
    """Beyond TIME_WAIT's 60 s the kernel keeps the socket first, then a mini-socket, each for what
    there is more than 60 s (tcp_keepalive_timer())."""

    sysctls = {"net.ipv4.tcp_fin_timeout": 62}
    SHORT_MS = 20000  # much longer than the test takes, much shorter than a minute

    def assert_short(self, told):
        """It has just been closed. That need not be known, but must not be told wrong."""
        self.assertLess(told.get("since_ms", 0), self.SHORT_MS, told)

    def test_what_has_just_been_closed_has_not_been_so_for_long(self):
        client, _ = self.pair(self.listener())
        client.close()
        told = self.awaited("fin_wait_2_long_wait")
        self.assert_short(told)

    def test_nor_has_the_mini_socket_that_follows(self):
        client, _ = self.pair(self.listener())
        client.close()
        found = wait_until(lambda: [told for told in self.told("state fin-wait-2")
                                    if told["timer"] == "time_wait"], "it is a mini-socket")
        self.assert_short(found[0])

    def test_nor_where_the_program_has_set_the_time(self):
        client, _ = self.pair(self.listener())
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_LINGER2, 100)
        client.close()
        self.assert_short(self.awaited("fin_wait_2_long_wait"))


class Expected(NamedTuple):
    """`situations`: those it may be in, as the timers go on while it is asked for."""

    situations: str
    verdicts: str
    way: str
    opened_by: str = "unknown"
    closed_first_by: str = "unknown"
    owes: str = ""  # a pattern; empty: nobody owes anything


_SENT, _RECEIVED = "SYN_SENT ESTABLISHED", "SYN_RECEIVED ESTABLISHED"
_IDLE_CLIENT = Expected("established_idle", "normal", _SENT, "local")
_IDLE_SERVER = Expected("established_idle", "normal", _RECEIVED, "remote")
_LISTEN = Expected("listen_idle", "normal", "")
_FIN_WAIT_1 = Expected("fin_wait_1_(sending|retransmitting)", "normal_briefly|look",
                       "ESTABLISHED FIN_WAIT_1", "unknown", "local")
_FIN_WAIT_2_ORPHAN = Expected("fin_wait_2_orphan", "normal_briefly",
                              f"{_SENT} FIN_WAIT_1 FIN_WAIT_2", "local", "local")
_UNCONNECTED = Expected("udp_unconnected", "normal", "")
_CONNECTED = Expected("udp_connected", "normal", "")
# By the names of the zoo.
SPECIMENS = {
    "LISTEN IPv4": _LISTEN,
    "LISTEN IPv6 only": _LISTEN,
    "LISTEN both": _LISTEN,
    "ESTABLISHED client": _IDLE_CLIENT,
    "ESTABLISHED server": _IDLE_SERVER,
    "v4-mapped": _IDLE_SERVER,
    "ESTABLISHED IPv6": _IDLE_CLIENT,
    "ESTABLISHED IPv6 server": _IDLE_SERVER,
    "not yet accepted": Expected("established_not_accepted", "normal_briefly", _RECEIVED, "remote",
                                 owes=r"accept\(\)"),
    "UDP unconnected": _UNCONNECTED,
    "UDP connected": _CONNECTED,
    "UDP6 unconnected": _UNCONNECTED,
    "UDP6 connected": _CONNECTED,
    "bound, inactive": Expected("bound_only", "normal", ""),
    "inherited": _LISTEN,
    "passed on": _LISTEN,
    "in flight": _LISTEN,
    "TIME_WAIT": Expected("time_wait", "normal", f"{_SENT} FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT",
                          "local", "local"),
    "CLOSE_WAIT": Expected("close_wait_owned", "fault", f"{_RECEIVED} CLOSE_WAIT", "remote",
                           "remote", r"\[PID\]: call close\(\)"),
    "FIN_WAIT_2, still open": Expected("fin_wait_2_held", "normal",
                                       f"{_SENT} FIN_WAIT_1 FIN_WAIT_2", "local", "local",
                                       r"close\(\)"),
    "FIN_WAIT_2, a mini-socket of the kernel": _FIN_WAIT_2_ORPHAN,
    "FIN_WAIT_2, an orphan": _FIN_WAIT_2_ORPHAN._replace(situations="fin_wait_2_long_wait"),
    "MPTCP listener": _LISTEN,
    "MPTCP client": _IDLE_CLIENT,
    "MPTCP server": _IDLE_SERVER,
    "SYN_RECEIVED": Expected("request_(fresh|again)", "normal_briefly|look", "SYN_RECEIVED",
                             "remote"),
    "its listener": _LISTEN,
    "SYN_SENT": Expected("syn_sent_(fresh|again)", "normal_briefly|look", "SYN_SENT", "local"),
    "FIN_WAIT_1, still open": _FIN_WAIT_1,
    "FIN_WAIT_1, an orphan": _FIN_WAIT_1,
    "CLOSING, an orphan": Expected("closing_(waiting|retransmitting)", "normal_briefly|look",
                                   "ESTABLISHED FIN_WAIT_1 CLOSING"),
    "LAST_ACK, an orphan": Expected("last_ack_(waiting|retransmitting)", "normal_briefly|look",
                                    "ESTABLISHED CLOSE_WAIT LAST_ACK", "unknown", "remote"),
}
# What runs in a state at any time; nothing in the others.
TIMERS = {"TIME_WAIT": "time_wait", "SYN_SENT": "retransmit", "SYN_RECEIVED": "retransmit",
          "FIN_WAIT_1": "retransmit", "CLOSING": "retransmit", "LAST_ACK": "retransmit"}


class EverySocket(unittest.TestCase):
    """The zoo, explained once as JSON and once as text."""

    @classmethod
    def setUpClass(cls):
        with contextlib.ExitStack() as stack:
            cls.ns = stack.enter_context(NetNs())
            cls.zoo = Zoo(cls.ns)
            stack.callback(cls.zoo.close)
            words = f"netns = {cls.ns.inode}"
            cls.told = objects_of(explain("--json", "--each", words))
            cls.groups = objects_of(explain("--json", words))
            cls.text = explain(words).stdout
            cls.each_text = explain("--each", words).stdout
            cls.addClassCleanup(stack.pop_all().close)

    def found(self, specimen):
        local, remote = specimen.row.local, specimen.row.remote
        found = [each for each in self.told if each["proto"] == specimen.row.proto
                 and place_in(each) == (*local, *remote) and each["state"] == specimen.row.state]
        self.assertEqual(len(found), 1, f"{specimen.row}: {found}")
        return found[0]

    def test_what_it_waits_for_and_how_it_got_there(self):
        for specimen in self.zoo.specimens:
            with self.subTest(specimen.name):
                told, expected = self.found(specimen), SPECIMENS[specimen.name]
                self.assertEqual(told["kind"], "socket")
                self.assertRegex(told["situation"], f"^({expected.situations})$")
                self.assertRegex(told["verdict"], f"^({expected.verdicts})$")
                self.assertEqual(told["way"], expected.way.split())
                self.assertEqual(told["way_watched"], False)
                self.assertEqual((told["opened_by"], told["closed_first_by"]),
                                 (expected.opened_by, expected.closed_first_by))
                owes = expected.owes.replace("PID", str(os.getpid()))
                if owes:
                    self.assertRegex(told["owner_has_to"], owes)
                else:
                    self.assertNotIn("owner_has_to", told)

    def test_who_has_it(self):
        for specimen in self.zoo.specimens:
            with self.subTest(specimen.name):
                told = self.found(specimen)
                self.assertEqual({(o["pid"], o["fd"]) for o in told["owners"]}, specimen.owners)
                for owner in told["owners"]:
                    self.assertEqual(owner["comm"], name_of(owner["pid"]))
                # Where a process may not be read, that one may have what nobody else does.
                reasons = {specimen.no_owner}
                if specimen.no_owner == "no_process":
                    reasons.add("not_permitted")
                self.assertIn(told.get("no_owner"), reasons)

    def test_its_timer(self):
        for told in self.told:
            with self.subTest(told["state"]):
                if told["situation"] == "fin_wait_2_orphan":
                    self.assertEqual(told["timer"], "time_wait")
                elif told["situation"] == "fin_wait_2_long_wait":
                    self.assertEqual(told["timer"], "keepalive")
                else:
                    self.assertEqual(told["timer"], TIMERS.get(told["state"], "none"))
                again = told.get("retransmits", 0) > 0
                self.assertEqual(again, bool(re.search("again|retransmitting", told["situation"])))
                self.assertEqual("timer_ms" in told, told["timer"] != "none")

    def test_the_other_end_is_the_one_with_the_ends_swapped(self):
        # v4-mapped addresses are those of IPv4 to a peer.
        def plain(told):
            addresses = [told[end]["addr"].removeprefix("::ffff:") for end in ("local", "remote")]
            return (told["proto"], addresses[0], told["local"]["port"], addresses[1],
                    told["remote"]["port"])
        by_place = {plain(told): told for told in self.told}
        pairs = 0
        for place, told in by_place.items():
            other = by_place.get((place[0], *mirrored(place[1:])))
            if place[4] == 0 or other is None:
                self.assertNotIn("other_end", told)
                continue
            with self.subTest(place):
                pairs += 1
                self.assertEqual(told["other_end"],
                                 {key: other[key] for key in told["other_end"]})
        self.assertGreater(pairs, 10)

    def test_nothing_is_left_to_fill_in(self):
        json_texts = [told[key] for told in self.told + self.groups
                      for key in ("waits_for", "owner_has_to", "otherwise") if key in told]
        for text in (self.text, self.each_text, *json_texts):
            self.assertNotRegex(text, UNFILLED)

    def test_groups_count_every_socket_once_and_the_worst_come_first(self):
        self.assertEqual(sum(group["count"] for group in self.groups), len(self.told))
        order = ["fault", "look", "normal_briefly", "normal"]
        ranks = [order.index(group["verdict"]) for group in self.groups]
        self.assertEqual(ranks, sorted(ranks))

    def test_text_has_a_few_groups_and_says_how_many_more(self):
        *shown, rest = self.text.split("\n\n")
        more, sockets = map(int, re.match(r"(\d+) more groups with (\d+) sockets", rest).groups())
        counts = [int(re.match(r"\S+  (\d+) sockets?\b", block)[1]) for block in shown]
        self.assertEqual(sum(counts) + sockets, len(self.told))
        self.assertLessEqual(len(shown), 6)
        self.assertGreater(more, 0)

    def test_each_is_a_page_a_socket(self):
        self.assertEqual(len(self.each_text.split("\n\n")), len(self.told))


class Situations(Explained):
    """One state, and what the kernel tells besides."""

    def test_a_full_accept_queue_and_the_client_whose_syn_is_dropped(self):
        listener = self.listener(backlog=1)
        with self.ns.entered():
            self.keep(*(socket.create_connection((LOOP, 7000)) for _ in range(2)))
        told = self.awaited("listen_full")
        self.assert_says(told, verdict="fault", owners=own(listener))
        self.assertIn(f"[{os.getpid()}]: call accept()", told["owner_has_to"])
        self.assertIn("2 wait, the limit is 1", told["waits_for"])
        waiting = self.told("state established and sport = :7000")
        self.assertEqual([(each["situation"], each["no_owner"]) for each in waiting],
                         [("established_not_accepted", "accept_queue")] * 2)
        dropped = self.begin_connect(LOOP, 7000)
        told = self.awaited("syn_sent_again")
        self.assert_says(told, state="SYN_SENT", verdict="look", owners=own(dropped))
        self.assertIn("accept queue is full", told["waits_for"])

    def test_a_queue_with_room_is_not_full(self):
        self.listener(backlog=1)
        with self.ns.entered():
            self.keep(socket.create_connection((LOOP, 7000)))
        told = self.awaited("listen_waiting")
        self.assert_says(told, verdict="normal_briefly")
        self.assertIn("1 connection(s) wait for accept(); 1 may", told["waits_for"])

    def test_nobody_answers_a_syn(self):
        self.puppet()
        sock = self.begin_connect(PUPPET, 50000)
        told, = self.told("state syn-sent")
        self.assertEqual(told["situation"],
                         "syn_sent_again" if told["retransmits"] else "syn_sent_fresh")
        told = self.awaited("syn_sent_again")
        self.assertGreater(told["retransmits"], 0)
        self.assert_says(told, state="SYN_SENT", verdict="look", owners=own(sock),
                         timer="retransmit")
        self.assertNotIn("other_end", told)

    def test_nobody_answers_a_syn_ack(self):
        puppet = self.puppet()
        with self.ns.entered():
            self.keep(socket.create_server((KERNEL, 7100)))
        puppet.begin_handshake(7100, 50000)
        self.assert_says(self.awaited("request_again"), state="SYN_RECEIVED", verdict="look",
                         no_owner="request", opened_by="remote", way=["SYN_RECEIVED"])

    def test_data_that_nobody_reads(self):
        client, server = self.pair(self.listener())
        client.sendall(b"x" * 1234)
        told = self.awaited("established_unread", sock=server)
        self.assert_says(told, state="ESTABLISHED", owners=own(server))
        self.assertIn("1234 bytes", told["waits_for"])
        self.assertIn(f"[{os.getpid()}]: call read()", told["owner_has_to"])
        client.close()
        told = self.awaited("close_wait_unread", sock=server)
        self.assert_says(told, state="CLOSE_WAIT", verdict="fault", owners=own(server))
        self.assertIn("close()", told["owner_has_to"])
        self.assertIn("1235 bytes", told["waits_for"])
        server.recv(4096)
        told = self.awaited("close_wait_owned", sock=server)
        self.assertIn(f"[{os.getpid()}]: call close()", told["owner_has_to"])

    def test_closed_again_before_it_was_accepted(self):
        self.listener()
        with self.ns.entered():
            socket.create_connection((LOOP, 7000)).close()
        told = self.awaited("close_wait_not_accepted")
        self.assert_says(told, state="CLOSE_WAIT", verdict="look", no_owner="accept_queue",
                         closed_first_by="remote")
        self.assertIn("accept()", told["owner_has_to"])

    def test_data_that_nobody_acknowledges(self):
        sock, _ = self.connect_to(self.puppet(), 50000)
        sock.sendall(b"x" * 77)
        told = self.awaited("established_retransmitting")
        self.assert_says(told, verdict="look", owners=own(sock), timer="retransmit")
        self.assertGreater(told["retransmits"], 0)
        self.assertIn("77 bytes", told["waits_for"])

    def test_a_closed_window(self):
        sock, talk = self.connect_to(self.puppet(), 50000)
        talk.acknowledge(window=0)
        sock.sendall(b"x" * 77)
        self.assert_says(self.awaited("established_window_closed"), verdict="look",
                         owners=own(sock), timer="persist")
        sock.close()
        self.assert_says(self.awaited("fin_wait_1_window_closed"), verdict="look",
                         no_owner="orphan", closed_first_by="local")

    def test_keepalive(self):
        client, server = self.pair(self.listener())
        server.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self.assert_says(self.awaited("established_keepalive", sock=server), verdict="normal",
                         timer="keepalive")
        self.assert_says(self.awaited("established_idle", sock=client), timer="none")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        client.shutdown(socket.SHUT_WR)
        told = self.awaited("fin_wait_2_held", sock=client)
        self.assert_says(told, timer="keepalive", owners=own(client))
        self.assertNotIn("since_ms", told)

    def test_more_than_one_process_has_it(self):
        client, server = self.pair(self.listener())
        child = subprocess.Popen(["sleep", "600"], pass_fds=[server.fileno()],
                                 preexec_fn=die_with_parent)
        self.addCleanup(stop, child)
        client.close()
        told = self.awaited("close_wait_owned", sock=server)
        self.assertEqual({owner["pid"] for owner in told["owners"]}, {os.getpid(), child.pid})
        self.assertIn("and 1 more", told["owner_has_to"])


class Since(Explained):
    """How long a timer says that it has been so."""

    def test_it_is_what_has_passed(self):
        puppet, listener = self.puppet(), self.listener()
        with self.ns.entered():
            self.keep(socket.create_server((KERNEL, 7100)))
        begin = time.monotonic()
        self.pair(listener)[0].close()  # FIN_WAIT_2
        client, server = self.pair(listener)
        client.close()
        server.close()
        self.begin_connect(PUPPET, 50001)
        puppet.begin_handshake(7100, 50000)
        made = time.monotonic()
        for _ in range(2):
            time.sleep(1.3)  # SYN and SYN,ACK are sent again meanwhile
            asked = time.monotonic()
            found = {told["state"]: told for told in self.told("not state listen")}
            answered = time.monotonic()
            for state in ("FIN_WAIT_2", "TIME_WAIT", "SYN_SENT", "SYN_RECEIVED"):
                with self.subTest(state):
                    since = found[state]["since_ms"]
                    self.assertGreaterEqual(since, (asked - made) * 1000 - SLACK_MS)
                    self.assertLessEqual(since, (answered - begin) * 1000 + SLACK_MS)

    def test_where_no_timer_tells_it_is_not_told(self):
        client, server = self.pair(self.listener())
        for sock in (client, server):
            self.assertNotIn("since_ms", self.awaited("established_idle", sock=sock))
        client.shutdown(socket.SHUT_WR)
        self.assertNotIn("since_ms", self.awaited("fin_wait_2_held", sock=client))
        self.assertNotIn("since_ms", self.awaited("close_wait_owned", sock=server))
        text = explain(f"netns = {self.ns.inode} and state close-wait").stdout
        self.assertIn("lastack watch", text)


class BothEnds(Explained):
    SERVER, CLIENT = ("10.78.5.1", 7200), ("10.78.5.2", 7201)

    def joined(self):
        """Two namespaces with a name and a link between them."""
        names = [f"lastack-test-{os.getpid()}-{end}" for end in ("left", "right")]
        left, right = (self.enterContext(NetNs(name)) for name in names)
        left.run("ip", "link", "add", "left", "type", "veth", "peer", "name", "right", "netns",
                 right.name)
        for ns, device, end in ((left, "left", self.SERVER), (right, "right", self.CLIENT)):
            ns.run("ip", "address", "add", f"{end[0]}/24", "dev", device)
            ns.run("ip", "link", "set", device, "up")
        return left, right

    def actor(self, name, ns):
        actor = Actor(name, ns)
        self.addCleanup(actor.kill)
        return actor

    def connected(self):
        """(server's namespace, client's, server, client)"""
        left, right = self.joined()
        server, client = self.actor("far-server", left), self.actor("far-client", right)
        server.do(f"listener = listen(*{self.SERVER})")
        client.do(f"client = socket.create_connection({self.SERVER}, 10, {self.CLIENT})")
        server.do("server, _ = listener.accept()")
        return left, right, server, client

    def people(self, told):
        return [(owner["pid"], owner["comm"]) for owner in told["owners"]]

    def test_in_two_namespaces(self):
        left, right, server, client = self.connected()
        told, = self.told("state established", ns=left)
        self.assert_says(told, netns=left.name, opened_by="remote")
        self.assertEqual(self.people(told), [(server.pid, "far-server")])
        self.assert_says(told["other_end"], netns=right.name, state="ESTABLISHED",
                         situation="established_idle")
        self.assertEqual(place_in(told["other_end"]), (*self.CLIENT, *self.SERVER))
        self.assertEqual(self.people(told["other_end"]), [(client.pid, "far-client")])
        told, = self.told("state established", ns=right)
        self.assert_says(told, netns=right.name, opened_by="local")
        self.assert_says(told["other_end"], netns=left.name)
        self.assertEqual(self.people(told["other_end"]), [(server.pid, "far-server")])

    def test_the_text_names_the_other_process_and_namespace(self):
        left, right, _, client = self.connected()
        client.do("client.shutdown(socket.SHUT_WR)")
        wait_until(lambda: self.told("state fin-wait-2", ns=right), "its FIN is acknowledged")
        text = explain(f"netns = {left.inode} and state close-wait").stdout
        other = " ".join(text[text.index("Other end"):].split())
        self.assertIn(f"FIN_WAIT_2 of far-client[{client.pid}]", other)
        self.assertIn(f"network namespace {right.name}", other)

    def test_a_connection_by_its_ends_either_way_round(self):
        left, right, _, _ = self.connected()
        server, client = ("{}:{}".format(*end) for end in (self.SERVER, self.CLIENT))
        for words in (f"{server}-{client}", f"{client}-{server}", f"{client} -> {server}",
                      f"{client}<->{server}"):
            with self.subTest(words):
                found = objects_of(explain("--json", words))
                self.assertEqual({(told["netns"]["label"], place_in(told)) for told in found},
                                 {(left.name, (*self.SERVER, *self.CLIENT)),
                                  (right.name, (*self.CLIENT, *self.SERVER))})

    def test_in_one_namespace(self):
        client, server = self.pair(self.listener())
        for one, other in ((client, server), (server, client)):
            told = self.awaited("established_idle", sock=one)
            self.assertEqual(place_in(told["other_end"]), place_of(other))
            self.assert_says(told["other_end"], owners=own(other), netns=told["netns"]["label"])
        address, port, *_ = place_of(client)
        found = objects_of(explain("--json", "--each", f"{LOOP}:7000-{address}:{port}"))
        here = [each for each in found if each["netns"] == told["netns"]]
        self.assertEqual({place_in(each) for each in here}, {place_of(client), place_of(server)})

    def test_loopback_of_another_namespace_is_another_place(self):
        self.ns.run("sysctl", "-qw", "net.ipv4.tcp_fin_timeout=1")
        elsewhere = self.enterContext(NetNs())
        ends = []
        for ns in (self.ns, elsewhere):
            with ns.entered():
                listener = self.keep(socket.create_server((LOOP, 7000)))
                client, server = self.keep(*connect(listener, source_address=(LOOP, 7001)))
            ends.append(client)
        ends[0].close()
        words = "sport = :7000 and not state listen"
        wait_until(lambda: not self.told("state fin-wait-2"), "the kernel has dropped it")
        self.assertNotIn("other_end", self.told(words)[0])
        self.assert_says(self.told(words)[0], state="CLOSE_WAIT")
        self.assertEqual(self.told(words, ns=elsewhere)[0]["other_end"]["local"]["port"], 7001)


class Many(Explained):
    MOST = 3000

    def setUp(self):
        super().setUp()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))

    def leak(self, count):
        """As many in CLOSE_WAIT."""
        listener = self.listener()
        with self.ns.entered():
            for _ in range(count):
                client, server = connect(listener)
                client.close()
                self.keep(server)
        wait_until(lambda: len(self.told("state close-wait")) == count, "all have the FIN")
        return server

    def test_thousands_are_one_group(self):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        count = min(self.MOST, hard - 100)
        self.leak(count)
        words = f"netns = {self.ns.inode} and state close-wait"
        result = explain(words)
        self.assertEqual((result.returncode, complaints(result)), (0, []))
        lines = result.stdout.splitlines()
        self.assertEqual(lines[0], f"CLOSE_WAIT  {count} sockets with {LOOP}")
        self.assertLessEqual(len(lines), 12, result.stdout)
        self.assertIn(f"[{os.getpid()}]: call close()", " ".join(result.stdout.split()))
        group, = objects_of(explain("--json", words))
        self.assert_says(group, kind="group", count=count, remote_hosts=1, state="CLOSE_WAIT",
                         situation="close_wait_owned", verdict="fault")
        self.assertEqual([e["owners"][0]["pid"] for e in group["examples"]], [os.getpid()] * 3)

    def test_more_than_four_are_grouped(self):
        last = self.leak(5)
        words = f"netns = {self.ns.inode} and state close-wait"
        told = objects_of(explain("--json", words))
        self.assertEqual([(each["kind"], each["count"]) for each in told], [("group", 5)])
        last.close()
        wait_until(lambda: len(self.told("state close-wait")) == 4, "one is closed")
        told = objects_of(explain("--json", words))
        self.assertEqual([each["kind"] for each in told], ["socket"] * 4)


class Mistakes(Explained):
    """Wrong words, names that want to take over the terminal, and readers that hang up."""

    def test_no_socket_matches(self):
        for words in ("sport = :1 and dport = :1", "10.9.8.7:1-10.9.8.6:2",
                      f"netns = {self.ns.inode}"):
            with self.subTest(words):
                result = explain(words)
                self.assertEqual((result.returncode, result.stdout), (1, ""))
                self.assertEqual(len(complaints(result)), 1, result.stderr)
                self.assertIn("no socket matches", result.stderr)

    def test_wrong_usage_is_status_2_and_one_line_that_names_the_mistake(self):
        for args, named in ((["CLOSEWAT"], "did you mean CLOSE_WAIT?"),
                            (["FIN_WAIT_1", "CLOSNG"], "did you mean CLOSING?"),
                            (["TIME_WAIT,CLOSE_WIAT"], "did you mean CLOSE_WAIT?"),
                            (["nonsense"], "no state 'nonsense'"),
                            (["sport", "="], "filter: column"),
                            (["sport = :21 and and"], "filter: column"),
                            (["state establishd"], "did you mean"),
                            ([":99999"], "99999"), (["--lang", "fr"], "'fr'"),
                            (["--color", "sometimes"], "'sometimes'"),
                            (["--colour"], "--colour")):
            with self.subTest(args):
                result = explain(*args)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
                self.assertIn(named, result.stderr)

    def test_an_impossible_edge_names_the_shortest_way(self):
        for args, named in (
                (["ESTABLISHED", "TIME_WAIT"],
                 "shortest way: ESTABLISHED -> FIN_WAIT_1 -> FIN_WAIT_2 -> TIME_WAIT"),
                (["close-wait -> time_wait"], "CLOSE_WAIT -> TIME_WAIT is impossible"),
                (["LISTEN", "LISTEN"], "does not follow itself")):
            for options in ([], ["--json"]):
                with self.subTest(args=args, options=options):
                    result = explain(*args, *options, env={"LC_ALL": "C"})
                    self.assertEqual((result.returncode, result.stdout), (1, ""))
                    self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
                    self.assertIn(named, result.stderr)

    def test_an_edge_and_both_states(self):
        edge, = objects_of(explain("--json", "FIN_WAIT_1", "CLOSING"))
        self.assert_says(edge, kind="edge", figure5=True, linux=True, **{"from": "FIN_WAIT_1"})
        both = objects_of(explain("--json", "FIN_WAIT_1,CLOSING"))
        self.assertEqual([told["state"] for told in both], ["FIN_WAIT_1", "CLOSING"])
        every = objects_of(explain("--json"))
        self.assertEqual(sorted(told["state"] for told in every), sorted(STATES))

    def test_hostile_names_never_arrive_as_they_are(self):
        libc, mine = ctypes.CDLL(None), name_of(os.getpid())
        self.addCleanup(libc.prctl, PR_SET_NAME, os.fsencode(mine), 0, 0, 0)
        listener = self.listener()
        self.pair(listener)
        client, _ = self.pair(listener)
        client.shutdown(socket.SHUT_WR)
        words = f"netns = {self.ns.inode}"
        for kind, name in HOSTILE_NAMES.items():
            libc.prctl(PR_SET_NAME, name, 0, 0, 0)
            for options in ([], ["--each"], ["--each", "--lang=zh"], ["--json"],
                            ["--json", "--each"]):
                with self.subTest(kind=kind, options=options):
                    result = explain("--color=never", *options, words, errors="strict")
                    self.assertEqual(result.returncode, 0, result.stderr)
                    self.assertEqual(CONTROL.findall(result.stdout + result.stderr), [])
                    if "--json" in options:
                        self.assertTrue(objects_of(result))

    def test_a_terminal_gets_no_control_byte_of_a_hostile_name(self):
        libc, mine = ctypes.CDLL(None), name_of(os.getpid())
        self.addCleanup(libc.prctl, PR_SET_NAME, os.fsencode(mine), 0, 0, 0)
        self.listener()
        libc.prctl(PR_SET_NAME, HOSTILE_NAMES["colour"], 0, 0, 0)
        for options in ([], ["--color=always"], ["--json"]):
            with self.subTest(options):
                status, output = run_on_terminal("explain", *options, f"netns = {self.ns.inode}")
                self.assertEqual(status, 0)
                self.assertNotIn(b"\x1b[5;45;93m", output)
                self.assertEqual(CONTROL.findall(SGR.sub(b"", output).decode("utf-8")
                                                 .replace("\r\n", "\n")), [])

    def test_hostile_words_are_not_repeated_as_they_are(self):
        for words in ("\x1b[31m", "\u202efoo", "process = '\x1b]0;x\x07' and sport = :1",
                      "CLOSE_WAIT \x1b[5m"):
            with self.subTest(words):
                result = explain(words)
                self.assertIn(result.returncode, (1, 2))
                self.assertEqual(CONTROL.findall(result.stderr), [])

    def test_a_reader_that_hangs_up(self):
        listener = self.listener()
        for _ in range(10):
            self.pair(listener)
        words = f"netns = {self.ns.inode}"
        for args in ([",".join(STATES)], ["--each", words], ["--json", "--each", words]):
            for count in (0, 50):
                with self.subTest(args=args, count=count):
                    output, result = self.read_and_hang_up(count, *args)
                    self.assertEqual((len(output), result.returncode, complaints(result)),
                                     (count, 0, []))

    @staticmethod
    def read_and_hang_up(count, *args):
        """(the first bytes of the output, how it ended). The pipe holds one page, less than any
        output here: lastack always meets its end."""
        reader, writer = os.pipe()
        fcntl.fcntl(reader, fcntl.F_SETPIPE_SZ, 4096)
        with open(reader, "rb", buffering=0) as stream:
            process = subprocess.Popen([LASTACK, "explain", *args], stdout=writer,
                                       stderr=subprocess.PIPE, text=True)
            os.close(writer)
            output = b""
            while len(output) < count and (chunk := stream.read(count - len(output))):
                output += chunk
        _, errors = process.communicate(timeout=60)
        return output, subprocess.CompletedProcess(args, process.returncode, "", errors)

    def test_output_that_cannot_be_written(self):
        self.listener()
        for args in (["TIME_WAIT"], [], ["--json"], [f"netns = {self.ns.inode}"]):
            with self.subTest(args), open("/dev/full", "w") as full:
                result = explain(*args, capture_output=False, stdout=full, stderr=subprocess.PIPE)
                self.assertEqual(result.returncode, 1)
                self.assertIn("No space left", result.stderr)


class Unprivileged(Explained):
    """Nobody asks about a namespace where some sockets are its own and others are root's."""

    def setUp(self):
        super().setUp()
        # The build folder need not be open to every user; a copy in /tmp is.
        folder = pathlib.Path(
            self.enterContext(tempfile.TemporaryDirectory(prefix="lastack-test-")))
        folder.chmod(0o755)
        self.binary = str(folder / "lastack")
        shutil.copy(LASTACK, self.binary)

    def as_nobody(self, *args):
        return explain(*args, before=self.ns.command(*NOBODY), binary=self.binary)

    def told_to_nobody(self, words):
        return objects_of(self.as_nobody("--json", "--each",
                                         f"netns = {self.ns.inode} and ({words})"))

    def test_states_need_no_privileges(self):
        self.ns.run("sysctl", "-qw", "net.ipv4.tcp_fin_timeout=17")
        for args in ([], ["FIN_WAIT_2"], ["FIN_WAIT_1", "CLOSING"]):
            with self.subTest(args):
                result = self.as_nobody(*args)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertTrue(result.stdout)
        self.assertIn("17 s", self.as_nobody("FIN_WAIT_2").stdout)

    def test_it_explains_what_it_can_and_says_what_is_missing(self):
        client, server = self.pair(self.listener(7000))
        client.shutdown(socket.SHUT_WR)
        with self.ns.entered():
            own_listener = socket.create_server((LOOP, 7001))
        with own_listener:  # a process of nobody's inherits it, and nobody else keeps it
            holder = subprocess.Popen([*NOBODY, "sleep", "600"],
                                      pass_fds=[own_listener.fileno()],
                                      preexec_fn=die_with_parent)
            self.addCleanup(stop, holder)
            wait_until(lambda: os.readlink(f"/proc/{holder.pid}/exe").endswith("/sleep"),
                       "setpriv has become sleep")
        result = self.as_nobody(f"netns = {self.ns.inode}")
        self.assertEqual(result.returncode, 0)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertRegex(result.stderr, r"not shown: \d+ sockets? without a process name")
        self.assertRegex(result.stderr, r"run as root|setcap")
        told, = self.told_to_nobody("sport = :7001")
        self.assertEqual([o["pid"] for o in told["owners"]], [holder.pid])
        self.awaited("fin_wait_2_held", sock=client)
        told, = self.told_to_nobody("state close-wait")
        self.assert_says(told, situation="close_wait_owned", owners=[], no_owner="not_permitted")
        self.assertIn("its program: call close()", told["owner_has_to"])
        told, = self.told_to_nobody("state fin-wait-2")
        self.assert_says(told, situation="fin_wait_2_held", no_owner="not_permitted")
        self.assertEqual(place_in(told), place_of(client))
        self.assertEqual(place_in(told["other_end"]), place_of(server))

    def test_keepalive_does_not_make_a_hidden_owner_none(self):
        client, _ = self.pair(self.listener())
        client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        client.shutdown(socket.SHUT_WR)
        self.awaited("fin_wait_2_held", sock=client)
        told, = self.told_to_nobody("state fin-wait-2")
        self.assert_says(told, no_owner="not_permitted", situation="fin_wait_2_held")


class Languages(Explained):
    CHINESE = ({"LC_ALL": "zh_CN.UTF-8"}, {"LC_ALL": "zh_TW.utf8"},
               {"LC_ALL": "", "LC_MESSAGES": "", "LC_CTYPE": "", "LANG": "zh_CN.UTF-8"},
               {"LC_ALL": "", "LC_MESSAGES": "zh_CN.UTF-8", "LC_CTYPE": "en_US.UTF-8",
                "LANG": "en_US.UTF-8"})
    ASCII = ({"LC_ALL": "zh_CN"}, {"LC_ALL": "zh_CN.GB18030"}, {"LC_ALL": "C"}, {"LC_ALL": "POSIX"},
             {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"},
             {"LC_ALL": "", "LC_MESSAGES": "", "LC_CTYPE": "", "LANG": ""})
    ENGLISH = ({"LC_ALL": "en_US.UTF-8"}, {"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"},
               {"LC_ALL": "", "LC_MESSAGES": "en_US.UTF-8", "LC_CTYPE": "zh_CN.UTF-8",
                "LANG": "zh_CN.UTF-8"})

    def setUp(self):
        super().setUp()
        listener = self.listener()
        client, _ = self.pair(listener)
        client.shutdown(socket.SHUT_WR)
        self.pair(listener)[0].close()
        words = f"netns = {self.ns.inode}"
        # Explained, or refused with a line that has an arrow.
        self.asked = [[], [",".join(STATES)], ["FIN_WAIT_1", "CLOSING"],
                      ["ESTABLISHED", "TIME_WAIT"], [words], ["--each", words],
                      ["--json", "--each", words], ["--json", "LISTEN"]]

    def check(self, environments, assertion, *options):
        """Whatever it says, stderr included."""
        for env in environments:
            for args in self.asked:
                with self.subTest(env=env, args=args, options=options):
                    result = explain(*args, *options, env=env, errors="strict")
                    self.assertIn(result.returncode, (0, 1))
                    text = "".join([result.stdout, *complaints(result)])
                    self.assertTrue(text)
                    assertion(text)

    def is_chinese(self, text):
        self.assertRegex(text, HAN)
        self.assertNotRegex(text, r"\bMeaning\b|\bWaits for\b|\bthe peer\b")

    def is_english(self, text):
        self.assertNotRegex(text, HAN)

    def is_ascii(self, text):
        self.assertEqual(re.findall(r"[^\x00-\x7f]", text), [])

    def test_chinese(self):
        self.check(self.CHINESE, self.is_chinese)

    def test_english_in_ascii(self):
        self.check(self.ASCII, self.is_ascii)

    def test_english(self):
        self.check(self.ENGLISH, self.is_english)

    def test_the_option_has_the_last_word(self):
        self.check([{"LC_ALL": "zh_CN.UTF-8"}], self.is_english, "--lang=en")
        self.check([{"LC_ALL": "C"}], self.is_chinese, "--lang=zh")

    def test_names_for_programs_are_the_same_in_both(self):
        def names(language):
            return [{key: told[key] for key in ("situation", "verdict", "state", "timer", "way",
                                                "opened_by", "closed_first_by", "owners")}
                    for told in self.told("inode >= 0", f"--lang={language}")]
        self.assertEqual(names("en"), names("zh"))
        self.assertTrue(names("en"))


if __name__ == "__main__":
    unittest.main()
