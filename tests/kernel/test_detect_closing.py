"""Connections that do not come to an end: nobody calls close(), or the peer does not answer."""

import unittest

from acting import Actor
from diagnosing import Link, diagnosed, sockets_of, told
from support import NetNs, lastack, listing, require_kernel_tests, wait_until

LOOP, PORT = "127.0.0.1", 5000
# Accepts whoever comes and hands the connection to `treat` in a thread of its own.
SERVE = """
import time
held = []
def serve(listener, treat):
    def live():
        while True:
            sock = listener.accept()[0]
            threading.Thread(target=treat, args=(sock,), daemon=True).start()
    threading.Thread(target=live, daemon=True).start()
def read_to_the_end(sock):
    while sock.recv(4096):
        pass
def forget(sock):
    read_to_the_end(sock)
    held.append(sock)
def close_soon(sock):
    read_to_the_end(sock)
    time.sleep(0.3)
    sock.close()
"""


def setUpModule():
    require_kernel_tests("nft", "ss")


class Case(unittest.TestCase):
    def setUp(self):
        self.ns = self.enterContext(NetNs())

    def actor(self, name, statements="", ns=None):
        actor = Actor(name, ns or self.ns)
        self.addCleanup(actor.kill)
        actor.do(statements)
        return actor

    def server(self, treat, address=LOOP, ns=None):
        return self.actor("api", SERVE + f"listener = listen('{address}', {PORT}, 64)\n"
                          f"serve(listener, {treat})", ns)

    def await_states(self, state, count):
        wait_until(lambda: len(sockets_of(self.ns, f"state {state}")) == count,
                   f"{count} sockets are in {state}")

    def label(self):
        (row,) = {each["netns"]["label"] for each in listing("-a", ns=self.ns)}
        return row

    def assert_commands_work(self, remedies):
        """Those that only look: they may be run by anybody who reads them."""
        for remedy in remedies:
            if remedy["command"].startswith("lastack list '"):
                words = remedy["command"].removeprefix("lastack list '").removesuffix("'")
                result = lastack("list", words)
                self.assertEqual(result.returncode, 0, (remedy, result.stderr))
                self.assertGreater(len(result.stdout.splitlines()), 1, remedy)


class CloseWait(Case):
    def find(self, watch_s=2, **thresholds):
        return diagnosed(self.ns, "close-wait-leak", watch_s=watch_s,
                         **({"old_s": 1} | thresholds))

    def leave(self, count):
        """So many clients come and go."""
        self.actor("clients", f"for _ in range({count}): connect('{LOOP}', {PORT}).close()")

    def test_a_server_that_forgets_to_close(self):
        server = self.server("forget")
        self.leave(15)
        self.await_states("close-wait", 15)
        findings = self.find()
        self.assertEqual(told(findings), [("close-wait-leak", f"pid {server.pid}", "warning")])
        found = findings[0]
        self.assertEqual(found["process"]["pid"], server.pid, found)
        self.assertEqual(found["socket_count"], 15, found)
        self.assertEqual(found["evidence"]["end_read"], "15", found)
        self.assertEqual(found["evidence"]["where"], f"15 came in at {LOOP}:{PORT}", found)
        fds = found["evidence"]["fds"].split()
        held = [str(fd) for fd in server.ask("sorted(sock.fileno() for sock in held)")]
        self.assertLessEqual(set(fds) - {"…"}, set(held), found)
        self.assert_commands_work(found["now"])

    def test_a_client_that_does_not_look_at_its_pool(self):
        server = self.server("held.append")
        client = self.actor("app", f"pool = [connect('{LOOP}', {PORT}) for _ in range(12)]")
        wait_until(lambda: server.ask("len(held)") == 12, "all are accepted")
        server.do("for sock in held: sock.close()")
        self.await_states("close-wait", 12)
        findings = self.find()  # all at one moment, and no more: no leak for sure
        self.assertEqual(told(findings), [("close-wait-leak", f"pid {client.pid}", "notice")])
        self.assertEqual(findings[0]["evidence"]["end_unread"], "12", findings)

    def test_nobody_accepts_them(self):
        server = self.actor("hung", f"listener = listen('{LOOP}', {PORT}, 64)")
        self.leave(12)
        self.await_states("close-wait", 12)
        findings = self.find()
        subject = f"accept queue of {LOOP}:{PORT} in {self.label()}"
        self.assertEqual(told(findings), [("close-wait-leak", subject, "warning")])
        self.assertEqual(findings[0]["process"]["pid"], server.pid, findings)
        self.assertIn("accept()", findings[0]["lasting"][0]["text"])
        self.assert_commands_work(findings[0]["now"])

    def test_a_burst_that_drains(self):
        self.server("close_soon")
        client = self.actor("clients", "import time")
        client.begin(f"""
end = time.monotonic() + 3.5
while time.monotonic() < end:
    connect('{LOOP}', {PORT}).close()
    time.sleep(0.005)""")
        self.assertEqual(self.find(watch_s=3, burst=5), [])
        client.finish()

    def test_a_client_that_has_closed_one_direction_only(self):
        server = self.server("held.append")
        client = self.actor("curl", f"socks = [connect('{LOOP}', {PORT}) for _ in range(12)]\n"
                            "for sock in socks: sock.shutdown(socket.SHUT_WR)")
        wait_until(lambda: server.ask("len(held)") == 12, "all are accepted")
        self.await_states("close-wait", 12)
        server.do("""
def reply():
    while True:
        for sock in held: sock.send(b'tick')
        time.sleep(0.02)
threading.Thread(target=reply, daemon=True).start()""")
        client.do("""
import time
def read():
    while True:
        for sock in socks: sock.recv(4096)
threading.Thread(target=read, daemon=True).start()""")
        self.assertEqual(self.find(old_s=2, watch_s=3), [])


class Stuck(Case):
    def find(self, watch_s=2, **thresholds):
        return diagnosed(self.ns, "stuck-closing", watch_s=watch_s, **thresholds)

    def test_shut_down_and_never_closed(self):
        self.server("forget")
        client = self.actor("uploader", f"socks = [connect('{LOOP}', {PORT}) for _ in range(12)]\n"
                            "for sock in socks: sock.shutdown(socket.SHUT_WR)")
        self.await_states("fin-wait-2", 12)
        findings = self.find(held_s=1)
        self.assertEqual(told(findings), [("stuck-closing", f"pid {client.pid}", "warning")])
        self.assertEqual(findings[0]["process"]["comm"], "uploader", findings)
        self.assertEqual(findings[0]["socket_count"], 12, findings)
        self.assert_commands_work(findings[0]["now"])

    def test_shut_down_and_still_answered(self):
        server = self.server("held.append")
        self.actor("rsync", f"""
socks = [connect('{LOOP}', {PORT}) for _ in range(12)]
for sock in socks: sock.shutdown(socket.SHUT_WR)
def read():
    while True:
        for sock in socks: sock.recv(4096)
threading.Thread(target=read, daemon=True).start()""")
        self.await_states("fin-wait-2", 12)
        server.do("""
def reply():
    while True:
        for sock in held: sock.send(b'tick')
        time.sleep(0.02)
threading.Thread(target=reply, daemon=True).start()""")
        self.assertEqual(self.find(held_s=1), [])

    def test_a_peer_that_is_gone(self):
        far = self.enterContext(NetNs())
        link = Link(self.ns, far)
        self.server("forget", link.FAR, far)
        client = self.actor("client", f"socks = [connect('{link.FAR}', {PORT}) for _ in range(12)]")
        link.drop()
        client.do("for sock in socks: sock.close()")
        wait_until(lambda: sum("timer:(on," in line and ",0)" not in line.split("timer:")[1][:24]
                               for line in sockets_of(self.ns, "state fin-wait-1")) == 12,
                   "all FINs were sent again")
        findings = self.find(watch_s=3)
        subject = f"peer {link.FAR} in {self.label_of_orphans()}"
        self.assertEqual(told(findings), [("stuck-closing", subject, "notice")])
        self.assertEqual(findings[0]["socket_count"], 12, findings)
        self.assertEqual(findings[0]["evidence"]["states"], "FIN_WAIT_1 12", findings)
        self.assert_commands_work(findings[0]["now"])

    def label_of_orphans(self):
        return listing("state fin-wait-1", ns=self.ns)[0]["netns"]["label"]

    def test_closed_the_usual_way(self):
        self.server("forget")
        client = self.actor("client", f"socks = [connect('{LOOP}', {PORT}) for _ in range(60)]")
        client.do("for sock in socks: sock.close()")
        self.await_states("fin-wait-2", 60)
        self.assertEqual(self.find(held_s=1, peer=1, stuck=1, stuck_share=1), [])


if __name__ == "__main__":
    unittest.main()
