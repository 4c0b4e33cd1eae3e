"""What each task reads when it starts on a node, and the command that starts it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.domain.setup import Isolation
from hopla_gui.engine.running.runners.base import RunContext
from hopla_gui.engine.running.runners.cluster.backend import Limits
from hopla_gui.engine.running.runners.cluster.container import container_words
from hopla_gui.engine.running.runners.cluster.folder import SharedFolder
from hopla_gui.errors import EnvironmentProblem


def node_setup(
    context: RunContext,
    options: ClusterOptions,
    folder: SharedFolder,
    quota: int | None,
    limits: Limits,
) -> dict[str, Any]:
    """Return the content of ``setup.json``."""
    python = node_python(context.python, options)
    env = {name: os.environ[name] for name in options.pass_env if name in os.environ}
    isolation = context.isolation
    if context.python is None or options.container:
        isolation = Isolation.FRESH  # what is forked runs outside of the container
    return {
        "python": python,
        "cwd": str(context.cwd),
        "env": {**env, **context.env},
        "parallel_per_task": options.parallel_per_task or 1,
        "points_per_task": quota,
        "walltime_s": options.walltime_h and options.walltime_h * 3600.0,
        # In a container, what a job hands over has to be seen from outside.
        "scratch": str(folder.path / "scratch") if options.container else None,
        "delay_upto": context.delay_upto,
        "kill_wait_s": limits.kill_wait_s,
        "preload": isolation is not Isolation.FRESH,
        "template": {
            "isolation": isolation.value,
            "script": str(context.script),
            "source": str(folder.path / "script.py") if context.source else None,
            "module": context.module,
            "command": _job_command(context, options, folder, python),
            "cwd": str(context.cwd),
            "logs": str(folder.logs),
            "timeout": context.timeout,
            "log_limit": context.log_limit_mb,
        },
    }


def node_command(folder: SharedFolder, python: str, submission: str) -> tuple[str, ...]:
    """Return the words that start a task; its number follows them."""
    start = str(folder.path / "payload" / "start.py")
    return (python, "-S", start, "node", str(folder.path), submission)


def _job_command(
    context: RunContext, options: ClusterOptions, folder: SharedFolder, python: str
) -> list[str | None]:
    """Return what starts a job that has a program of its own; ``None`` is where its result goes."""
    start = str(folder.path / "payload" / "start.py")
    command: list[str | None] = []
    if context.python is not None:
        source = str(folder.path / "script.py")
        inside = "python3" if options.container else python
        command = [inside, start, "job", None, source, str(context.script), context.module or ""]
    if options.container:
        return [*container_words(options, context, folder), *command]
    return command


def node_python(python: Path | None, options: ClusterOptions) -> str:
    """Return the interpreter of the payload: the jobs' own, or any where the jobs have none."""
    if options.python:
        return options.python
    if python is not None:
        return str(python)
    if not getattr(sys, "frozen", False):
        return sys.executable
    found = shutil.which("python3")
    if found is None:
        raise EnvironmentProblem("no python3 on PATH: it is needed to run commands")
    return found
