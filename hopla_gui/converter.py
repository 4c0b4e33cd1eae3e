"""``hopla()``: the hopla 1.0 call that turns keyword arguments into commands and runs them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from hopla_gui.scheduler import scheduler


def hopla(
    python_script: str,
    hopla_outputdir: str | None = None,
    hopla_cpus: int = 1,
    hopla_use_subprocess: bool = False,
    hopla_delay_upto: float = 0,
    hopla_optional: Sequence[str] | None = None,
    hopla_append_kwargs: Sequence[str] | None = None,
    hopla_logfile: str | None = None,
    hopla_verbose: int = 1,
    hopla_cluster: bool = False,
    hopla_cluster_logdir: str | None = None,
    hopla_cluster_queue: str | None = None,
    hopla_cluster_memory: float = 1,
    hopla_cluster_walltime: float = 72,
    hopla_cluster_nb_threads: int = 1,
    hopla_python_cmd: str | None = "python",
    hopla_iterative_kwargs: Sequence[str] | None = None,
    **kwargs: Any,  # noqa: ANN401 - whatever the script takes
) -> tuple[dict[str, Any], dict[str, int]]:
    """Execute a Python script once for each value of its iterative parameters.

    In the command line a keyword argument is prefixed with ``-``, or with ``--`` where
    ``hopla_optional`` names it. ``None`` leaves it out, a boolean gives or leaves out the flag, a
    list gives its elements after one flag.

    Parameters
    ----------
    python_script
        The script; jobs are named after it: ``<script>_<index>``.
    hopla_iterative_kwargs
        Names of the keyword arguments that hold a list with one value a job, all of one length.
        The others are the same for all jobs.
    hopla_optional
        Names that are prefixed with ``--``.
    hopla_append_kwargs
        Names whose flag is repeated for each element.
    hopla_outputdir, hopla_cpus, hopla_use_subprocess, hopla_delay_upto, hopla_logfile, \
hopla_verbose, hopla_cluster, hopla_cluster_logdir, hopla_cluster_queue, hopla_cluster_memory, \
hopla_cluster_walltime, hopla_cluster_nb_threads, hopla_python_cmd
        As the parameters of `hopla_gui.scheduler.scheduler`.
    **kwargs
        The script's parameters.

    Returns
    -------
    execution_status, exitcodes
        As `hopla_gui.scheduler.scheduler` returns them.

    Raises
    ------
    ValueError
        Where an iterative argument is no list, or the lengths differ.
    """
    optional, appended = hopla_optional or (), hopla_append_kwargs or ()
    iterative = {
        name: kwargs[name] for name in sorted(kwargs) if name in (hopla_iterative_kwargs or ())
    }
    number = _number_of_jobs(iterative)
    fixed = [
        word
        for name in sorted(kwargs)
        if name not in iterative
        for word in _option(name, kwargs[name], optional, appended)
    ]
    commands = [
        [
            python_script,
            *(
                word
                for name, values in iterative.items()
                for word in _option(name, values[index], optional, appended)
            ),
            *fixed,
        ]
        for index in range(number)
    ]
    return scheduler(
        commands=commands,
        name=Path(python_script).name.split(".")[0],
        outputdir=hopla_outputdir,
        cpus=hopla_cpus,
        use_subprocess=hopla_use_subprocess,
        delay_upto=hopla_delay_upto,
        logfile=hopla_logfile,
        cluster=hopla_cluster,
        cluster_logdir=hopla_cluster_logdir,
        cluster_queue=hopla_cluster_queue,
        cluster_memory=hopla_cluster_memory,
        cluster_walltime=hopla_cluster_walltime,
        cluster_nb_threads=hopla_cluster_nb_threads,
        python_cmd=hopla_python_cmd,
        verbose=hopla_verbose,
    )


def _number_of_jobs(iterative: dict[str, Any]) -> int:
    for name, values in iterative.items():
        if not isinstance(values, list):
            raise ValueError(
                "All the iterative kwargs must be of list type. Parameter "
                f"'{name}' with value '{values}' does not fulfill this rule."
            )
    lengths = {len(values) for values in iterative.values()}
    if len(lengths) > 1:
        raise ValueError(
            "All the iterative kwargs must have the same number of values in order to iterate."
        )
    return lengths.pop() if lengths else 0


def _option(
    name: str,
    value: object,
    optional: Collection[str],
    appended: Collection[str],
) -> list[str]:
    flag = f"--{name}" if name in optional else f"-{name}"
    if value is None or value is False:
        return []
    if value is True:
        return [flag]
    if name in appended:
        return [word for element in _elements(value) for word in (flag, *_words(element))]
    return [flag, *_words(value)]


def _words(value: object) -> list[str]:
    return [str(element) for element in _elements(value)]


def _elements(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
