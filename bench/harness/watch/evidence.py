"""What lastack watch said, read from its output, whatever its view."""

import collections
import dataclasses
import json
import mmap
import re

from harness.watch import watchers

IN_JSON = re.compile(rb'"from":"(\w+)","to":"(\w+)"')
IN_TEXT = re.compile(rb"([A-Z_12]+) +(?:\xe2\x86\x92|->) ([A-Z_12]+)")
IN_WORDS = re.compile(
    r"(?P<transitions>[\d,]+) transitions? \((?P<inferred>[\d,]+) inferred\).*; "
    r"(?P<begun>[\d,]+) connections? began, (?P<ended>[\d,]+) ended, (?P<alive>[\d,]+) alive; "
    r"(?P<lost>[\d,]+) records? lost in (?P<gaps>[\d,]+) gaps?")
ONLY_IF_ANY = {"defects": re.compile(r"([\d,]+) transitions? that no rule of TCP allows"),
               "malformed": re.compile(r"([\d,]+) records? not understood")}


class EvidenceError(Exception):
    """One line: its output is not what it should be."""


@dataclasses.dataclass
class Evidence:
    edges: collections.Counter   # (from, to): how often; of lives: of those that are over
    paths: collections.Counter   # (state, …): lives that went that way; only of lives
    summary: dict[str, int]


def read(session):
    return _text(session) if session.watcher.view == watchers.TEXT else _json(session)


def _text(session):
    said = session.errors.read_text()
    found = IN_WORDS.search(said)
    if not found:
        raise EvidenceError(f"no summary on stderr: {session.complaint()}")
    summary = {name: _number(text) for name, text in found.groupdict().items()}
    for name, words in ONLY_IF_ANY.items():
        count = words.search(said)
        summary[name] = _number(count[1]) if count else 0
    summary["polled"] = int("seen by polling" in said)
    return Evidence(_edges(session.output, IN_TEXT), collections.Counter(), summary)


def _json(session):
    """Every line is parsed but those of transitions, of which there are millions."""
    last = _last_line(session.output)
    try:
        summary = json.loads(last)
    except ValueError:
        raise EvidenceError(f"its last line is no JSON: {last[:200]!r}") from None
    if summary.get("event") != "summary":
        raise EvidenceError(f"its last line is no summary: {last[:200]!r}")
    if session.watcher.view == watchers.JSON:
        return Evidence(_edges(session.output, IN_JSON), collections.Counter(), summary)
    return _tally_and_lives(session.output, summary)


def _tally_and_lives(path, summary):
    edges, paths = collections.Counter(), collections.Counter()
    with open(path, "rb") as output:
        for line in output:
            event = json.loads(line)
            if event["event"] == "tally":
                edges.update({(e["from"], e["to"]): e["count"] for e in event["edges"]})
            elif event["event"] == "life":
                paths[tuple(hop["state"] for hop in event["path"])] += 1
    return Evidence(edges, paths, summary)


def _edges(path, pattern):
    if path.stat().st_size == 0:
        return collections.Counter()
    with open(path, "rb") as output, \
            mmap.mmap(output.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found = collections.Counter(match.groups() for match in pattern.finditer(content))
    return collections.Counter({(a.decode(), b.decode()): n for (a, b), n in found.items()})


def _last_line(path):
    with open(path, "rb") as output:
        size = output.seek(0, 2)
        output.seek(max(0, size - 65536))
        lines = output.read().splitlines()
    return lines[-1] if lines else b""


def _number(text):
    return int(text.replace(",", ""))
