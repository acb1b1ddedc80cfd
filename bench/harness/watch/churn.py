"""Runs the load once and reads what it says it did."""

import dataclasses
import subprocess

from harness.load import LoadError

PORT = 7777      # of the load's server
GRACE_S = 45     # longer than the load takes to end by itself
MODES = {"fin": "the client closes first", "rst": "the client resets",
         "sfin": "the server closes first"}


@dataclasses.dataclass(frozen=True)
class Churned:
    connections: int
    accepted: int
    closed: int
    errors: int
    rate: float
    line: str


def run(programs, mode, seconds):
    result = subprocess.run([str(programs / "churn"), "-m", mode, "-d", str(seconds)],
                            capture_output=True, text=True, timeout=seconds + GRACE_S)
    words = result.stdout.split()
    said = dict(zip(words[::2], words[1::2]))
    if result.returncode != 0 or "rate" not in said:
        raise LoadError(f"the load failed: {result.stderr.strip() or result.returncode}")
    did = Churned(int(said["conns"]), int(said["accepted"]), int(said["closed"]),
                  int(said["err"]), float(said["rate"]), result.stdout.strip())
    if did.errors or not did.connections == did.accepted == did.closed:
        raise LoadError(f"the load is at odds with itself: {did.line}")
    return did
