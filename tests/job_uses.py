"""What jobs took, ranked the plain way: beside what the store is asked for."""

from math import ceil

from hopla_gui.domain.advice import SHORTEST_S, Uses
from hopla_gui.domain.spread import ENOUGH, Spread


def spread(numbers):
    """Return how numbers are spread, ``None`` where there are none."""
    ranked = sorted(numbers)
    if not ranked:
        return None
    count = len(ranked)
    high = ranked[ceil(0.95 * count) - 1]
    within = [number for number in ranked if number <= 2 * high]
    outliers = count - len(within) if count >= ENOUGH else 0
    rest = within[-1] if outliers else ranked[-1]
    return Spread(count, ranked[(count - 1) // 2], high, ranked[-1], outliers, rest)


def uses_of(measured):
    """Return what jobs took: (wall clock, processors, memory) of each, ``None`` for unknown."""
    return Uses(
        len(measured),
        spread(memory for _, _, memory in measured if memory),
        spread(took for took, _, _ in measured if took is not None),
        spread(
            cpu / took
            for took, cpu, _ in measured
            if cpu is not None and took is not None and took >= SHORTEST_S
        ),
    )
