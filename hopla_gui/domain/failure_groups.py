"""The jobs of a run that failed, grouped by cause; kept up to date as jobs end and run again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hopla_gui.domain.causes import Cause
from hopla_gui.domain.events import Event, JobFinished, JobRequeued, JobStarted
from hopla_gui.domain.masking import shared_message


@dataclass(slots=True, eq=False)
class FailureGroup:
    """Jobs that failed alike; ``jobs`` holds their indices in the order in which they came.

    Attributes
    ----------
    message
        What the messages of its jobs say alike, the rest masked. Of jobs that have left the group
        something may be masked still.
    """

    cause: Cause
    jobs: dict[int, float | None] = field(default_factory=dict)  # index → peak memory, MB
    message: str = field(init=False)

    def __post_init__(self) -> None:
        self.message = _said(self.cause)

    def __len__(self) -> int:
        return len(self.jobs)

    def add(self, index: int, cause: Cause, memory: float | None) -> None:
        """Take in a job; its cause is equal to that of the group, its message may not be."""
        said = _said(cause)
        self.message = shared_message(self.message, said) if self.jobs else said
        self.jobs[index] = memory

    @property
    def peak_memory(self) -> float | None:
        """The most that one of them took, in MB; ``None`` where none was measured."""
        return max((memory for memory in self.jobs.values() if memory is not None), default=None)


def _said(cause: Cause) -> str:
    """Return the message as it is; masked where no other is known."""
    return cause.example or cause.message


class FailureGroups:
    """Groups by cause, the largest first.

    Parameters
    ----------
    causes
        Job index → cause, of the jobs that have failed so far.
    memory
        Job index → peak memory in MB, where it was measured.
    """

    def __init__(
        self, causes: Mapping[int, Cause] | None = None, memory: Mapping[int, float] | None = None
    ) -> None:
        self._groups: dict[Cause, FailureGroup] = {}
        self._group_of: dict[int, FailureGroup] = {}
        for index, cause in (causes or {}).items():
            self.add(index, cause, (memory or {}).get(index))

    def __len__(self) -> int:
        """Return the number of jobs that failed."""
        return len(self._group_of)

    def ordered(self) -> list[FailureGroup]:
        """Return the groups with jobs, the largest first; those of one size as they came."""
        return sorted(filter(len, self._groups.values()), key=len, reverse=True)

    def group(self, cause: Cause) -> FailureGroup | None:
        """Return the jobs that failed for a cause; none are left where all of them run again."""
        return self._groups.get(cause)

    def group_of(self, index: int) -> FailureGroup | None:
        """Return the group that a job is in."""
        return self._group_of.get(index)

    def add(self, index: int, cause: Cause, memory: float | None = None) -> None:
        """Take in that a job has failed."""
        self.discard(index)
        group = self._groups.get(cause)
        if group is None:
            group = self._groups[cause] = FailureGroup(cause)
        group.add(index, cause, memory)
        self._group_of[index] = group

    def discard(self, index: int) -> None:
        """Take in that a job has not failed, or runs again."""
        group = self._group_of.pop(index, None)
        if group is not None:
            del group.jobs[index]

    def apply(self, events: Iterable[Event]) -> bool:
        """Take in what has happened; return whether a group has changed."""
        before = changed = False
        for event in events:
            match event:
                case JobFinished(index, _, outcome):
                    before = index in self._group_of
                    if outcome.cause is not None:
                        self.add(index, outcome.cause, outcome.max_rss_mb)
                    else:
                        self.discard(index)
                    changed = changed or before or outcome.cause is not None
                case JobRequeued(index) | JobStarted(index):
                    changed = changed or index in self._group_of
                    self.discard(index)
        return changed
