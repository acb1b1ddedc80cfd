#!/usr/bin/env python3
"""Includes point downward only.

A room (a folder below src/) may include itself and the rooms listed here, nothing else. The
picture is in ARCHITECTURE.md; change both on purpose, never by a waiver. Try not to let the
sets grow: each entry is knowledge that a room must carry.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

ALLOWED = {
    "base": set(),
    "tcp": {"base"},
    "model": {"tcp", "base"},
    "explain": {"model", "tcp", "base"},
    "diagram": {"tcp", "base"},
    "filter": {"model", "tcp", "base"},
    "export": {"model", "tcp", "base"},
    "detect": {"model", "tcp", "base"},
    "track": {"model", "tcp", "base"},
    "lab": {"tcp", "base"},
    "capture": {"model", "tcp", "base"},
    "rig": {"lab", "capture", "model", "tcp", "base"},
    "act": {"capture", "model", "tcp", "base"},
    "ui": {"detect", "lab", "diagram", "explain", "export", "filter", "model", "tcp", "base"},
    "app": {"ui", "act", "rig", "lab", "detect", "diagram", "explain", "export", "filter", "track", "capture", "model", "tcp", "base"},
}

# What only one room may know, by the headers that give it away.
ONLY_IN = {
    r"linux/(netlink|inet_diag|sock_diag)\.h|libmnl/|bpf/": "capture",
    r"rapidjson/": "export",
    r"re2/": "filter",
    r"ares\.h|CLI/|sys/capability\.h|toml\+\+/": "app",
    r"pcap(/|\.h)": "rig",
    r"ncurses\.h|curses\.h": "ui",
}
# Rooms that must stay pure: no clocks, threads, files.
PURE = {"tcp", "model", "detect", "diagram", "filter", "lab"}
IMPURE = re.compile(r"<(thread|mutex|future|chrono|fstream|unistd\.h|fcntl\.h|sys/[a-z]+\.h)>")

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')


def problems_of(path: pathlib.Path):
    room = path.relative_to(ROOT / "src").parts[0]
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quoted, header = match.group(1) == '"', match.group(2)
        where = f"{path.relative_to(ROOT)}:{number}"
        target = header.split("/")[0]
        if quoted and target in ALLOWED and target != room and target not in ALLOWED[room]:
            yield f"{where}: {room}/ includes {header}, but may only know {sorted(ALLOWED[room])}"
        for pattern, owner in ONLY_IN.items():
            if re.match(pattern, header) and room != owner:
                yield f"{where}: <{header}> stops at {owner}/"
        if room in PURE and IMPURE.match(f"<{header}>"):
            yield f"{where}: {room}/ is pure: no clocks, threads or files (<{header}>)"


def main() -> int:
    rooms = {path.name for path in (ROOT / "src").iterdir() if path.is_dir()}
    found = [f"src/{room}: a room that no rule names" for room in sorted(rooms - set(ALLOWED))]
    files = sorted(p for p in (ROOT / "src").rglob("*") if p.suffix in {".cc", ".hh", ".h"})
    for path in files:
        if path.relative_to(ROOT / "src").parts[0] in ALLOWED:
            found.extend(problems_of(path))
    for line in found:
        print(line)
    print(f"include directions: {len(files)} files, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
