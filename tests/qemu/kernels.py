"""Debian's kernels: looked up and downloaded with apt, unpacked, never installed.

apt works in a private directory with its own list of sources, so that the machine's sources,
lists and packages stay as they are.
"""

import pathlib
import re
import shutil
import subprocess
from typing import NamedTuple

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
SUITES = (
    ("http://deb.debian.org/debian-security", "bookworm-security"),
    ("http://deb.debian.org/debian", "bookworm-backports"),
    ("http://deb.debian.org/debian", "bookworm"),
)
# The flavour for clouds has what we need and a quarter of the size.
SERIES = {
    "6.1": re.compile(r"linux-image-6\.1\.\d+-\d+-cloud-amd64"),
    "6.12": re.compile(r"linux-image-6\.12\.[\d.]+\+deb12(\.\d+)?-cloud-amd64"),
}
# Those that are built in are not in the package.
MODULES = ("inet_diag", "tcp_diag", "udp_diag", "mptcp_diag", "tun")
NETWORK_SECONDS = 900


class Unavailable(Exception):
    """This kernel cannot be had; the text says why."""


class Kernel(NamedTuple):
    package: str
    image: pathlib.Path
    modules: tuple  # of paths, plain .ko


class Store:
    """A directory with one subdirectory for every kernel that was unpacked."""

    def __init__(self, directory):
        self._directory = directory
        self._apt = Apt(directory / "apt")

    def kernel(self, series, update=False):
        """The newest kernel of the series that is here, or else, or with `update`, in the archive."""
        here = [entry.name for entry in self._directory.glob("linux-image-*")
                if SERIES[series].fullmatch(entry.name)]
        if here and not update:
            return self._open(newest(here))
        package = newest(self._apt.packages(SERIES[series]))
        if package not in here:
            self._unpack(package)
        return self._open(package)

    def _open(self, package):
        directory = self._directory / package
        return Kernel(package, directory / "vmlinuz", tuple(sorted(directory.glob("*.ko"))))

    def _unpack(self, package):
        unfinished = self._directory / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        tree = unfinished / "tree"
        tree.mkdir(parents=True)
        run(["dpkg-deb", "--extract", self._apt.download(package, unfinished), tree])
        kept = unfinished / "kept"
        kept.mkdir()
        shutil.copy(single(tree.glob("boot/vmlinuz-*")), kept / "vmlinuz")
        for name in MODULES:
            for packed in tree.rglob(f"{name}.ko*"):
                (kept / f"{name}.ko").write_bytes(plain(packed))
        kept.rename(self._directory / package)
        shutil.rmtree(unfinished)


class Apt:
    def __init__(self, directory):
        self._directory = directory
        self._updated = False
        self._warnings = ""

    def packages(self, pattern):
        """Names in the archive that match."""
        self._update()
        names = self._run("apt-cache", "pkgnames", "linux-image-").stdout.split()
        found = [name for name in names if pattern.fullmatch(name)]
        if not found:
            suites = ", ".join(suite for _, suite in SUITES)
            raise Unavailable(f"no package {pattern.pattern} in {suites}{self._warnings}")
        return found

    def download(self, package, destination):
        self._run("apt-get", "download", package, cwd=destination)
        return single(destination.glob("*.deb"))

    def _update(self):
        if self._updated:
            return
        (self._directory / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        lines = [f"deb [arch=amd64 signed-by={KEYRING}] {url} {suite} main\n"
                 for url, suite in SUITES]
        (self._directory / "sources.list").write_text("".join(lines))
        # A suite that cannot be reached is only a warning: another may have the kernel.
        warnings = self._run("apt-get", "update").stderr.strip()
        self._warnings = f"; apt-get update: {warnings.splitlines()[0]}" if warnings else ""
        self._updated = True

    def _run(self, program, *arguments, cwd=None):
        here = self._directory.resolve()
        settings = {
            "Dir::Etc::sourcelist": here / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::State::lists": here / "lists",
            "Dir::State::status": "/dev/null",
            "Dir::Cache": here,
            "Acquire::Languages": "none",
            "Acquire::Retries": 2,
            "Acquire::http::Timeout": 30,
            "APT::Architecture": "amd64",
            "APT::Sandbox::User": "root",
        }
        options = [f"-o{name}={value}" for name, value in settings.items()]
        return run([program, "-q", *options, *arguments], cwd=cwd)


def newest(packages):
    return max(packages, key=lambda name: [int(digits) for digits in re.findall(r"\d+", name)])


def single(paths):
    found = list(paths)
    if len(found) != 1:
        raise Unavailable(f"the package has {len(found)} files where one was expected: {found}")
    return found[0]


def plain(packed):
    """A module's bytes, which may be compressed in the package."""
    if packed.suffix == ".ko":
        return packed.read_bytes()
    if packed.suffix != ".xz":
        raise Unavailable(f"{packed.name} is packed in an unknown way")
    return subprocess.run(["xz", "-dc", packed], check=True, stdout=subprocess.PIPE).stdout


def run(command, cwd=None):
    """What goes wrong, waiting too long included, makes the kernel unavailable."""
    try:
        return subprocess.run(command, cwd=cwd, check=True, text=True, timeout=NETWORK_SECONDS,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except subprocess.CalledProcessError as error:
        raise Unavailable(f"{command[0]}: {last_line(error.stderr)}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(str(error)) from None


def last_line(text):
    lines = text.strip().splitlines()
    return lines[-1] if lines else "failed without a word"
