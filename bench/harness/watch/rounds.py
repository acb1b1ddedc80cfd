"""Runs the load under all watchers in turn, round after round, and keeps what came of it."""

import dataclasses
import re
import statistics
import subprocess
import time

from harness.load import LoadError
from harness.watch import churn, evidence, namespace, session, truth, watchers

FAILURES = (LoadError, session.WatcherError, evidence.EvidenceError, OSError,
            subprocess.SubprocessError)


@dataclasses.dataclass(frozen=True)
class Plan:
    mode: str
    seconds: float
    rounds: int
    time_waits: int  # sockets that may be in TIME_WAIT
    settle_s: float  # between the end of the load and that of the watcher


@dataclasses.dataclass
class Result:
    """What the load kept under one watcher; `problem` is "" when every run was good."""

    rates: list[float] = dataclasses.field(default_factory=list)
    cpu_s: list[float] = dataclasses.field(default_factory=list)
    peak_bytes: int = 0
    told_each: list[float] = dataclasses.field(default_factory=list)  # by a peer, a connection
    losses: int = 0                                                   # that a peer admits
    verdicts: list[truth.Verdict] = dataclasses.field(default_factory=list)
    problem: str = ""

    @property
    def median(self):
        return statistics.median(self.rates) if self.rates else None


def run_rounds(programs, field, plan, directory):
    """{watcher's name: Result}. Every other round runs backwards, against drift."""
    results = {w.name: Result(problem=w.obstacle()) for w in field}
    for number in range(plan.rounds):
        for watcher in field if number % 2 == 0 else reversed(field):
            if not results[watcher.name].problem:
                _run(programs, watcher, plan, directory, results[watcher.name])
    return results


def _run(programs, watcher, plan, directory, result):
    try:
        namespace.enter_fresh(plan.time_waits)
        if watcher.prepare:
            watcher.prepare()
        if watcher.command:
            _run_watched(programs, watcher, plan, directory, result)
        else:
            result.rates.append(churn.run(programs, plan.mode, plan.seconds).rate)
    except FAILURES as error:
        result.problem = str(error)


def _run_watched(programs, watcher, plan, directory, result):
    with session.attached(watchers.of_this_load(watcher), directory) as watching:
        load = churn.run(programs, plan.mode, plan.seconds)
        time.sleep(plan.settle_s)
        time_waits = namespace.time_wait_counters()
        spent = watching.end()
        result.rates.append(load.rate)
        result.cpu_s.append(spent.cpu_s)
        result.peak_bytes = max(result.peak_bytes, spent.peak_bytes)
        if watcher.view:
            told = evidence.read(watching)
            result.verdicts.append(truth.judge(told, watcher.view, plan.mode, load, time_waits))
        else:
            _read_peer(watching, load, result)


def _read_peer(watching, load, result):
    watcher = watching.watcher
    output, errors = watching.output.read_bytes(), watching.errors.read_bytes()
    told = _sum(watcher.count, errors + output) if watcher.count else output.count(b"\n")
    result.told_each.append(told / load.connections)
    if watcher.loss:
        result.losses += _sum(watcher.loss, errors + output)


def _sum(pattern, said):
    """Of the numbers found; a word counts as 1."""
    return sum(int(what) if what.isdigit() else 1 for what in re.findall(pattern.encode(), said))
