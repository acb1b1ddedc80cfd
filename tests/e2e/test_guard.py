"""Whatever kills the live screen, the terminal is as it was (src/app/terminal_guard.hh)."""

import os
import signal
import subprocess
import unittest

from screen import (ROOT, Screen, children_of, is_gone, process_state, require_tmux, wait_until)
from terminal_pty import TerminalPty

PROBE = os.environ.get("GUARD_PROBE", str(ROOT / "build" / "test" / "guard_probe"))
UP = "the probe is up"
PROMPT = "prompt> "


def setUpModule():
    require_tmux(PROBE)


def shell_screen():
    """An interactive shell with job control, as users have."""
    screen = Screen(["bash", "--norc", "--noprofile"], env={"PS1": PROMPT})
    screen.wait_for("prompt>")
    return screen


def press_until_counted(screen):
    """Curses drops the keys that come while it does what it does at a stop."""
    def counts():
        screen.keys("k")
        return UP in screen.text() and "keys 0" not in screen.text()
    screen.wait_until(counts, "a screen that takes keys")


class Shell:
    """A probe that was started from a shell; its guard is the shell's child."""

    def __init__(self, screen):
        self.screen = screen
        self.start()

    def start(self):
        self.screen.type(f"{PROBE}\n")
        self.screen.wait_for(UP)
        shell = self.screen.pid()
        self.guard, = children_of(shell)
        self.drawer, = children_of(self.guard)

    def require_usable(self, case, word):
        """The terminal is as a shell wants it, and the shell answers once."""
        screen = self.screen
        screen.wait_until(lambda: not screen.alternate(), "the normal screen")
        screen.wait_until(screen.cursor_visible, "a cursor")
        case.assertFalse(screen.mouse_on())
        case.assertFalse(screen.keypad_on())
        screen.type(f"echo {word}-$((40 + 2))\n")
        screen.wait_for(f"{word}-42")
        case.assertIn(f"echo {word}-", screen.text(), "what is typed is not echoed")
        case.assertNotIn(UP, screen.text())


class OnATerminal(unittest.TestCase):
    """In tmux, started from bash."""

    def setUp(self):
        screen = shell_screen()
        self.addCleanup(screen.close)
        self.screen = screen
        self.shell = Shell(screen)

    def test_a_screen_is_up(self):
        self.assertTrue(self.screen.alternate())
        self.assertFalse(self.screen.cursor_visible())
        self.screen.click(7, 9)
        self.screen.wait_for("mouse 7,9")

    def test_sigkill_of_what_draws(self):
        os.kill(self.shell.drawer, signal.SIGKILL)
        self.screen.wait_for("lastack screen: killed: Killed")
        self.shell.require_usable(self, "after")
        self.assertTrue(is_gone(self.shell.guard))

    def test_abort(self):
        self.screen.keys("a")
        self.screen.wait_for("lastack screen: killed: Aborted")
        self.shell.require_usable(self, "after")

    def test_segmentation_fault(self):
        self.screen.keys("s")
        self.screen.wait_for("lastack screen: killed: Segmentation fault")
        self.shell.require_usable(self, "after")

    def test_shell_sees_the_signal(self):
        os.kill(self.shell.drawer, signal.SIGKILL)
        self.screen.wait_for("killed: Killed")
        self.screen.type("echo status=$?\n")
        self.screen.wait_for("status=137")

    def test_sigkill_of_the_guard(self):
        os.kill(self.shell.guard, signal.SIGKILL)
        wait_until(lambda: is_gone(self.shell.drawer), "the end of what draws", 5)
        self.shell.require_usable(self, "after")

    def test_control_z_and_fg(self):
        for turn in range(2):
            self.screen.keys("C-z")
            self.screen.wait_for("Stopped")
            self.shell.require_usable(self, f"turn{turn}")
            self.resume()
            self.screen.keys("k")
            self.screen.wait_for(f"keys {turn + 1}")
        self.quit()

    def test_stop_of_what_draws_alone(self):
        for turn, stop in enumerate((signal.SIGTSTP, signal.SIGSTOP, signal.SIGSTOP)):
            with self.subTest(stop=stop.name, turn=turn):
                os.kill(self.shell.drawer, stop)
                self.screen.wait_for("Stopped")
                self.assertEqual(process_state(self.shell.guard), "T")
                self.shell.require_usable(self, f"turn{turn}")
                self.resume()
        self.quit()

    def test_stop_of_the_guard_alone(self):
        os.kill(self.shell.guard, signal.SIGTSTP)
        self.screen.wait_for("Stopped")
        self.assertEqual(process_state(self.shell.drawer), "T")
        self.shell.require_usable(self, "stopped")
        self.resume()
        self.quit()

    def test_stop_by_the_shell(self):
        os.killpg(self.shell.guard, signal.SIGTSTP)
        self.screen.wait_for("Stopped")
        self.shell.require_usable(self, "stopped")
        self.resume()
        self.quit()

    def test_stopped_and_then_killed(self):
        self.screen.keys("C-z")
        self.screen.wait_for("Stopped")
        os.kill(self.shell.drawer, signal.SIGKILL)
        self.screen.type("fg\n")
        self.screen.wait_for("killed: Killed")
        self.shell.require_usable(self, "after")

    def test_stopped_and_then_asked_to_end(self):
        self.screen.keys("C-z")
        self.screen.wait_for("Stopped")
        self.screen.type("kill %1\n")
        wait_until(lambda: is_gone(self.shell.drawer) and is_gone(self.shell.guard), "the end")
        self.shell.require_usable(self, "after")

    def resume(self):
        self.screen.type("fg\n")
        self.screen.wait_for(UP)
        self.screen.wait_until(self.screen.alternate, "the alternate screen")
        self.screen.wait_gone("Stopped")

    def quit(self):
        self.screen.keys("q")
        self.screen.wait_until(lambda: is_gone(self.shell.guard), "the end of the guard")
        self.shell.require_usable(self, "quit")


class WithoutAShell(unittest.TestCase):
    """The guard is what the terminal has started, as with `xterm -e`."""

    def test_stop_that_nobody_could_undo(self):
        with Screen([PROBE]) as screen:
            screen.wait_for(UP)
            screen.child()
            screen.keys("C-z")
            press_until_counted(screen)
            screen.keys("q")
            self.assertEqual(screen.wait_dead(), (0, None))

    def test_frozen_and_continued(self):
        with Screen([PROBE]) as screen:
            screen.wait_for(UP)
            drawer = screen.child()
            os.kill(drawer, signal.SIGSTOP)
            screen.wait_until(lambda: not screen.alternate(), "the normal screen")
            os.kill(drawer, signal.SIGCONT)
            screen.wait_until(screen.alternate, "the alternate screen")
            press_until_counted(screen)
            screen.keys("x")
            self.assertEqual(screen.wait_dead(), (3, None))

    def test_status_and_signal(self):
        for key, expected in (("q", (0, None)), ("x", (3, None)), ("l", (7, None)),
                              ("a", (None, signal.SIGABRT)), ("s", (None, signal.SIGSEGV))):
            with self.subTest(key=key), Screen([PROBE]) as screen:
                screen.wait_for(UP)
                screen.keys(key)
                self.assertEqual(screen.wait_dead(), expected)
                self.assertFalse(screen.alternate())
                self.assertFalse(screen.mouse_on())


class Modes(unittest.TestCase):
    """On a bare pty: nobody puts right what the guard forgets."""

    def setUp(self):
        self.pty = TerminalPty([PROBE])
        self.addCleanup(self.pty.close)
        self.pty.wait_for(UP.encode())
        self.drawer, = children_of(self.pty.pid)
        self.assertFalse(self.pty.is_canonical())

    def require_restored(self):
        self.assertEqual(self.pty.modes(), self.pty.modes_before)
        self.assertIn(b"\x1b[?1049l", self.pty.output)
        # By curses, or by the guard.
        self.assertRegex(self.pty.output, rb"\x1b\[\?(1006;)?1000l")

    def test_quit(self):
        for key, status in ((b"q", 0), (b"x", 3)):
            with self.subTest(key=key), TerminalPty([PROBE]) as terminal:
                terminal.wait_for(UP.encode())
                terminal.send(key)
                self.assertEqual(terminal.wait_end(), status)
                self.assertEqual(terminal.modes(), terminal.modes_before)
                self.assertEqual(terminal.output.count(b"\x1b[?1049l"), 1, "curses did it alone")

    def test_left_without_tidying_up(self):
        self.pty.send(b"l")
        self.assertEqual(self.pty.wait_end(), 7)
        self.require_restored()
        self.assertNotIn(b"killed", self.pty.output)

    def test_crashes(self):
        for key, ended in ((b"a", signal.SIGABRT), (b"s", signal.SIGSEGV)):
            with self.subTest(key=key), TerminalPty([PROBE]) as terminal:
                terminal.wait_for(UP.encode())
                terminal.send(key)
                self.assertEqual(terminal.wait_end(), -ended)
                self.assertEqual(terminal.modes(), terminal.modes_before)

    def test_sigkill_of_what_draws(self):
        os.kill(self.drawer, signal.SIGKILL)
        self.assertEqual(self.pty.wait_end(), -signal.SIGKILL)
        self.require_restored()
        self.assertIn(b"lastack screen: killed: Killed\r\n", self.pty.output)

    def test_keys_for_the_screen_are_not_for_the_shell(self):
        os.kill(self.pty.pid, signal.SIGSTOP)
        os.kill(self.drawer, signal.SIGKILL)
        wait_until(lambda: is_gone(self.drawer), "the end of what draws")
        self.pty.send(b"reboot\r")
        os.kill(self.pty.pid, signal.SIGCONT)
        self.assertEqual(self.pty.wait_end(), -signal.SIGKILL)
        self.assertEqual(self.pty.unread(), 0)

    def test_sigkill_of_the_guard(self):
        os.kill(self.pty.pid, signal.SIGKILL)
        self.assertEqual(self.pty.wait_end(), -signal.SIGKILL)
        wait_until(lambda: is_gone(self.drawer), "the end of what draws", 5)
        self.pty.read()
        self.require_restored()

    def test_signals_to_the_guard_alone(self):
        # The screen ends properly after three of them; the fourth kills it.
        for sent, ended in ((signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGHUP, 0),
                            (signal.SIGQUIT, -signal.SIGQUIT)):
            with self.subTest(sent=sent.name), TerminalPty([PROBE]) as terminal:
                terminal.wait_for(UP.encode())
                drawer, = children_of(terminal.pid)
                os.kill(terminal.pid, sent)
                self.assertEqual(terminal.wait_end(), ended)
                self.assertTrue(is_gone(drawer))
                self.assertEqual(terminal.modes(), terminal.modes_before)
                self.assertIn(b"\x1b[?1049l", terminal.output)

    def test_control_c(self):
        self.pty.send(b"\x03")
        self.assertEqual(self.pty.wait_end(), 0)
        self.require_restored()

    def test_hang_up(self):
        self.pty.hang_up()
        wait_until(lambda: is_gone(self.pty.pid) and is_gone(self.drawer), "the end of both", 2)


class NoTerminal(unittest.TestCase):
    def test_runs_without_a_guard(self):
        done = subprocess.run([PROBE], stdin=subprocess.DEVNULL, capture_output=True, timeout=20,
                              env={**os.environ, "TERM": "nonsense"})
        self.assertEqual(done.returncode, 1, done)
        self.assertIn(b"nonsense", done.stderr)


if __name__ == "__main__":
    unittest.main()
