"""Who watches: nobody, lastack in its views, and the peers, each as its user would run it."""

import dataclasses
import shutil
import typing

from harness.watch import churn, conntrack, namespace

NONE, TALLY, LIVES, TEXT, JSON = "none", "tally", "lives", "text", "json"
PEER_SETTLES_S = 2.0  # for peers that do not say when they are attached
PRINTING = ("tracepoint:sock:inet_sock_set_state /args->protocol == 6/ "
            '{ printf("%d %s %d:%d %d -> %d\\n", pid, comm, args->sport, args->dport, '
            "args->oldstate, args->newstate); }")
COUNTING = "tracepoint:sock:inet_sock_set_state /args->protocol == 6/ { @transitions = count(); }"
BPFTRACE_READY = 'BEGIN { printf("attached\\n"); } '


@dataclasses.dataclass(frozen=True)
class Watcher:
    name: str                    # for --only
    title: str                   # in the table
    command: tuple[str, ...] = ()
    ready: str = ""              # what it prints once it is attached; "": it says nothing
    view: str = ""               # of lastack: what its output is, see evidence.py
    unit: str = "lines"          # what it tells, shown for a connection
    count: str = ""              # of a peer: where it says how many; "": its lines are counted
    loss: str = ""               # of a peer: where it says how many it lost
    prepare: typing.Callable | None = None  # called in the namespace before it is started

    def obstacle(self):
        """Why it cannot take part, or "" where it can."""
        if self.command and not shutil.which(self.command[0]):
            return f"{self.command[0]} is not there"
        return ""


def of_this_load(watcher):
    """lastack watches the whole machine: what else happens there must not be counted."""
    if not watcher.view:
        return watcher
    words = f"port = :{churn.PORT} and netns = {namespace.inode()}"
    return dataclasses.replace(watcher, command=(*watcher.command, words))


def field(lastack, directory):
    def view(name, *options):
        words = ("watch", *options)
        return Watcher(name, f"lastack {' '.join(words)}", (lastack, *words), ready="watching",
                       view=name)

    def bpftrace(name, title, program, **more):
        return Watcher(name, title, ("bpftrace", "-e", BPFTRACE_READY + program),
                       ready="attached", **more)

    capture = str(directory / "capture.pcap")
    return [
        Watcher(NONE, "none"),
        view(TALLY, "--tally", "--json"),
        view(LIVES, "--lives", "--json"),
        view(TEXT),
        view(JSON, "--json"),
        Watcher("tcpstates", "tcpstates", ("tcpstates",), loss=r"lost (\d+) events"),
        Watcher("tcplife", "tcplife", ("tcplife",), loss=r"lost (\d+) events"),
        bpftrace("bpftrace-print", "bpftrace, printing", PRINTING, loss=r"Lost (\d+) events"),
        bpftrace("bpftrace-count", "bpftrace, counting", COUNTING, unit="transitions",
                 count=r"@transitions: (\d+)"),
        Watcher("tcpdump", "tcpdump -w, headers",
                ("tcpdump", "-i", "lo", "-s", "96", "-w", capture),
                ready="listening on", unit="packets", count=r"(\d+) packets captured",
                loss=r"(\d+) packets dropped by kernel"),
        Watcher("conntrack", "conntrack -E", ("conntrack", "-E"),
                loss=r"hit (ENOBUFS)", prepare=conntrack.enable),
    ]
