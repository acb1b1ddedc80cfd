"""`lastack diagnose` as tests ask it: what it finds in one namespace, with thresholds of theirs."""

import json
import os
import tempfile

from support import LASTACK, lastack


def diagnosed(ns, *detectors, watch_s=1, filter="inode >= 0", before=(), binary=LASTACK,
              **thresholds):
    """The findings of these detectors, as objects, about sockets of that namespace.

    `thresholds` are those of the first one: hosts=20.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
        lines = [f"{name} = {value}" for name, value in thresholds.items()]
        config.write("\n".join([f"[{detectors[0]}]", *lines, ""]) if lines else "")
        config.flush()
        os.fchmod(config.fileno(), 0o644)  # `before` may make it somebody else
        result = lastack("diagnose", "--json", "--only", ",".join(detectors), "--lang", "en",
                         "--for", f"{watch_s}s", "--config", config.name,
                         f"netns = {ns.inode} and ({filter})", before=before, binary=binary)
    if result.returncode not in (0, 3):
        raise AssertionError(f"exit status {result.returncode}: {result.stderr}")
    return [json.loads(line) for line in result.stdout.splitlines()]


def told(findings):
    """What matters of them, to be compared: (detector, subject, severity)."""
    return [(each["detector"], each["subject"], each["severity"]) for each in findings]


class Link:
    """Two namespaces with a wire between them; the far end can be cut off."""

    NEAR, FAR, PUBLIC = "10.77.0.1", "10.77.0.2", "198.51.100.7"

    def __init__(self, near, far):
        self.near, self.far = near, far
        # Both ends are made in the near one, then one is handed over.
        near.run("ip", "link", "add", "near0", "type", "veth", "peer", "name", "far0")
        near.run("ip", "link", "set", "far0", "netns", far.path)
        near.run("ip", "addr", "add", f"{self.NEAR}/24", "dev", "near0")
        far.run("ip", "addr", "add", f"{self.FAR}/24", "dev", "far0")
        far.run("ip", "addr", "add", f"{self.PUBLIC}/32", "dev", "lo")
        near.run("ip", "link", "set", "near0", "up")
        far.run("ip", "link", "set", "far0", "up")
        near.run("ip", "route", "add", f"{self.PUBLIC}/32", "via", self.FAR)

    def drop(self, which=""):
        """What comes for the far end is dropped: all, or what that nft expression matches."""
        for words in ("add table inet cut",
                      "add chain inet cut in { type filter hook prerouting priority -300; }",
                      "flush table inet cut", f"add rule inet cut in {which} drop"):
            self.far.run("nft", words)


def sockets_of(ns, words):
    """The lines that ss has of those sockets with timers and more, each socket in one."""
    return ns.run("ss", "-HtnoiO", *words.split()).stdout.splitlines()
