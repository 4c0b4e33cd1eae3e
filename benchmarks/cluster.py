"""Runs on a Slurm of two nodes that this starts: packed jobs against one task a job, and a poll.

Needs what ``make test`` installs, and root or a user who may run ``slurmd``.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.machine import ROOT, SCRIPTS
from hopla_gui import api
from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.domain.setup import RunOptions
from hopla_gui.engine.running.session import Session

sys.path.append(str(ROOT / "tests" / "integration"))

JOBS = 1_000
SLOTS = 8
POLLED = 10_000
POLLS_S = 12.0


def measure(jobs: int = JOBS, polled: int = POLLED) -> list[str]:
    """Return the lines of the section."""
    import slurm_site

    missing = slurm_site.missing()
    if missing:
        return [f"Not measured: {', '.join(missing)} not installed."]
    with _site(slurm_site) as folder:
        packed = _timed(folder, jobs, points_per_task=jobs // SLOTS)
        single = _timed(folder, jobs, points_per_task=1)
        pump_ms, thread_ms, polls = _poll(folder, polled)
    return [
        f"{jobs:,} jobs that do nothing, on {SLOTS} slots of Slurm:",
        "",
        "| | time |",
        "| --- | --- |",
        f"| packed in {SLOTS} tasks | {packed:.1f} s |",
        f"| one task of an array a job | {single:.1f} s |",
        "",
        f"Packed, they take {packed / single:.1%} of the time.",
        "",
        f"While {polled:,} tasks wait, a look at folder and queue takes {pump_ms:.1f} ms of the "
        f"pump's processor time and {thread_ms:.1f} ms of the runner's own thread's "
        f"(mean of {polls} polls).",
    ]


@contextlib.contextmanager
def _site(slurm_site) -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="slurm-", dir="/tmp"))
    folder = Path(tempfile.mkdtemp(prefix="hopla-"))
    site = slurm_site.SlurmSite(place, nodes=2, cpus=SLOTS // 2, MaxArraySize=POLLED + 1)
    os.environ.update(site.environment)
    try:
        with slurm_site.running(site):
            yield folder
    finally:
        shutil.rmtree(place)
        shutil.rmtree(folder)


def _prepare(folder: Path, jobs: int, **asked: object) -> Session:
    script = SCRIPTS / "trivial.py"
    return api.prepare_commands(
        [[str(script), "--x", str(n)] for n in range(jobs)],
        options=RunOptions(on="slurm"),
        python=Path(sys.executable),
        cluster=ClusterOptions(memory_gb=0.1, **asked),
        runs_dir=folder,
    )


def _timed(folder: Path, jobs: int, **asked: object) -> float:
    session = _prepare(folder, jobs, **asked)
    begin = time.perf_counter()
    session.start()
    while not session.wait(60.0):
        pass
    took = time.perf_counter() - begin
    done = session.counts.succeeded
    session.close()
    if done != jobs:
        raise RuntimeError(f"{done} of {jobs} jobs succeeded")
    return took


def _poll(folder: Path, jobs: int) -> tuple[float, float, int]:
    """Follow a run all of whose tasks wait; return what the threads take for each poll."""
    from hopla_gui.engine.running.runners.cluster import runner
    from hopla_gui.engine.running.runners.cluster.slurm import Slurm

    polls = []
    plain = Slurm.poll

    def counted(self, arrays):
        polls.append(time.perf_counter())
        return plain(self, arrays)

    runner.POLL_MOST_S = runner.POLL_S  # as often as it ever looks
    # A task has a whole node, and claims nothing: all but two wait.
    asked = {"points_per_task": 1, "cpus": SLOTS // 2, "preamble": "sleep 1000"}
    session = _prepare(folder, jobs, **asked)
    Slurm.poll = counted
    try:
        session.start()
        while len(polls) < 3:  # submitted and seen
            time.sleep(0.1)
        before, first = _thread_times(), len(polls)
        time.sleep(POLLS_S)
        after, count = _thread_times(), len(polls) - first
    finally:
        Slurm.poll = plain
        session.cancel()
        session.wait(120.0)
        session.close()
    took = {name: (after[name] - before[name]) * 1000 / count for name in before}
    return took["run pump"], took["cluster runner"], count


def _thread_times() -> dict[str, float]:
    names = ("run pump", "cluster runner")
    return {
        thread.name: time.clock_gettime(time.pthread_getcpuclockid(thread.ident))
        for thread in threading.enumerate()
        if thread.name in names and thread.ident
    }


if __name__ == "__main__":
    print("\n".join(measure()))
