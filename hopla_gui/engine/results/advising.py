"""A stored run → advice on workers and cluster requests, from what its jobs took."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence, Set
from itertools import compress

from hopla_gui.domain.advice import Advice, JobUse, Unsuccessful, advise
from hopla_gui.domain.columns import fact
from hopla_gui.domain.job import JobState
from hopla_gui.engine.machine import this_machine
from hopla_gui.engine.results.stored_run import StoredRun

_FACTS = ("state", "exitcode", "host", "duration", "cpu", "memory")
_KILLED = -9  # by SIGKILL, a name that Windows has not


def run_advice(run: StoredRun) -> Advice | None:
    """Return what to make of what the jobs of a run took; ``None`` where nothing was measured.

    Reads all jobs: not for the window's thread.
    """
    states, codes, hosts, *uses = run.read_columns([fact(name) for name in _FACTS])
    return advice_on(
        states, codes, {host for host in hosts if host}, uses, run.info.options.timeout
    )


def advice_on(
    states: Sequence[object],
    codes: Sequence[object],
    hosts: Set[object],
    uses: Sequence[Sequence[object]],
    limit_s: float | None,
) -> Advice | None:
    """Return what to make of what jobs took.

    Jobs that failed end early: they count where no other has succeeded.

    Parameters
    ----------
    states, codes
        How each job has ended.
    hosts
        Where they ran.
    uses
        Duration, CPU time (seconds) and peak memory (MB) of each job: three columns.
    limit_s
        The time limit of a job.
    """
    chosen = JobState.SUCCEEDED if JobState.SUCCEEDED in states else JobState.FAILED
    measured = list(compress(map(JobUse, *uses), [state is chosen for state in states]))
    return advise(
        measured,
        this_machine() if hosts <= {socket.gethostname()} else None,
        Unsuccessful(
            timed_out=states.count(JobState.TIMEOUT),
            killed=sum(states[job] is JobState.FAILED for job in _jobs_with(codes, _KILLED)),
            limit_s=limit_s,
        ),
    )


def _jobs_with(codes: Sequence[object], code: int) -> Iterator[int]:
    return (job for job, found in enumerate(codes) if found == code)
