"""Jobs, arrays and their tasks, as the server knows them."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path


class Refused(Exception):
    """What a command prints on stderr, and its exit status."""

    def __init__(self, text, status=1):
        super().__init__(text)
        self.status = status


@dataclass
class Task:
    """A job, or one task of an array."""

    index: int
    state: str = "Q"
    run_count: int = 0
    exit_status: int | None = None
    substate: int = 10
    node: str = ""
    started: float = 0.0
    ended: float = 0.0
    verdict: int | None = None  # the exit status that the server gives in place of the script's
    kill_at: float = 0.0
    process: subprocess.Popen | None = None

    @property
    def is_over(self):
        return self.state in "FXC"


@dataclass
class Job:
    """What one ``qsub`` has made."""

    number: int
    is_array: bool
    name: str
    queue: str
    script: Path
    output: Path
    walltime_s: float | None = None
    memory_mb: int | None = None
    at_once: int | None = None
    is_held: bool = False
    tasks: list[Task] = field(default_factory=list)

    @property
    def id(self):
        return f"{self.number}[].pbs" if self.is_array else f"{self.number}.pbs"

    def task_id(self, task):
        return f"{self.number}[{task.index}].pbs" if self.is_array else self.id

    @property
    def is_over(self):
        return all(task.is_over for task in self.tasks)


RANGE = re.compile(r"(\d+)-(\d+)(?:%(\d+))?$")
CLOCK = re.compile(r"(\d+):(\d\d):(\d\d)$")


def parse_script(text, array_flag):
    """Read the directives of a script, as long as they come before any command."""
    found = {}
    for line in text.splitlines()[1:]:
        if line.startswith("#PBS "):
            flag, _, value = line[5:].strip().partition(" ")
            if flag == "-l":
                name, _, amount = value.partition("=")
                found[name] = amount
            elif flag in ("-N", "-q", "-A", "-S", "-j", "-o", "-r", array_flag):
                found[flag] = value
            else:
                raise Refused(f"qsub: illegal option {flag}", 2)
        elif line.strip() and not line.startswith("#"):
            break
    return found


def seconds(text):
    hours, minutes, rest = map(int, CLOCK.match(text).groups())
    return hours * 3600.0 + minutes * 60 + rest


def megabytes(found):
    text = found.get("mem") or dict(
        part.partition("=")[::2] for part in found.get("select", "").split(":")
    ).get("mem")
    return int(text.removesuffix("mb")) if text else None
