"""Who runs: the floors, the peers and lastack, each as its user would run it into a pipe."""

import dataclasses
import shutil

LASTACK, LASTACK_NO_OWNERS = "lastack", "lastack, no owners"
ITERATORS = "floor: both BPF iterators"
SS, SS_OWNERS, LSOF = "ss -tan", "ss -tanp", "lsof -nP -iTCP"
NO_OWNER_COLUMNS = "proto,local,remote,state,recv-q,send-q"
HUGE = 500_000  # sockets; from here on the quadratic and the very slow are left out


@dataclasses.dataclass(frozen=True)
class Contender:
    name: str
    command: tuple[str, ...]
    lists: bool = True      # a line a socket; a floor only counts
    too_slow: str = ""      # why it is left out of a HUGE load

    def obstacle(self, sockets):
        """Why it cannot take part, or "" where it can."""
        if not shutil.which(self.command[0]):
            return f"{self.command[0]} is not there"
        return self.too_slow if sockets >= HUGE else ""


def contenders(programs, lastack):
    def floor(name, program):
        return Contender(name, (str(programs / program),), lists=False)

    return [
        floor(ITERATORS, "iter"),
        floor("floor: netlink dump, no owners", "nldiag"),
        floor("floor: /proc/*/fd, owners only", "procfd"),
        Contender(LASTACK, (lastack, "list", "-t", "-a", "-n")),
        Contender(LASTACK_NO_OWNERS,
                  (lastack, "list", "-t", "-a", "-n", "--columns", NO_OWNER_COLUMNS)),
        Contender(SS, ("ss", "-tan")),
        Contender(SS_OWNERS, ("ss", "-tanp"),
                  too_slow="its time grows with the square of the sockets: over 200 s"),
        Contender("netstat -tan", ("netstat", "-tan")),
        Contender(LSOF, ("lsof", "-nP", "-iTCP"), too_slow="about a minute a run"),
    ]
