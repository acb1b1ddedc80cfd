"""The story lastack is named after, as watch tells it: real programs, each step of both sides.

An FTP session (vsftpd, lftp) and web fetches (nginx, curl): the path that the programs' calls
make, and the process that made them.
"""

import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import unittest

from acting import Actor
from support import die_with_parent, require_kernel_tests, wait_until
from watching import (ACTIVE, CLOSES_FIRST, CLOSES_LAST, PASSIVE, Flow, Watched, listening, people)

LOOP = "127.0.0.1"
BODY = b"in the beginning was the command line\n" * 100
FTP_CONFIGURATION = """\
listen=YES
listen_ipv6=NO
background=NO
anonymous_enable=YES
local_enable=NO
xferlog_enable=NO
anon_root={folder}/files
secure_chroot_dir={folder}/empty
"""
WEB_CONFIGURATION = """\
daemon off;
user root;
worker_processes 2;
pid {folder}/pid;
error_log {folder}/errors;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:80; root {folder}/files; }}
}}
"""


def setUpModule():
    require_kernel_tests("vsftpd", "lftp", "nginx", "curl", "ss")


class Programs(Watched):
    """A server with files to serve, and its clients."""

    server_port = None

    @classmethod
    def prepare(cls, stack):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="lastack-test-"))
        stack.callback(shutil.rmtree, cls.folder)
        cls.folder.chmod(0o755)
        for name in ("files", "empty"):
            (cls.folder / name).mkdir()
        (cls.folder / "files" / "page.html").write_bytes(BODY)
        for name in ("files", "empty"):  # vsftpd serves no folder that may be written to
            (cls.folder / name).chmod(0o555)
        cls.server = cls.start(*cls.server_command(), stack=stack)
        wait_until(lambda: cls.answers() or cls.server.poll() is not None, "the server answers")

    @classmethod
    def configured(cls, name, text):
        path = cls.folder / name
        path.write_text(text.format(folder=cls.folder))
        return str(path)

    @classmethod
    def start(cls, *command, stack, **options):
        process = subprocess.Popen(cls.ns.command(*command), preexec_fn=die_with_parent, **options)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        return process

    @classmethod
    def answers(cls):
        with cls.ns.entered(), contextlib.suppress(OSError):
            socket.create_connection((LOOP, cls.server_port), timeout=5).close()
            return True
        return False

    def flows_of(self, process):
        """The connections that it opened, in that order."""
        flows = []
        for step in self.watch.events("transition"):
            if step["to"] == "ESTABLISHED" and step["from"] == "SYN_SENT" \
                    and [pid for pid, _ in people(step)] == [process.pid]:
                flows.append(Flow(*((end["addr"], end["port"])
                                    for end in (step["local"], step["remote"]))))
        return flows

    def lives_over(self, *flows):
        """Ends their TIME_WAITs, and returns the line of each whole life."""
        wait_until(lambda: all(self.watch.story(f).endswith(("TIME_WAIT", "CLOSED"))
                               for f in flows), "all are over")
        for flow in flows:
            if self.watch.story(flow).endswith("TIME_WAIT"):
                self.destroy_time_wait(flow)
        wait_until(lambda: all(self.obituaries.lives(f) for f in flows), "their lives are told")
        return [self.obituaries.lives(f)[0] for f in flows]


class FtpSession(Programs):
    server_port = 21

    @classmethod
    def server_command(cls):
        return "vsftpd", cls.configured("vsftpd.conf", FTP_CONFIGURATION)

    GOODBYE = CLOSES_FIRST.replace("close", "shutdown")  # vsftpd shuts down and leaves

    def session(self):
        """An FTP client that is logged in and has fetched the file; and its connections: the one
        that it gives orders on, and the one that the file came by."""
        client = Actor("ftp-client", self.ns)
        self.addCleanup(client.kill)
        fetched = client.do(f"""
import ftplib
ftp = ftplib.FTP()
ftp.connect({LOOP!r}, 21)
ftp.login()
page = []
ftp.retrbinary('RETR page.html', page.append)
answer = len(b''.join(page))""")
        self.assertEqual(fetched, len(BODY))
        wait_until(lambda: len(self.flows_of(client)) == 2, "two connections were opened")
        return client, *self.flows_of(client)

    def test_a_session(self):
        """QUIT: the server closes first, as it does when the file has been sent."""
        for _ in range(5):
            client, control, data = self.session()
            self.assertEqual(control.remote, (LOOP, 21))
            client.do("ftp.sendcmd('QUIT'); ftp.sock.recv(1); ftp.close()")
            who = (client.pid, "ftp-client")
            self.told(control, f"{ACTIVE} {CLOSES_LAST}", owner=who, opened_by="local",
                      closed_first_by="remote")
            self.told(data, f"{ACTIVE} {CLOSES_LAST}", owner=who, opened_by="local",
                      closed_first_by="remote", bytes_received=len(BODY), bytes_sent=0)
            self.told(control.mirrored(), f"{PASSIVE} {self.GOODBYE}", owner=None)
            self.told(data.mirrored(), f"{PASSIVE} {CLOSES_FIRST}", owner=None)
            self.told(listening(*data.remote), "CLOSED listen LISTEN close CLOSED", owner=None)
            self.check_server(control.mirrored(), data.mirrored())

    def test_a_client_that_hangs_up(self):
        client, control, _ = self.session()
        client.do("ftp.close()")
        self.told(control, f"{ACTIVE} {CLOSES_FIRST}", owner=(client.pid, "ftp-client"))
        self.told(control.mirrored(), f"{PASSIVE} {CLOSES_LAST.replace('close', 'shutdown')}",
                  owner=None, opened_by="remote", closed_first_by="remote")

    def test_a_session_of_lftp(self):
        """It says QUIT and closes without waiting: who is first is a matter of luck. What both
        sides tell must fit together."""
        for _ in range(5):
            client = subprocess.Popen(
                self.ns.command("lftp", "-c", f"set net:max-retries 1; open ftp://{LOOP}; cat"
                                              " page.html"),
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C"},
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=die_with_parent)
            output, errors = client.communicate(timeout=30)
            self.assertEqual((client.returncode, output), (0, BODY), errors)
            wait_until(lambda: len(self.flows_of(client)) == 2, "two connections were opened")
            control, data = self.flows_of(client)
            self.told(data, f"{ACTIVE} {CLOSES_LAST}", owner=(client.pid, "lftp"))
            self.told(data.mirrored(), f"{PASSIVE} {CLOSES_FIRST}", owner=None)
            here, there = self.lives_over(control, control.mirrored())
            self.assertEqual(people(here), [(client.pid, "lftp")])
            self.assertEqual([name for _, name in people(there)], ["vsftpd"])
            self.assertIn((here["closed_first_by"], there["closed_first_by"]),
                          [("local", "remote"), ("remote", "local"), ("local", "local")])

    def check_server(self, control, data):
        """A session is served by processes that the listening one forks."""
        for life in self.lives_over(control, data):
            (pid, name), = people(life)
            self.assertEqual(name, "vsftpd")
            self.assertNotEqual(pid, self.server.pid, life)
            self.assertEqual((life["opened_by"], life["closed_first_by"]), ("remote", "local"))
        for flow in (control, data):
            for step in self.watch.steps(flow):
                # Where /proc was searched, all that hold it are found: each of the session's
                # processes, with each descriptor.
                names = [name for _, name in people(step)]
                holders = len(names) if step["owner_source"] == "scanned" else 1
                self.assertEqual(names, ["vsftpd"] * max(holders, 1), step)
                if people(step)[0][0] == self.server.pid:
                    self.assertEqual(step["owner_source"], "listener", step)
        self.assertEqual(self.obituaries.lives(data)[0]["bytes_sent"], len(BODY))

    def test_the_listener(self):
        self.told(listening("0.0.0.0", 21), "CLOSED listen LISTEN",
                  owner=(self.server.pid, "vsftpd"))


class WebFetch(Programs):
    server_port = 80

    @classmethod
    def server_command(cls):
        path = cls.configured("nginx.conf", WEB_CONFIGURATION)
        return "nginx", "-c", path, "-p", str(cls.folder), "-e", str(cls.folder / "errors")

    def workers(self):
        with open(f"/proc/{self.server.pid}/task/{self.server.pid}/children") as file:
            return [int(pid) for pid in file.read().split()]

    def begin_fetch(self):
        return subprocess.Popen(self.ns.command("curl", "-sS", f"http://{LOOP}/page.html"),
                                stdout=subprocess.PIPE, preexec_fn=die_with_parent)

    def end_fetch(self, client):
        output, _ = client.communicate(timeout=30)
        self.assertEqual((client.returncode, output), (0, BODY))

    def check(self, client):
        flow, = wait_until(lambda: self.flows_of(client), "its connection was told")
        self.told(flow, f"{ACTIVE} {CLOSES_FIRST}", owner=(client.pid, "curl"))
        self.told(flow.mirrored(), f"{PASSIVE} {CLOSES_LAST}", owner=None, opened_by="remote",
                  closed_first_by="remote")
        at_client, at_server = self.lives_over(flow, flow.mirrored())
        self.assertEqual(people(at_client), [(client.pid, "curl")])
        self.assertEqual((at_client["opened_by"], at_client["closed_first_by"]), ("local", "local"))
        (pid, name), = people(at_server)
        self.assertIn(pid, self.workers())
        self.assertEqual(name, "nginx")
        for step in self.watch.steps(flow.mirrored()):
            if people(step) != [(pid, "nginx")]:
                self.assertEqual((people(step), step["owner_source"]),
                                 ([(self.server.pid, "nginx")], "listener"), step)
        self.assertGreater(at_client["bytes_received"], len(BODY))
        self.assertEqual((at_client["bytes_received"], at_client["bytes_sent"]),
                         (at_server["bytes_sent"], at_server["bytes_received"]))
        for life in (at_client, at_server):
            self.assertEqual(life["retransmits"], 0)
            self.assertGreater(life["handshake_us"], 0)
        return flow

    def test_one_after_another(self):
        for _ in range(20):
            client = self.begin_fetch()
            self.end_fetch(client)
            self.check(client)

    def test_many_at_once(self):
        clients = [self.begin_fetch() for _ in range(20)]
        for client in clients:
            self.end_fetch(client)
        self.assertEqual(len({self.check(client) for client in clients}), 20)

    def test_the_listener(self):
        self.told(listening(LOOP, 80), "CLOSED listen LISTEN", owner=(self.server.pid, "nginx"))


if __name__ == "__main__":
    unittest.main()
