"""The human-readable log of hopla: a ``date - INFO - job_1.exitcode = …`` line for each fact."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from hopla_gui import __version__
from hopla_gui.domain.events import (
    Event,
    JobFinished,
    JobRequeued,
    RunFinished,
    RunNote,
    WaitingNote,
)
from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.domain.shown_text import name_controls
from hopla_gui.engine.results.stored_run import StoredRun

FORMAT = "%(asctime)s - %(levelname)s - %(message)s"
EXIT_RULES = """For exitcode values:
    = 0 - no error was produced.
    > 0 - the process had an error, and exited with that code.
    < 0 - the process was killed with a signal of -1 * exitcode."""

logger = logging.getLogger("hopla")


class _Named(logging.Formatter):
    """Names the characters by which a job's text would command a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return name_controls(super().format(record))


class JobLog(AbstractContextManager["JobLog"]):
    """Write what a run tells to stderr and to a file, for as long as the context lasts.

    Parameters
    ----------
    verbose
        0 for nothing on stderr, 1 for the facts, 2 for the host of each job too.
    logfile
        File to append the same lines to.
    """

    def __init__(self, verbose: int = 1, logfile: str | Path | None = None) -> None:
        self._handlers: list[logging.Handler] = []
        if verbose > 0:
            self._handlers.append(logging.StreamHandler())
        if logfile is not None:
            self._handlers.append(logging.FileHandler(logfile, encoding="utf-8"))
        self._level = logging.DEBUG if verbose > 1 else logging.INFO

    def __enter__(self) -> JobLog:
        logger.setLevel(self._level)
        logger.propagate = False
        for handler in self._handlers:
            is_terminal = not isinstance(handler, logging.FileHandler)
            handler.setFormatter((_Named if is_terminal else logging.Formatter)(FORMAT))
            logger.addHandler(handler)
        logger.info("Using 'hopla_gui' version '%s'.", __version__)
        logger.info(EXIT_RULES)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for handler in self._handlers:
            logger.removeHandler(handler)
            handler.close()

    def note(self, text: str) -> None:
        """Log a line about the run as a whole."""
        logger.info("%s", text)

    def follow(self, run: StoredRun, events: Iterable[Event]) -> None:
        """Log events until they end."""
        for event in events:
            self.log(run, event)

    def log(self, run: StoredRun, event: Event) -> None:
        """Log one event: nothing for a start, a line for each fact for an end."""
        match event:
            case JobFinished() | JobRequeued() if not self._handlers:
                pass  # nobody reads it, and the command of each job would be read from the store
            case JobFinished(index, attempt, outcome):
                spec = run.spec(index)
                self._log_end(spec.name, list(spec.cmd), outcome, attempt)
            case JobRequeued(index, attempt):
                logger.info("%s.attempt = %d", run.spec(index).name, attempt)
            case RunNote(text, level):
                logger.log(logging.WARNING if level == "warning" else logging.INFO, "%s", text)
            case WaitingNote(text) if text:
                logger.info("Waiting: %s", text)
            case RunFinished(counts):
                states = ((getattr(counts, state.value), state.value) for state in JobState)
                logger.info("Done: %s.", ", ".join(f"{n} {word}" for n, word in states if n))

    def _log_end(self, name: str, cmd: list[str], outcome: JobOutcome, attempt: int) -> None:
        logger.info("%s.cmd = %s", name, cmd)
        logger.info("%s.exitcode = %s", name, exitcode_text(outcome))
        if outcome.state not in (JobState.SUCCEEDED, JobState.FAILED):
            logger.info("%s.state = %s", name, outcome.state.value)
        for key, value in outcome.values.items():
            logger.info("%s.%s = %s", name, key, value)
        if outcome.state is JobState.SUCCEEDED and outcome.detail:  # of others the exit code tells
            logger.info("%s.detail = %s", name, outcome.detail)
        logger.debug("%s.hostname = %s", name, outcome.hostname)


def exitcode_text(outcome: JobOutcome) -> str:
    """Return ``"0"``, or ``"1 - '<traceback, or the reason>'"``, as hopla writes it."""
    code = exitcode_number(outcome)
    if code == 0 and outcome.state is JobState.SUCCEEDED:
        return "0"
    reason = outcome.traceback or outcome.detail or outcome.state.value
    return f"{code} - '{reason.rstrip()}'"


def exitcode_number(outcome: JobOutcome) -> int:
    """Return the exit code, -1 for a job that never ended by itself."""
    return -1 if outcome.exit_code is None else outcome.exit_code
