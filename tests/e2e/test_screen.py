"""The live screen as its users have it: keys in, screen out (docs/screen.md)."""

import base64
import contextlib
import csv
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

from live import (Actor, LISTENER, PORT, Scene, body, cursor_line, far, masked, near, popup,
                  require_golden)
from screen import LASTACK, Screen, children_of, is_gone, require_tmux, wait_until
from support import require_kernel_tests  # live has put it within reach
from terminal_pty import TerminalPty

NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def setUpModule():
    require_tmux(LASTACK)
    require_kernel_tests("ss", "setpriv")


class OnAScene(unittest.TestCase):
    CONNECTIONS = 2

    def setUp(self):
        self.scene = Scene(self.CONNECTIONS)
        self.addCleanup(self.scene.__exit__)

    def to_row(self, screen, text):
        """The cursor on the row that has it."""
        screen.keys("F3")
        screen.wait_for("Search")
        screen.type(text)
        screen.keys("Enter")
        screen.wait_gone(re.compile(r"^ Search", re.MULTILINE))

    def menu_title(self, screen):
        """Of the row menu: it tells which row the cursor is on."""
        screen.keys("m")
        screen.wait_for("┌─ ")
        title = popup(screen.text()).split("\n")[0]
        screen.keys("Escape")
        screen.wait_gone("┌─ ")
        return title


class ComesUp(OnAScene):
    def test_lists_what_is_there(self):
        for width, height in ((80, 24), (120, 40)):
            for language in ("en", "zh"):
                with self.subTest(width=width, language=language):
                    screen = self.scene.screen("--lang", language, width=width, height=height)
                    for expected in (LISTENER, near(5001), far(5001), near(5002), far(5002)):
                        screen.wait_for(expected, limit=10)
                    self.assertEqual(len(body(screen.text())), 5)
                    self.assertTrue(screen.alternate())
                    self.assertFalse(screen.cursor_visible())
                    self.assertIn(f" {self.scene.shop.pid} ", screen.text())

    def test_golden_lists(self):
        for width, height in ((80, 24), (120, 40), (60, 15)):
            for language in ("en", "zh"):
                with self.subTest(width=width, language=language):
                    screen = self.scene.screen("--poll", "--lang", language, width=width,
                                               height=height)
                    screen.wait_for(lambda text: len(re.findall(r"^  shopd ", text, re.M)) == 5)
                    # Marks and the first reading of queues settle.
                    screen.wait_gone(re.compile(r"^[+~] ", re.MULTILINE))
                    text = screen.text()
                    if width < 100:  # what is cut depends on how many digits the pid has
                        text = re.sub(r"^(  (?:shopd|PROCESS).*(?:LISTEN|ESTABLISHED|STATE))\b.*",
                                      r"\1 ...", text, flags=re.MULTILINE)
                        text = re.sub(r"(?m)(?<= )(127|0)\.\S+", "ADDRESS", text)
                    require_golden(self, f"list_{width}x{height}_{language}", text)

    def test_golden_help(self):
        for width, height, language, title in ((80, 24, "en", "this help"),
                                               (120, 40, "en", "this help"),
                                               (80, 24, "zh", "本帮助"),
                                               (120, 40, "zh", "本帮助")):
            with self.subTest(width=width, language=language):
                screen = self.scene.screen("--poll", "--lang", language, width=width,
                                           height=height)
                screen.keys("?")
                screen.wait_for(title)
                require_golden(self, f"help_{width}x{height}_{language}", screen.text())
                screen.keys("Escape")
                screen.wait_gone(title)

    def test_golden_dialogs(self):
        """Over the listener's row, in both languages."""
        for language in ("en", "zh"):
            screen = self.scene.screen("--poll", "--lang", language, width=100, height=30)
            screen.wait_for(far(5002))
            for name, key in (("menu", "m"), ("sort", "F6"), ("columns", "C"), ("close", "x"),
                              ("explain", "e"), ("settings", ",")):
                with self.subTest(name=name, language=language):
                    screen.keys(key)
                    screen.wait_for("└")
                    require_golden(self, f"{name}_{language}", popup(screen.text()))
                    screen.keys("Escape")
                    screen.wait_gone("└")

    def test_quits(self):
        for key in ("q", "F10", "C-c"):
            with self.subTest(key=key):
                screen = self.scene.screen("--poll")
                screen.keys(key)
                self.assertEqual(screen.wait_dead(), (0, None))
                self.assertFalse(screen.alternate())


class Changes(OnAScene):
    def test_new_changed_and_gone(self):
        screen = self.scene.screen(pace="100ms")
        screen.wait_gone(near(5001, mark=r"\+"))
        self.scene.open(6001)
        screen.wait_for(near(6001, mark=r"\+"))
        screen.wait_for(near(6001, mark=" "))
        self.scene.half_close(6001)
        screen.wait_for(far(6001, "CLOSE_WAIT", mark="~"))
        screen.wait_for(near(6001, "FIN_WAIT_2", mark="[~ ]"))
        self.scene.reset(6001)
        screen.wait_for(lambda text: any("127.0.0.1:6001" in line and line.startswith("-")
                                         for line in body(text)))
        screen.wait_gone("127.0.0.1:6001")
        self.assertEqual(len(body(screen.text())), 5)

    def test_by_polling_too(self):
        screen = self.scene.screen("--poll", pace="100ms")
        screen.wait_for(re.compile("polled, no events"))
        self.scene.open(6001)
        screen.wait_for(near(6001, mark=r"\+"))
        self.scene.reset(6001)
        screen.wait_for(near(6001, r"\w+", mark="-"))
        screen.wait_gone("127.0.0.1:6001")

    def test_shown_is_never_more_than_there_is(self):
        """`5/5` of the status bar, while rows that are gone are still shown."""
        screen = self.scene.screen(pace="100ms", filter="", wait=False, width=120)
        screen.wait_for(re.compile(" (tcp|udp) "))
        ports = range(6001, 6051)

        def counts(text):
            found = re.search(r" ([\d,]+)/([\d,]+)  every", text)
            return [int(count.replace(",", "")) for count in found.groups()]
        before, _ = counts(screen.text())
        for port in ports:
            self.scene.open(port)
        screen.wait_for(lambda text: counts(text)[0] > before + 70)
        for port in ports:
            self.scene.reset(port)
        # Until the last of them has left the screen.
        def left():
            text = screen.text()
            shown, total = counts(text)
            self.assertLessEqual(shown, total, text)
            return shown < before + 30 and total < before + 30
        screen.wait_until(left, "the rows that are gone leave")

    def test_cursor_stays_on_its_row(self):
        screen = self.scene.screen("--theme", "mono", pace="100ms")
        screen.wait_for(far(5002))
        screen.keys("G")
        screen.wait_until(lambda: far(5002).search(cursor_line(screen)), "the cursor below")
        for port in (4001, 4002, 4003):
            self.scene.open(port)
            screen.wait_for(near(port))
            screen.wait_for(far(port))
        self.assertRegex(cursor_line(screen), far(5002))
        lines = body(screen.text())
        above = [i for i, line in enumerate(lines) if "127.0.0.1:400" in line]
        at = next(i for i, line in enumerate(lines) if far(5002).search(line))
        self.assertTrue(all(i < at for i in above), screen.text())

    def test_pause(self):
        screen = self.scene.screen(pace="100ms")
        screen.keys("Z")
        screen.wait_for("PAUSED")
        self.scene.open(6001)
        # Something that is answered after what was missed would have been shown.
        screen.keys("F6")
        screen.wait_for("Sort by")
        screen.keys("Escape")
        screen.wait_gone("Sort by")
        with self.assertRaises(AssertionError):
            screen.wait_for("127.0.0.1:6001", limit=0.6)
        screen.keys("Z")
        screen.wait_for(near(6001))
        self.assertNotIn("PAUSED", screen.text())


class Finding(OnAScene):
    CONNECTIONS = 3

    def test_filter_is_live(self):
        screen = self.scene.screen("--poll")
        screen.wait_for(far(5003))
        screen.keys("/")
        screen.wait_for(re.compile(r"^> netns = ", re.MULTILINE))
        screen.type(" and sport = 5002")
        screen.wait_for(lambda text: len(body(text)) == 1)
        self.assertRegex(screen.text(), near(5002))
        # In place, with its column, and the list stays.
        screen.keys("C-u")
        screen.wait_for(lambda text: len(body(text)) > 1)
        good = f"{self.scene.filter()} and sport = 5002"
        screen.type(good + " and nonsense")
        column = len(good) + len(" and ") + 1
        screen.wait_for(re.compile(f"column {column}: .*nonsense"))
        self.assertEqual(len(body(screen.text())), 1)
        self.assertRegex(screen.text(), near(5002))
        screen.keys("Enter")
        screen.wait_for(f"column {column}")
        # Esc: all as before.
        screen.keys("Escape")
        screen.wait_for(lambda text: len(body(text)) == 7)
        self.assertIn(self.scene.filter(), screen.text())
        self.assertNotIn("nonsense", screen.text())

    def test_error_is_shown_under_its_column(self):
        screen = self.scene.screen("--poll", width=160)
        screen.keys("/", "C-u")
        screen.type("sport = 5002 and nonsense = 1")
        screen.wait_for("column 18")
        lines = screen.lines()
        at = next(i for i, line in enumerate(lines) if line.startswith("> sport"))
        self.assertEqual(lines[at + 1].index("^"), lines[at].index("nonsense"), screen.text())

    def test_filter_is_kept_on_enter_and_cleared_by_escape(self):
        screen = self.scene.screen("--poll")
        screen.keys("/", "C-u")
        screen.type(f"{self.scene.filter()} and state listen")
        screen.keys("Enter")
        screen.wait_gone(re.compile("^>", re.MULTILINE))
        screen.wait_for(lambda text: len(body(text)) == 1)
        screen.keys("Escape")
        screen.wait_for("no filter")

    def test_search(self):
        screen = self.scene.screen("--poll", "--theme", "mono")
        screen.wait_for(far(5003))
        screen.keys("F3")
        screen.wait_for("Search")
        screen.type(":5002")
        screen.keys("Enter")
        screen.wait_gone("Search\n")
        seen = [cursor_line(screen)]
        self.assertIn(":5002", seen[0])
        screen.keys("n")
        screen.wait_until(lambda: cursor_line(screen) != seen[0], "the next match")
        self.assertIn(":5002", cursor_line(screen))
        screen.keys("N")
        screen.wait_until(lambda: cursor_line(screen) == seen[0], "the match before")
        screen.keys("F3")
        screen.type("nowhere")
        screen.wait_for("not found")

    def test_sort_and_reverse(self):
        screen = self.scene.screen("--poll")
        screen.wait_for(far(5003))
        screen.keys("F6")
        screen.wait_for("Sort by")
        self.choose(screen, "REMOTE")
        screen.wait_for(re.compile(r"REMOTE \^"))
        upwards = [line.split()[4] for line in body(screen.text())]
        self.assertEqual(upwards, sorted(upwards), screen.text())
        screen.keys("I")
        screen.wait_for(re.compile("REMOTE v"))
        self.assertEqual([line.split()[4] for line in body(screen.text())], upwards[::-1])

    def choose(self, screen, label):
        """In an open menu."""
        lines = popup(screen.text()).split("\n")[1:-1]
        at = next(i for i, line in enumerate(lines) if label in line)
        screen.keys(*["Down"] * at, "Enter")
        screen.wait_gone("└")

    def test_columns(self):
        screen = self.scene.screen("--poll", width=120)
        screen.keys("C")
        screen.wait_for("[ ] NETNS")
        screen.keys(*["Down"] * 2, "Space")
        screen.wait_for("[ ] PROTO")
        screen.keys(*["Down"] * 7, "Space")  # Space has gone on to the next
        screen.wait_for("[x] NETNS")
        screen.keys("Enter")
        screen.wait_gone("└")
        header = next(line for line in screen.lines() if "LOCAL" in line)
        self.assertEqual(header.split(), ["PROCESS", "PID", "LOCAL", "REMOTE", "STATE", "RECV-Q",
                                          "SEND-Q", "USER", "FOR", "NETNS"])

    def test_fold_time_wait(self):
        for port in range(6001, 6009):
            self.scene.open(port)
            self.scene.close(port)
        screen = self.scene.screen("--poll")
        screen.wait_for(lambda text: text.count("TIME_WAIT  ") >= 8)
        screen.keys("w")
        screen.wait_for(re.compile(r"▸ \(8\).*127\.0\.0\.1:7000 +TIME_WAIT"))
        self.assertEqual(len([l for l in screen.lines() if re.search(r"tcp.*TIME_WAIT", l)]), 1)
        screen.keys("G", "Enter")
        screen.wait_for("▾ (8)")
        self.assertEqual(screen.text().count("127.0.0.1:600"), 8)
        screen.keys("w")
        screen.wait_gone("▾ (8)")

    def test_tree(self):
        other = self.scene.actor("cashd")
        other.do("server = listen('127.0.0.1', 7200)")
        screen = self.scene.screen("--poll", width=100)
        screen.wait_for("127.0.0.1:7200")
        screen.keys("F5")
        screen.wait_for(re.compile(r"▾ shopd \(7\) +" + str(self.scene.shop.pid)))
        screen.wait_for(re.compile(rf"▾ cashd \(1\) +{other.pid}"))
        screen.keys("F5")
        screen.wait_gone("▾")


class Views(OnAScene):
    def test_processes(self):
        screen = self.scene.screen("--poll", width=120, height=40)
        screen.wait_for(far(5002))
        screen.keys("2")
        screen.wait_for(re.compile(rf"shopd +{self.scene.shop.pid} +root +5 +1 +4 "))

    def test_accept_queue_full(self):
        self.scene.shop.do("import errno; few = listen('127.0.0.1', 7100, 2); waiting = []\n"
                           "for _ in range(5):\n"
                           "    s = socket.socket(); s.setblocking(False)\n"
                           "    s.connect_ex(('127.0.0.1', 7100)); waiting.append(s)")
        screen = self.scene.screen("--poll", width=120, height=40)
        screen.keys("3")
        screen.wait_for(re.compile(r"127\.0\.0\.1:7100 +shopd\[\d+\] +root +██████ 3/2 "))
        screen.wait_for(re.compile(r"127\.0\.0\.1:7000 +shopd\[\d+\] +root +░░░░░░ 0/16 +2 "))

    def test_transitions(self):
        screen = self.scene.screen(width=130, height=40)
        screen.keys("4")
        screen.wait_for("CAUSE")
        self.scene.open(6001)
        screen.wait_for(re.compile(r"shopd\[\d+\] +127\.0\.0\.1:6001 → 127\.0\.0\.1:7000 +"
                                   r"SYN_SENT +ESTABLISHED +\S+ +SYN\+ACK received"))
        self.scene.reset(6001)
        screen.wait_for(re.compile(r"127\.0\.0\.1:6001 → 127\.0\.0\.1:7000 +ESTABLISHED +CLOSED"))

    def test_diagram(self):
        screen = self.scene.screen("--poll", width=90, height=26)
        screen.keys("5")
        screen.wait_for("WENT ON TO")

        def agree(text):
            here = re.search(r"^  ESTABLISHED +(\d+)", text, re.MULTILINE)
            above = re.search(r"ESTAB +(\d+)", text)
            return here and above and int(here[1]) >= 4 and here[1] == above[1]
        screen.wait_for(agree)

    def test_diagram_as_a_picture(self):
        screen = self.scene.screen("--poll", width=160, height=60)
        screen.keys("5")
        screen.wait_for(lambda text: "┌" in text and "CLOSE_WAIT" in text and "LAST_ACK" in text)

    def test_recently_closed(self):
        screen = self.scene.screen(width=150, height=40)
        self.scene.open(6001)
        screen.wait_for(near(6001))
        self.scene.reset(6001)
        screen.keys("6")
        screen.wait_for(re.compile(r"shopd\S* +127\.0\.0\.1:6001 +127\.0\.0\.1:7000 .*ESTAB"))

    def test_tab_goes_round(self):
        screen = self.scene.screen("--poll", width=120)
        screen.keys("Tab")
        screen.wait_for("SOCKETS")
        screen.keys("BTab", "BTab", "BTab")
        screen.wait_for("CLOSER")
        screen.keys("1")
        screen.wait_for(LISTENER)


class Details(OnAScene):
    def test_life_line_and_both_ends(self):
        screen = self.scene.screen(width=120, height=110)
        self.scene.open(6001)
        screen.wait_for(near(6001))
        self.to_row(screen, "127.0.0.1:6001 ")
        screen.keys("Enter")
        screen.wait_for("Other end")
        screen.wait_for(re.compile(r"SYN_SENT.*ESTABLISHED"))
        text = screen.text()
        self.assertIn("Life", text)
        self.assertRegex(text, r"tcp 127\.0\.0\.1:6001 → 127\.0\.0\.1:7000 +ESTABLISHED")
        self.assertRegex(text[text.index("Other end"):], r"ESTABLISHED|shopd")
        screen.keys("Escape")
        screen.wait_gone("Other end")

    def test_explanation(self):
        for language, words in (("en", "Waits for"), ("zh", "等待")):
            screen = self.scene.screen("--poll", "--lang", language, width=100, height=30)
            screen.keys("e")
            screen.wait_for("LISTEN  127.0.0.1:7000")
            screen.wait_for(words)


class Closing(OnAScene):
    def test_a_connection_is_really_gone(self):
        screen = self.scene.screen(width=100)
        self.to_row(screen, "127.0.0.1:5001 ")
        screen.keys("x")
        screen.wait_for("To be closed (1)")
        screen.wait_for("5001")
        screen.keys("y")
        screen.wait_for("1 closed, 0 already gone, 0 not closed")
        wait_until(lambda: not self.scene.in_use(5001), "the end of the connection")
        self.assertTrue(self.scene.in_use(5002))

    def test_cancel_does_nothing(self):
        screen = self.scene.screen("--poll", width=100)
        for key in ("n", "Enter", "Escape"):  # Cancel is what is chosen at first
            self.to_row(screen, "127.0.0.1:5001 ")
            screen.keys("x")
            screen.wait_for("To be closed (1)")
            screen.keys(key)
            screen.wait_gone("To be closed")
            screen.keys("C-r")
        self.assertTrue(self.scene.in_use(5001))

    def test_a_listener_is_warned_of(self):
        screen = self.scene.screen("--poll", width=100)
        screen.keys("Home", "x")
        screen.wait_for("LISTENER: its service stops")
        screen.keys("y")  # no answer: stopping a service takes another letter
        screen.keys("L")
        screen.wait_for("1 closed, 0 already gone, 0 not closed")
        self.assertEqual(self.scene.ns.run("ss", "-Htln").stdout, "")

    def test_tagged_ones(self):
        screen = self.scene.screen("--poll", width=100)
        screen.wait_for(far(5002))
        screen.keys("Home", "Space", "Space", "Space")
        screen.wait_for("3 tagged")
        screen.keys("x")
        screen.wait_for("1 listeners among the tagged rows are left alone")
        self.assertIn("To be closed (2)", screen.text())
        screen.keys("y")
        screen.wait_for(re.compile("(2 closed, 0|1 closed, 1) already gone, 0 not closed"))
        self.assertNotEqual(self.scene.ns.run("ss", "-Htln").stdout, "")


class Ending(OnAScene):
    def ask(self, screen):
        screen.keys("F9")
        screen.wait_for(f"End shopd[{self.scene.shop.pid}]")

    def test_sigterm(self):
        screen = self.scene.screen(width=100)
        self.ask(screen)
        screen.keys("t")
        screen.wait_for("has ended")
        self.assertTrue(is_gone(self.scene.shop.pid))
        screen.wait_gone(LISTENER)

    def test_cancel(self):
        screen = self.scene.screen("--poll", width=100)
        self.ask(screen)
        screen.keys("Enter")
        screen.wait_gone("SIGTERM")
        self.assertEqual(self.scene.shop.ask("1"), 1)

    def test_stubborn(self):
        self.scene.shop.do("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)")
        screen = self.scene.screen("--poll", width=100)
        self.ask(screen)
        screen.keys("t")
        screen.wait_for("has not ended on SIGTERM")
        self.assertFalse(is_gone(self.scene.shop.pid))
        screen.keys("K")
        screen.wait_for("has ended")
        self.assertTrue(is_gone(self.scene.shop.pid))

    def other_with_the_pid(self, pid):
        """A process of ours that has got the pid of one that is gone."""
        for _ in range(200):
            pathlib.Path("/proc/sys/kernel/ns_last_pid").write_text(str(pid - 1))
            other = subprocess.Popen(["sleep", "60"])
            self.addCleanup(other.wait)
            self.addCleanup(other.kill)
            if other.pid == pid:
                return other
            other.kill()
            other.wait()
        self.skipTest("the pid was not to be had again")

    def test_killed_while_it_is_asked_about(self):
        screen = self.scene.screen(width=100)
        pid = self.scene.shop.pid
        self.ask(screen)
        self.scene.shop.kill()  # SIGKILL
        other = self.other_with_the_pid(pid)
        screen.keys("t")
        screen.wait_for(re.compile(rf"shopd\[{pid}\].*(gone|ended|No such process)"))
        self.assertIsNone(other.poll(), "another process was hit")

    def test_killed_while_its_menu_is_open(self):
        screen = self.scene.screen("--poll")  # which is up within a second of shopd's beginning
        pid = self.scene.shop.pid
        screen.keys("m")
        screen.wait_for("End process")
        self.scene.shop.kill()
        other = self.other_with_the_pid(pid)
        screen.keys("Down", "Enter")
        screen.wait_for(re.compile(r"gone|another one by now|no process"))
        self.assertNotIn("SIGTERM", screen.text())
        self.assertIsNone(other.poll(), "another process was hit")

    def test_closed_while_it_is_asked_about(self):
        screen = self.scene.screen(width=100)
        self.to_row(screen, "127.0.0.1:5001 ")
        screen.keys("x")
        screen.wait_for("To be closed (1)")
        self.scene.reset(5001)
        screen.keys("y")
        screen.wait_for("127.0.0.1:5001 127.0.0.1:7000 ESTABLISHED: already gone")
        self.assertTrue(self.scene.in_use(5002))


class Hostile(OnAScene):
    # And what of them the terminal would obey.
    NAMES = {"\x1b]0;pwnd\x07": (b"\x1b]0;", b"pwnd\x07"),
             "\x1b[31;5mX\n\r": (b"\x1b[31;5m", b"X\n", b"X\r"),
             "\x9b2J\u202eabc": (b"\xc2\x9b", b"\xe2\x80\xae")}

    def test_names_never_reach_the_terminal_raw(self):
        for name, obeyed in self.NAMES.items():
            with self.subTest(name=name), contextlib.ExitStack() as stack:
                actor = Actor("quiet", self.scene.ns)
                stack.callback(actor.kill)
                actor.do(f"server = listen('127.0.0.1', 7300); call_oneself({name!r})")
                command = self.scene.command("--pace", "200ms", "--poll")
                with TerminalPty(command, 120, 40) as terminal:
                    terminal.wait_for(b"127.0.0.1:7300")
                    for key in (b"2", b"3", b"1", b"G", b"m", b"\x1b"):
                        start = len(terminal.output)
                        terminal.send(key)
                        terminal.wait_for(b"\x1b[", since=start)
                    terminal.read()
                    for raw in obeyed:
                        self.assertNotIn(raw, terminal.output)
                with Screen(command, 100, 30) as screen:
                    screen.wait_for("127.0.0.1:7300")
                    shown = next(l for l in screen.lines() if "127.0.0.1:7300" in l)
                    self.assertIn("\\", shown)


class WithAFolder(OnAScene):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


class Writing(WithAFolder):
    def export(self, screen, name):
        path = self.folder / name
        screen.keys("W", "C-u")
        screen.type(str(path))
        screen.keys("Enter")
        screen.wait_for(re.compile(r"5 rows written"))
        return path.read_text()

    def test_export(self):
        screen = self.scene.screen("--poll", width=120)
        screen.wait_for(far(5002))
        shown = [tuple(line.split()[i] for i in (3, 4, 5)) for line in body(screen.text())]
        rows = list(csv.DictReader(self.export(screen, "out.csv").splitlines()))
        self.assertEqual([(r["local"], r["remote"], r["state"]) for r in rows], shown)
        objects = [json.loads(l) for l in self.export(screen, "out.jsonl").splitlines()]

        def end(e):
            return f"{e['addr']}:{e['port'] or '*'}"
        self.assertEqual([(end(o["local"]), end(o["remote"]), o["state"]) for o in objects], shown)
        self.assertIn("LISTEN", self.export(screen, "out.txt"))

    def test_no_file_is_lost(self):
        (self.folder / "there.csv").write_text("mine")
        screen = self.scene.screen("--poll", width=120)
        screen.keys("W", "C-u")
        screen.type(str(self.folder / "there.csv"))
        screen.keys("Enter")
        screen.wait_for("File exists")
        self.assertEqual((self.folder / "there.csv").read_text(), "mine")

    def test_copy(self):
        with TerminalPty(self.scene.command("--poll"), 100, 30) as terminal:
            terminal.wait_for(b"127.0.0.1:7000")
            terminal.send(b"c")
            terminal.wait_for(b"\x1b]52;c;")
            wait_until(lambda: terminal.read() or re.search(rb"52;c;[^\x07]+\x07", terminal.output),
                       "all of it")
            code = re.search(rb"\x1b\]52;c;([^\x07]+)\x07", terminal.output)[1]
            copied = base64.b64decode(code, validate=True).decode()
        self.assertEqual(copied,
                         f"shopd[{self.scene.shop.pid}]  127.0.0.1:7000 → 0.0.0.0:*  LISTEN")


class Remembering(WithAFolder):
    def run_once(self, *options, act=lambda screen: None):
        screen = self.scene.screen("--poll", *options, filter="", wait=False, width=100, height=30)
        screen.wait_for(re.compile(" (tcp|udp) "))
        act(screen)
        text = screen.text()
        screen.keys("q")
        self.assertEqual(screen.wait_dead(), (0, None))
        return text

    def test_between_two_runs(self):
        config = self.folder / "some" / "config.toml"

        def act(screen):
            screen.keys("/")
            screen.type(self.scene.filter())
            screen.keys("Enter")
            screen.wait_for(lambda text: len(body(text)) == 5)
            screen.keys("S")
            screen.wait_for(re.compile(r"PROCESS \^"))
        self.run_once("--config", config, act=act)
        self.assertTrue(config.exists())
        self.assertEqual(os.listdir(config.parent), [config.name])

        def see(screen):
            screen.wait_for(self.scene.filter())
            screen.wait_for(re.compile(r"PROCESS \^"))
            screen.wait_for(lambda text: len(body(text)) == 5)
        self.run_once("--config", config, act=see)
        self.run_once("--config", config, "--reset", act=lambda s: s.wait_for("no filter"))

    def test_saved_view(self):
        config = self.folder / "config.toml"

        def act(screen):
            screen.keys("/")
            screen.type(self.scene.filter())
            screen.keys("Enter")
            screen.wait_for(lambda text: len(body(text)) == 5)
            screen.keys("v")
            screen.wait_for("Save this view as")
            screen.type("shop")
            screen.keys("Enter")
            screen.wait_for("saved")
            screen.keys("Escape")
            screen.wait_for("no filter")
        self.run_once("--config", config, act=act)
        self.run_once("--config", config, "--view", "shop",
                      act=lambda screen: screen.wait_for(self.scene.filter()))

    def test_broken_file(self):
        for name, content in (("syntax", "sort = [\n# mine\n"),
                              ("value", 'pace = "soon"\n# mine\n'),
                              ("unknown", 'colour = "blue"\n')):
            with self.subTest(name=name):
                config = self.folder / f"{name}.toml"
                config.write_text(content)

                def act(screen):
                    screen.wait_for(str(config))
                    screen.keys("S")
                    screen.wait_for(re.compile(r"PROCESS \^"))
                self.run_once("--config", config, act=act)
                self.assertEqual(config.read_text(), content)


class Terminals(OnAScene):
    def test_resize(self):
        screen = self.scene.screen("--poll", width=120, height=40)
        screen.wait_for(far(5002))
        screen.wait_gone(re.compile(r"^[+~] ", re.MULTILINE))
        before = masked(screen.text())
        screen.resize(60, 15)
        screen.wait_for(lambda text: "shopd" in text and "F5" in text.split("\n")[14])
        self.assertTrue(all(len(line) <= 60 for line in screen.lines()))
        screen.resize(20, 4)
        screen.resize(120, 40)
        screen.wait_for(lambda text: masked(text) == before)
        screen.keys("?")
        screen.wait_for("this help")
        screen.resize(60, 15)
        screen.wait_for(lambda text: "this help" in text and text.split("\n")[14].startswith("└"))

    def sixteen(self):
        """The terminfo of a terminal of 16 colours, which not every system has."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        source = pathlib.Path(folder.name) / "source"
        source.write_text(
            "lastack-16color|sixteen,\n\tcolors#16, pairs#256,\n"
            r"	setaf=\E[%?%p1%{8}%<%t%p1%{30}%+%e%p1%{82}%+%;%dm,"
            "\n"
            r"	setab=\E[%?%p1%{8}%<%t%p1%{40}%+%e%p1%{92}%+%;%dm,"
            "\n\tuse=tmux-256color,\n")
        subprocess.run(["tic", "-x", "-o", folder.name, source], check=True, capture_output=True)
        return {"term": "lastack-16color", "env": {"TERMINFO": folder.name}}

    def colours_of(self, *options, **how):
        screen = self.scene.screen("--poll", *options, width=100, **how)
        screen.wait_for(LISTENER)
        screen.wait_for(far(5002))
        return screen.colours()

    @unittest.skipUnless(shutil.which("tic"), "tic is not installed")
    def test_sixteen_colours(self):
        colours = self.colours_of(**self.sixteen())
        self.assertNotIn("8;5;", colours)
        self.assertRegex(colours, r"\x1b\[[0-9;]*(3[0-7]|9[0-7])")

    def test_many_colours(self):
        self.assertRegex(self.colours_of(), r"[34]8;5;")

    def test_no_colours(self):
        for name, how in (("vt100", {"term": "vt100"}), ("NO_COLOR", {"env": {"NO_COLOR": "1"}}),
                          ("mono", {})):
            with self.subTest(name=name):
                options = ("--theme", "mono") if name == "mono" else ()
                colours = self.colours_of(*options, **how)
                for codes in re.findall(r"\x1b\[([0-9;]*)m", colours):
                    self.assertFalse(any(re.fullmatch("[34][0-8]|9[0-7]|10[0-7]", code)
                                         for code in codes.split(";")), codes)
                self.assertIn("\x1b[7m", re.sub(r"\x1b\[[0-9;]*\b7m", "\x1b[7m", colours))

    def test_light_and_dark(self):
        dark = self.colours_of(env={"COLORFGBG": "15;0"})
        light = self.colours_of(env={"COLORFGBG": "0;15"})
        # The bars' ground.
        self.assertIn("48;5;237", dark)
        self.assertIn("48;5;252", light)
        self.assertNotIn("48;5;237", light)
        chosen = self.colours_of("--theme", "light", env={"COLORFGBG": "15;0"})
        self.assertIn("48;5;252", chosen)

    def test_ascii(self):
        screen = self.scene.screen("--poll", width=100, height=30, env={"LC_ALL": "C"})
        screen.wait_for(far(5002))
        screens = []
        for key in ("1", "F5", "2", "3", "4", "5", "6", "1", "m", "Escape", "x", "Escape", "?",
                    "Escape", "Enter"):
            before = screen.text()
            screen.keys(key)
            screen.wait_until(lambda: key == "1" or screen.text() != before, f"the answer to {key}")
            screens.append((key, screen.text()))
        for key, text in screens:
            with self.subTest(key=key):
                self.assertTrue(text.isascii(), text)

    def test_dumb(self):
        for term, status, words in (("dumb", 2, "needs a terminal that can be drawn on"),
                                    ("nonsense", 1, "nonsense")):
            with self.subTest(term=term):
                screen = self.scene.screen(term=term, wait=False)
                self.assertEqual(screen.wait_dead(), (status, None))
                # tmux may see the end before the words.
                told = screen.wait_until(
                    lambda: re.search(r"lastack screen: (.*)", screen.history()), "the reason")
                self.assertIn(words, told[1])

    def test_no_terminal(self):
        done = subprocess.run([LASTACK, "screen"], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=20)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("needs a terminal", done.stderr)


class Ends(OnAScene):
    """On a bare pty: whatever ends it, the terminal is as it was."""

    def up(self, *options):
        terminal = TerminalPty(self.scene.command(*options), 100, 30)
        self.addCleanup(terminal.close)
        terminal.wait_for(b"127.0.0.1:7000")
        drawer, = children_of(terminal.pid)
        return terminal, drawer

    def require_restored(self, terminal):
        self.assertEqual(terminal.modes(), terminal.modes_before)
        self.assertIn(b"\x1b[?1049l", terminal.output)
        self.assertRegex(terminal.output, rb"\x1b\[\?(1006;)?1000l")
        self.assertRegex(terminal.output, rb"\x1b\[(\?12l\x1b\[)?\?25h")

    def test_signals(self):
        for whom, sent, ended in (("guard", signal.SIGTERM, 0), ("guard", signal.SIGINT, 0),
                                  ("guard", signal.SIGHUP, 0), ("drawer", signal.SIGTERM, 0),
                                  ("drawer", signal.SIGKILL, -signal.SIGKILL),
                                  ("drawer", signal.SIGSEGV, -signal.SIGSEGV),
                                  ("guard", signal.SIGKILL, -signal.SIGKILL)):
            with self.subTest(whom=whom, sent=sent.name):
                terminal, drawer = self.up()
                os.kill(terminal.pid if whom == "guard" else drawer, sent)
                self.assertEqual(terminal.wait_end(), ended)
                wait_until(lambda: is_gone(drawer), "the end of what draws")
                terminal.read()
                self.require_restored(terminal)
                terminal.close()

    def test_control_c(self):
        terminal, _ = self.up("--poll")
        terminal.send(b"\x03")
        self.assertEqual(terminal.wait_end(), 0)
        self.require_restored(terminal)

    def test_hang_up(self):
        for options in ((), ("--poll",)):
            terminal, drawer = self.up(*options)
            terminal.hang_up()
            wait_until(lambda: is_gone(terminal.pid) and is_gone(drawer), "the end of both", 3)

    def test_control_z(self):
        screen = self.scene.keep(Screen(["bash", "--norc", "--noprofile"], env={"PS1": "prompt> "}))
        screen.wait_for("prompt>")
        command = " ".join(f"'{word}'" for word in self.scene.command("--poll"))
        screen.type(command + "\n")
        screen.wait_for(LISTENER)
        screen.keys("C-z")
        screen.wait_for("Stopped")
        self.assertFalse(screen.alternate())
        self.scene.open(6001)
        screen.type("fg\n")
        screen.wait_for(near(6001))
        screen.keys("q")
        screen.wait_until(lambda: not screen.alternate(), "the normal screen")


class Unprivileged(OnAScene):
    def test_works_by_polling_and_says_what_is_missing(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)
        binary = shutil.copy(LASTACK, folder.name)
        os.chmod(binary, 0o755)
        screen = self.scene.screen(before=NOBODY, binary=binary, width=120, pace="100ms",
                                   wait=False, env={"XDG_CONFIG_HOME": folder.name})
        # At the beginning it is said how to get the rest.
        hint = re.compile(r"sudo|setcap|CAP_")
        hinted = []

        def is_up(text):
            hinted.append(bool(hint.search(text)))
            return f"127.0.0.1:{PORT}" in text
        screen.wait_for(is_up)
        screen.wait_for("polled, no events")
        screen.wait_for("unreadable processes")
        self.scene.open(6001)
        screen.wait_for("127.0.0.1:6001")
        screen.keys("x")
        screen.wait_for("To be closed")
        screen.keys("L")
        screen.wait_for("0 closed, 0 already gone, 1 not closed")
        self.assertIn("CAP_NET_ADMIN", screen.text())
        self.assertNotEqual(self.scene.ns.run("ss", "-Htln").stdout, "")
        self.assertTrue(any(hinted), "nothing tells how to get events and names")


_FLOOD = """
import itertools, socket, sys, time
server = socket.create_server(("127.0.0.1", 8000), backlog=128)
def once(number):
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    client.bind((f"127.0.{1 + number // 2500}.1", 20000 + number % 2500))
    client.connect(("127.0.0.1", 8000))
    accepted, _ = server.accept()
    client.close()
    accepted.close()
for number in range(30000):
    once(number)
print("READY", flush=True)
for number in itertools.count(30000):
    once(number % 600000)
    time.sleep(0.002)
"""


class Flood(OnAScene):
    def time_waits(self):
        told = self.scene.ns.run("cat", "/proc/net/sockstat").stdout
        return int(re.search(r"\btw (\d+)", told)[1])

    def test_one_close_wait_among_30000_time_wait(self):
        self.scene.ns.run("sysctl", "-qw", "net.ipv4.tcp_max_tw_buckets=60000")
        self.scene.half_close(5001)
        load = subprocess.Popen(self.scene.ns.command(sys.executable, "-c", _FLOOD),
                                stdout=subprocess.PIPE, text=True)
        self.addCleanup(load.stdout.close)
        self.addCleanup(load.wait)
        self.addCleanup(load.kill)
        self.assertEqual(load.stdout.readline(), "READY\n")
        self.assertGreaterEqual(self.time_waits(), 30000)
        screen = self.scene.screen(pace="500ms", width=120, height=40, wait=False)
        screen.wait_for(re.compile(r" (\d\d),\d{3}/"))
        screen.type("/")
        screen.wait_for(re.compile("^> netns", re.MULTILINE))
        screen.keys("C-u")
        screen.type(f"{self.scene.filter()} and state close-wait")
        screen.keys("Enter")
        screen.wait_for(lambda text: len(body(text)) == 1 and
                        far(5001, "CLOSE_WAIT").search(text), limit=5.0)
        self.assertIsNone(load.poll(), "the churn has ended")
        self.assertGreaterEqual(self.time_waits(), 25000)
        # It answers as fast while the churn goes on.
        screen.keys("?")
        screen.wait_for("this help", limit=5.0)


if __name__ == "__main__":
    unittest.main()
