"""Runs all contenders in turn, round after round, and keeps what each run cost."""

import dataclasses
import statistics
import subprocess

LIMIT_S = 120.0   # a run is killed after that and its contender is out
BUDGET_S = 50.0   # a contender that has used up more is not run again: 2 rounds of the slow


@dataclasses.dataclass
class Result:
    """What one contender did under one load; `problem` is "" when every run was good."""

    seconds: list[float] = dataclasses.field(default_factory=list)
    peak_bytes: int = 0
    problem: str = ""

    @property
    def median(self):
        return statistics.median(self.seconds) if self.seconds else None


def run_rounds(programs, field, sockets, rounds):
    """{contender's name: Result}"""
    results = {c.name: Result(problem=c.obstacle(sockets)) for c in field}
    for _ in range(rounds):
        for contender in field:
            result = results[contender.name]
            if not result.problem and sum(result.seconds) <= BUDGET_S:
                _run(programs, contender, sockets, result)
    return results


def _run(programs, contender, sockets, result):
    measured = subprocess.run([str(programs / "measure"), str(LIMIT_S), *contender.command],
                              capture_output=True, text=True)
    if measured.returncode != 0:
        result.problem = f"measure failed: {measured.stderr.strip()}"
        return
    seconds, peak_kib, lines, _, status = measured.stdout.split()
    if float(seconds) >= LIMIT_S:
        result.problem = f"killed after {LIMIT_S:.0f} s"
    elif int(status) != 0:
        result.problem = f"wait status {status}: {measured.stderr.strip()[:200]}"
    elif contender.lists and int(lines) < sockets:
        result.problem = f"incomplete: {lines} lines for {sockets} sockets"
    else:
        result.seconds.append(float(seconds))
        result.peak_bytes = max(result.peak_bytes, int(peak_kib) * 1024)
