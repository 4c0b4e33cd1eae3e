"""Runs on a cluster, for the tests: what a run tells, and how its jobs stand in the end."""

from __future__ import annotations

import contextlib
import queue
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from hopla_gui import api
from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.domain.events import Event, JobFinished, JobStarted, RunFinished, RunNote
from hopla_gui.domain.job import JobOutcome
from hopla_gui.domain.setup import RunOptions
from hopla_gui.engine.running.session import Session

WAIT_S = 150.0  # a task that ignores SIGTERM at its time limit takes two minutes


class ClusterRun:
    """A run under way, and all it has told so far."""

    def __init__(self, session: Session, rerun: Sequence[int] = ()) -> None:
        self.session = session
        self.run_dir = session.run.run_dir
        self.events: list[Event] = []
        self._inbox: queue.SimpleQueue[Event] = session.events()
        session.start(rerun)

    def wait_for(self, is_it: Callable[[Event], object]) -> Event:
        """Return the first event, past or to come, that is wanted."""
        for event in self.events:
            if is_it(event):
                return event
        while True:
            self.events.append(self._inbox.get(timeout=WAIT_S))
            if is_it(self.events[-1]):
                return self.events[-1]

    def started(self, index: int, attempt: int = 1) -> JobStarted:
        """Wait for the start of an attempt."""
        key = (index, attempt)
        found = self.wait_for(
            lambda event: isinstance(event, JobStarted) and (event.index, event.attempt) == key
        )
        assert isinstance(found, JobStarted)
        return found

    def outcome(self, index: int, attempt: int = 1) -> JobOutcome:
        """Wait for the end of an attempt."""
        key = (index, attempt)
        found = self.wait_for(
            lambda event: isinstance(event, JobFinished) and (event.index, event.attempt) == key
        )
        assert isinstance(found, JobFinished)
        return found.outcome

    def finish(self) -> list[JobOutcome]:
        """Wait for the end of the run, and return how each job stands."""
        self.wait_for(lambda event: isinstance(event, RunFinished))
        return [record.outcome for record in self.session.run.records()]

    def notes(self) -> list[str]:
        """Return the notes so far."""
        return [event.text for event in self.events if isinstance(event, RunNote)]


@contextlib.contextmanager
def cluster_run(
    script: Path,
    arguments: Sequence[Sequence[str]],
    runs_dir: Path,
    *,
    on: str = "slurm",
    options: RunOptions | None = None,
    **asked: object,
) -> Iterator[ClusterRun]:
    """Run a script with each list of arguments; what is left is cancelled in the end."""
    session = prepare(script, arguments, runs_dir, on=on, options=options, **asked)
    run = ClusterRun(session)
    try:
        yield run
        if not session.is_finished:
            session.cancel()
            run.finish()
    finally:
        session.close()


def prepare(
    script: Path,
    arguments: Sequence[Sequence[str]],
    runs_dir: Path,
    *,
    on: str = "slurm",
    options: RunOptions | None = None,
    **asked: object,
) -> Session:
    """Store a run that is to be started."""
    import dataclasses

    return api.prepare_commands(
        [[str(script), *words] for words in arguments],
        options=dataclasses.replace(options or RunOptions(), on=on),
        python=Path(sys.executable),
        cluster=ClusterOptions(**asked),  # type: ignore[arg-type]
        runs_dir=runs_dir,
    )
