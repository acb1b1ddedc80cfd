"""Processes of a test's own making, with names of their own: who does what is up to the test."""

import json
import os

from support import helper, stop


class Actor:
    """A process called `name` in namespace `ns` that runs Python statements one after another.

    actor.do("server = listen('127.0.0.1', 80)"); what actor.py defines is at hand there.
    """

    def __init__(self, name, ns=None, **options):
        self.name = name
        self._process, words = helper("actor.py", name, ns=ns, **options)
        self.pid = int(words[0])

    def do(self, statements):
        """Returns what the statements assigned to `answer`."""
        self.begin(statements)
        return self.finish()

    def ask(self, expression):
        return self.do(f"answer = {expression}")

    def begin(self, statements):
        """Like do(), but does not wait; finish() does, and returns its answer."""
        print(json.dumps(statements), file=self._process.stdin, flush=True)

    def finish(self):
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} has gone")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"{self.name}: {answer['error']}")
        return answer["value"]

    def end(self):
        """Closes its standard input: it ends by itself, with whatever it still has open."""
        self._process.stdin.close()
        self._process.wait()

    def kill(self):
        """SIGKILL, and whatever else stop() does; may be called twice."""
        stop(self._process)


def name_of(pid):
    with open(f"/proc/{pid}/comm", encoding="utf-8", errors="surrogateescape") as file:
        return file.read().rstrip("\n")


ME = (os.getpid(), name_of(os.getpid()))
