"""What is printed: Markdown, so that it can be put into docs/benchmarks.md as it is."""

import datetime
import os
import platform
import subprocess

from harness.contenders import LASTACK


def machine():
    return f"{computer()}, {_version('ss', '-V')}, {_version('lsof', '-v')}"


def computer():
    with open("/proc/cpuinfo") as cpuinfo:
        model = next((line.split(":", 1)[1].strip() for line in cpuinfo
                      if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 30
    return (f"{datetime.date.today()}, {os.cpu_count()} cores ({model}), {memory} GiB, "
            f"Linux {platform.release()}")


def _version(*command):
    try:
        result = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return f"no {command[0]}"
    lines = (result.stdout + result.stderr).splitlines()
    line = next((line for line in lines if "revision:" in line), lines[0] if lines else command[0])
    return line.strip().replace("revision:", f"{command[0]}")


def table(sockets, processes, results):
    """`ratio`: the median of each against lastack's; above 1 lastack is faster."""
    mine = results[LASTACK].median
    lines = [f"## {sockets:,} sockets, held by {processes} processes", "",
             "| | median s | min | max | rounds | peak memory | ratio |",
             "|---|---:|---:|---:|---:|---:|---:|"]
    for name, result in results.items():
        lines.append(_row(name, result, mine))
    return "\n".join(lines) + "\n"


def _row(name, result, mine):
    if not result.seconds:
        return f"| {name} | – | | | | | {result.problem} |"
    ratio = f"{result.median / mine:.2f}" if mine else "–"
    note = f" ({result.problem})" if result.problem else ""
    return (f"| {name}{note} | {result.median:.4f} | {min(result.seconds):.4f} "
            f"| {max(result.seconds):.4f} | {len(result.seconds)} "
            f"| {result.peak_bytes / 1e6:.1f} MB | {ratio} |")
