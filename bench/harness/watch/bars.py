"""The bars lastack watch has set itself, as data, and whether the results clear them."""

import dataclasses

from harness.watch import watchers

KEPT = {watchers.TALLY: 0.92, watchers.LIVES: 0.85, watchers.TEXT: 0.75}  # of the untraced rate
IDLE_SHARE = 0.001                                                        # of a core
MEMORY_CONNECTIONS, MEMORY_BYTES = 500_000, 500e6


@dataclasses.dataclass(frozen=True)
class Bar:
    met: bool
    sentence: str

    def __str__(self):
        return f"- {'met' if self.met else 'NOT met'}: {self.sentence}"


def kept(field, results):
    untraced = results[watchers.NONE].median
    for watcher in field:
        median = results[watcher.name].median
        if watcher.name in KEPT and median and untraced:
            bar, share = KEPT[watcher.name], median / untraced
            yield Bar(share >= bar, f"{watcher.title} keeps {share:.1%} of the untraced rate, "
                                    f"the bar is at least {bar:.0%}")


def accounted(field, results):
    """Every view has told all, in every round."""
    for watcher in field:
        verdicts = results[watcher.name].verdicts
        if verdicts:
            bad = sum(not verdict.good for verdict in verdicts)
            yield Bar(bad == 0, f"{watcher.title} accounts for everything, nothing lost, in "
                                f"{len(verdicts) - bad} of {len(verdicts)} runs")


def idle(cost):
    return Bar(cost.cpu_share < IDLE_SHARE,
               f"idle, lastack watch takes {cost.cpu_share:.3%} of a core and wakes up "
               f"{cost.switches_a_second:.1f} times a second over {cost.seconds:.0f} s (the "
               f"machine was {cost.machine_share:.0%} busy); the bar is less than "
               f"{IDLE_SHARE:.1%}")


def memory(weight):
    """The bar is for so many connections; with fewer there is only something to tell."""
    told = (f"{weight.sockets:,} connections alive (both ends of {weight.sockets // 2:,}), "
            f"{weight.title}: lastack counts {weight.alive:,} and takes "
            f"{weight.peak_bytes / 1e6:.0f} MB at its peak, "
            f"{weight.own_bytes / weight.sockets:.0f} bytes a connection without its ring; its BPF "
            f"maps, the ring included, have {weight.bpf_map_bytes / 1e6:.0f} MB")
    if weight.sockets < MEMORY_CONNECTIONS:
        return f"- no bar: {told}"
    return Bar(weight.peak_bytes < MEMORY_BYTES and weight.alive >= weight.sockets,
               f"{told}; the bar is less than {MEMORY_BYTES / 1e6:.0f} MB")
