"""What is printed: Markdown, so that it can be put into docs/benchmarks.md as it is."""

import os
import statistics

from harness import report
from harness.watch import churn, watchers


def machine():
    return (f"{report.computer()}; load average at the start "
            f"{os.getloadavg()[0]:.1f} (a quiet machine has 0)")


def table(field, results, plan):
    """`kept`: the median of each against the untraced one."""
    untraced = results[watchers.NONE].median
    lines = [f"## churn -m {plan.mode} ({churn.MODES[plan.mode]}), {plan.seconds:g} s a run, "
             f"TIME_WAIT sockets at most {plan.time_waits:,}", "",
             "| watcher | median conn/s | min | max | rounds | kept | CPU s | peak memory | told |",
             "|---|---:|---:|---:|---:|---:|---:|---:|---|"]
    lines += [_row(watcher, results[watcher.name], untraced) for watcher in field]
    return "\n".join(lines) + "\n"


def _row(watcher, result, untraced):
    if not result.rates:
        return f"| {watcher.title} | – | | | | | | | {result.problem} |"
    kept = f"{result.median / untraced:.1%}" if untraced else "–"
    cpu = f"{statistics.median(result.cpu_s):.2f}" if result.cpu_s else ""
    peak = f"{result.peak_bytes / 1e6:.1f} MB" if result.peak_bytes else ""
    return (f"| {watcher.title} | {result.median:,.0f} | {min(result.rates):,.0f} "
            f"| {max(result.rates):,.0f} | {len(result.rates)} | {kept} | {cpu} | {peak} "
            f"| {_told(watcher, result)} |")


def _told(watcher, result):
    said = []
    if result.verdicts:
        worst = min(result.verdicts, key=lambda verdict: verdict.share)
        said.append("all" if worst.missing == 0
                    else f"{worst.share:.4%}, {worst.missing:,} missing")
    if result.told_each:
        said.append(f"{statistics.median(result.told_each):.2f} {watcher.unit} a connection")
    if result.losses:
        said.append(f"losses it admits: {result.losses:,}")
    if result.problem:
        said.append(result.problem)
    return "; ".join(said)


def faults(field, results):
    """What lastack did not tell, or told wrongly, a line a run."""
    for watcher in field:
        for number, verdict in enumerate(results[watcher.name].verdicts, start=1):
            if not verdict.good:
                yield f"- {watcher.title}, run {number}: {'; '.join(verdict.faults)}"
