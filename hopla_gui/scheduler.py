"""``scheduler()``: the hopla 1.0 call that runs a list of commands."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from hopla_gui import api
from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.domain.setup import Isolation, RunOptions
from hopla_gui.engine.inspection.interpreters import resolve_python
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.engine.running.runners.cluster.backends import scheduler_here
from hopla_gui.engine.running.session import Session
from hopla_gui.joblog import JobLog, exitcode_number, exitcode_text

STATUS_FILE = "scheduler_status.json"


def scheduler(
    commands: Sequence[Sequence[object]],
    name: str = "job",
    outputdir: str | None = None,
    cpus: int = 1,
    use_subprocess: bool = False,
    delay_upto: float = 0,
    logfile: str | None = None,
    cluster: bool = False,
    cluster_logdir: str | None = None,
    cluster_queue: str | None = None,
    cluster_memory: float = 1,
    cluster_walltime: float = 24,
    cluster_nb_threads: int = 1,
    python_cmd: str | None = "python",
    verbose: int = 1,
) -> tuple[dict[str, Any], dict[str, int]]:
    """Execute some commands (Python scripts), a number of them at a time.

    A script that sets a module-level list ``__hopla__`` has the values that it names kept in the
    execution status. Each job runs in a process of its own.

    Parameters
    ----------
    commands
        One ``[script, argument, …]`` a job.
    name
        Jobs are named ``<name>_<index>``.
    outputdir
        An existing folder where the exit codes are written, as ``scheduler_status.json``.
    cpus
        Jobs at a time; as in hopla 1.0 one core of the machine is left free.
    use_subprocess
        Give each job an interpreter of its own, and trace no ``__hopla__`` values.
    delay_upto
        Each start is delayed at random within [0, delay_upto[ seconds.
    logfile
        A file that the log is appended to.
    cluster, cluster_logdir, cluster_queue, cluster_memory, cluster_walltime, cluster_nb_threads
        Run on the cluster whose commands are here: PBS or TORQUE, else Slurm, else CCC. An
        existing empty folder that its nodes see too, for what the jobs print and hand over; the
        queue; and of each job the memory (GB), the time (hours) and the number of cores. ``cpus``
        is then the number of jobs in the queue at a time.
    python_cmd
        The interpreter, on a cluster that of the nodes; ``"python"`` is the one that makes this
        call. ``None`` runs each command as it is.
    verbose
        0 for no log on stderr, 1 for the facts of each job, 2 for its host too.

    Returns
    -------
    execution_status
        By job name: ``["info"]`` holds ``cmd``, ``exitcode`` (``"0"``, or
        ``"1 - '<traceback>'"``) and the traced values, ``["debug"]`` the ``hostname``.
    exitcodes
        By job name, an integer: 0 no error, > 0 the process's own code, < 0 minus the signal
        that killed it, -1 where the job never ended by itself.

    Raises
    ------
    ValueError
        Where there is nothing to execute, or the cluster's logs have no place.
    OSError
        Where ``outputdir`` is no folder, or cannot be written: known before the first job.
    UserError
        Where no cluster's commands are here.
    """
    tasks = None
    if cluster:
        _check_cluster(cluster_logdir, cluster_queue)
        tasks = ClusterOptions(
            queue=cluster_queue,
            memory_gb=cluster_memory,
            walltime_h=cluster_walltime,
            cpus=cluster_nb_threads,
            points_per_task=1,  # the memory and the time are those of one job
            folder=cluster_logdir,
        )
    if not commands:
        raise ValueError("Nothing to execute.")
    if outputdir is not None:
        _check_outputdir(outputdir)
    options = RunOptions(
        workers=max(1, cpus if cluster else min(cpus, (os.cpu_count() or 1) - 1)),
        isolation=Isolation.FRESH if use_subprocess else None,
        delay_upto=abs(delay_upto),
        on=scheduler_here() if cluster else "local",
    )
    interpreter = _interpreter(python_cmd)
    status: dict[str, Any] = {}
    exitcodes: dict[str, int] = {}
    with JobLog(verbose, logfile) as log:
        for numbers in _runs(commands, options.workers or 1, interpreter):
            run_commands = [commands[number] for number in numbers]
            session = _prepare(run_commands, options, tasks, interpreter, name, numbers)
            with contextlib.closing(session):
                events = session.follow()
                session.start()
                log.follow(session.run, events)
                _read_results(session.run, run_commands, not use_subprocess, status, exitcodes)
    if outputdir is not None:
        text = json.dumps(exitcodes, indent=4, sort_keys=True)
        Path(outputdir, STATUS_FILE).write_text(text, encoding="utf-8")
    return status, exitcodes


def _runs(
    commands: Sequence[Sequence[object]], workers: int, interpreter: Path | None
) -> list[list[int]]:
    """Share the commands out to runs of one script each, as numbers.

    One worker takes all commands in their order; several take them script by script.
    """
    if interpreter is None:
        return [list(range(len(commands)))]
    scripts = [str(command[0]) for command in commands]
    order: Iterable[int] = range(len(scripts))
    if workers > 1:
        first = {script: -number for number, script in enumerate(reversed(scripts))}
        order = sorted(order, key=lambda number: first[scripts[number]])
    return [list(numbers) for _, numbers in groupby(order, scripts.__getitem__)]


def _prepare(
    commands: Sequence[Sequence[object]],
    options: RunOptions,
    tasks: ClusterOptions | None,
    interpreter: Path | None,
    name: str,
    numbers: Sequence[int],
) -> Session:
    words = [[str(word) for word in command] for command in commands]
    if interpreter and not Path(words[0][0]).is_file():  # let Python say so, job by job
        words = [[str(interpreter), *command] for command in words]
        interpreter = None
    return api.prepare_commands(
        words,
        options=options,
        python=interpreter,
        cluster=tasks,
        job_prefix=name,
        job_numbers=() if numbers == list(range(len(words))) else numbers,
    )


def _read_results(
    run: StoredRun,
    commands: Sequence[Sequence[object]],
    traced: bool,
    status: dict[str, Any],
    exitcodes: dict[str, int],
) -> None:
    for command, record in zip(commands, run.records(), strict=True):
        outcome = record.outcome
        facts = {"cmd": list(command), "exitcode": exitcode_text(outcome)}
        status[record.spec.name] = {
            "info": facts | (dict(outcome.values) if traced else {}),
            "debug": {"hostname": outcome.hostname},
        }
        exitcodes[record.spec.name] = exitcode_number(outcome)


def _interpreter(python_cmd: str | None) -> Path | None:
    if python_cmd is None:
        return None
    if python_cmd == "python" and not getattr(sys, "frozen", False):
        return Path(sys.executable)
    return resolve_python(Path(), python_cmd)


def _check_outputdir(outputdir: str) -> None:
    """Refuse what cannot be written now: after the last job, what all return would be lost."""
    if not Path(outputdir).is_dir():
        raise FileNotFoundError(f"'{outputdir}' is not a valid directory to write the exit codes.")
    if not os.access(outputdir, os.W_OK):
        raise PermissionError(f"'{outputdir}' is a directory that cannot be written.")


def _check_cluster(logdir: str | None, queue: str | None) -> None:
    if logdir is None or not Path(logdir).is_dir():
        raise ValueError(f"'{logdir}' is not a valid directory to set cluster logs.")
    if any(Path(logdir).iterdir()):
        raise ValueError(f"'{logdir}' is not an empty directory.")
    if queue is None:
        raise ValueError(
            "In order to execute the jobs on the cluster, please specify an execution queue."
        )
