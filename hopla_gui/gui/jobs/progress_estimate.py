"""How fast a run goes and how long it will take, from what ended lately. Pure; no Qt."""

from __future__ import annotations

from collections import deque

from hopla_gui.domain.wording import time_words

WINDOW_S = 10.0
LEAST_JOBS = 20
ENOUGH_JOBS = 3


class RateEstimate:
    """Jobs a second over the last ten seconds, or the last 20 jobs where those took longer."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()
        self._now = 0.0

    def add(self, now: float, finished: int) -> None:
        """Take in the number of jobs that have ended by now."""
        self._now = now
        samples = self._samples
        if samples and finished < samples[-1][1]:  # some of them wait again
            samples.clear()
        if not samples or finished > samples[-1][1]:
            samples.append((now, finished))
        while len(samples) > 2 and self._is_outdated(*samples[1]):
            samples.popleft()

    def _is_outdated(self, at: float, finished: int) -> bool:
        return self._now - at > WINDOW_S and self._samples[-1][1] - finished >= LEAST_JOBS

    @property
    def per_second(self) -> float | None:
        """Jobs a second; ``None`` before enough of them have ended to say."""
        if len(self._samples) < 2:
            return None
        since, before = self._samples[0]
        ended = self._samples[-1][1] - before
        if ended < ENOUGH_JOBS or self._now <= since:
            return None
        return ended / (self._now - since)

    def seconds_left(self, remaining: int) -> float | None:
        """Return how long the remaining jobs will take if it goes on like this."""
        rate = self.per_second
        return remaining / rate if rate else None


def rate_words(per_second: float) -> str:
    """Return ``350 jobs/s``, ``2.1 jobs/s``, ``12 jobs/min`` or ``3 jobs/h``."""
    for scale, unit in ((1, "s"), (60, "min"), (3600, "h")):
        rate = per_second * scale
        if rate >= 9.95:
            return f"{rate:,.0f} jobs/{unit}"
        if rate >= 1:
            return f"{rate:.1f} jobs/{unit}"
    return "less than 1 job/h"


def time_left_words(seconds: float) -> str:
    """Return ``a few seconds left``, ``about 40 s left``, ``about 3 min left``."""
    return f"{time_words(seconds)} left"
