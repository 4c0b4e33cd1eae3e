"""What a run and the place where it runs ask of each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hopla_gui.domain.events import RunnerEvent
from hopla_gui.domain.setup import Isolation
from hopla_gui.engine.running.backlog import Backlog

# "off" in a job's environment: no local variables are kept of one that fails. So it holds wherever
# jobs run (`payload.errordata`).
LOCALS = "HOPLA_LOCALS"

Emit = Callable[[RunnerEvent], None]


@dataclass(frozen=True, slots=True)
class RunContext:
    """What all jobs of a run have in common.

    Attributes
    ----------
    run_dir
        The run's folder; the logs are ``run_dir/"logs"/<job name>.out`` and ``.err``.
    script
        Absolute path of the user's script: ``__file__`` and ``sys.argv[0]`` of a job.
    source
        The copy of the script that the run started with: what the jobs run. ``None`` for a
        command that is no Python script.
    python
        Absolute path of the user's interpreter; ``None`` to run each command as it is.
    module
        ``package.module`` where the script is run with ``-m``.
    cwd
        Working directory of the jobs.
    env
        Environment variables on top of the program's own.
    timeout
        Seconds a job may run, ``None`` for no limit.
    delay_upto
        Each start is delayed at random within [0, delay_upto[ seconds.
    log_limit_mb
        MB (10**6 bytes) that a job may write to stdout, and to stderr, before the rest is dropped;
        ``None`` for no limit.
    """

    run_dir: Path
    script: Path
    source: Path | None
    python: Path | None
    cwd: Path
    module: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    isolation: Isolation = Isolation.FRESH
    timeout: float | None = None
    delay_upto: float = 0.0
    log_limit_mb: float | None = None


class Runner(Protocol):
    """Runs what it takes off a backlog, and tells what happens through ``emit``.

    ``emit`` may be called from any thread and never blocks. Of each ticket taken a runner emits
    one `JobStarted` and then one `JobFinished`, or, where the job never started, `JobFinished`
    alone. No method but ``close`` blocks.
    """

    def start(self, context: RunContext, backlog: Backlog, workers: int, emit: Emit) -> None:
        """Begin to take and run jobs.

        Raises
        ------
        EnvironmentProblem
            Where the interpreter or the scheduler cannot be started.
        """

    def resize(self, workers: int) -> None:
        """Change the number of jobs at a time; surplus ones finish first."""

    def suspend(self, suspended: bool) -> None:
        """Freeze the jobs that run, or let them go on; their time limits stand still meanwhile."""

    def cancel(self, indices: Collection[int] | None = None) -> None:
        """Stop running jobs, all of them for ``None``: ask, SIGTERM, SIGKILL, whole group.

        They end as ``cancelled``, by a `JobFinished` like any other.
        """

    def move_first(self, indices: Sequence[int]) -> None:
        """Have jobs that were taken, and have not begun, begin before the others."""

    def close(self) -> None:
        """Stop what still runs and return when no thread and no process is left."""
