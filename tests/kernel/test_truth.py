"""lastack list against ss, lsof and what the test itself has made."""

import collections
import contextlib
import json
import os
import unittest

from support import (NetNs, helper, lastack, listing, owners_of, require_kernel_tests, row_of, stop,
                     unreadable_processes, wait_until)
from witnesses import SsRow, LsofRow, as_lsof_sees, lsof_rows, ss_rows
from zoo import Zoo

NAMESPACES = 3
# 6 processes of 1667 connections, both ends each: 20,004 sockets and 6 listeners.
CONNECTIONS = 1667


def setUpModule():
    require_kernel_tests("ss", "lsof")


def difference(expected, found):
    """Two Counters as a readable list of what only one of them has; empty when they agree."""
    lines = [f"missing: {row} x{n}" for row, n in sorted((expected - found).items(), key=repr)]
    lines += [f"too many: {row} x{n}" for row, n in sorted((found - expected).items(), key=repr)]
    return "\n".join(lines[:20] + [f"... {len(lines)} in all"] * (len(lines) > 20))


class QuiescentLoad(unittest.TestCase):
    """20,000 sockets of six processes in three namespaces: row for row what ss and lsof say."""

    @classmethod
    def setUpClass(cls):
        with contextlib.ExitStack() as stack:
            name = f"lastack-test-{os.getpid()}-load"
            cls.spaces = [stack.enter_context(NetNs(name if i == 0 else None))
                          for i in range(NAMESPACES)]
            for i, ns in enumerate(cls.spaces):
                for family in (4, 6):
                    process, _ = helper("load.py", f"load-{i}-v{family}", CONNECTIONS, family,
                                        8000 + family, ns=ns)
                    stack.callback(stop, process)
            cls.addClassCleanup(stack.pop_all().close)
        cls.endpoints = listing()

    def of(self, ns):
        return [e for e in self.endpoints if e["netns"]["inode"] == ns.inode]

    def test_the_load_is_there(self):
        self.assertEqual(sum(len(self.of(ns)) for ns in self.spaces),
                         NAMESPACES * 2 * (2 * CONNECTIONS + 1))

    def test_same_sockets_states_inodes_and_owners_as_ss(self):
        for ns in self.spaces:
            found = collections.Counter(SsRow(row_of(e), e.get("inode", 0), owners_of(e))
                                        for e in self.of(ns))
            with self.subTest(netns=ns.inode):
                self.assertEqual(difference(ss_rows(ns), found), "")

    def test_same_owners_as_lsof(self):
        for ns in self.spaces:
            found = collections.Counter(LsofRow(pid, fd, as_lsof_sees(row_of(e)))
                                        for e in self.of(ns) for pid, fd in owners_of(e))
            with self.subTest(netns=ns.inode):
                self.assertEqual(difference(lsof_rows(ns), found), "")

    def test_owners_carry_their_names(self):
        names = {owner["comm"] for ns in self.spaces for e in self.of(ns) for owner in e["owners"]}
        self.assertEqual(names, {f"load-{i}-v{v}" for i in range(NAMESPACES) for v in (4, 6)})

    def test_cookies_are_unique(self):
        cookies = [e["cookie"] for e in self.endpoints]
        self.assertEqual(len(cookies), len(set(cookies)))

    def test_one_namespace_by_name(self):
        ns = self.spaces[0]
        only = listing("-N", ns.name)
        self.assertEqual({(e["netns"]["inode"], e["netns"]["label"]) for e in only},
                         {(ns.inode, ns.name)})
        self.assertEqual(collections.Counter(map(row_of, only)),
                         collections.Counter(map(row_of, self.of(ns))))

    def test_the_table_has_a_row_for_each(self):
        result = lastack("list", "-a", "-H", "-O", "-N", self.spaces[0].name)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(result.stdout.splitlines()), 2 * (2 * CONNECTIONS + 1))


class EveryKind(unittest.TestCase):
    """A socket of every state and of every kind of ownership, on a quiet machine."""

    crowd = 0  # processes of CONNECTIONS connections in another namespace

    @classmethod
    def setUpClass(cls):
        with contextlib.ExitStack() as stack:
            cls.ns, elsewhere = (stack.enter_context(NetNs()) for _ in range(2))
            for i in range(cls.crowd):
                process, _ = helper("load.py", "crowd", CONNECTIONS, 4, 8000 + i, ns=elsewhere)
                stack.callback(stop, process)
            cls.zoo = stack.enter_context(contextlib.closing(Zoo(cls.ns)))
            cls.addClassCleanup(stack.pop_all().close)
        cls._await_settled()
        cls.endpoints = listing(ns=cls.ns)

    @classmethod
    def _await_settled(cls):
        """Segments travel on their own time: waits until ss sees every state it can see."""
        expected = {s.row for s in cls.zoo.specimens if s.row.state != "BOUND_INACTIVE"}
        wait_until(lambda: expected <= {seen.row for seen in ss_rows(cls.ns)},
                   "ss sees every specimen")

    def endpoint_of(self, row):
        found = [e for e in self.endpoints if row_of(e) == row]
        self.assertEqual(len(found), 1, f"{row} is listed {len(found)} times")
        return found[0]

    def test_every_specimen_has_its_owners_or_the_reason_why_not(self):
        for specimen in self.zoo.specimens:
            with self.subTest(specimen.name):
                endpoint = self.endpoint_of(specimen.row)
                self.assertEqual(owners_of(endpoint), specimen.owners)
                self.assertIn(endpoint.get("no_owner"), self.reasons(specimen))

    @staticmethod
    def reasons(specimen):
        if specimen.no_owner == "no_process" and unreadable_processes():
            return ["no_process", "not_permitted"]
        return [specimen.no_owner]

    def test_all_eleven_states_but_closed_are_seen(self):
        states = {s.row.state for s in self.zoo.specimens if s.row.proto == "tcp"}
        states.discard("BOUND_INACTIVE")
        self.assertEqual(states, {"LISTEN", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED", "CLOSE_WAIT",
                                  "FIN_WAIT_1", "CLOSING", "LAST_ACK", "FIN_WAIT_2", "TIME_WAIT"})

    def test_same_sockets_and_owners_as_ss(self):
        # This ss may be too old to ask for bound, inactive sockets.
        seen = {s: n for s, n in ss_rows(self.ns).items() if s.row.state != "BOUND_INACTIVE"}
        found = collections.Counter(SsRow(row_of(e), e.get("inode", 0), owners_of(e))
                                    for e in self.endpoints if e["state"] != "BOUND_INACTIVE")
        self.assertEqual(difference(collections.Counter(seen), found), "")

    def test_same_owners_as_lsof(self):
        # lsof finds no protocol for bound, inactive sockets.
        found = collections.Counter(LsofRow(pid, fd, as_lsof_sees(row_of(e)))
                                    for e in self.endpoints if e["state"] != "BOUND_INACTIVE"
                                    for pid, fd in owners_of(e))
        self.assertEqual(difference(lsof_rows(self.ns), found), "")

    def test_owners_are_told_in_full(self):
        owner = self.endpoint_of(self.zoo.specimens[0].row)["owners"][0]
        with open("/proc/self/comm") as comm, open("/proc/self/cmdline") as cmdline:
            expected = {"comm": comm.read().rstrip("\n"),
                        "cmdline": cmdline.read().rstrip("\0").replace("\0", " ")}
        expected |= {"exe": os.readlink("/proc/self/exe"), "user": "root"}
        self.assertEqual({key: owner.get(key) for key in expected}, expected)


class EveryKindInACrowd(EveryKind):
    """The same where so many files are open that owners are found by the BPF iterator instead of
    /proc: both ways must give the same answers."""

    crowd = 3

    @classmethod
    def setUpClass(cls):
        sources = json.loads(lastack("status", "--json").stdout)["sources"]
        works = {source["name"]: source["works"] for source in sources}
        if works["owners by BPF"] != "yes":
            raise unittest.SkipTest("the BPF iterator does not work here")
        super().setUpClass()
        with open("/proc/sys/fs/file-nr", encoding="ascii") as file:
            assert int(file.read().split()[0]) > 8000, "too few files for the iterator to pay"


if __name__ == "__main__":
    unittest.main()
