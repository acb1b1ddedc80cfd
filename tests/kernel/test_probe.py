"""`lastack probe` against peers that do what peers do: speak, keep silent, refuse, vanish."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import unittest

from support import LASTACK, NetNs, die_with_parent, lastack, require_kernel_tests, wait_until

NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
RESET = struct.pack("ii", 1, 0)


def setUpModule():
    require_kernel_tests("nft", "setpriv")


@contextlib.contextmanager
def serving(ns, address, act, port=0):
    """A listener in the namespace; `act` is called with each connection. Gives its port."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with ns.entered():
        listener = socket.create_server((address, port), family=family, backlog=64)
    listener.settimeout(0.1)
    done = threading.Event()

    def serve():
        while not done.is_set():
            with contextlib.suppress(TimeoutError):
                act(listener.accept()[0])
    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        done.set()
        thread.join()
        listener.close()


def says(text):
    def act(connection):
        with connection:
            connection.sendall(text)
            connection.recv(1)  # until the peer closes
    return act


def keeps_silent(connection):
    with connection:
        connection.recv(1)


def resets(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.close()


def echoes(connection):
    with connection:
        connection.sendall(b"got " + connection.recv(100))
        connection.recv(1)


@contextlib.contextmanager
def firewall(rule):
    """A namespace with that rule for what comes in."""
    with NetNs() as ns:
        ns.run("nft", "-f", "-", input="table inet t {\n chain c {\n  type filter hook input "
               f"priority 0;\n  {rule}\n }}\n}}\n")
        yield ns


@contextlib.contextmanager
def full_queue(ns, address="127.0.0.1"):
    """A listener whose accept queue has no room left. Gives its port."""
    with ns.entered(), contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((address, 0))
        listener.listen(0)
        stack.enter_context(socket.create_connection(listener.getsockname()))
        yield listener.getsockname()[1]


def states(steps, end):
    """The way of one end, as its states."""
    own = [s for s in steps if s["step"] == "transition" and s["end"] == end]
    return [own[0]["from"], *(s["to"] for s in own)] if own else []


class Probing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ns = NetNs()
        cls.addClassCleanup(cls.ns.close)

    def probe(self, *args, ns=None, before=(), **options):
        return lastack("probe", *map(str, args), before=(ns or self.ns).command(*before), **options)

    def objects(self, *args, **options):
        result = self.probe("--json", *args, **options)
        self.assertIn(result.returncode, (0, 1), result.stderr)
        return [json.loads(line) for line in result.stdout.splitlines()], result

    def one(self, *args, **options):
        objects, result = self.objects(*args, **options)
        self.assertEqual(len(objects), 1, result)
        self.assertEqual(result.returncode, 0 if objects[0]["open"] else 1)
        return objects[0]


class Verdicts(Probing):
    def test_open_with_its_banner(self):
        with serving(self.ns, "127.0.0.1", says(b"220 ready\r\n")) as port:
            found = self.one(f"127.0.0.1:{port}")
        self.assertEqual((found["verdict"], found["banner"], found["peer_end"]),
                         ("open", "220 ready\r\n", "stayed"))
        self.assertEqual(found["syns_sent"], 1)
        self.assertLess(found["handshake_us"], 1_000_000)
        self.assertTrue(found["on_this_machine"])

    def test_ipv6(self):
        with serving(self.ns, "::1", says(b"hello")) as port:
            found = self.one(f"[::1]:{port}")
        self.assertEqual((found["verdict"], found["banner"], found["addr"]),
                         ("open", "hello", "::1"))

    def test_a_listener_on_all_addresses_of_both_families(self):
        with self.ns.entered():
            listener = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        with listener:
            found = self.one("127.0.0.1", listener.getsockname()[1], "--banner", "0.3")
        self.assertEqual((found["verdict"], found["listener"]["full"]), ("open_silent", False))
        self.assertEqual(states(found["steps"], "peer")[:3],
                         ["LISTEN", "SYN_RECEIVED", "ESTABLISHED"])

    def test_accepted_and_silent(self):
        with serving(self.ns, "127.0.0.1", keeps_silent) as port:
            begun = time.monotonic()
            found = self.one(f"127.0.0.1:{port}", "--banner", "0.4")
        self.assertEqual(found["verdict"], "open_silent")
        self.assertGreaterEqual(found["elapsed_us"], 400_000)
        self.assertLess(time.monotonic() - begun, 10)
        self.assertIn("HTTP", found["meaning"])

    def test_without_a_banner_nothing_is_waited_for(self):
        with serving(self.ns, "127.0.0.1", keeps_silent) as port:
            found = self.one(f"127.0.0.1:{port}", "--banner", "0")
        self.assertEqual(found["verdict"], "open")
        self.assertLess(found["elapsed_us"], 400_000)

    def test_what_is_said_first(self):
        with serving(self.ns, "127.0.0.1", echoes) as port:
            found = self.one(f"127.0.0.1:{port}", "--send", r"PING\x41\r\n")
            http = self.one(f"127.0.0.1:{port}", "--http")
        self.assertEqual(found["banner"], "got PINGA\r\n")
        self.assertEqual(http["banner"], "got HEAD / HTTP/1.0\r\n\r\n")

    def test_closed_at_once(self):
        with serving(self.ns, "127.0.0.1", lambda connection: connection.close()) as port:
            found = self.one(f"127.0.0.1:{port}")
        self.assertEqual((found["verdict"], found["peer_end"]), ("open_closed", "closed"))

    def test_reset_after_accept(self):
        with serving(self.ns, "127.0.0.1", resets) as port:
            found = self.one(f"127.0.0.1:{port}")
        self.assertEqual((found["verdict"], found["peer_end"]), ("reset_after_accept", "reset"))

    def test_refused(self):
        found = self.one("127.0.0.1:9")
        self.assertEqual((found["verdict"], found["error"]), ("refused", "ECONNREFUSED"))
        self.assertNotIn("icmp", found)
        self.assertEqual(states(found["steps"], "client"), ["CLOSED", "SYN_SENT", "CLOSED"])

    def test_name_not_resolved(self):
        found = self.one("no-such-host.invalid:80")
        self.assertEqual(found["verdict"], "name_not_resolved")
        self.assertTrue(found["problem"])

    def test_no_route(self):
        found = self.one("192.0.2.1:80")
        self.assertEqual((found["verdict"], found["error"]), ("no_route", "ENETUNREACH"))

    def test_a_source_of_somebody_else(self):
        found = self.one("127.0.0.1:80", "--source", "192.0.2.9")
        self.assertEqual((found["verdict"], found["error"]), ("bad_source", "EADDRNOTAVAIL"))

    def test_a_source_of_its_own(self):
        with serving(self.ns, "127.0.0.1", says(b"x")) as port:
            found = self.one(f"127.0.0.1:{port}", "--source", "127.0.0.7")
        self.assertEqual((found["verdict"], found["local"]["addr"]), ("open", "127.0.0.7"))

    def test_accept_queue_full(self):
        with full_queue(self.ns) as port:
            found = self.one(f"127.0.0.1:{port}", "--timeout", "1.5")
        self.assertEqual(found["verdict"], "accept_queue_full")
        self.assertEqual((found["listener"]["queue"], found["listener"]["limit"]), (1, 0))
        self.assertGreaterEqual(found["syns_sent"], 2)  # again after a second

    def test_hostile_banner(self):
        hostile = b"\x1b[2J\x1b]0;owned\x07\xff\xfe\r\nnext\x9b31m\xe2\x80\xae"
        with serving(self.ns, "127.0.0.1", says(hostile)) as port:
            text = self.probe(f"127.0.0.1:{port}").stdout
            table = self.probe("127.0.0.1", f"{port},9").stdout
            found = self.one(f"127.0.0.1:{port}")
        for shown in (text, table):
            self.assertNotRegex(shown, "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")
            self.assertIn(r"\e[2J", shown)
        self.assertTrue(found["banner"].startswith("\x1b[2J"))

    def test_a_long_banner_is_cut_and_the_connection_closed_cleanly(self):
        with serving(self.ns, "127.0.0.1", says(b"x" * 3000)) as port:
            found = self.one(f"127.0.0.1:{port}")
        self.assertEqual((len(found["banner"]), found["banner_cut"]), (512, True))
        self.assertEqual(states(found["steps"], "client")[3:5], ["FIN_WAIT_1", "FIN_WAIT_2"])

    def test_it_does_not_connect_to_itself(self):
        with NetNs() as ns:
            ns.run("sysctl", "-qw", "net.ipv4.ip_local_port_range=40000 40000")
            found = self.one("127.0.0.1:40000", ns=ns)
        self.assertFalse(found["open"])

    def test_no_local_port_is_left(self):
        with NetNs() as ns, serving(ns, "127.0.0.1", keeps_silent, port=50) as port:
            ns.run("sysctl", "-qw", "net.ipv4.ip_local_port_range=40000 40000")
            with ns.entered():
                holder = socket.create_connection(("127.0.0.1", port))
            with holder:
                found = self.one(f"127.0.0.1:{port}", ns=ns)
        self.assertEqual((found["verdict"], found["error"]), ("no_local_port", "EADDRNOTAVAIL"))


class Firewalls(Probing):
    def test_filtered(self):
        with firewall("tcp dport 80 drop") as ns:
            found = self.one("127.0.0.1:80", "--timeout", "1.5", ns=ns)
        self.assertEqual((found["verdict"], found["error"]), ("filtered", "ETIMEDOUT"))
        self.assertGreaterEqual(found["syns_sent"], 2)
        self.assertGreaterEqual(found["elapsed_us"], 1_500_000)

    def test_prohibited(self):
        with firewall("tcp dport 80 reject with icmp type admin-prohibited") as ns:
            found = self.one("127.0.0.1:80", ns=ns)
            text = self.probe("127.0.0.1:80", ns=ns).stdout
        self.assertEqual(found["verdict"], "unreachable")
        self.assertEqual(found["icmp"], {"name": "admin_prohibited", "type": 3, "code": 13,
                                         "from": "127.0.0.1", "own": True})
        self.assertIn("a firewall forbids it", text)

    def test_port_unreachable_is_no_refusal(self):
        with firewall("tcp dport 80 reject with icmp type port-unreachable") as ns:
            found = self.one("127.0.0.1:80", ns=ns)
        self.assertEqual((found["verdict"], found["icmp"]["name"]),
                         ("unreachable", "port_unreachable"))

    def test_prohibited_in_ipv6(self):
        with firewall("tcp dport 80 reject with icmpv6 type admin-prohibited") as ns:
            found = self.one("[::1]:80", ns=ns)
        self.assertEqual((found["verdict"], found["icmp"]["type"], found["icmp"]["code"]),
                         ("unreachable", 1, 1))

    def test_a_prohibit_route(self):
        with NetNs() as ns:
            ns.run("ip", "route", "add", "prohibit", "192.0.2.0/24")
            found = self.one("192.0.2.1:80", ns=ns)
        self.assertEqual((found["verdict"], found["error"]), ("not_permitted", "EACCES"))


class Neighbours(Probing):
    """Two namespaces with a cable between them: 10.9.0.1 here, 10.9.0.2 there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.there = NetNs()
        cls.addClassCleanup(cls.there.close)
        cls.ns.run("ip", "link", "add", "here", "type", "veth", "peer", "name", "there", "netns",
                   cls.there.path)
        for ns, name, last in ((cls.ns, "here", 1), (cls.there, "there", 2)):
            ns.run("ip", "addr", "add", f"10.9.0.{last}/24", "dev", name)
            ns.run("ip", "link", "set", name, "up")

    def test_nobody_answers_arp(self):
        found = self.one("10.9.0.77:80", "--timeout", "10")
        self.assertEqual(found["verdict"], "unreachable")
        self.assertEqual((found["icmp"]["name"], found["icmp"]["own"]), ("host_unreachable", True))

    def test_the_other_end_in_another_namespace(self):
        with serving(self.there, "10.9.0.2", says(b"hello")) as port:
            found = self.one(f"10.9.0.2:{port}")
        self.assertEqual(found["verdict"], "open")
        self.assertTrue(found["on_this_machine"])
        self.assertEqual(states(found["steps"], "peer"),
                         ["LISTEN", "SYN_RECEIVED", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK",
                          "CLOSED"])
        ends = {(step["end"], "netns" in step) for step in found["steps"]
                if step["step"] == "transition"}
        # Neither the client's namespace nor the peer's is lastack's own name for "here".
        self.assertIn(("peer", True), ends)
        self.assertNotIn(("client", True), ends)

    def test_its_accept_queue_is_full(self):
        with full_queue(self.there, "10.9.0.2") as port:
            found = self.one(f"10.9.0.2:{port}", "--timeout", "1.5")
        self.assertEqual(found["verdict"], "accept_queue_full")
        self.assertIn("netns", found["listener"])

    def test_from_another_namespace(self):
        label = f"net:[{self.there.inode}]"
        with serving(self.ns, "10.9.0.1", says(b"hello")) as port:
            found = self.one(f"10.9.0.1:{port}", "--netns", label)
        self.assertEqual((found["verdict"], found["local"]["addr"]), ("open", "10.9.0.2"))
        self.assertEqual(states(found["steps"], "client")[:3], ["CLOSED", "SYN_SENT",
                                                                "ESTABLISHED"])


class Steps(Probing):
    def test_both_ends_in_order_with_their_processes(self):
        with serving(self.ns, "127.0.0.1", says(b"hello")) as port:
            found = self.one(f"127.0.0.1:{port}")
        steps = found["steps"]
        # The step to TIME_WAIT may happen inside a mini-socket, where nothing shows it.
        self.assertEqual(states(steps, "client")[:5],
                         ["CLOSED", "SYN_SENT", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2"])
        self.assertIn(states(steps, "client")[5:], ([], ["TIME_WAIT"]))
        self.assertEqual(states(steps, "peer"),
                         ["LISTEN", "SYN_RECEIVED", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK",
                          "CLOSED"])
        times = [step["after_us"] for step in steps]
        self.assertEqual(times, sorted(times))
        told = [(s["end"], s.get("to", s["step"])) for s in steps]
        for earlier, later in ((("client", "SYN_SENT"), ("peer", "SYN_RECEIVED")),
                               (("peer", "SYN_RECEIVED"), ("client", "ESTABLISHED")),
                               (("client", "ESTABLISHED"), ("client", "banner")),
                               (("client", "banner"), ("client", "FIN_WAIT_1")),
                               (("client", "FIN_WAIT_1"), ("peer", "CLOSE_WAIT"))):
            self.assertLess(told.index(earlier), told.index(later), told)
        processes = {(s["end"], s.get("process", "").rstrip("?")) for s in steps
                     if s["step"] == "transition"}
        self.assertIn(("peer", f"python3[{os.getpid()}]"), processes)
        self.assertTrue(any(end == "client" and who.startswith("lastack[")
                            for end, who in processes), processes)

    def test_as_text(self):
        with serving(self.ns, "127.0.0.1", says(b"hello")) as port:
            text = self.probe(f"127.0.0.1:{port}").stdout
        self.assertRegex(text, r"\+0\.\d{3} ms  lastack\[\d+\] +127\.0\.0\.1:\d+ (→|->) :%d  CLOSED "
                         r"+(→|->) SYN_SENT +connect\(\)" % port)
        self.assertRegex(text, r"python3\[%d\]\?? +:%d (→|->) 127" % (os.getpid(), port))

    def test_many_ports_have_steps_only_where_asked_for(self):
        found, _ = self.objects("127.0.0.1:9,10")
        self.assertFalse(any("steps" in each for each in found))
        found, _ = self.objects("127.0.0.1:9,10", "--steps")
        for each in found:
            self.assertEqual(states(each["steps"], "client"), ["CLOSED", "SYN_SENT", "CLOSED"])


class Many(Probing):
    def test_a_range(self):
        with serving(self.ns, "127.0.0.1", says(b"hi"), port=8003):
            found, result = self.objects("127.0.0.1:8000-8010")
            table = self.probe("127.0.0.1:8000-8010")
            short = self.probe("127.0.0.1:8002-8004", "--quiet")
        self.assertEqual([each["port"] for each in found], list(range(8000, 8011)))
        self.assertEqual({each["port"]: each["verdict"] for each in found if each["open"]},
                         {8003: "open"})
        self.assertEqual(result.returncode, 1)
        rows = table.stdout.split("\n\n")[0].splitlines()
        self.assertEqual(len(rows), 12)
        self.assertEqual([" open " in row for row in rows].index(True), 4)
        self.assertIn("A RST answered", table.stdout)
        self.assertIn("1 open, 10 refused", table.stderr)
        self.assertEqual(short.stdout, "127.0.0.1:8002 refused\n127.0.0.1:8003 open\n"
                         "127.0.0.1:8004 refused\n")

    def test_several_hosts_of_both_families(self):
        with serving(self.ns, "127.0.0.1", says(b"4"), port=81), \
             serving(self.ns, "::1", says(b"6"), port=82):
            found, result = self.objects("127.0.0.1", "81", "[::1]:82")
        self.assertEqual([each["banner"] for each in found], ["4", "6"])
        self.assertEqual(result.returncode, 0)

    def test_the_rate_is_kept(self):
        begun = time.monotonic()
        found, _ = self.objects("127.0.0.1:8000-8019", "--rate", "20")
        self.assertEqual(len(found), 20)
        self.assertGreaterEqual(time.monotonic() - begun, 19 / 20)

    def test_no_more_at_once_than_allowed(self):
        with firewall("tcp dport 1-99 drop") as ns:
            begun = time.monotonic()
            found, _ = self.objects("127.0.0.1:1-6", "--concurrency", "2", "--timeout", "0.4",
                                    "--rate", "1000", ns=ns)
        self.assertEqual({each["verdict"] for each in found}, {"filtered"})
        self.assertGreaterEqual(time.monotonic() - begun, 3 * 0.4)

    def test_ctrl_c_keeps_what_was_done(self):
        command = self.ns.command(LASTACK, "probe", "--json", "--rate", "10", "127.0.0.1:1000-1999")
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              preexec_fn=die_with_parent) as process:
            lines = [process.stdout.readline() for _ in range(3)]
            process.send_signal(signal.SIGINT)
            rest, errors = process.communicate(timeout=20)
        found = [json.loads(line) for line in lines + rest.splitlines()]
        self.assertGreaterEqual(len(found), 3)
        self.assertLess(len(found), 900)
        self.assertEqual(process.returncode, 1)
        self.assertIn("interrupted", errors)


class Usage(Probing):
    def test_wrong_usage(self):
        for args, words in (
                ([], "missing"), (["host"], "has no port"), (["host:0"], "1 to 65535"),
                (["host:70000"], "1 to 65535"), (["host:9-3"], "ends before it begins"),
                (["::1:80"], "brackets"), (["host:nosuchservice"], "no service"),
                (["host:80", "--rate", "0"], "1 to 1000"), (["host:1-2000"], "--all-ports"),
                (["host:80", "--timeout", "x"], "seconds"), (["host:80", "-4", "-6"], "exclude"),
                (["host:80", "--send", "\\q"], "backslash"), (["http://host:80/"], "URL")):
            result = self.probe(*args)
            self.assertEqual(result.returncode, 2, (args, result))
            self.assertIn(words, result.stderr)
            self.assertEqual(len(result.stderr.splitlines()), 1)

    def test_no_such_namespace(self):
        result = self.probe("127.0.0.1:80", "--netns", "no such\x1b[1m")
        self.assertEqual(result.returncode, 1)
        self.assertIn("no network namespace is called", result.stderr)
        self.assertNotIn("\x1b", result.stderr)


class Unprivileged(Probing):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The build folder need not be open to every user; a copy in /tmp is.
        folder = pathlib.Path(tempfile.mkdtemp(prefix="lastack-test-"))
        cls.addClassCleanup(shutil.rmtree, folder)
        folder.chmod(0o755)
        cls.binary = str(folder / "lastack")
        shutil.copy(LASTACK, cls.binary)

    def test_what_the_socket_tells_and_what_is_missing(self):
        with serving(self.ns, "127.0.0.1", says(b"hello")) as port:
            found = self.one(f"127.0.0.1:{port}", before=NOBODY, binary=self.binary)
            text = self.probe(f"127.0.0.1:{port}", before=NOBODY, binary=self.binary)
        self.assertEqual((found["verdict"], found["banner"]), ("open", "hello"))
        self.assertEqual([step["step"] for step in found["steps"]],
                         ["connect_called", "established", "banner", "closed"])
        self.assertEqual(len(text.stderr.splitlines()), 1)
        self.assertIn("setcap", text.stderr)
        self.assertIn("first words of the peer", text.stdout)

    def test_its_own_namespace_tells_of_a_full_queue(self):
        with full_queue(self.ns) as port:
            found = self.one(f"127.0.0.1:{port}", "--timeout", "1.5", before=NOBODY,
                             binary=self.binary)
        self.assertEqual(found["verdict"], "accept_queue_full")


class Logging(Probing):
    def test_every_probe_is_logged(self):
        with tempfile.TemporaryDirectory() as folder:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
                log.bind(f"{folder}/log")
                log.settimeout(10)
                for name, minor in (("null", 3), ("urandom", 9)):
                    os.mknod(f"{folder}/{name}", 0o666 | 0o020000, os.makedev(1, minor))
                # A /dev of its own, in which the log is ours.
                within = ["unshare", "--mount", "sh", "-c",
                          f'mount --bind {folder} /dev && exec "$@"', "sh"]
                self.assertEqual(self.probe("127.0.0.1:9", before=within).returncode, 1)
                line = log.recv(4096).decode()
                self.probe("127.0.0.1:1-40", before=within)
                many = log.recv(4096).decode()
        self.assertRegex(line, r"lastack\[\d+\]: probe by uid=0\(root\)[^:]*: 127\.0\.0\.1:9: refused")
        self.assertRegex(many, r"probe by uid=0\(root\)[^:]*: ports of 127\.0\.0\.1: 40 refused")


if __name__ == "__main__":
    unittest.main()
