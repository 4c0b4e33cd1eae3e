"""The jobs that go first, so that a person can look before the rest follows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from hopla_gui.domain.events import PilotFinished
from hopla_gui.domain.job import JobOutcome, JobState


class Pilot:
    """Keeps the rest of a run back until the pilot's jobs have ended and somebody said go."""

    def __init__(self) -> None:
        self._flying: set[int] = set()
        self._rest: list[int] = []
        self._times: dict[int, float] = {}  # of those that were measured: all their attempts
        self._jobs = self._failed = 0

    def begin(self, queued: Sequence[int], pilot: Collection[int]) -> Sequence[int]:
        """Return what is to start now: the pilot, or everything where there is none."""
        chosen = set(pilot)
        first = [index for index in queued if index in chosen]
        if not first:
            return queued
        self._flying = set(first)
        self._jobs = len(first)
        self._rest = [index for index in queued if index not in chosen]
        return first

    def attempt_ended(self, index: int, outcome: JobOutcome) -> None:
        """Take in what an attempt took, be it a job's last one or not."""
        if index in self._flying and outcome.duration_s is not None:
            self._times[index] = self._times.get(index, 0.0) + outcome.duration_s

    def ended(self, index: int, outcome: JobOutcome) -> Iterator[PilotFinished]:
        """Take in the end of a job; yield the end of the pilot with its last one."""
        if index not in self._flying:
            return
        self._flying.discard(index)
        self._failed += outcome.state is not JobState.SUCCEEDED
        if not self._flying and self._rest:
            times = self._times.values()
            mean = sum(times) / len(times) if times else None
            yield PilotFinished(len(self._rest), mean, self._jobs, self._failed)

    def release(self) -> list[int]:
        """Return the jobs kept back, to be started now."""
        rest, self._rest = self._rest, []
        return rest

    def move_first(self, indices: Iterable[int]) -> None:
        """Put jobs that are kept back before the others, in the order given."""
        kept = dict.fromkeys(self._rest)
        moved = [index for index in indices if index in kept]
        self._rest = list(dict.fromkeys([*moved, *kept]))

    def remove(self, indices: Collection[int] | None) -> list[int]:
        """Take jobs out of those kept back (all for ``None``) and return them."""
        chosen = set(self._rest if indices is None else indices)
        gone = [index for index in self._rest if index in chosen]
        self._rest = [index for index in self._rest if index not in chosen]
        return gone
