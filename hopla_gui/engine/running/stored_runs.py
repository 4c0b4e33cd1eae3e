"""The stored runs of a folder: listed, found by their ID, opened, described, removed."""

from __future__ import annotations

import contextlib
from pathlib import Path

from hopla_gui import paths
from hopla_gui.domain.job import JobState
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.shown_text import one_line
from hopla_gui.engine.results.lock import is_free
from hopla_gui.engine.results.recovery import recover
from hopla_gui.engine.results.store import LOCK, RunStore, remove_folder
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.engine.running import places
from hopla_gui.engine.running.runners.cluster.folder import SharedFolder
from hopla_gui.engine.sweepfiles.sweepfile import loads
from hopla_gui.errors import EnvironmentProblem, UserError

_MOST_NAMED = 3  # of several runs that are meant


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
        several = ", ".join(one_line(path.name) for path in found[:_MOST_NAMED])
        more = ", …" if len(found) > _MOST_NAMED else ""
        problem = f"several runs match: {several}{more}" if found else f"no such run in {where}"
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
    if run.info.is_local and run.has_any(JobState.RUNNING):
        try:
            _call_lost(run)
        except EnvironmentProblem:
            # Held by the program that works on it, it stays as it is. On a full disk, or where it
            # is not ours to write, its jobs are lost for whoever reads it.
            if is_free(run_dir / LOCK):
                run.call_running_lost()
    return run


def _call_lost(run: StoredRun) -> None:
    with contextlib.closing(RunStore(run.run_dir)) as store:
        recover(store, run)


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
    UserError
        Where the folder is a link: what it leads to may not be meant.
    EnvironmentProblem
        Where a process works on it, naming it, or what it has left cannot be cancelled from here.
    """
    if run_dir.is_symlink():
        target = one_line(str(run_dir.resolve()))
        raise UserError(f"{run_dir} is a link to {target}: delete that, or the link by hand")

    def withdraw() -> None:
        places.withdraw(run_dir)
        SharedFolder(run_dir).remove_elsewhere()

    try:
        remove_folder(run_dir, withdraw)
    except OSError as error:
        raise EnvironmentProblem(f"{run_dir}: cannot be removed: {error.strerror}") from error
