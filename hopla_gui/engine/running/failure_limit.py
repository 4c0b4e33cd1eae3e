"""When a run has failed often enough that no more of it is to start."""

from __future__ import annotations

import itertools


class FailureLimit:
    """Counts jobs that did not succeed.

    Parameters
    ----------
    limit
        A number of jobs, or a share of ``total`` below 1; ``None`` for no limit.
    total
        Number of jobs of the run.
    """

    def __init__(self, limit: float | None, total: int) -> None:
        is_share = limit is not None and limit < 1
        self._limit = max(1, round(limit * total)) if limit is not None and is_share else limit
        self.reset()

    def reset(self) -> None:
        """Forget the failures so far: somebody has asked to go on."""
        self._failures = 0
        self._told = itertools.count(1)

    def is_told(self) -> bool:
        """Count a failure that is yet to be taken in: whether it is one too many.

        From any thread: to draw from a counter is one step of the interpreter's.
        """
        return self._limit is not None and next(self._told) >= self._limit

    def is_reached(self) -> bool:
        """Count one more failure; ``True`` just once, for the one that is too many."""
        self._failures += 1
        return self._failures == self._limit

    @property
    def was_reached(self) -> bool:
        """Whether no more is to start."""
        return self._limit is not None and self._failures >= self._limit

    @property
    def reason(self) -> str:
        """Why no more jobs are started."""
        jobs = "1 job" if self._failures == 1 else f"{self._failures:,} jobs"
        return f"{jobs} did not succeed: no more are started"
