"""Compiles the load and the floors of bench/load/ when they are older than their sources."""

import pathlib
import platform
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ROOT / "bench" / "load"
OUTPUT = ROOT / "build" / "bench" / "load"
PLAIN_PROGRAMS = ("churn", "holder", "measure", "nldiag", "procfd")
BTF = pathlib.Path("/sys/kernel/btf/vmlinux")


class BuildError(Exception):
    """One line for the user."""


def build(iterators=True):
    """Returns the folder of the programs. `iter` is missing where the kernel has no BTF."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for name in PLAIN_PROGRAMS:
        _make(OUTPUT / name, [SOURCES / f"{name}.c"],
              [_tool("cc"), "-O2", "-o", OUTPUT / name, SOURCES / f"{name}.c"])
    if iterators and BTF.exists():
        _build_iterators()
    return OUTPUT


def frozen(program):
    """A copy of the program that no build replaces while it is measured."""
    copy = OUTPUT / pathlib.Path(program).name
    copy.unlink(missing_ok=True)
    return shutil.copy(program, copy)


def _build_iterators():
    # The types of the running kernel; a floor is not moved to another machine.
    types, object_, skeleton = (OUTPUT / n for n in ("vmlinux.h", "iter.bpf.o", "iter.skel.h"))
    source, header = SOURCES / "iter.bpf.c", SOURCES / "iter.h"
    bpftool = _tool("bpftool", "/usr/sbin/bpftool")
    _make(types, [BTF], [bpftool, "btf", "dump", "file", BTF, "format", "c"], to_file=True)
    _make(object_, [source, header, types],
          [_tool("clang"), "-O2", "-g", "-target", "bpf", f"-D__TARGET_ARCH_{_bpf_architecture()}",
           f"-I{OUTPUT}", "-c", source, "-o", object_])
    _make(skeleton, [object_], [bpftool, "gen", "skeleton", object_, "name", "iter"], to_file=True)
    _make(OUTPUT / "iter", [SOURCES / "iter.c", skeleton],
          [_tool("cc"), "-O2", f"-I{OUTPUT}", "-o", OUTPUT / "iter", SOURCES / "iter.c", "-lbpf"])


def _bpf_architecture():
    return {"aarch64": "arm64"}.get(platform.machine(), "x86")


def _tool(*names):
    for name in names:
        if path := shutil.which(name):
            return path
    raise BuildError(f"{names[0]} is not installed; it is needed to build the load and the floors")


def _make(target, sources, command, to_file=False):
    if target.exists() and all(s.stat().st_mtime <= target.stat().st_mtime for s in sources):
        return
    result = subprocess.run(list(map(str, command)), capture_output=True)
    if result.returncode != 0:
        target.unlink(missing_ok=True)
        raise BuildError(f"building {target.name} failed: {result.stderr.decode(errors='replace')}")
    if to_file:
        target.write_bytes(result.stdout)
