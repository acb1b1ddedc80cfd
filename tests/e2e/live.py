"""lastack's live screen over a namespace of a test's own, in which a process "shopd" lives."""

import contextlib
import os
import re
import sys
import unicodedata

from screen import LASTACK, ROOT, Screen

sys.path.insert(0, str(ROOT / "tests" / "kernel"))

from acting import Actor  # noqa: E402
from support import NetNs  # noqa: E402

PORT = 7000
UPDATE = os.environ.get("LASTACK_UPDATE_GOLDEN") == "1"
GOLDEN = ROOT / "tests" / "golden" / "e2e"
_SPARKS = "▁▂▃▄▅▆▇█"


class Scene:
    """shopd listens on 127.0.0.1:7000 and holds both ends of connections to it from the
    ports 5001, 5002...: `connections` of them."""

    def __init__(self, connections=2):
        with contextlib.ExitStack() as stack:
            self.ns = stack.enter_context(NetNs())
            self.shop = Actor("shopd", self.ns)
            stack.callback(self.shop.kill)
            self.shop.do(f"server = listen('127.0.0.1', {PORT}); near = {{}}; far = {{}}")
            for number in range(connections):
                self.open(5001 + number)
            self._stack = stack.pop_all()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stack.close()

    def keep(self, context):
        return self._stack.enter_context(context)

    def actor(self, name):
        actor = Actor(name, self.ns)
        self._stack.callback(actor.kill)
        return actor

    # What shopd does

    def open(self, port):
        self.shop.do(f"near[{port}] = connect('127.0.0.1', {PORT}, {port}); "
                     f"far[{port}] = server.accept()[0]")

    def half_close(self, port):
        """Its far end is then in CLOSE_WAIT, its near end in FIN_WAIT_2."""
        self.shop.do(f"near[{port}].shutdown(socket.SHUT_WR)")

    def reset(self, port):
        self.shop.do(f"reset(near.pop({port})); far.pop({port}).close()")

    def close(self, port):
        """The near end first: it stays in TIME_WAIT."""
        self.shop.do(f"near.pop({port}).close(); far.pop({port}).close()")

    def in_use(self, port):
        """Whether the kernel has a connection from that port."""
        listed = self.ns.run("ss", "-Htan", f"( sport = :{port} )").stdout
        return "ESTAB" in listed

    # lastack

    def filter(self):
        return f"netns = {self.ns.inode}"

    def command(self, *options, filter=None, before=(), binary=LASTACK):
        wanted = self.filter() if filter is None else filter
        return self.ns.command(*before, binary, "screen", *([wanted] if wanted else []), *options)

    def screen(self, *options, width=100, height=30, filter=None, before=(), binary=LASTACK,
               wait=True, pace="200ms", **how):
        """Up, and its list is there."""
        command = self.command("--pace", pace, *options, filter=filter, before=before,
                               binary=binary)
        screen = self.keep(Screen(command, width, height, **how))
        if wait:
            screen.wait_for(re.compile(r"^[ +~-] +shopd .*LISTEN", re.MULTILINE))
        return screen


def row(local, remote, state, mark=r"[ +~-]", process="shopd"):
    """Of the list: an expression."""
    return re.compile(rf"^{mark} +{process} +\d+ +tcp +{re.escape(local)} +{re.escape(remote)} +"
                      rf"{state}\b", re.MULTILINE)


def near(port, state="ESTABLISHED", **how):
    return row(f"127.0.0.1:{port}", f"127.0.0.1:{PORT}", state, **how)


def far(port, state="ESTABLISHED", **how):
    return row(f"127.0.0.1:{PORT}", f"127.0.0.1:{port}", state, **how)


LISTENER = row(f"127.0.0.1:{PORT}", "0.0.0.0:*", "LISTEN")


def body(text):
    """The rows of the list; without header, status bar and keys."""
    return [line for line in text.split("\n") if re.match(r"[ +~-] +\S+ +(\d+|-) +(tcp|udp) ", line)]


def cursor_line(screen):
    """With --theme mono: what is reversed between the header and the two bars below."""
    lines = screen.colours().split("\n")
    _, height = screen.size()
    # From its first cell on: what search found is reversed as well.
    found = [line for line in lines[:height - 2]
             if re.match(r"(\x1b\[[0-9;]*m)*\x1b\[[0-9;]*\b7m", line)]
    plain = [re.sub(r"\x1b\[[0-9;]*m|[\x0e\x0f]", "", line) for line in found]
    plain = [line for line in plain if body(line)]
    return plain[0] if len(plain) == 1 else ""


def _cells(line):
    """A string for each cell; "" for the right half of a wide character."""
    cells = []
    for character in line:
        cells.append(character)
        if unicodedata.east_asian_width(character) in "WF":
            cells.append("")
    return cells


def popup(text):
    """The box that lies over the list; without what is beside it."""
    lines = text.split("\n")
    top = next(i for i, line in enumerate(lines) if "┌" in line)
    cells = _cells(lines[top])
    left = cells.index("┌")
    right = len(cells) - 1 - cells[::-1].index("┐")
    found = []
    for line in lines[top:]:
        found.append("".join(_cells(line)[left:right + 1]))
        if found[-1].startswith("└"):
            return "\n".join(found)
    raise AssertionError(f"a box without an end:\n{text}")


def masked(text):
    """What differs from run to run is gone: pids, times, counts of the whole machine."""
    lines = []
    for line in text.rstrip("\n").split("\n"):
        line = re.sub(r"netns = \d+…?", "netns = INODE", line)  # cut where counts are long
        # The header: a name, how many, a sparkline.
        if re.match(r"(ESTAB|CLOSE_W|FIN_W|CLOSED) ?", line):
            line = re.sub(rf" +[\d,]+(?: +[{_SPARKS}]+)?(?= |$)", " N", line)
        line = re.sub(r"(?<= )(\d+)/[\d,]+  ", r"\1/N  ", line)
        # These have a place only where the counts leave one.
        line = re.sub(r"  (unreadable processes: \d+|every \w+|不可读的进程：\d+|每 \w+)", "", line)
        line = re.sub(r"\[\d+\]", "[PID]", line)
        line = re.sub(r"^([ +~-]) +shopd +\d+ ", r"\1 shopd PID ", line)
        line = re.sub(r" (-|\d+(\.\d+)?(ms|s|m\d+s))$", " FOR", line)
        line = re.sub(r"cookie [0-9a-f]+  inode \d+", "cookie C  inode I", line)
        line = re.sub(r"(─|═){2,}", "─", re.sub(r" {2,}", " ", line))
        lines.append(line.rstrip())
    return "\n".join(lines) + "\n"


def require_golden(case, name, text):
    """`text` masked is what the file holds; LASTACK_UPDATE_GOLDEN=1 writes it."""
    path = GOLDEN / f"{name}.txt"
    got = masked(text)
    if UPDATE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(got, encoding="utf-8")
    case.maxDiff = None
    case.assertEqual(got, path.read_text(encoding="utf-8"), f"{name}: the whole screen was\n{text}")
