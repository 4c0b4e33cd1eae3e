"""The engine in a few calls: what the command line, the drop-in functions and the window use.

No window, no display, no event loop. Calls that may take a while block: a window makes them
from a thread.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from hopla_gui import __version__, paths
from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.domain.job import Counts, JobSpec, JobState
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.pilot import First
from hopla_gui.domain.plots.units import parameter_units
from hopla_gui.domain.run import RunInfo
from hopla_gui.domain.setup import RunOptions, Setup
from hopla_gui.engine.commands.argcheck import CommandProblem, check_commands
from hopla_gui.engine.commands.expand import JobList, expand
from hopla_gui.engine.export.exporting import check_target, export_run
from hopla_gui.engine.inspection.interpreters import resolve_python
from hopla_gui.engine.inspection.introspect import inspect_script
from hopla_gui.engine.results.advising import run_advice
from hopla_gui.engine.results.earlier import Earlier, adopt, find_earlier
from hopla_gui.engine.results.identity import job_identity
from hopla_gui.engine.results.lock import FileLock
from hopla_gui.engine.results.past_durations import past_durations
from hopla_gui.engine.results.store import LOCK, RunStore
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.engine.running import places
from hopla_gui.engine.running.places import (
    default_isolation,
    run_context,
    runner_maker,
    workers_of,
)
from hopla_gui.engine.running.runners.cluster.backends import backend_for
from hopla_gui.engine.running.runners.cluster.folder import SharedFolder
from hopla_gui.engine.running.runners.cluster.preflight import Preflight, preflight
from hopla_gui.engine.running.runners.cluster.submitting import Written
from hopla_gui.engine.running.runners.cluster.work_here import shared_folder, work_here
from hopla_gui.engine.running.session import Session
from hopla_gui.engine.sweepfiles.sweepfile import dumps, load_setup, loads, save_setup
from hopla_gui.errors import EnvironmentProblem, UserError

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
    jobs, info, source = _plan(setup, spec)
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
    jobs, info, _ = _plan(setup, spec)
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
    jobs, info, _ = _plan(setup, spec)
    folder = (runs_dir or paths.default_runs_dir()).absolute() / info.id
    return places.preview_submission(info, folder, len(jobs))


def goes_on(run_dir: Path) -> bool:
    """Tell whether tasks of a stored run may still work on it, or have since it was looked at."""
    with contextlib.closing(StoredRun(run_dir)) as run:
        counts = run.counts()
        return counts.finished < counts.total and places.was_submitted(run)


def cancel_run(run_dir: Path) -> Counts:
    """Cancel what a run has left on a cluster, and return how its jobs stand then.

    Raises
    ------
    EnvironmentProblem
        Where another process works on the run, naming it.
    """
    session, _ = prepare_resume(run_dir)
    with contextlib.closing(session):
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
    """
    return work_here(shared_folder(run), workers or os.cpu_count() or 1, tell)


def find_done(setup: Setup, spec: ParserSpec, runs_dir: Path | None = None) -> list[Earlier]:
    """Return which jobs of a set-up have succeeded in stored runs, and in which."""
    jobs, info, _ = _plan(setup, spec)
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
    source = _read_script(script) if python else None
    info = replace(
        _run_info(str(script), source, options),
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
    EnvironmentProblem
        Where another process works on the run, naming it, or the disk is full.
    """
    with contextlib.ExitStack() as opened:
        store = RunStore(run_dir)
        opened.callback(store.close)
        run = StoredRun(run_dir)
        opened.callback(run.close)
        if run.info.is_local:
            store.recover()
        else:
            places.take_late_results(store, run)
        states = UNFINISHED[1:] + (UNSUCCESSFUL if failed else ())
        rerun = run.indices(*states)
        session = _session(store, run, _StoredJobs(run))
        opened.pop_all()  # they are the session's now
    return session, rerun


def stored_setup(run: StoredRun) -> Setup | None:
    """Return the set-up that made a stored run; ``None`` for a run of bare commands."""
    info = run.info
    return loads(info.setup_toml, Path(info.script).parent) if info.setup_toml else None


def list_runs(runs_dir: Path | None = None) -> list[Path]:
    """Return the folders of the stored runs, the newest first.

    Raises
    ------
    UserError
        Where ``runs_dir`` is no folder; one that does not exist yet has no runs.
    """
    folder = (runs_dir or paths.default_runs_dir()).absolute()
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is no folder of stored runs")
    return sorted((path.parent for path in folder.glob("*/run.sqlite")), reverse=True)


def find_run(run_id: str, runs_dir: Path | None = None) -> Path:
    """Return the folder of the run that an ID names, or the beginning of one.

    Raises
    ------
    UserError
        Where there is none, or more than one.
    """
    runs = list_runs(runs_dir)
    found = [path for path in runs if path.name == run_id] or [
        path for path in runs if run_id and path.name.startswith(run_id)
    ]
    if len(found) != 1:
        where = runs_dir or paths.default_runs_dir()
        problem = "several runs match" if found else f"no such run in {where}"
        raise UserError(f"{run_id or repr(run_id)}: {problem}")
    return found[0]


def open_run(run_dir: Path) -> StoredRun:
    """Open a stored run for reading; jobs that a vanished program left running are lost.

    Raises
    ------
    UserError
        Where the folder holds no run.
    """
    run = StoredRun(run_dir)
    if run.info.is_local and run.counts().running:
        # held by the program that works on it, or not ours to write: it stays as it is
        with contextlib.suppress(EnvironmentProblem):
            _call_lost(run_dir)
    return run


def _call_lost(run_dir: Path) -> None:
    with contextlib.closing(RunStore(run_dir)) as store:
        store.recover()


def describe_run(run_dir: Path, *, title: str | None = None, note: str | None = None) -> None:
    """Give a stored run a title or a note; ``None`` leaves it as it is.

    Raises
    ------
    EnvironmentProblem
        Where a process works on it, naming it.
    """
    with contextlib.closing(RunStore(run_dir)) as store:
        for key, text in (("title", title), ("note", note)):
            if text is not None:
                store.set_info(key, text)


def delete_run(run_dir: Path) -> None:
    """Remove a stored run and its logs; what it has left on a cluster is cancelled first.

    Raises
    ------
    EnvironmentProblem
        Where a process works on it, naming it, or what it has left cannot be cancelled from here.
    """
    try:
        with FileLock(run_dir / LOCK):
            places.withdraw(run_dir)
            SharedFolder(run_dir).remove_elsewhere()
            shutil.rmtree(run_dir)
    except OSError as error:
        raise EnvironmentProblem(f"{run_dir}: cannot be removed: {error.strerror}") from error


class _StoredJobs(Sequence[JobSpec]):
    """The jobs of a stored run, each read when a worker takes it."""

    def __init__(self, run: StoredRun) -> None:
        self._run = run

    def __len__(self) -> int:
        return len(self._run)

    def __getitem__(self, index: int) -> JobSpec:  # type: ignore[override]
        return self._run.spec(index)


def _read_script(script: Path) -> bytes:
    try:
        return script.read_bytes()
    except OSError as error:
        raise UserError(f"{script}: cannot read the script: {error.strerror}") from error


def _run_info(script: str, source: bytes | None, options: RunOptions) -> RunInfo:
    started = time.time()
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(started))
    return RunInfo(
        id=f"{stamp}-{Path(script).stem}-{secrets.token_hex(2)}",
        script=script,
        script_sha256=None if source is None else hashlib.sha256(source).hexdigest(),
        python=None,
        python_version=None,
        cwd=str(Path.cwd()),
        started=started,
        hostname=socket.gethostname(),
        hopla_gui=__version__,
        environment={
            name: given[name]
            for given in [{**os.environ, **options.env}]
            for name in options.record_env
            if name in given
        },
        options=replace(
            options,
            isolation=options.isolation or default_isolation(),
        ),
    )


def _plan(setup: Setup, spec: ParserSpec) -> tuple[JobList, RunInfo, bytes]:
    jobs = expand(setup, spec)
    if not len(jobs):
        raise UserError("the sweep has no jobs")
    cwd = setup.cwd or Path.cwd()
    if not cwd.is_dir():
        raise UserError(f"{cwd}: the working directory does not exist")
    source = _read_script(setup.script)
    info = replace(
        _run_info(str(setup.script), source, setup.run),
        python=spec.python,
        python_version=spec.python_version,
        module=spec.module,
        cwd=str(cwd),
        swept=jobs.swept,
        cluster=setup.cluster,
        units=parameter_units(spec.levels(setup.subcommand)),
        setup_toml=dumps(setup, setup.script.parent),
    )
    return jobs, info, source


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
        session = _session(store, run, jobs)
        made.pop_all()  # they are the session's now
    return session


def _session(store: RunStore, run: StoredRun, jobs: Sequence[JobSpec]) -> Session:
    return Session(store, run, jobs, run_context(run), runner_maker(run.info))
