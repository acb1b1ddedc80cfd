"""Turns connection tracking on in this network namespace."""

import pathlib
import subprocess

# The kernel tracks no connection until a packet filter asks about one.
ASKING = "table ip churn { chain in { type filter hook prerouting priority 0; ct state new; }; }"
# The table would be full within seconds, and then the kernel drops SYNs.
SETTINGS = pathlib.Path("/proc/sys/net/netfilter")
SHORT = ("nf_conntrack_tcp_timeout_time_wait", "nf_conntrack_tcp_timeout_close")


def enable():
    """Raises OSError or CalledProcessError where it cannot be had."""
    subprocess.run(["nft", "-f", "-"], input=ASKING, text=True, check=True, capture_output=True)
    for name in SHORT:
        (SETTINGS / name).write_text("1")
