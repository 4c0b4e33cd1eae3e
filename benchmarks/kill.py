"""The kill test: SIGKILL at random moments of a run, each followed by ``resume``.

Each job appends a line to a file of its own. After each kill the log that the program printed,
the store and these files must agree: what was reported is stored, what is stored as finished does
not run again, no attempt runs twice, what has ended is stored in time, no process is left, and the
counts add up. Linux.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.machine import ROOT, SCRIPTS, environment
from hopla_gui.domain.job import JobRecord, JobState
from hopla_gui.engine.results.stored_run import StoredRun

GONE_S = 5.0  # promised: workers and jobs are gone within that time
DURABLE_S = 1.0  # promised: a finished job is on disk within that time
START_S = 30.0
END_S = 600.0

_SWEEP = """
[script]
path = "{script}"
[fixed]
folder = "{folder}"
sleep = {sleep}
[[sweep]]
x = {{range = [0, {jobs}, 1]}}
[run]
workers = 2
isolation = "{isolation}"
"""


class Fault(Exception):
    """What must not happen, and did."""


class KillTest:
    """One run, killed and resumed until it is finished.

    Parameters
    ----------
    folder
        An empty folder for the run and the files that its jobs write.
    sleep
        Seconds that each job takes.
    """

    def __init__(
        self, python: Path, folder: Path, jobs: int, isolation: str, sleep: float = 0.01
    ) -> None:
        self._python = python
        self._folder = folder
        self._jobs = jobs
        self._ran = folder / "ran"
        self._ran.mkdir()
        text = _SWEEP.format(
            script=SCRIPTS / "appending.py",
            folder=self._ran,
            jobs=jobs,
            sleep=sleep,
            isolation=isolation,
        )
        (folder / "sweep.toml").write_text(text, encoding="utf-8")

    def run(self, rounds: int, chance: random.Random, longest: float) -> str:
        """Kill so many times, each within ``longest`` seconds; return what happened in one line.

        Raises
        ------
        Fault
            The first that shows.
        """
        self._begin_and_kill(chance.uniform(0, longest))
        for number in range(1, rounds):
            self._resume_and_kill(chance.uniform(0, longest), at_work=bool(number % 2))
        self._resume_to_the_end()
        lines = self._lines()
        again = sum(count > 1 for count in lines.values())
        return f"{rounds} kills, {len(lines)} jobs, {again} of them ran again, cut off by a kill"

    def _begin_and_kill(self, delay: float) -> None:
        command = ["run", str(self._folder / "sweep.toml"), "--python", str(self._python)]
        with self._program(command) as process:
            self._wait_for(" - Run ")  # a run that does not exist yet cannot be resumed
            killed = _kill(process, delay)
        self._check_after_kill(set(), {}, killed)

    def _resume_and_kill(self, delay: float, at_work: bool) -> None:
        """Kill while it sets to work, or when jobs have begun to end, however slow the machine."""
        finished, lines = self._finished(), self._lines()
        with self._program(["resume", self._run_dir.name]) as process:
            if at_work:
                self._wait_for(".exitcode = ")
                delay /= 2
            killed = _kill(process, delay)
        self._check_after_kill(finished, lines, killed)

    def _resume_to_the_end(self) -> None:
        finished, lines = self._finished(), self._lines()
        with self._program(["resume", self._run_dir.name]) as process:
            status = process.wait(END_S)
        if status:
            raise Fault(f"the last resume ended with {status}: {self._log()[-2000:]}")
        self._check_not_again(finished, lines)
        self._check_end()

    @contextlib.contextmanager
    def _program(self, arguments: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "hopla_gui", *arguments, "--runs-dir", str(self._folder)]
        env = {**environment(), "KILL_TEST": str(self._folder)}
        with (self._folder / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()
        self._wait_until_gone()

    def _wait_for(self, text: str) -> None:
        deadline = time.monotonic() + START_S
        while text not in self._log():
            if time.monotonic() > deadline:
                raise Fault(f"no {text!r} was printed: {self._log()}")
            time.sleep(0.01)

    def _wait_until_gone(self) -> None:
        mark = f"KILL_TEST={self._folder}".encode()
        deadline = time.monotonic() + GONE_S
        while left := _marked(mark):
            if time.monotonic() > deadline:
                for pid in left:
                    with contextlib.suppress(OSError):
                        os.kill(pid, signal.SIGKILL)
                raise Fault(f"processes left {GONE_S:g} s after the end: {left}")
            time.sleep(0.02)

    # -- what must hold --------------------------------------------------------------------------

    def _check_after_kill(
        self, finished_before: set[int], lines_before: dict[int, int], killed: float
    ) -> None:
        finished = self._finished()
        reported = {int(n) for n in re.findall(r" - job_(\d+)\.exitcode = ", self._log())}
        if lost := (reported | finished_before) - finished:
            raise Fault(f"finished, and no longer stored: {sorted(lost)}")
        self._check_not_again(finished_before, lines_before)
        self._check_counts()
        late = [
            index
            for index, count in self._lines().items()
            if count != lines_before.get(index)
            and (self._ran / str(index)).stat().st_mtime < killed - DURABLE_S
            and index not in finished
        ]
        if late:
            raise Fault(f"ended {DURABLE_S:g} s before the kill, and not stored: {late}")
        print(f"killed: {len(reported)} jobs reported, {len(finished)} stored", file=sys.stderr)

    def _check_not_again(self, finished: set[int], lines: dict[int, int]) -> None:
        now = self._lines()
        again = [index for index in finished if now.get(index) != lines.get(index)]
        if again:
            raise Fault(f"stored as finished, and run again: {again}")

    def _check_counts(self) -> None:
        with contextlib.closing(StoredRun(self._run_dir)) as run:
            counts = run.counts()
        if counts.total != self._jobs:
            raise Fault(f"{counts} do not add up to {self._jobs}")

    def _check_end(self) -> None:
        with contextlib.closing(StoredRun(self._run_dir)) as run:
            if run.counts().succeeded != self._jobs:
                raise Fault(f"at the end: {run.counts()}")
            wrong = [record.spec.name for record in run.records() if not _has_values(record)]
            attempts = run.statuses().attempts
        if wrong:
            raise Fault(f"without their values: {wrong}")
        lines = self._lines()
        if lines.keys() != set(range(self._jobs)):
            raise Fault("some jobs never ran")
        if twice := [index for index, count in lines.items() if count > attempts[index]]:
            raise Fault(f"an attempt ran twice: {twice}")

    # -- what there is ---------------------------------------------------------------------------

    @property
    def _run_dir(self) -> Path:
        (found,) = self._folder.glob("*/run.sqlite")
        return found.parent

    def _finished(self) -> set[int]:
        """Return the jobs that the store calls finished."""
        with contextlib.closing(StoredRun(self._run_dir)) as run:
            return {
                index
                for index, status in enumerate(run.statuses())
                if status.state.is_final and status.state is not JobState.LOST
            }

    def _lines(self) -> dict[int, int]:
        """Return how often each job has run, of those that have."""
        return {int(path.name): path.stat().st_size // 4 for path in self._ran.iterdir()}

    def _log(self) -> str:
        return (self._folder / "log").read_text("utf-8", "replace")


def _kill(process: subprocess.Popen[bytes], delay: float) -> float:
    """Kill the program after a while; return when."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(delay)
        raise Fault(f"the run ended before it was killed, with {process.returncode}")
    killed = time.time()
    process.send_signal(signal.SIGKILL)
    return killed


def _has_values(record: JobRecord) -> bool:
    x = record.spec.parameters["x"]
    return isinstance(x, int) and record.outcome.values == {"square": x * x}


def _marked(mark: bytes) -> list[int]:
    """Return the live processes that have the mark in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
    return found


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kill", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="number of kills")
    parser.add_argument("--jobs", type=int, default=2000)
    parser.add_argument("--isolation", default="fork", choices=["fork", "fresh", "reuse"])
    parser.add_argument("--within", type=float, default=2.0, help="seconds until a kill, at most")
    parser.add_argument("--python", type=Path, default=Path(sys.executable))
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    print(f"seed {options.seed}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="hopla-kill-") as folder:
        test = KillTest(options.python, Path(folder), options.jobs, options.isolation)
        try:
            print(test.run(options.rounds, random.Random(options.seed), options.within))
        except Fault as fault:
            print(f"error: {fault}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
