"""The engine in a few calls: what the command line, the drop-in functions and the window use.

No window, no display, no event loop. Calls that may take a while block: a window makes them
from a thread.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from hopla_gui import paths
from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.domain.job import Counts, JobSpec, JobState
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.pilot import First
from hopla_gui.domain.run import RunInfo
from hopla_gui.domain.setup import RunOptions, Setup
from hopla_gui.engine.commands.argcheck import CommandProblem, check_commands
from hopla_gui.engine.commands.expand import expand
from hopla_gui.engine.export.exporting import check_target, export_run
from hopla_gui.engine.inspection.interpreters import resolve_python
from hopla_gui.engine.inspection.introspect import inspect_script
from hopla_gui.engine.results.advising import run_advice
from hopla_gui.engine.results.earlier import Earlier, adopt, find_earlier
from hopla_gui.engine.results.identity import job_identity
from hopla_gui.engine.results.past_durations import past_durations
from hopla_gui.engine.results.recovery import recover
from hopla_gui.engine.results.store import RunStore
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.engine.running import places
from hopla_gui.engine.running.places import (
    default_isolation,
    run_context,
    runner_maker,
    workers_of,
)
from hopla_gui.engine.running.planning import check_options, new_run_info, plan_run, read_script
from hopla_gui.engine.running.runners.cluster.backends import backend_for
from hopla_gui.engine.running.runners.cluster.preflight import Preflight, preflight
from hopla_gui.engine.running.runners.cluster.submitting import Written
from hopla_gui.engine.running.runners.cluster.work_here import shared_folder, work_here
from hopla_gui.engine.running.session import Session
from hopla_gui.engine.running.stored_runs import (
    delete_run,
    describe_run,
    find_run,
    list_runs,
    open_run,
    stored_setup,
)
from hopla_gui.engine.sweepfiles.sweepfile import load_setup, save_setup

__all__ = [
    "UNFINISHED",
    "UNSUCCESSFUL",
    "CommandProblem",
    "Preflight",
    "Written",
    "cancel_run",
    "check_commands",
    "check_target",
    "count_done",
    "default_isolation",
    "delete_run",
    "describe_run",
    "expand",
    "export_run",
    "find_done",
    "find_run",
    "goes_on",
    "inspect",
    "list_runs",
    "load_setup",
    "look_ahead",
    "open_run",
    "pilot_jobs",
    "prepare_commands",
    "prepare_resume",
    "prepare_run",
    "preview_submission",
    "run_advice",
    "save_setup",
    "stored_setup",
    "work_on",
    "write_submission",
]

UNFINISHED = (JobState.QUEUED, JobState.LOST, JobState.CANCELLED)
UNSUCCESSFUL = (JobState.FAILED, JobState.TIMEOUT)


def inspect(
    script: Path,
    python: str | None = None,
    *,
    timeout: float = 30.0,
    cancelled: threading.Event | None = None,
) -> ParserSpec:
    """Run a script up to its first ``parse_args`` and return its parser.

    Parameters
    ----------
    python
        A path or a name on PATH; by default the script's shebang decides, then ``python3``.
    timeout
        Seconds the script may take to get there.
    cancelled
        Set it from another thread to give up.

    Raises
    ------
    UserError
        Where there is no parser to be had, with the reason and the script's own traceback.
    """
    script = script.absolute()
    return inspect_script(script, resolve_python(script, python), timeout, cancelled)


def prepare_run(
    setup: Setup, spec: ParserSpec, runs_dir: Path | None = None, *, only_new: bool = False
) -> Session:
    """Store a new run with all its jobs queued; ``Session.start`` sets it going.

    Parameters
    ----------
    only_new
        Take over the results of jobs that have succeeded in a stored run with the same script,
        arguments, interpreter, environment and working directory.

    Raises
    ------
    UserError
        Where the set-up makes no valid commands.
    EnvironmentProblem
        Where the run cannot be stored.
    """
    jobs, info, source = plan_run(setup, spec)
    runner_maker(info)  # is there such a place? known before anything is stored
    earlier = _earlier(info, jobs, runs_dir) if only_new else []
    return _new_session(info, jobs, source, runs_dir, earlier)


def look_ahead(setup: Setup, spec: ParserSpec, runs_dir: Path | None = None) -> Preflight | None:
    """Say what a run will ask of its cluster, and what may go wrong; ``None`` for a local run.

    Raises
    ------
    UserError
        As `prepare_run`.
    """
    jobs, info, _ = plan_run(setup, spec)
    if info.is_local:
        return None
    past = past_durations(setup.script, list_runs(runs_dir))
    where = setup.cluster.folder or runs_dir or paths.default_runs_dir()
    folder = Path(where).absolute()
    return preflight(
        info, jobs, backend_for(info.options.on), folder, past.mean_s if past else None
    )


def pilot_jobs(session: Session, setup: Setup, spec: ParserSpec, first: First) -> list[int]:
    """Return the jobs of a new run that go first, among those that have not run before."""
    if first is First.ALL:
        return []
    queued = session.run.indices(JobState.QUEUED)
    if first is not First.CORNERS:
        return queued[:1]
    corners = set(expand(setup, spec).corners(setup.sweep.corners()))
    return [index for index in queued if index in corners] or queued[:1]


def write_submission(
    setup: Setup, spec: ParserSpec, runs_dir: Path | None = None
) -> tuple[Path, list[Written]]:
    """Store a new run with its batch scripts, and submit nothing; ``resume`` submits it.

    Returns
    -------
    run_dir, scripts
        Each script with the command that would submit it.

    Raises
    ------
    UserError
        Where the set-up makes no valid commands, or runs on this machine.
    """
    session = prepare_run(setup, spec, runs_dir)
    with contextlib.closing(session):
        return session.run.run_dir, places.write_submission(session.run)


def preview_submission(
    setup: Setup, spec: ParserSpec, runs_dir: Path | None = None
) -> list[Written]:
    """Return the batch scripts of a set-up, as they would be; nothing is stored.

    Raises
    ------
    UserError
        Where the set-up makes no valid commands, or the scheduler's commands are not here.
    """
    jobs, info, _ = plan_run(setup, spec)
    folder = (runs_dir or paths.default_runs_dir()).absolute() / info.id
    return places.preview_submission(info, folder, len(jobs))


def goes_on(run_dir: Path) -> bool:
    """Tell whether tasks of a stored run may still work on it, or have since it was looked at."""
    with contextlib.closing(StoredRun(run_dir)) as run:
        return places.was_submitted(run) and run.has_any(JobState.QUEUED, JobState.RUNNING)


def cancel_run(run_dir: Path) -> Counts:
    """Cancel what a run has left on a cluster, and return how its jobs stand then.

    Raises
    ------
    EnvironmentProblem
        Where another process works on the run, naming it.
    """
    with contextlib.closing(_reopen(run_dir)) as session:
        events = session.follow()
        session.start()
        session.cancel()
        for _ in events:
            pass
        return session.counts


def work_on(run: Path, workers: int | None, tell: Callable[[str], None]) -> int:
    """Work on a run that is shared with other hosts until no job is left to be claimed.

    Parameters
    ----------
    run
        The run's own folder, or the folder that it shares.
    workers
        Jobs at a time; ``None`` for the number of cores.
    tell
        Gets a line for each job that starts or ends here.

    Returns
    -------
    int
        How many jobs have ended here.

    Raises
    ------
    UserError
        Where it is no such run, or ``workers`` is beyond all measure.
    EnvironmentProblem
        Where this host cannot run it.
    """
    check_options(RunOptions(workers=workers))
    return work_here(shared_folder(run), workers or os.cpu_count() or 1, tell)


def find_done(setup: Setup, spec: ParserSpec, runs_dir: Path | None = None) -> list[Earlier]:
    """Return which jobs of a set-up have succeeded in stored runs, and in which."""
    jobs, info, _ = plan_run(setup, spec)
    return _earlier(info, jobs, runs_dir)


def count_done(setup: Setup, spec: ParserSpec, runs_dir: Path | None = None) -> int:
    """Return how many jobs of a set-up have succeeded in stored runs."""
    return sum(len(earlier.jobs) for earlier in find_done(setup, spec, runs_dir))


def prepare_commands(
    commands: Sequence[Sequence[str]],
    *,
    options: RunOptions,
    python: Path | None,
    cluster: ClusterOptions | None = None,
    job_prefix: str = "job",
    job_numbers: Sequence[int] = (),
    runs_dir: Path | None = None,
) -> Session:
    """Store a new run of commands that exist already; ``Session.start`` sets it going.

    Parameters
    ----------
    commands
        One ``[script, argument, …]`` a job, all of the same script where ``python`` is given.
    python
        Interpreter of the script; ``None`` to run each command as it is.
    cluster
        What tasks ask for where ``options.on`` is a scheduler.
    job_prefix, job_numbers
        Jobs are named ``<prefix>_<number>``; by default the numbers count from 0.
    """
    script = Path(commands[0][0]).absolute() if python else Path(commands[0][0])
    source = read_script(script) if python else None
    info = replace(
        new_run_info(str(script), source, options),
        python=str(python) if python else None,
        cluster=cluster or ClusterOptions(),
        job_prefix=job_prefix,
        job_numbers=tuple(job_numbers),
    )
    jobs = [
        JobSpec(index, info.job_name(index), {}, tuple(cmd)) for index, cmd in enumerate(commands)
    ]
    return _new_session(info, jobs, source, runs_dir)


def prepare_resume(run_dir: Path, *, failed: bool = False) -> tuple[Session, list[int]]:
    """Open a stored run to finish it.

    Returns
    -------
    session, rerun
        ``session.start(rerun)`` runs the queued jobs and, as further attempts, the lost and
        cancelled ones; with ``failed`` also those that failed or timed out.

    Raises
    ------
    UserError
        Where an option of the run is beyond all measure: an earlier version took it.
    EnvironmentProblem
        Where another process works on the run, naming it, or the disk is full.
    """
    with contextlib.ExitStack() as opened:
        session = opened.enter_context(contextlib.closing(_reopen(run_dir)))
        run = session.run
        check_options(replace(run.info.options, workers=run.workers))
        rerun = run.indices(*UNFINISHED[1:], *(UNSUCCESSFUL if failed else ()))
        opened.pop_all()  # it is the caller's now
    return session, rerun


def _reopen(run_dir: Path) -> Session:
    """Return the session of a stored run, once what has become of its jobs is known."""
    with contextlib.ExitStack() as opened:
        store = RunStore(run_dir)
        opened.callback(store.close)
        run = StoredRun(run_dir)
        opened.callback(run.close)
        if run.info.is_local:
            recover(store, run)
        else:
            places.take_late_results(store, run)
        session = _session(store, run)
        opened.pop_all()  # they are the session's now
    return session


def _earlier(info: RunInfo, jobs: Sequence[JobSpec], runs_dir: Path | None) -> list[Earlier]:
    identity = job_identity(info)
    identities = [identity(job.cmd) for job in jobs]
    return find_earlier(identities, info.script_sha256 or "", list_runs(runs_dir))


def _new_session(
    info: RunInfo,
    jobs: Sequence[JobSpec],
    source: bytes | None,
    runs_dir: Path | None,
    earlier: Sequence[Earlier] = (),
) -> Session:
    info = replace(info, options=replace(info.options, workers=workers_of(info, len(jobs))))
    folder = (runs_dir or paths.default_runs_dir()).absolute() / info.id
    with contextlib.ExitStack() as made:
        store = RunStore.create(folder, info, jobs, source)
        made.callback(shutil.rmtree, folder, ignore_errors=True)
        made.callback(store.close)
        run = StoredRun(folder)
        made.callback(run.close)
        for found in earlier:
            adopt(store, run, found)
        session = _session(store, run)
        made.pop_all()  # they are the session's now
    return session


def _session(store: RunStore, run: StoredRun) -> Session:
    return Session(store, run, run_context(run), runner_maker(run.info))
