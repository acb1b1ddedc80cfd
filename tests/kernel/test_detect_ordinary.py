"""An ordinary machine: sshd, nginx, PostgreSQL and cron, with clients. All detectors look; none may
warn."""

import contextlib
import glob
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import time
import unittest

from diagnosing import told
from support import NetNs, die_with_parent, lastack, require_kernel_tests, stop, wait_until

WEB = """\
daemon off;
pid {folder}/nginx.pid;
events {{ worker_connections 64; }}
http {{
  access_log off;
  server {{ listen 80; listen [::]:80; root {folder}/web; }}
}}
"""
SSH = """\
Port 22
HostKey {folder}/host_key
PidFile {folder}/sshd.pid
UsePAM no
"""


def setUpModule():
    require_kernel_tests("nginx", "curl", "ss")


def as_postgres(*words):
    user = pwd.getpwnam("postgres")
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *words]


class OrdinaryMachine(unittest.TestCase):
    def setUp(self):
        self.ns = self.enterContext(NetNs())
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(dir="/var/tmp")))
        self.folder.chmod(0o755)

    def start(self, *words, **options):
        process = subprocess.Popen(self.ns.command(*words), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   preexec_fn=die_with_parent, **options)
        self.addCleanup(stop, process)
        return process

    def listens(self, port):
        text = self.ns.run("ss", "-Hltn", f"sport = :{port}").stdout
        return bool(text.strip())

    def start_nginx(self):
        web = self.folder / "web"
        web.mkdir()
        (web / "index.html").write_text("hello\n")
        for each in (web, web / "index.html"):
            each.chmod(0o755)
        configuration = self.folder / "nginx.conf"
        configuration.write_text(WEB.format(folder=self.folder))
        self.start("nginx", "-c", str(configuration), "-p", str(self.folder), "-e", "/dev/null")
        wait_until(lambda: self.listens(80), "nginx listens")

    def start_sshd(self):
        if not os.path.exists("/usr/sbin/sshd"):
            return
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        key = self.folder / "host_key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
        configuration = self.folder / "sshd_config"
        configuration.write_text(SSH.format(folder=self.folder))
        self.start("/usr/sbin/sshd", "-D", "-f", str(configuration))
        wait_until(lambda: self.listens(22), "sshd listens")

    def start_postgres(self):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"))
        if not found:
            return
        programs = os.path.dirname(found[-1])
        data = self.folder / "data"
        data.mkdir()
        shutil.chown(data, "postgres", "postgres")
        subprocess.run(as_postgres(f"{programs}/initdb", "-A", "trust", "-N", "-D", str(data)),
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        self.start(*as_postgres(f"{programs}/postgres", "-D", str(data), "-k", str(data)), cwd="/")
        wait_until(lambda: self.listens(5432), "PostgreSQL listens")

    def start_cron(self):
        if shutil.which("cron"):
            self.start("cron", "-f")

    def test_nothing_to_warn_of(self):
        self.start_nginx()
        self.start_sshd()
        self.start_postgres()
        self.start_cron()
        with contextlib.ExitStack() as clients:
            # A pool of idle connections, a session that has just begun, and pages that are fetched.
            for port in (5432, 5432, 22, 80):
                if self.listens(port):
                    held = self.start("bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{port}; sleep 30")
                    clients.callback(stop, held)
            asked = subprocess.Popen(
                self.ns.command("bash", "-c", "for i in {1..40}; do curl -s http://127.0.0.1/ "
                                              "http://[::1]/ >/dev/null; sleep 0.05; done"),
                preexec_fn=die_with_parent)
            self.addCleanup(stop, asked)
            time.sleep(0.5)
            result = lastack("diagnose", "--json", "--lang", "en", "--for", "3s",
                             f"netns = {self.ns.inode}")
        findings = [json.loads(line) for line in result.stdout.splitlines()]
        grave = [each for each in findings if each["severity"] != "notice"]
        self.assertEqual((result.returncode, told(grave)), (0, []), result.stdout)


if __name__ == "__main__":
    unittest.main()
