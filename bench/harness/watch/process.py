"""What a running process has cost so far, from /proc."""

import dataclasses
import pathlib
import time

CPUCLOCK_SCHED = 2  # linux/posix-timers.h: of a process, to the nanosecond


@dataclasses.dataclass(frozen=True)
class Cost:
    cpu_s: float        # user and system time
    switches: int       # context switches of the threads it has now: each wake-up is one
    peak_bytes: int     # VmHWM
    own_bytes: int      # RssAnon: without mapped files and BPF rings
    bpf_map_bytes: int  # in the kernel, of the BPF maps it holds


def cost(pid):
    process = pathlib.Path("/proc", str(pid))
    memory = _fields(process / "status")
    threads = _fields_of_all(process / "task", "/status")
    return Cost(
        cpu_s=time.clock_gettime(~pid << 3 | CPUCLOCK_SCHED),
        switches=sum(map(_switches, threads)),
        peak_bytes=_kib(memory["VmHWM"]),
        own_bytes=_kib(memory["RssAnon"]),
        bpf_map_bytes=_bpf_maps(process))


def _switches(status):
    return int(status["voluntary_ctxt_switches"]) + int(status["nonvoluntary_ctxt_switches"])


def _bpf_maps(process):
    descriptors = _fields_of_all(process / "fdinfo")
    return sum(int(info["memlock"]) for info in descriptors if "map_type" in info)


def _fields_of_all(folder, file=""):
    for entry in folder.iterdir():
        try:
            yield _fields(pathlib.Path(f"{entry}{file}"))
        except (FileNotFoundError, ProcessLookupError):
            pass  # a thread or descriptor that is gone meanwhile


def _fields(path):
    """The "name: value" lines of a file in /proc."""
    pairs = (line.partition(":") for line in path.read_text().splitlines())
    return {name: value.strip() for name, _, value in pairs}


def _kib(text):
    return int(text.split()[0]) * 1024
