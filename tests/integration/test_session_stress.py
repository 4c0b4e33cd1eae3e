"""Whole runs of short and unruly jobs that are meddled with: what is stored is each job's own."""

from __future__ import annotations

import contextlib
import os
import random
import sys
import time
from pathlib import Path

import psutil
import pytest

from hopla_gui import api
from hopla_gui.domain.job import JobState
from hopla_gui.domain.setup import Isolation, RunOptions

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has one level")

ROUNDS = int(os.environ.get("HOPLA_STRESS_ROUNDS", "8"))
JOBS = 120
WAIT_S = 60.0
FAILING = ("is killed", "exits", "raises")
UNRULY = (*FAILING, "leaves a child", "closes all", "closes stdout", "hears no SIGINT", "is long")
KINDS = ["is short"] * 40 + ["sleeps"] * 10 + list(UNRULY)
SECONDS = (0.005, 0.015, 0.02, 0.021, 0.05, 0.2)  # around those when a worker hands jobs back

MIXED = """
    import os, signal, subprocess, sys, time
    __hopla__ = ["number"]
    number, kind, folder, seconds = int(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])
    with open(os.path.join(folder, str(number)), "a") as stream:
        stream.write("ran\\n")
    if kind == "sleeps":
        time.sleep(seconds)
    if kind == "is killed":
        os.kill(os.getpid(), 9)
    if kind == "exits":
        os._exit(3)
    if kind == "raises":
        raise ValueError(number)
    if kind == "leaves a child":
        subprocess.Popen(["sleep", "600"], start_new_session=True)
    if kind == "closes all":
        os.closerange(0, 30)
    if kind == "closes stdout":
        sys.stdout.close()
    if kind == "hears no SIGINT":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        time.sleep(seconds)
    """


class Meddler:
    """A run, and a hand that gives it no rest."""

    def __init__(self, script: Path, folder: Path, chance: random.Random) -> None:
        self.chance = chance
        self.ran = folder / "ran"
        self.ran.mkdir(parents=True)
        self.kinds = chance.choices(KINDS, k=JOBS)
        self.has_killed = False
        self._spared = set(psutil.Process().children(recursive=True))  # an X server, say
        commands = [self._command(script, number) for number in range(JOBS)]
        options = RunOptions(
            workers=chance.randint(1, 3),
            isolation=chance.choice([Isolation.FORK, Isolation.REUSE, Isolation.REUSE]),
            retries=chance.choice([0, 0, 1]),
        )
        self.session = api.prepare_commands(
            commands, options=options, python=Path(sys.executable), runs_dir=folder / "runs"
        )
        self.session.start()

    def _command(self, script: Path, number: int) -> list[str]:
        kind = self.kinds[number]
        words = [str(number), kind, str(self.ran), str(self.chance.choice(SECONDS))]
        if kind == "is long":
            words.append("x" * self.chance.choice([900, 3_900, 4_200, 50_000]))
        return [str(script), *words]

    def meddle(self, seconds: float) -> None:
        """Do something, and again, for a while."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(self.chance.choice([0.001, 0.005, 0.02, 0.1]))
            self.chance.choice(STEPS)(self)

    def wait(self) -> None:
        """Let all go on, and wait for the end."""
        self.session.pause(False)
        self.session.suspend(False)
        until = time.monotonic() + WAIT_S
        while not self._is_over():  # a word given just now may be taken in after an end
            assert self.session.wait(until - time.monotonic()), self.session.counts
            time.sleep(0.01)

    def _is_over(self) -> bool:
        counts = self.session.counts
        return self.session.is_finished and not counts.queued + counts.running

    def some(self) -> list[int]:
        """Return a few jobs."""
        return self.chance.sample(range(JOBS), self.chance.choice([1, 3, 10]))

    def ended(self) -> list[int]:
        """Return those of a few jobs that have ended."""
        states = self.session.run.statuses().states
        return [index for index in self.some() if states[index].is_final]

    def kill(self) -> None:
        """Kill a process of the run, now and then."""
        below = [p for p in psutil.Process().children(recursive=True) if p not in self._spared]
        if below and self.chance.random() < 0.3:
            self.has_killed = True
            with contextlib.suppress(psutil.NoSuchProcess):
                self.chance.choice(below).kill()

    def close_and_resume(self) -> None:
        """Close the run, now and then, and take it up again."""
        if self.chance.random() < 0.3:
            self.session.close()
            self.session, rerun = api.prepare_resume(self.session.run.run_dir)
            self.session.start(rerun)


STEPS = [
    lambda run: run.session.pause(),
    lambda run: run.session.pause(False),
    lambda run: run.session.suspend(),
    lambda run: run.session.suspend(False),
    lambda run: run.session.resize(run.chance.randint(1, 4)),
    lambda run: run.session.cancel(run.some()),
    lambda run: run.session.retry(run.ended()),
    lambda run: run.session.move_first(run.some()),
    Meddler.kill,
    Meddler.close_and_resume,
]


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_each_job_has_its_own_result_whatever_is_done_to_the_run(script, tmp_path, seed):
    run = Meddler(script(MIXED), tmp_path / "run", random.Random(seed))
    try:
        run.meddle(1.5)
        run.wait()
        counts, stored = run.session.counts, run.session.run
        assert counts == stored.counts()
        for index, kind in enumerate(run.kinds):
            check(run, kind, index, [record.outcome for record in stored.attempts(index)])
    finally:
        run.session.close()


def check(run, kind, index, outcomes):
    path = run.ran / str(index)
    times = path.read_text().count("ran") if path.exists() else 0
    ends = [(outcome.state.value, outcome.exit_code) for outcome in outcomes]
    succeeded = [outcome for outcome in outcomes if outcome.state is JobState.SUCCEEDED]
    begun = [outcome for outcome in outcomes if outcome.started is not None]
    assert all(outcome.values == {"number": index} for outcome in succeeded), (kind, ends)
    assert not (succeeded and kind in FAILING), (kind, ends)
    assert len(succeeded) <= times <= len(begun), (kind, times, ends, run.has_killed, index)
    if not run.has_killed:
        told = {JobState.SUCCEEDED, JobState.CANCELLED, JobState.QUEUED}
        told |= {JobState.FAILED} if kind in FAILING else set()
        assert {outcome.state for outcome in outcomes} <= told, (kind, ends)
