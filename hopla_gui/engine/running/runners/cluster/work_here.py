"""A host works on a run by hand: the payload's task, started here, and what it tells."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from hopla_gui.engine.processes import child_environment
from hopla_gui.engine.running.runners.cluster.folder import EventReader, SharedFolder
from hopla_gui.engine.running.runners.cluster.node_setup import node_command
from hopla_gui.engine.running.runners.cluster.tasks import UNSCHEDULED
from hopla_gui.errors import EnvironmentProblem, UserError

LOOK_S = 0.5


def work_here(folder: SharedFolder, workers: int, tell: Callable[[str], None]) -> int:
    """Run jobs of a shared run on this host until none is left; return how many that were.

    Parameters
    ----------
    tell
        Gets a line for each job that starts or ends.

    Raises
    ------
    UserError
        Where the folder holds no run that can be shared.
    EnvironmentProblem
        Where this host cannot run it.
    """
    python = str(folder.read("setup.json").get("python", ""))
    if not python:
        raise UserError(f"{folder.path}: no run that is shared with other hosts")
    if shutil.which(python) is None:
        raise EnvironmentProblem(f"{python}: the run's interpreter is not on this host")
    words = [*node_command(folder, python, UNSCHEDULED), str(os.getpid()), str(workers)]
    events = EventReader(folder)
    for _ in events.new():  # what others have told before
        pass
    process = subprocess.Popen(
        words, env=child_environment(), stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        ended = _follow(process, events, tell)
    except BaseException:
        process.send_signal(signal.SIGTERM)  # the jobs that run are given back
        process.wait()
        raise
    if process.returncode:
        raise EnvironmentProblem(f"{folder.name}: this host cannot work on the run")
    return ended


def _follow(
    process: subprocess.Popen[bytes], events: EventReader, tell: Callable[[str], None]
) -> int:
    ended = 0
    is_over = False
    while not is_over:
        is_over = _has_ended(process)
        for file, fact in events.new():
            if not file.endswith(f"-{process.pid}.jsonl"):
                continue
            if "start" in fact:
                tell(f"job {fact['start']} started")
            elif "end" in fact:
                ended += 1
                tell(f"job {fact['end']} ended")
    return ended


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(LOOK_S)
        return True
    return False


def shared_folder(path: Path) -> SharedFolder:
    """Return the shared folder that a path names: the run's own folder, or the shared one itself.

    Raises
    ------
    UserError
        Where it is none.
    """
    for folder in (SharedFolder(path), SharedFolder.at(path)):
        if (folder.path / "setup.json").is_file():
            return folder
    raise UserError(f"{path}: no run that is shared with other hosts")
