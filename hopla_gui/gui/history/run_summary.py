"""What the history shows of a stored run. Reads files: not for the window's thread. No Qt."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hopla_gui.domain.job import Counts
from hopla_gui.engine.results.lock import lock_holder
from hopla_gui.engine.results.store import DATABASE, LOCK
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.errors import HoplaError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A stored run in a line.

    Attributes
    ----------
    title, note
        What a person said of it; empty for nothing.
    started
        Seconds since the epoch.
    on
        Where its jobs run.
    is_read_only
        Whether its folder cannot be written: nobody can resume it there.
    holder
        Who works on it ("process 123 on lab"), ``None`` for nobody.
    """

    run_dir: Path
    script: Path
    started: float
    workers: int
    counts: Counts
    title: str = ""
    note: str = ""
    holder: str | None = None
    on: str = "local"
    is_read_only: bool = False

    @property
    def name(self) -> str:
        """The title, else the script's name."""
        return self.title or self.script.name

    @property
    def is_crashed(self) -> bool:
        """Whether the program ended while jobs ran, and nobody has looked since."""
        return self.on == "local" and self.counts.running > 0 and self.holder is None

    @property
    def goes_on(self) -> bool:
        """Whether jobs ran on a cluster when somebody last looked, and nobody follows them."""
        return self.on != "local" and self.counts.running > 0 and self.holder is None

    @property
    def is_ours(self) -> bool:
        """Whether it is this process that works on it."""
        return self.holder is not None and self.holder.startswith(f"process {os.getpid()} on ")

    @property
    def left(self) -> int:
        """Number of jobs that a resume would run."""
        crashed = self.counts.running if self.is_crashed else 0
        return self.counts.left + crashed

    @property
    def failed(self) -> int:
        """Number of jobs that failed or timed out."""
        return self.counts.failed + self.counts.timeout

    def matches(self, words: Iterable[str]) -> bool:
        """Whether each word stands in what is shown or in the folder's name."""
        text = f"{self.title} {self.script} {self.note} {self.run_dir.name}".casefold()
        return all(word in text for word in words)


def read_summary(run_dir: Path) -> RunSummary | None:
    """Read a stored run; ``None`` where it cannot be read, or is gone."""
    try:
        run = StoredRun(run_dir)
    except HoplaError as error:
        logger.info("history: %s", error)
        return None
    try:
        counts = run.counts()
        unfinished = counts.queued + counts.running
        return RunSummary(
            run_dir=run_dir,
            script=Path(run.info.script),
            started=run.info.started,
            workers=run.workers or 1,
            counts=counts,
            on=run.info.options.on,
            title=str(run.fact("title") or ""),
            note=str(run.fact("note") or ""),
            # a run that is over needs no look at its lock, which is held for that moment
            holder=lock_holder(run_dir / LOCK) if unfinished else None,
            is_read_only=not (
                os.access(run_dir, os.W_OK) and os.access(run_dir / DATABASE, os.W_OK)
            ),
        )
    except HoplaError as error:
        logger.info("history: %s", error)
        return None
    finally:
        run.close()


def read_summaries(run_dirs: Iterable[Path]) -> list[RunSummary]:
    """Read stored runs, leaving out those that cannot be read."""
    return [found for found in map(read_summary, run_dirs) if found is not None]


def find_left(run_dirs: Iterable[Path]) -> RunSummary | None:
    """Return the first run that the program left in the middle, or that goes on on a cluster.

    One that cannot be written is left alone: there is nothing to be done about it.
    """
    found = (run for run in map(read_summary, run_dirs) if run and not run.is_read_only)
    return next((run for run in found if run.is_crashed or run.goes_on), None)
