"""Where the jobs of a stored run are run: what they have in common, and who runs them."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from hopla_gui.domain.events import JobFinished
from hopla_gui.domain.job import JobState
from hopla_gui.domain.run import RunInfo
from hopla_gui.domain.setup import Isolation
from hopla_gui.engine.processes import interrupts_held
from hopla_gui.engine.results.store import SCRIPT_COPY, RunStore
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.engine.running.backlog import Ticket
from hopla_gui.engine.running.runners.base import LOCALS, RunContext, Runner
from hopla_gui.engine.running.runners.cluster import packing
from hopla_gui.engine.running.runners.cluster.backend import NotAnswering
from hopla_gui.engine.running.runners.cluster.backends import backend_for
from hopla_gui.engine.running.runners.cluster.folder import SharedFolder
from hopla_gui.engine.running.runners.cluster.node_setup import node_python
from hopla_gui.engine.running.runners.cluster.results import needs_word, outcome_with_result
from hopla_gui.engine.running.runners.cluster.runner import ClusterRunner
from hopla_gui.engine.running.runners.cluster.submitting import Written, preview
from hopla_gui.errors import HoplaError, UserError

WITHDRAWN_S = 60.0  # a task has so long to end when its run is removed


def default_isolation() -> Isolation:
    """Return fork, or fresh where the platform has no fork."""
    return Isolation.FORK if hasattr(os, "fork") else Isolation.FRESH


def workers_of(info: RunInfo, jobs: int) -> int:
    """Return how many jobs run at a time: on a cluster, as many as there are if nobody objects."""
    given = info.options.workers
    if info.is_local:
        return given or os.cpu_count() or 1
    at_a_time = info.cluster.parallel_per_task or 1
    most = (info.cluster.max_tasks or jobs) * at_a_time
    return min(given or jobs, most)


def run_context(run: StoredRun) -> RunContext:
    """Return what all jobs of a run have in common.

    Raises
    ------
    UserError
        Where the run's copy of the script is gone; elsewhere than here, its tasks say so.
    """
    info, options = run.info, run.info.options
    source = run.run_dir / SCRIPT_COPY
    if info.is_local and info.script_sha256 is not None and not source.is_file():
        raise UserError(f"{source}: the copy of the script that the run's jobs run is missing")
    return RunContext(
        run_dir=run.run_dir,
        script=Path(info.script),
        source=source if source.is_file() else None,
        python=Path(info.python) if info.python else None,
        module=info.module,
        cwd=Path(info.cwd),
        env=options.env if options.capture_locals else {**options.env, LOCALS: "off"},
        isolation=options.isolation or default_isolation(),
        timeout=options.timeout,
        delay_upto=options.delay_upto,
        log_limit_mb=options.log_limit_mb,
    )


def runner_maker(info: RunInfo) -> Callable[[], Runner]:
    """Return what makes the runner for each stretch of work.

    Raises
    ------
    UserError
        Where the scheduler's commands are not here.
    """
    if info.is_local:
        # Loads Qt, which nothing else below the window needs, and which an interrupt would have
        # abort the process.
        with interrupts_held():
            from hopla_gui.engine.running.runners.local import LocalRunner

        return LocalRunner
    backend = backend_for(info.options.on)
    return lambda: ClusterRunner(backend, info.cluster)


def write_submission(run: StoredRun) -> list[Written]:
    """Write all that a run would submit; submit nothing.

    Raises
    ------
    UserError
        Where the run is this machine's own.
    """
    info = run.info
    if info.is_local:
        raise UserError("on = local: nothing is submitted; a dry run is one of a scheduler")
    runner = ClusterRunner(backend_for(info.options.on), info.cluster)
    tickets = [Ticket(run.spec(index), 1) for index in run.indices(JobState.QUEUED)]
    return runner.write(run_context(run), tickets, info.options.workers or len(run))


def was_submitted(run: StoredRun) -> bool:
    """Tell whether tasks have been asked for, or have worked on a run, elsewhere than here."""
    if run.info.is_local:
        return False
    folder = SharedFolder(run.run_dir)
    return bool(folder.read("run.json").get("arrays")) or any(folder.path.glob("events/*"))


def withdraw(run_dir: Path) -> None:
    """Cancel all that a run has in a scheduler's queue, and wait until none of it runs any more.

    Raises
    ------
    UserError
        Where the scheduler's commands are not here.
    NotAnswering
        Where it cannot be asked, or the tasks do not end.
    """
    known = SharedFolder(run_dir).read("run.json")
    left = [array["id"] for array in known.get("arrays", ()) if array["id"]]
    if not left or _has_ended(run_dir):
        return
    backend = backend_for(known["backend"])
    backend.cancel(left)
    give_up = time.monotonic() + WITHDRAWN_S
    while any(status.state.is_live for status in backend.poll(left)):
        if time.monotonic() > give_up:
            raise NotAnswering(f"{backend.title}: tasks of {run_dir.name} still run")
        time.sleep(0.5)


def _has_ended(run_dir: Path) -> bool:
    try:
        with contextlib.closing(StoredRun(run_dir)) as run:
            return run.counts().finished == run.counts().total
    except HoplaError:  # its store is broken: nobody knows
        return False


def take_late_results(store: RunStore, run: StoredRun) -> None:
    """Store the results of lost jobs that have come since: a node that hung has gone on."""
    folder = SharedFolder(run.run_dir)
    folder.read_blocks()
    late = []
    for index in run.indices(JobState.LOST):
        attempt = run.record(index).attempt
        result = folder.result((index, attempt))
        if result is not None and not needs_word(result):
            outcome = outcome_with_result(result, run.info.options.timeout, None)
            late.append(JobFinished(index, attempt, outcome))
    store.write(late)


def preview_submission(info: RunInfo, run_dir: Path, jobs: int) -> list[Written]:
    """Return what a run that is not there yet would submit."""
    cluster = info.cluster
    parallel = cluster.parallel_per_task or 1
    quota = packing.share(cluster.points_per_task, cluster.gpus)
    at_once = packing.tasks_at_once(workers_of(info, jobs), jobs, parallel)
    need = packing.Need(parallel, quota, None, at_once)
    python = node_python(Path(info.python) if info.python else None, cluster)
    return preview(backend_for(info.options.on), run_dir, python, cluster, jobs, need)
