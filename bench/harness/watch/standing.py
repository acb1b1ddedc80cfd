"""What lastack watch costs without churn: on an idle machine, and with many connections alive."""

import dataclasses
import json
import time

from harness import load
from harness.watch import namespace, session, watchers

SETTLE_S = 2.0
QUIET_S = 3.0      # after a load was opened: its last events are read


@dataclasses.dataclass(frozen=True)
class Idle:
    seconds: float
    cpu_share: float        # of one core
    switches_a_second: float
    machine_share: float    # how busy all cores were meanwhile, 1: all of them


@dataclasses.dataclass(frozen=True)
class Memory:
    title: str
    sockets: int            # both ends of half as many connections
    alive: int              # connections that lastack counts
    peak_bytes: int
    own_bytes: int
    bpf_map_bytes: int


def idle(lastack, directory, seconds):
    namespace.enter_fresh(0)
    watcher = watchers.Watcher("idle", "lastack watch", (lastack, "watch"), ready="watching")
    with session.attached(watcher, directory) as watching:
        time.sleep(SETTLE_S)
        busy, before, began = _machine(), watching.cost(), time.monotonic()
        time.sleep(seconds)
        after, took = watching.cost(), time.monotonic() - began
        machine = _share(busy, _machine())
        watching.end()
    return Idle(took, (after.cpu_s - before.cpu_s) / took,
                (after.switches - before.switches) / took, machine)


def memory(programs, lastack, directory, sockets):
    """Twice: with connections that begin while it watches, and with those it finds. Each end of a
    loopback connection is one to lastack, as it would be on the machine that has that end."""
    watcher = watchers.Watcher("memory", "lastack watch --lives --json",
                               (lastack, "watch", "--lives", "--json"), ready="watching")
    namespace.enter_fresh(0)
    with session.attached(watcher, directory) as from_the_start:
        with load.held(programs, sockets):
            yield _weigh(from_the_start, "begun while it watched", sockets)
            with session.attached(watcher, directory) as later:
                yield _weigh(later, "found at its start", sockets)


def _weigh(watching, title, sockets):
    time.sleep(QUIET_S)
    cost = watching.cost()
    watching.end()
    summary = json.loads(watching.output.read_bytes().splitlines()[-1])
    return Memory(title, sockets, summary["alive"], cost.peak_bytes, cost.own_bytes,
                  cost.bpf_map_bytes)


def _machine():
    """(busy, all) time of all processors since boot."""
    with open("/proc/stat") as stat:
        ticks = [int(word) for word in stat.readline().split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)


def _share(before, after):
    return (after[0] - before[0]) / max(1, after[1] - before[1])
