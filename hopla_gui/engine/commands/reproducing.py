"""The command that does again by hand what a job did: as words, and as a line of bash."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hopla_gui.domain.job import JobSpec
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.commands.shell import shell_line, shell_line_of_json

PDB = ("-m", "pdb", "-c", "continue")  # runs up to the exception, and stands there


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A command with what it needs around it.

    Attributes
    ----------
    env
        Variables on top of the program's own.
    """

    words: tuple[str, ...]
    cwd: str
    env: dict[str, str]

    @property
    def line(self) -> str:
        """The command as one line that pastes into bash."""
        env = ["env", *(f"{name}={value}" for name, value in self.env.items())] if self.env else []
        return f"cd {shell_line((self.cwd,))} && {shell_line((*env, *self.words))}"


def reproduce(
    info: RunInfo, spec: JobSpec, *, debugger: bool = False, copy: Path | None = None
) -> Reproduction:
    """Return the command of a job.

    Parameters
    ----------
    debugger
        Run it under ``pdb``; only for a Python script.
    copy
        The run's copy of the script, to run in the place of the script as it is now. The
        script's folder goes on the path, for what it imports from there; ``__file__`` differs.
    """
    env = dict(info.options.env)
    if info.python is None:
        return Reproduction(spec.cmd, info.cwd, env)
    start = (info.python, *(PDB if debugger else ()))
    if copy is not None and not info.module:
        folders = (str(Path(info.script).parent), env.get("PYTHONPATH", ""))
        env["PYTHONPATH"] = os.pathsep.join(filter(None, folders))
        return Reproduction((*start, str(copy), *spec.cmd[1:]), info.cwd, env)
    script = ("-m", info.module) if info.module else spec.cmd[:1]
    return Reproduction((*start, *script, *spec.cmd[1:]), info.cwd, env)


def full_command(info: RunInfo, spec: JobSpec) -> str:
    """Return the shell line that does what the job did: its folder, variables and interpreter."""
    return reproduce(info, spec).line


def full_commands(info: RunInfo, specs: Iterable[JobSpec]) -> str:
    """Return such a line for each of several jobs."""
    return "\n".join(full_command(info, spec) for spec in specs)


def full_commands_of_json(info: RunInfo, commands: Iterable[str]) -> list[str]:
    """Return such lines for many jobs, whose commands are JSON as a run is stored with."""
    start = full_command(info, JobSpec(0, "", {}, ())).rstrip()
    line = _arguments_of_json if info.module else shell_line_of_json
    return [f"{start} {line(command)}".rstrip() for command in commands]


def _arguments_of_json(command: str) -> str:
    return shell_line(json.loads(command)[1:])
