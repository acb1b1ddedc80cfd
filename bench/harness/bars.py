"""The bars lastack has set itself, as data, and whether the results clear them."""

import dataclasses
import operator

from harness.contenders import ITERATORS, LASTACK, LASTACK_NO_OWNERS, LSOF, SS, SS_OWNERS


@dataclasses.dataclass(frozen=True)
class TimeBar:
    """`who` takes at most (or, `strictly`, less than) `factor` times what `rival` takes."""

    sockets: int
    who: str
    rival: str
    factor: float
    strictly: bool = False

    def judge(self, results):
        """(passed or None where it was not measured, sentence)"""
        claim = f"{self.sockets:,} sockets: {self.who} against {self.rival}"
        mine, rivals = results[self.who].median, results[self.rival].median
        if mine is None or rivals is None:
            return None, f"{claim}: not measured"
        within = operator.lt if self.strictly else operator.le
        return (within(mine, self.factor * rivals),
                f"{claim}: {_times(mine, rivals)}, the bar is "
                f"{'less than' if self.strictly else 'at most'} {self.factor:.3g} of its time")


@dataclasses.dataclass(frozen=True)
class MemoryBar:
    sockets: int
    who: str
    bytes_a_socket: float

    def judge(self, results):
        claim = f"{self.sockets:,} sockets: peak memory of {self.who}"
        if results[self.who].median is None:
            return None, f"{claim}: not measured"
        used = results[self.who].peak_bytes / self.sockets
        return (used < self.bytes_a_socket,
                f"{claim}: {used:.0f} bytes a socket, the bar is less than "
                f"{self.bytes_a_socket:.0f}")


BARS = (
    TimeBar(1_000, LASTACK, SS_OWNERS, 1),
    TimeBar(200_000, LASTACK, SS_OWNERS, 1 / 40),
    TimeBar(200_000, LASTACK, LSOF, 1 / 8),
    TimeBar(200_000, LASTACK, ITERATORS, 2),
    TimeBar(200_000, LASTACK_NO_OWNERS, SS, 1, strictly=True),
    TimeBar(1_000_000, LASTACK, ITERATORS, 3, strictly=True),
    MemoryBar(1_000_000, LASTACK, 400),
)


def _times(mine, rivals):
    if mine <= rivals:
        return f"{rivals / mine:.1f} times faster ({mine / rivals:.3g} of its time)"
    return f"{mine / rivals:.2f} of its time"
