"""Boots a kernel with an initramfs in QEMU, without KVM, and reads what the self-test says."""

import re
import subprocess
from typing import NamedTuple

# Two processors, so that events of different CPUs must be brought in order.
QEMU = ("qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-smp", "2", "-m", "1024",
        "-nodefaults", "-no-user-config", "-display", "none", "-nic", "none", "-no-reboot")
CMDLINE = "console=ttyS0 panic=-1 loglevel=5"
RESULT = re.compile(r"(ok|not ok) (\d+) - (.*?)(?: # SKIP (.*))?")
# A BPF program that makes the kernel say one of these is a defect, whatever the self-test finds.
KERNEL_TROUBLE = re.compile(r"Kernel panic|Oops|BUG:|WARNING:|rcu: INFO|Call Trace")


class Result(NamedTuple):
    good: bool
    name: str
    skipped: str | None  # the reason
    comments: list  # lines that follow


class Report(NamedTuple):
    results: list
    problems: list  # why the run as a whole does not count


def boot(kernel, initramfs, seconds, log, console, words=()):
    """Runs the guest until it powers off, no longer than `seconds`. `log` gets the second serial
    port, where the self-test writes; `console` the first, the kernel's. `words` are added to the
    kernel's command line."""
    command = [*QEMU, "-kernel", kernel.image, "-initrd", initramfs,
               "-append", " ".join((CMDLINE, *words)), "-serial", f"file:{console}",
               "-serial", f"file:{log}"]
    problems = []
    try:
        done = subprocess.run(command, timeout=seconds, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            problems.append(f"qemu ended with status {done.returncode}: {done.stdout.strip()}")
    except subprocess.TimeoutExpired:
        problems.append(f"not over after {seconds} s")
    report = read(lines_of(log))
    return Report(report.results, problems + report.problems + trouble_in(lines_of(console)))


def lines_of(path):
    if not path.exists():
        return []
    return path.read_text(errors="replace").splitlines()


def read(lines):
    """Of lines of TAP."""
    results, planned = [], None
    for line in lines:
        if match := RESULT.fullmatch(line):
            results.append(Result(match[1] == "ok", match[3], match[4], []))
            if int(match[2]) != len(results):
                return Report(results, [f"result {match[2]} where {len(results)} was due"])
        elif match := re.fullmatch(r"1\.\.(\d+)", line):
            planned = int(match[1])
        elif results and line:
            results[-1].comments.append(line)
    return Report(results, problems_with(planned, len(results)))


def problems_with(planned, seen):
    if planned is None:
        return ["the self-test did not reach its end"]
    if planned == 0 or planned != seen:
        return [f"{seen} results where {planned} were planned"]
    return []


def trouble_in(lines):
    return [f"the kernel said: {line.strip()}" for line in lines if KERNEL_TROUBLE.search(line)]
