"""A run made of plain values, for tests of what shows one."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hopla_gui.domain.causes import Cause
from hopla_gui.domain.columns import JobColumn, Source, fact
from hopla_gui.domain.diagnosis import diagnose
from hopla_gui.domain.events import JobFinished
from hopla_gui.domain.job import JobOutcome, JobRecord, JobSpec, JobState, JobStatus
from hopla_gui.domain.job_statuses import JobStatuses
from hopla_gui.domain.raised import Raised
from hopla_gui.domain.run import RunInfo
from hopla_gui.domain.valuepath import dig
from hopla_gui.engine.results.column_names import add_paths
from hopla_gui.engine.results.column_reader import find_in_outcome
from hopla_gui.engine.results.job_columns import value_after

TRACEBACK = """\
Traceback (most recent call last):
  File "/home/ada/train.py", line 48, in <module>
    main()
  File "/usr/lib/python3.11/site-packages/numpy/linalg.py", line 561, in inv
    ainv = _umath_linalg.inv(a)
  File "/home/ada/train.py", line 12, in fit
    raise ValueError("BREAK ACTIVATED.")
ValueError: BREAK ACTIVATED.
"""
INFO = RunInfo(
    id="r1",
    script="/home/ada/train.py",
    script_sha256=None,
    python="/usr/bin/python3",
    python_version="3.11.7",
    cwd="/home/ada",
    started=0.0,
    hostname="lab",
    hopla_gui="0.1.0",
    swept=("lr", "model"),
)
VALUES = {"outputs": {"score": 0.5, "scores": list(range(10_000))}}
RATES = (0.1, 0.01, 0.001)


@dataclass
class FakeRun:
    """Jobs that are queued but for those with an outcome."""

    total: int
    run_dir: Path = Path("/nowhere")
    outcomes: dict[int, JobOutcome] = field(default_factory=dict)
    swept: tuple[str, ...] = ("lr", "model")
    info: RunInfo = INFO
    reads: int = 0
    ended: float | None = None
    facts: dict[str, object] = field(default_factory=dict)
    older: dict[int, list[JobRecord]] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.total

    def spec(self, index: int) -> JobSpec:
        rate, model = RATES[index % 3], ("sub-10", "sub-2")[index // 3 % 2]
        parameters = {"lr": rate, "model": model, "epochs": 20}
        cmd = ("/home/ada/train.py", "--lr", str(rate), "--model", model)
        return JobSpec(index, f"job_{index}", parameters, cmd)

    def statuses(self) -> JobStatuses:
        found = [JobStatus() for _ in range(self.total)]
        for index, how in self.outcomes.items():
            found[index] = JobStatus(
                how.state, how.exit_code, how.started, how.duration_s, 1, how.detail
            )
        return JobStatuses(found)

    def read_columns(
        self, columns: Sequence[JobColumn], is_stale: object = None
    ) -> list[list[object]]:
        return [self._column(column) for column in columns]

    def _column(self, column: JobColumn) -> list[object]:
        if column.source is Source.PARAMETER and type(self).spec is FakeRun.spec:
            period = len(RATES) * 2  # of many jobs it would take seconds
            first = [self._cell(column, index) for index in range(period)]
            return (first * (self.total // period + 1))[: self.total]
        if column.source in (Source.FACT, Source.VALUE) and column != fact("name"):
            found = [self._cell(column, self.total)] * self.total  # all that have not ended
            for index in self.outcomes:
                found[index] = self._cell(column, index)
            return found
        return [self._cell(column, index) for index in range(self.total)]

    def _cell(self, column: JobColumn, index: int) -> object:
        if column.source is Source.PARAMETER:
            return self.spec(index).parameters.get(column.name)
        if column == fact("name"):
            return f"job_{index}"
        how = self.outcomes.get(index, JobOutcome(JobState.QUEUED))
        if column.source is Source.WORD:
            spec = self.spec(index)
            text = f"{dict(spec.parameters)} {' '.join(spec.cmd)}".casefold()
            return (column.name in text) + 2 * find_in_outcome(column.name, how)
        if column.source is Source.VALUE:
            return dig(how.values, column.path)
        if column == fact("state"):
            return how.state
        return value_after(column, JobFinished(index, 1, how), None)

    def parameter_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self.swept, "lr", "model", "epochs"]))

    def value_paths(self) -> list[str]:
        names: dict[str, None] = {}
        for how in self.outcomes.values():
            add_paths(names, how.values)
        return list(names)

    def record(self, index: int) -> JobRecord:
        self.reads += 1
        outcome = self.outcomes.get(index, JobOutcome(JobState.QUEUED))
        attempt = len(self.older.get(index, [])) + 1
        stem = f"logs/{index}" if attempt == 1 else f"logs/{index}.{attempt}"
        return JobRecord(self.spec(index), outcome, attempt, f"{stem}.out", f"{stem}.err")

    def glance(self, index: int) -> JobRecord:
        return self.record(index)

    def attempts(self, index: int) -> list[JobRecord]:
        last = self.record(index)
        return self.older.get(index, []) + ([last] if last.outcome.state.is_final else [])

    def raised(self, index: int, attempt: int) -> Raised | None:
        return self.outcomes[index].raised if index in self.outcomes else None

    def causes(self) -> dict[int, Cause]:
        found = {index: diagnose(how) for index, how in sorted(self.outcomes.items())}
        return {index: cause for index, cause in found.items() if cause is not None}

    def peaks(self) -> dict[int, float]:
        return {
            index: how.max_rss_mb
            for index, how in self.outcomes.items()
            if how.max_rss_mb is not None and diagnose(how) is not None
        }

    def notes(self) -> list[tuple[float, str, str]]:
        return [(10.0, "info", "preloaded numpy")]

    def fact(self, name: str) -> object:
        return self.facts.get(name)


def succeeded(values: Mapping[str, object] = VALUES, **facts: object) -> JobOutcome:
    return JobOutcome(JobState.SUCCEEDED, 0, values=values, duration_s=1.5, started=10.0, **facts)


def failed(code: int = 1, traceback: str | None = TRACEBACK, **facts: object) -> JobOutcome:
    return JobOutcome(JobState.FAILED, code, traceback, duration_s=0.5, started=10.0, **facts)


def running(seconds: float = 0.0) -> JobOutcome:
    return JobOutcome(JobState.RUNNING, started=time.time() - seconds)


HOSTILE = (
    "<img src='http://127.0.0.1:9/x.png'><b>bold</b>",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07",
    "safe\u202etxt.exe\u2066\u200b",
    "a\x00b\x07\x85\ud800",
    "x" * 20_000_000,
)
