"""Starts programs that live on their own: they outlast the window, and nobody waits for them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QProcess, QProcessEnvironment

from hopla_gui.engine.commands.reproducing import Reproduction
from hopla_gui.engine.processes import child_environment
from hopla_gui.errors import EnvironmentProblem
from hopla_gui.gui.outside.terminals import command_file, macos_command, terminal_command
from hopla_gui.paths import payload_dir


def start_program(words: Sequence[str]) -> None:
    """Start a program with our own environment.

    Raises
    ------
    EnvironmentProblem
        Where it cannot be started.
    """
    process = QProcess()
    process.setProgram(words[0])
    process.setArguments(list(words[1:]))
    env = QProcessEnvironment()
    for name, value in child_environment().items():
        env.insert(name, value)
    process.setProcessEnvironment(env)
    for number in (process.setStandardOutputFile, process.setStandardErrorFile):
        number(QProcess.nullDevice())
    started = process.startDetached()
    if not started[0] if isinstance(started, tuple) else not started:
        raise EnvironmentProblem(f"{words[0]}: cannot be started: {process.errorString()}")


def start_in_terminal(words: Sequence[str]) -> bool:
    """Run a command in a new terminal; ``False`` where there is none on this machine.

    Raises
    ------
    EnvironmentProblem
        Where the terminal cannot be started.
    """
    if sys.platform == "win32":
        subprocess.Popen(words, creationflags=subprocess.CREATE_NEW_CONSOLE)
        return True
    if sys.platform == "darwin":
        start_program(macos_command(_write_private(command_file(words), ".command", 0o700)))
        return True
    command = terminal_command(words, sys.platform, os.environ, shutil.which)
    if command is None:
        return False
    start_program(command)
    return True


def run_in_terminal(again: Reproduction, said: Sequence[str]) -> bool:
    """Run a job's command in a new terminal that stays open when it has ended.

    Parameters
    ----------
    said
        Lines that stand above its output.

    Returns
    -------
    bool
        ``False`` where there is no terminal on this machine.
    """
    plan = {
        "command": list(again.words),
        "cwd": again.cwd,
        "env": child_environment(again.env),
        "said": list(said),
    }
    path = _write_private(json.dumps(plan), ".json", 0o600)
    started = False
    try:
        start = str(payload_dir() / "start.py")
        started = start_in_terminal((_python(again), start, "again", path))
    finally:
        if not started:
            Path(path).unlink(missing_ok=True)
    return started


def _python(again: Reproduction) -> str:
    """Return an interpreter for our part: the job's own where that is one."""
    first = Path(again.words[0])
    if first.name.lower().startswith(("python", "pypy")) and first.is_absolute():
        return str(first)
    found = sys.executable if not getattr(sys, "frozen", False) else shutil.which("python3")
    if not found:
        raise EnvironmentProblem("no python3 on PATH: it is needed to run commands in a terminal")
    return found


def _write_private(text: str, suffix: str, mode: int) -> str:
    """Write a file that nobody else can read: an environment may hold secrets."""
    handle, path = tempfile.mkstemp(prefix="hopla-again-", suffix=suffix)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    Path(path).chmod(mode)
    return path
