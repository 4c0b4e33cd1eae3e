"""A timeline of workers: what ran where, when, and for how long."""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from hopla_gui.domain.job import JobState
from hopla_gui.domain.plots.scale import Scale, ScaleKind

STATES = tuple(JobState)


class Stay(NamedTuple):
    """A job on a worker: a tuple, for there are many.

    Attributes
    ----------
    started, ended
        Seconds since the epoch; ``ended`` is ``None`` while it runs.
    took
        Seconds, less those that it stood still; ``None`` where nobody knows of any.
    worker
        ``None`` where it was not written down.
    """

    job: int
    state: JobState
    started: float
    ended: float | None
    worker: int | None = None
    host: str | None = None
    took: float | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars in lanes, by start.

    Attributes
    ----------
    lanes
        Names of the lanes; the first is at the top.
    starts, ends
        Seconds since ``began``.
    took
        Seconds that each took: less than from start to end where it stood still.
    places
        The lane of each bar.
    states
        Places in `STATES`.
    began
        Seconds since the epoch.
    """

    x: Scale
    lanes: tuple[str, ...]
    jobs: array[int]
    places: array[int]
    starts: array[float]
    ends: array[float]
    took: array[float]
    states: bytearray
    began: float
    not_started: int

    @property
    def drawn(self) -> int:
        """The number of bars."""
        return len(self.jobs)

    @property
    def end(self) -> float:
        """Where the last bar ends."""
        return max(self.ends, default=0.0)

    @property
    def busy(self) -> float:
        """The share of the lanes' time, from 0 to 1, in which a job ran."""
        room = self.end * len(self.lanes)
        return min(sum(self.took) / room, 1.0) if room > 0 else 0.0


def timeline(stays: Iterable[Stay], now: float, *, not_started: int = 0) -> Timeline:
    """Return a lane for each worker of each host, with its jobs.

    Parameters
    ----------
    now
        Where the bars of running jobs end, seconds since the epoch.
    not_started
        The number of jobs that have nothing to draw yet.
    """
    ordered = sorted(stays, key=attrgetter("started"))
    began = ordered[0].started if ordered else now
    ends = [max(stay.started, now if stay.ended is None else stay.ended) for stay in ordered]
    keys = _lane_keys(ordered, ends)
    hosts = {host for host, _ in keys}
    lanes = sorted(set(keys))
    place_of = {key: place for place, key in enumerate(lanes)}
    return Timeline(
        Scale("time since the start", ScaleKind.TIME),
        tuple(_lane_name(host, worker, one_host=len(hosts) == 1) for host, worker in lanes),
        array("q", (stay.job for stay in ordered)),
        array("q", map(place_of.__getitem__, keys)),
        array("d", (stay.started - began for stay in ordered)),
        array("d", (end - began for end in ends)),
        array("d", map(_took, ordered, ends)),
        bytearray(map(_STATE_PLACES.__getitem__, (stay.state for stay in ordered))),
        began,
        not_started,
    )


_STATE_PLACES = {state: place for place, state in enumerate(STATES)}


def _took(stay: Stay, end: float) -> float:
    return end - stay.started if stay.took is None else stay.took


def _lane_name(host: str, worker: int, *, one_host: bool) -> str:
    return f"worker {worker}" if one_host or not host else f"{host} · {worker}"


def _lane_keys(ordered: Sequence[Stay], ends: Sequence[float]) -> list[tuple[str, int]]:
    """Return (host, worker) of each stay; a worker that is not known is the first that is free."""
    host_of = _hosts(ordered)
    free: dict[str, list[int]] = {}  # workers of a host that have nothing to do
    busy: dict[str, list[tuple[float, int]]] = {}  # (end, worker)
    keys = []
    for stay, end in zip(ordered, ends, strict=True):
        host, worker = stay.host or host_of(stay.worker), stay.worker
        if worker is None:
            waiting, working = free.setdefault(host, []), busy.setdefault(host, [])
            while working and working[0][0] <= stay.started:
                heapq.heappush(waiting, heapq.heappop(working)[1])
            worker = heapq.heappop(waiting) if waiting else len(working)
            heapq.heappush(working, (end, worker))
        keys.append((host, worker))
    return keys


def _hosts(stays: Sequence[Stay]) -> Callable[[int | None], str]:
    """Return where a worker is: a job that still runs has not told its host yet."""
    known = {stay.worker: stay.host for stay in stays if stay.host}
    hosts = set(known.values())
    only = hosts.pop() if len(hosts) == 1 else ""
    return lambda worker: known.get(worker) or only or ""
