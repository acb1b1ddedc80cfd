"""Holds what lastack said against what the load did and what the kernel counted."""

import dataclasses

from harness.watch import watchers

FIRST = ("ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2")  # the way of the end that closes first
SECOND = ("ESTABLISHED", "CLOSE_WAIT", "LAST_ACK")
CLIENT, SERVER = ("SYN_SENT",), ("SYN_RECEIVED",)

OPENING = (("CLOSED", "SYN_SENT"), ("SYN_SENT", "ESTABLISHED"),
           ("LISTEN", "SYN_RECEIVED"), ("SYN_RECEIVED", "ESTABLISHED"))
CLOSING = (("ESTABLISHED", "FIN_WAIT_1"), ("FIN_WAIT_1", "FIN_WAIT_2"),
           ("ESTABLISHED", "CLOSE_WAIT"), ("CLOSE_WAIT", "LAST_ACK"), ("LAST_ACK", "CLOSED"))
# What is not of the load's making: its listener, and ends of TIME_WAIT, which lives are held to.
BESIDES = (("CLOSED", "LISTEN"), ("LISTEN", "CLOSED"), ("TIME_WAIT", "CLOSED"))
NEVER = ("lost", "gaps", "defects", "malformed", "polled")  # what must be 0 in its summary


@dataclasses.dataclass(frozen=True)
class Verdict:
    expected: int         # edges, or lives
    missing: int
    faults: tuple[str, ...]

    @property
    def good(self):
        return not self.faults

    @property
    def share(self):
        return 1 - self.missing / self.expected


def judge(evidence, view, mode, load, time_waits):
    """`time_waits`: namespace.time_wait_counters() just before lastack was told to end."""
    if view == watchers.LIVES:
        told, expected = evidence.paths, _lives(mode, load.connections, time_waits)
    else:
        told, expected = evidence.edges, _edges(mode, load.connections, time_waits)
    faults = [f"{_words(what)}: {told[what]:,} of {count:,}"
              for what, count in expected.items() if told[what] != count]
    faults += [f"{_words(what)}: {count:,} of 0" for what, count in told.items()
               if what not in expected and what not in BESIDES and what != ("LISTEN",)]
    faults += [f"{name}: {evidence.summary[name]:,}" for name in NEVER if evidence.summary[name]]
    faults += _sums(evidence.summary, load.connections, time_waits)
    missing = sum(max(0, count - told[what]) for what, count in expected.items())
    return Verdict(sum(expected.values()), missing, tuple(faults))


def _edges(mode, connections, time_waits):
    """How often each edge must have been told. Linux passes through FIN_WAIT_2 always; with too
    many sockets in TIME_WAIT a connection is over after it."""
    expected = dict.fromkeys(OPENING, connections)
    if mode == "rst":
        return expected | {("ESTABLISHED", "CLOSED"): 2 * connections}
    expected |= dict.fromkeys(CLOSING, connections)
    return expected | {("FIN_WAIT_2", "TIME_WAIT"): time_waits["begun"] - time_waits["fin_wait_2"],
                       ("FIN_WAIT_2", "CLOSED"): time_waits["refused"]}


def _lives(mode, connections, time_waits):
    """How many lives must be over by each path; those in TIME_WAIT are not."""
    if mode == "rst":
        return {end + ("ESTABLISHED",): connections for end in (CLIENT, SERVER)}
    first, second = (CLIENT, SERVER) if mode == "fin" else (SERVER, CLIENT)
    return {second + SECOND: connections,
            first + FIRST: time_waits["refused"],
            first + FIRST + ("TIME_WAIT",): time_waits["begun"] - time_waits["now"]}


def _sums(summary, connections, time_waits):
    """The summary counts both ends of every connection, the listener and other sockets of the
    machine."""
    begun, known = summary["begun"], summary["ended"] + summary["alive"]
    ends = 2 * connections + 1
    if begun < ends:
        yield f"begun: {begun:,} of {ends:,}"
    if known < ends:
        yield f"ended and alive: {known:,} of {ends:,}"
    if summary["alive"] < time_waits["now"]:
        yield f"alive: {summary['alive']:,}, in TIME_WAIT are {time_waits['now']:,}"


def _words(states):
    return " → ".join(states)
