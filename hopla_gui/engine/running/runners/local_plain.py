"""Workers without a fork server: the runner's thread starts ``python script`` itself. Windows.

Every level is fresh here, and logs are cut to their limit only when a job has ended. Nothing in it
is special to Windows; that is in `processes`.
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hopla_gui.domain.job import JobOutcome
from hopla_gui.engine.payload import results
from hopla_gui.engine.payload.loglimit import LogLimit
from hopla_gui.engine.processes import ChildGroup, child_environment
from hopla_gui.engine.running.backlog import Ticket
from hopla_gui.engine.running.runners.base import Emit, RunContext
from hopla_gui.engine.running.runners.outcome import lost, outcome_of
from hopla_gui.errors import EnvironmentProblem
from hopla_gui.paths import payload_dir

CHECK_S = 20.0  # an interpreter on a slow network drive
GRACE_S = 5.0  # for a job that is asked to end
FROZEN_CHECK_S = 0.1  # whether a frozen job goes on

CONTROL_C_EXIT = 0xC000013A  # how Windows ends a process at Ctrl+C or Ctrl+Break


class Template:
    """What the workers of a run share: here no process, but a folder.

    Raises
    ------
    EnvironmentProblem
        Where the interpreter cannot be started.
    """

    is_ready = True

    def __init__(self, context: RunContext, emit: Emit) -> None:
        self.scratch = context.run_dir / "scratch"
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)
        (context.run_dir / "logs").mkdir(exist_ok=True)
        if context.python is not None:
            _check(context.python, context.cwd)

    def kill(self) -> None:
        """Do nothing: the job objects end what they hold when we do."""

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.scratch, ignore_errors=True)


class PlainWorker:
    """Starts one process after the other; used by one thread."""

    may_go_ahead = False  # the next job's process is started by us, when this one's has ended
    is_ready = True

    def __init__(self, template: Template, context: RunContext) -> None:
        self._scratch = template.scratch
        self._context = context
        self._why: str | None = None
        self._failure: str | None = None
        self._group: ChildGroup | None = None
        self._deadline = math.inf
        self._frozen = 0.0  # seconds
        self._frozen_at: float | None = None
        self._killer: threading.Timer | None = None

    def prepare(self) -> None:
        """Do nothing: there is no worker process."""

    def begin(self, ticket: Ticket) -> None:
        """Start the job's process."""
        context, spec = self._context, ticket.spec
        name = spec.name if ticket.attempt == 1 else f"{spec.name}.{ticket.attempt}"
        self._result = self._scratch / f"{name}.result"
        self._values = self._scratch / f"{name}.values"
        self._why = self._failure = self._frozen_at = None
        self._frozen = 0.0
        self._begin = time.time(), time.monotonic()
        self._deadline = self._begin[1] + (context.timeout or math.inf)
        logs = context.run_dir / "logs"
        try:
            with (
                (logs / f"{name}.out").open("wb") as out,
                (logs / f"{name}.err").open("wb") as err,
            ):
                self._out, self._err = Path(out.name), Path(err.name)
                self._group = ChildGroup(
                    _command(context, spec.cmd, self._result),
                    env=child_environment({**context.env, "HOPLA_VALUES": str(self._values)}),
                    cwd=context.cwd,
                    stdout=out,
                    stderr=err,
                )
        except OSError as error:
            self._failure = str(error)

    def begin_ahead(self, tickets: Sequence[Ticket]) -> int:
        """Send none."""
        return 0

    def begun_at(self, ticket: Ticket) -> float | None:
        """Return ``None``: no job is sent ahead."""
        return None

    def stop(self, index: int) -> None:
        """Ask the job to end, and end it if it does not; from any thread."""
        group = self._group
        if group is not None and self._why is None:
            self.suspend(False)
            self._why = "cancelled"
            group.ask()
            self._killer = threading.Timer(GRACE_S, group.kill)
            self._killer.start()

    def hang_up(self) -> None:
        """End the job at once; from any thread."""
        group = self._group
        if group is not None:
            group.kill()

    def suspend(self, suspended: bool) -> None:
        """Freeze the job, or let it go on; its time stands still meanwhile; from any thread."""
        group = self._group
        if group is None or self._why is not None:
            return
        if suspended and self._frozen_at is None:
            self._frozen_at = time.monotonic()
            group.freeze()
        elif not suspended and self._frozen_at is not None:
            passed = time.monotonic() - self._frozen_at
            self._deadline += passed
            self._frozen += passed
            self._frozen_at = None
            group.thaw()

    def finish(self) -> JobOutcome:
        """Wait for the job's end."""
        group = self._group
        if group is None:
            return lost(f"cannot be started: {self._failure}")
        with group:  # its end is the end of all that the job has left behind
            killed = self._wait(group)
        self._group = None
        if self._killer is not None:
            self._killer.cancel()
            self._killer = None
        return self._outcome(exit_code_of(group.process.returncode), killed)

    def close(self) -> None:
        """Do nothing: between two jobs there is no process."""

    def _wait(self, group: ChildGroup) -> bool:
        """Wait for the process, no longer than the time limit; tell whether it was killed."""
        while not _has_ended(group, self._rest()):
            if self._rest() > 0:  # it was frozen meanwhile
                continue
            self._why = self._why or "timeout"
            group.terminate()
            if not _has_ended(group, GRACE_S):
                group.kill()
                group.process.wait()
                return True
        return False

    def _rest(self) -> float:
        """Return the seconds that the job may still run; never 0 while it is frozen."""
        frozen_at = self._frozen_at
        if frozen_at is not None:
            return max(FROZEN_CHECK_S, self._deadline - frozen_at)
        return max(0.0, self._deadline - time.monotonic())

    def _outcome(self, code: int, killed: bool) -> JobOutcome:
        ended = time.time(), time.monotonic()
        stdout = os.open(self._out, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            raw, split = results.collect(
                results.take_file(str(self._result)), str(self._values), stdout
            )
        finally:
            os.close(stdout)
        dropped = None
        if self._context.log_limit_mb is not None:
            limit = LogLimit(self._context.log_limit_mb, (self._out, self._err))
            limit.finish()
            dropped = limit.dropped
        answer: dict[str, Any] = {
            "code": code,
            "why": self._why,
            "killed": killed,
            "split": split,
            "started": self._begin[0],
            "ended": ended[0],
            "duration": ended[1] - self._begin[1] - self._frozen,
            "cpu": None,
            "rss": None,
            "dropped": dropped,
            "said": results.last_line(str(self._err)) if code and self._why is None else "",
        }
        return outcome_of(answer, raw, self._context.timeout)


def _has_ended(group: ChildGroup, seconds: float) -> bool:
    try:
        group.process.wait(None if seconds == math.inf else seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def exit_code_of(returncode: int) -> int:
    """Return a Windows exit status as ours: interrupted is -2, as where there are signals."""
    return -2 if returncode & 0xFFFFFFFF == CONTROL_C_EXIT else returncode


def _command(context: RunContext, cmd: tuple[str, ...], result: Path) -> list[str]:
    if context.python is None:
        return list(cmd)
    start = [context.python, payload_dir() / "start.py", "job", result, context.source]
    return [*map(str, start), str(context.script), context.module or "", *cmd[1:]]


def _check(python: Path, cwd: Path) -> None:
    command = [str(python), "-c", "import sys; sys.exit(sys.version_info < (3, 6))"]
    try:
        with (
            ChildGroup(command, env=child_environment(), cwd=cwd) as group,
            contextlib.suppress(subprocess.TimeoutExpired),
        ):
            group.process.wait(CHECK_S)
    except OSError as error:
        if not cwd.is_dir():  # Windows does not say that this is why
            raise EnvironmentProblem(
                f"cannot enter the working directory {cwd}: {error}"
            ) from error
        raise EnvironmentProblem(f"cannot start {error.filename or python}: {error}") from error
    if group.process.returncode:
        raise EnvironmentProblem(f"{python} cannot run jobs: it is no Python 3.6 or newer")
