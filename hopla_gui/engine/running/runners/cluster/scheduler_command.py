"""Runs one command of a scheduler: bounded in time, its words never read by a shell."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hopla_gui.engine.processes import child_environment
from hopla_gui.engine.running.runners.cluster.backend import NotAnswering

LIMIT_S = 60.0
TAIL = 2000  # characters of what a command says

# What users set to shape what they see would shape what we read.
_SHAPING = ("SQUEUE_", "SACCT_", "SLURM_TIME_FORMAT", "SLURM_BITSTR_LEN")


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it said."""

    command: tuple[str, ...]
    status: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """The command, its status and its words in one line, for a message."""
        words = " ".join((self.err.strip() or self.out.strip())[-TAIL:].split())
        return f"{shlex.join(self.command)}: exit status {self.status}: {words}"


def ask(command: Sequence[str], *, cwd: Path | None = None, limit_s: float = LIMIT_S) -> Said:
    """Run a command to its end.

    Raises
    ------
    NotAnswering
        Where it cannot be started or takes longer than ``limit_s``.
    """
    env = child_environment({"LC_ALL": "C"})
    env = {name: value for name, value in env.items() if not name.startswith(_SHAPING)}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=limit_s,
            env=env,
            cwd=cwd,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotAnswering(f"{command[0]}: no answer within {limit_s:g} s") from None
    except OSError as error:
        raise NotAnswering(f"cannot start {command[0]}: {error.strerror}") from None
    out, err = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
    return Said(tuple(command), done.returncode, out, err)


def tell(command: Sequence[str], away: re.Pattern[str]) -> None:
    """Have something done, if there is still something to do it to.

    Raises
    ------
    NotAnswering
        Where what the command says matches ``away``.
    """
    said = ask(command)
    if said.status and away.search(said.err):
        raise NotAnswering(said.line)


def absent(programs: Sequence[str], home: str) -> str | None:
    """Return which programs are not here and how to get them; ``None`` where all are.

    Parameters
    ----------
    home
        What they are called together: "Slurm's commands".
    """
    missing = [program for program in programs if shutil.which(program) is None]
    if not missing:
        return None
    return (
        f"{', '.join(missing)} not on PATH: start hopla-gui where {home} are, such as the "
        "cluster's login node (or load the module that brings them)"
    )
