"""Whose a connection is: the process that has it, never one that merely happened to run.

The answer may be "not known"; it must not be wrong. Most cases here are bugs of other tools, as
collected in the project's list of them (wrong pid of accept, pid 0, the thread's name, sockets
shared by several processes, pids used again).
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import unittest

from acting import Actor, name_of
from support import HERE, NetNs, die_with_parent, require_kernel_tests, wait_until
from watching import (ACTIVE, CLOSES_FIRST, CLOSES_LAST, PASSIVE, Flow, JsonWatch, Watched,
                      flow_of_socket, listening, people)

LOOP = "127.0.0.1"
KERNEL_THREADS = ("kworker", "ksoftirqd", "swapper", "rcu_")


def setUpModule():
    require_kernel_tests("ss", "unshare", "nsenter")


class Owners(Watched):
    def actor(self, name, **options):
        actor = Actor(name, self.ns, **options)
        self.addCleanup(actor.kill)
        return actor

    def owner_at(self, flow, to):
        """Who had it at the step to that state, and how that is known."""
        step = wait_until(lambda: [s for s in self.watch.steps(flow) if s["to"] == to],
                          f"{flow} is in {to}")[0]
        return people(step), step["owner_source"]

    def life_of(self, flow):
        return wait_until(lambda: self.obituaries.lives(flow), f"the life of {flow} is told")[0]

    def assert_owned_only_by(self, flow, *allowed):
        """No line of it names anybody else."""
        for line in self.watch.steps(flow) + self.obituaries.lives(flow):
            self.assertLessEqual(set(people(line)), set(allowed), line)

    # -- who opens and who closes ------------------------------------------------------------

    def test_client_and_server_have_their_own(self):
        """On loopback the server's steps run while the client is on the CPU, and the other way."""
        server, client = self.actor("honest-server"), self.actor("honest-client")
        port, own = self.port(), self.port()
        server.do(f"l = listen('{LOOP}', {port})")
        client.do(f"c = connect('{LOOP}', {port}, {own})")
        server.do("s, _ = l.accept()")
        client.do("c.sendall(b'x'); c.close()")
        server.do("s.recv(1); s.recv(1); s.close()")
        flow = Flow((LOOP, own), (LOOP, port))
        self.told(flow, f"{ACTIVE} {CLOSES_FIRST}", owner=(client.pid, client.name))
        self.told(flow.mirrored(), f"{PASSIVE} {CLOSES_LAST}", owner=(server.pid, server.name))

    def test_the_name_is_the_process_not_the_threads(self):
        actor = self.actor("the-process")
        port, own = self.port(), self.port()
        actor.do(f"""
def live():
    global l, c, s
    l = listen('{LOOP}', {port})
    c = connect('{LOOP}', {port}, {own})
    s, _ = l.accept()
    c.close(); s.recv(1); s.close(); l.close()
in_thread('the-thread', live)
""")
        flow = Flow((LOOP, own), (LOOP, port))
        owner = (actor.pid, "the-process")
        self.told(flow, f"{ACTIVE} {CLOSES_FIRST}", owner=owner)
        self.told(flow.mirrored(), f"{PASSIVE} {CLOSES_LAST}", owner=owner)
        self.told(listening(LOOP, port), "CLOSED listen LISTEN close CLOSED", owner=owner)

    def test_a_process_that_lives_for_a_moment(self):
        """It has gone before anybody could look into /proc."""
        listener = self.listener()
        port = listener.getsockname()[1]
        parent = self.actor("parent")
        for _ in range(20):
            own = self.port()
            pid = parent.ask("in_child(lambda: (call_oneself('mayfly'),"
                             f" keep(connect('{LOOP}', {port}, {own}))))")
            server, _ = listener.accept()
            self.await_end_of(server)
            server.close()
            flow = Flow((LOOP, own), (LOOP, port))
            self.told(flow, f"{ACTIVE} {CLOSES_FIRST.replace('close', 'exit')}",
                      owner=(pid, "mayfly"))
            self.told(flow.mirrored(), f"{PASSIVE} {CLOSES_LAST}")
        parent.do("await_children()")

    def test_an_exec_changes_the_name(self):
        listener = self.listener()
        own = self.port()
        actor = self.actor("before-exec")
        actor.do(f"c = connect('{LOOP}', {listener.getsockname()[1]}, {own})")
        server, _ = listener.accept()
        flow = Flow((LOOP, own), listener.getsockname())
        self.assertEqual(self.owner_at(flow, "ESTABLISHED"),
                         ([(actor.pid, "before-exec")], "acted"))
        actor.begin("os.dup2(c.fileno(), 0); os.execv('/bin/cat', ['cat'])")
        wait_until(lambda: name_of(actor.pid) == "cat", "it is another program")
        server.close()  # cat reads the end and leaves
        steps = self.told(flow, f"{ACTIVE} {CLOSES_LAST}", owner=None)
        self.assertEqual([people(step) for step in steps if step["cause_kind"] == "call"],
                         [[(actor.pid, "before-exec")], [(actor.pid, "cat")]])
        self.assert_owned_only_by(flow, (actor.pid, "before-exec"), (actor.pid, "cat"))

    # -- sockets of several processes --------------------------------------------------------

    def test_the_child_of_a_fork_closes_last(self):
        listener = self.listener()
        own = self.port()
        parent = self.actor("fork-parent")
        parent.do(f"c = connect('{LOOP}', {listener.getsockname()[1]}, {own})")
        server, _ = listener.accept()
        self.addCleanup(server.close)
        child = parent.ask("in_child(lambda: (call_oneself('fork-child'), c.recv(1), c.close()))")
        parent.do("c.close()")  # not the last descriptor
        server.sendall(b"x")
        flow = Flow((LOOP, own), listener.getsockname())
        self.await_end_of(server)
        self.assertEqual(self.owner_at(flow, "FIN_WAIT_1"), ([(child, "fork-child")], "acted"))
        self.assert_owned_only_by(flow, (parent.pid, "fork-parent"), (child, "fork-child"))

    def test_a_socket_that_was_passed_on(self):
        """SCM_RIGHTS: the receiver closes it, the sender has long done so."""
        listener = self.listener()
        own = self.port()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            sender = self.actor("sender", pass_fds=[ours.fileno()])
            receiver = self.actor("receiver", pass_fds=[theirs.fileno()])
            channel = f"channel = socket.socket(fileno={{}})"
            sender.do(channel.format(ours.fileno()))
            receiver.do(channel.format(theirs.fileno()))
        sender.do(f"c = connect('{LOOP}', {listener.getsockname()[1]}, {own});"
                  " socket.send_fds(channel, [b'x'], [c.fileno()])")
        server, _ = listener.accept()
        self.addCleanup(server.close)
        receiver.do("fd = socket.recv_fds(channel, 1, 1)[1][0]; c = socket.socket(fileno=fd)")
        sender.do("c.close()")  # which changes nothing
        flow = Flow((LOOP, own), listener.getsockname())
        self.told(flow, ACTIVE, owner=(sender.pid, "sender"))
        receiver.do("c.close()")
        self.await_end_of(server)
        self.assertEqual(self.owner_at(flow, "ESTABLISHED"), ([(sender.pid, "sender")], "acted"))
        self.assertEqual(self.owner_at(flow, "FIN_WAIT_1"), ([(receiver.pid, "receiver")], "acted"))
        self.assert_owned_only_by(flow, (sender.pid, "sender"), (receiver.pid, "receiver"))

    def test_another_process_connects_the_same_socket_again(self):
        first, second = self.listener(), self.listener()
        parent = self.actor("first-user")
        own = self.port()
        parent.do(f"c = connect('{LOOP}', {first.getsockname()[1]}, {own})")
        flow = Flow((LOOP, own), first.getsockname())
        child = parent.ask(f"""in_child(lambda: (call_oneself('second-user'), disconnect(c),
            c.connect(('{LOOP}', {second.getsockname()[1]})), reset(c)))
""")
        again = Flow((LOOP, own), second.getsockname())
        self.assertEqual(self.owner_at(again, "ESTABLISHED"), ([(child, "second-user")], "acted"))
        self.assertEqual(self.owner_at(flow, "ESTABLISHED"),
                         ([(parent.pid, "first-user")], "acted"))
        self.assert_owned_only_by(again, (child, "second-user"), (parent.pid, "first-user"))

    # -- servers -----------------------------------------------------------------------------

    def test_prefork_each_worker_has_its_connections(self):
        """One listener, four processes that accept: each tells who it is."""
        master = self.actor("prefork-master")
        port = self.port()
        master.do(f"l = listen('{LOOP}', {port}, 64)")
        workers = [master.ask("""in_child(lambda: (call_oneself('prefork-worker'), [
            (s.sendall(str(os.getpid()).encode()), s.recv(1), s.close())
            for s, _ in iter(l.accept, None)]))""") for _ in range(4)]
        self.addCleanup(lambda: [os.kill(pid, signal.SIGKILL) for pid in workers])
        served = {}
        for _ in range(24):
            client = self.socket()
            client.connect((LOOP, port))
            served[flow_of_socket(client).mirrored()] = int(client.recv(16))
            client.close()
        self.assertGreater(len(set(served.values())), 1, "only one worker works")
        allowed = [(master.pid, "prefork-master"), *((pid, "prefork-worker") for pid in workers)]
        for flow, pid in served.items():
            life = self.life_of(flow)
            self.assertEqual(people(life), [(pid, "prefork-worker")], life)
            self.assertEqual(self.owner_at(flow, "LAST_ACK"), ([(pid, "prefork-worker")], "acted"))
            self.assert_owned_only_by(flow, *allowed)
            for step in self.watch.steps(flow):  # the others have nothing to do with it
                if people(step) not in ([(pid, "prefork-worker")], []):
                    self.assertEqual((people(step), step["owner_source"]),
                                     ([(master.pid, "prefork-master")], "listener"), step)

    def test_accepted_by_one_process_and_served_by_another(self):
        """As inetd does it: accept, fork, exec."""
        inetd = self.actor("inetd")
        port = self.port()
        inetd.do(f"l = listen('{LOOP}', {port})")
        client = self.socket()
        client.connect((LOOP, port))
        flow = flow_of_socket(client).mirrored()
        pid = inetd.ask("""(s := l.accept()[0]) and in_child(lambda: (
            os.dup2(s.fileno(), 0), os.dup2(s.fileno(), 1), os.execv('/bin/cat', ['cat'])))""")
        inetd.do("s.close()")
        client.sendall(b"echo")
        self.assertEqual(client.recv(4), b"echo")
        client.close()
        self.assertEqual(self.owner_at(flow, "LAST_ACK"), ([(pid, "cat")], "acted"))
        self.assertEqual(people(self.life_of(flow)), [(pid, "cat")])
        self.assert_owned_only_by(flow, (inetd.pid, "inetd"), (pid, "cat"), (pid, "inetd"))

    def test_a_connection_that_nobody_accepts(self):
        """At most its listener's owner is presumed to have it; who connected has not."""
        server, client = self.actor("deaf-server"), self.actor("caller")
        port, own = self.port(), self.port()
        server.do(f"l = listen('{LOOP}', {port})")
        client.do(f"c = connect('{LOOP}', {port}, {own}); c.close()")
        flow = Flow((LOOP, port), (LOOP, own))
        self.told(flow, f"{PASSIVE} fin_received CLOSE_WAIT", owner=None)
        for step in self.watch.steps(flow):
            self.assertIn((people(step), step["owner_source"]),
                          [([(server.pid, "deaf-server")], "listener"), ([], "unknown")])

    def test_a_listener_that_was_there_before_a_fork(self):
        """The parent listens and leaves; the child serves."""
        parent = self.actor("daemonizer")
        port = self.port()
        parent.do(f"l = listen('{LOOP}', {port})")
        child = parent.ask("""in_child(lambda: (call_oneself('daemon'), os.setsid(),
            [(s.recv(1), s.close()) for s, _ in iter(l.accept, None)]))""")
        self.addCleanup(os.kill, child, signal.SIGKILL)
        parent.do("l.close()")
        client = self.socket()
        client.connect((LOOP, port))
        client.close()
        life = wait_until(lambda: [life for life in self.obituaries.events("life")
                                   if life["local"]["port"] == port], "the connection is over")[0]
        self.assertEqual(people(life), [(child, "daemon")])

    # -- nobody, or somebody else ------------------------------------------------------------

    def test_who_destroys_a_socket_does_not_own_it(self):
        client, server, flow = self.pair()
        self.destroy("-t", "sport", "=", f":{flow.local[1]}")
        self.told(flow, f"{ACTIVE} destroyed CLOSED")
        self.told(flow.mirrored(), f"{PASSIVE} rst_received CLOSED")

    def test_time_wait_keeps_its_last_owner(self):
        actor = self.actor("gone-by-now")
        listener = self.listener()
        own = self.port()
        actor.do(f"c = connect('{LOOP}', {listener.getsockname()[1]}, {own})")
        server, _ = listener.accept()
        actor.end()
        self.await_end_of(server)
        server.close()
        flow = Flow((LOOP, own), listener.getsockname())
        owner = (actor.pid, "gone-by-now")
        wait_until(lambda: self.watch.story(flow).endswith("TIME_WAIT"), "it is over")
        self.destroy_time_wait(flow)
        last = wait_until(lambda: [s for s in self.watch.steps(flow) if s["to"] == "CLOSED"],
                          "the end is told")[0]
        self.assertEqual(people(last), [owner])
        self.assertEqual(people(self.life_of(flow)), [owner])

    def test_the_kernels_work_is_not_ascribed_to_its_threads(self):
        """Timers, and MPTCP, act in kernel threads and in whoever is interrupted."""
        for line in self.watch.events("transition") + self.obituaries.events("life"):
            for pid, name in people(line):
                self.assertNotEqual(pid, 0, line)
                self.assertFalse(name.startswith(KERNEL_THREADS), line)


class PidsUsedAgain(unittest.TestCase):
    """Two processes with the same pid one after the other, in a pid namespace where that can be
    had: neither gets the other's connections."""

    def test_two_processes_with_one_pid(self):
        with contextlib.ExitStack() as stack:
            ns = stack.enter_context(NetNs())
            inside = self.pid_namespace(stack)
            watch = JsonWatch(f"netns = {ns.inode}", before=inside)
            stack.callback(watch.kill)
            with ns.entered():
                listener = stack.enter_context(socket.create_server((LOOP, 0)))
            port = listener.getsockname()[1]
            pids = []
            for name, own in (("earlier", 5001), ("later", 5002)):
                pids.append(self.connect_as(name, 777, own, port, ns, inside))
                server, _ = listener.accept()
                self.assertEqual(server.recv(1), b"")
                server.close()
            self.assertEqual(pids, [777, 777])
            for name, own in (("earlier", 5001), ("later", 5002)):
                flow = Flow((LOOP, own), (LOOP, port))
                wait_until(lambda: watch.story(flow).endswith("TIME_WAIT"), "it is over")
                for step in watch.steps(flow):
                    self.assertEqual(people(step), [(777, name)], step)
            ns.run("ss", "-HnK", "-t", "state", "time-wait")
            for name, own in (("earlier", 5001), ("later", 5002)):
                flow = Flow((LOOP, own), (LOOP, port))
                wait_until(lambda: watch.story(flow).endswith("CLOSED"), "TIME_WAIT is over")
                self.assertEqual(people(watch.steps(flow)[-1]), [(777, name)])
            watch.finish(pid=self.only_child(watch.pid))

    @staticmethod
    def pid_namespace(stack):
        """Command words that run something in a new pid namespace with a /proc of its own."""
        keeper = subprocess.Popen(["unshare", "--pid", "--fork", "--mount-proc", "--kill-child",
                                   "sleep", "infinity"], preexec_fn=die_with_parent)
        stack.callback(keeper.wait)
        stack.callback(keeper.kill)
        init = wait_until(lambda: PidsUsedAgain.only_child(keeper.pid), "its init runs")
        wait_until(lambda: name_of(init) == "sleep", "its /proc is there")
        return ["nsenter", f"--target={init}", "--pid", "--mount"]

    @staticmethod
    def only_child(pid):
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            children = file.read().split()
        return int(children[0]) if children else None

    @staticmethod
    def connect_as(name, pid, own, port, ns, inside):
        """A process of that name and pid connects and ends; returns the pid it says it had."""
        source = f"""
import os, sys
sys.path.insert(0, {str(HERE)!r})
from actor import *
def live():
    call_oneself({name!r})
    c = connect({LOOP!r}, {port}, {own})
    print(os.getpid(), flush=True)
open('/proc/sys/kernel/ns_last_pid', 'w').write(str({pid} - 1))
os.waitpid(in_child(live), 0)
"""
        result = subprocess.run([*inside, f"--net={ns.path}", sys.executable, "-c", source],
                                capture_output=True, text=True, timeout=30, check=True)
        return int(result.stdout)


if __name__ == "__main__":
    unittest.main()
