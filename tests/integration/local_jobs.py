"""Runs jobs with the real local runner, for the tests; and the same script by hand."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from hopla_gui.domain.events import JobFinished, JobStarted, RunnerEvent, RunNote
from hopla_gui.domain.job import JobOutcome, JobSpec
from hopla_gui.domain.setup import Isolation
from hopla_gui.engine.processes import child_environment
from hopla_gui.engine.running.backlog import Backlog
from hopla_gui.engine.running.runners.base import RunContext
from hopla_gui.engine.running.runners.local import LocalRunner

WAIT_S = 30.0

EventT = TypeVar("EventT", bound=RunnerEvent)


def delete_in_use(folder: Path) -> None:
    """Delete a folder in which others may be making files just now."""
    # Moved away first: a file made while the rest is deleted would keep the folder from going.
    shutil.rmtree(folder.rename(folder.with_name(f"{folder.name}.deleted")))


@dataclass
class Run:
    """A run under way: what its runner has told so far."""

    context: RunContext
    backlog: Backlog
    runner: LocalRunner
    inbox: queue.SimpleQueue[RunnerEvent]
    events: list[RunnerEvent] = field(default_factory=list)

    def wait_for(self, is_it: Callable[[RunnerEvent], object]) -> RunnerEvent:
        """Return the first event, past or to come, that is wanted."""
        for event in self.events:
            if is_it(event):
                return event
        while True:
            self.events.append(self.inbox.get(timeout=WAIT_S))
            if is_it(self.events[-1]):
                return self.events[-1]

    def started(self, index: int) -> JobStarted:
        found = self.wait_for(lambda e: isinstance(e, JobStarted) and e.index == index)
        assert isinstance(found, JobStarted)
        return found

    def outcome(self, index: int, attempt: int = 1) -> JobOutcome:
        found = self.wait_for(
            lambda e: isinstance(e, JobFinished) and (e.index, e.attempt) == (index, attempt)
        )
        assert isinstance(found, JobFinished)
        return found.outcome

    def notes(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, RunNote)]

    def out(self, index: int) -> bytes:
        return (self.context.run_dir / "logs" / f"job_{index}.out").read_bytes()

    def err(self, index: int) -> bytes:
        return (self.context.run_dir / "logs" / f"job_{index}.err").read_bytes()


@contextlib.contextmanager
def running(
    script: Path,
    arguments: Sequence[Sequence[str]] = ((),),
    *,
    workers: int = 1,
    python: Path | None = Path(sys.executable),
    cwd: Path | None = None,
    isolation: Isolation = Isolation.FORK,
    **options: object,
) -> Iterator[Run]:
    """Start a run of one job for each list of arguments; end it with all that is left of it."""
    run_dir = script.parent / f"run_{len(list(script.parent.glob('run_*')))}"
    run_dir.mkdir()
    source = run_dir / "script.py"
    source.write_bytes(script.read_bytes())
    context = RunContext(
        run_dir,
        script,
        source if python else None,
        python,
        cwd or script.parent,
        isolation=isolation,
        **options,  # type: ignore[arg-type]
    )
    jobs = [JobSpec(i, f"job_{i}", {}, (str(script), *given)) for i, given in enumerate(arguments)]
    run = Run(
        context,
        Backlog(len(jobs), lambda some: [jobs[i] for i in some]),
        LocalRunner(),
        queue.SimpleQueue(),
    )
    run.backlog.add((index, 1) for index in range(len(jobs)))
    try:
        run.runner.start(context, run.backlog, workers, run.inbox.put)
        yield run
    finally:
        run.backlog.close()
        run.runner.close()
    assert not (run_dir / "scratch").exists()


def run_one(
    script: Path, level: Isolation = Isolation.FORK, arguments: Sequence[str] = (), **options
) -> tuple[JobOutcome, bytes, bytes]:
    """Run one job to its end; return its outcome, stdout and stderr."""
    with running(script, [arguments], isolation=level, **options) as run:
        outcome = run.outcome(0)
    return outcome, run.out(0), run.err(0)


def run_by_hand(
    script: Path, arguments: Sequence[str] = (), python: Path = Path(sys.executable), **env: str
) -> tuple[int, bytes, bytes]:
    """Run ``python script`` as a shell would; return its exit code, stdout and stderr."""
    with (script.parent / "out").open("wb+") as out, (script.parent / "err").open("wb+") as err:
        code = subprocess.run(
            [python, str(script), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=script.parent,
            env=child_environment({"PWD": str(script.parent), **env}),
            start_new_session=True,
            check=False,
        ).returncode
        out.seek(0)
        err.seek(0)
        return code, out.read(), err.read()


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; a zombie does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False
    return stat.rpartition(b")")[2].split()[0] != b"Z"


def pid_in(text: bytes) -> int:
    return int(text.decode().split()[0])


def kill(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
