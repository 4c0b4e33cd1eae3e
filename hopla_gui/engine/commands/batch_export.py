"""A batch as something that runs without the window: TOML, bash, GNU parallel, Slurm, Python.

Values are quoted by `shell_line`, or are Python literals: nothing in them is ever read as a shell's
or Python's words. What these forms cannot say (time limits, retries, isolation) they leave out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from hopla_gui.domain.job import JobSpec
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.setup import Setup
from hopla_gui.engine.commands.expand import expand
from hopla_gui.engine.commands.python_export import python_lines
from hopla_gui.engine.commands.shell import shell_line
from hopla_gui.engine.replacing import replacing
from hopla_gui.engine.sweepfiles.sweepfile import dumps
from hopla_gui.errors import UserError

MOST_ARRAY_TASKS = 1000  # Slurm's MaxArraySize is 1001 where nobody has changed it


class BatchKind(StrEnum):
    """What a batch is exported as."""

    TOML = "toml"
    SHELL = "shell"
    PARALLEL = "parallel"
    SLURM = "slurm"
    PYTHON = "python"


SUFFIXES = {
    BatchKind.TOML: ".toml",
    BatchKind.SHELL: ".sh",
    BatchKind.PARALLEL: ".sh",
    BatchKind.SLURM: ".slurm",
    BatchKind.PYTHON: ".py",
}


@dataclass(frozen=True)
class Batch:
    """The jobs of a set-up, and all that their commands need around them.

    Attributes
    ----------
    cwd
        Absolute working directory of the jobs.
    """

    setup: Setup
    spec: ParserSpec
    jobs: Sequence[JobSpec]
    cwd: Path

    @property
    def environment(self) -> dict[str, str]:
        """What the jobs' environment has on top; a package file finds its package by it."""
        found = dict(self.setup.run.env)
        if self.spec.module:
            root = self.setup.script.resolve().parents[self.spec.module.count(".")]
            found.setdefault("PYTHONPATH", str(root))
        return found

    def command(self, job: JobSpec) -> tuple[str, ...]:
        """Return a job's whole command, the interpreter first."""
        script = ("-m", self.spec.module) if self.spec.module else (job.cmd[0],)
        return (self.spec.python, *script, *job.cmd[1:])


def export_batch(kind: BatchKind, setup: Setup, spec: ParserSpec, path: Path) -> tuple[Path, ...]:
    """Write a set-up's batch to ``path``, and return the files that were written.

    GNU parallel and Slurm read the commands from a second file beside it, ``<file>.commands``;
    both have to stay where they are.

    Raises
    ------
    UserError
        Where the set-up makes no jobs, the form cannot say them, or the file cannot be written.
    """
    path = path.absolute()
    jobs = expand(setup, spec)
    if not len(jobs):
        raise UserError("the sweep has no jobs")
    batch = Batch(setup, spec, jobs, setup.cwd or Path.cwd())
    commands = path.with_name(f"{path.name}.commands")
    if kind is BatchKind.TOML:
        return (_write(path, iter([dumps(setup, path.parent)])),)
    if kind in (BatchKind.SHELL, BatchKind.PYTHON):
        lines = shell_lines(batch) if kind is BatchKind.SHELL else _python_lines(batch)
        return (_write(path, lines, executable=kind is BatchKind.SHELL),)
    make = parallel_lines if kind is BatchKind.PARALLEL else slurm_lines
    text = list(make(batch, commands))
    _write(commands, command_lines(batch))
    return _write(path, iter(text), executable=True), commands


def command_lines(batch: Batch) -> Iterator[str]:
    """Yield one line of bash for each job."""
    return (f"{shell_line(batch.command(job))}\n" for job in batch.jobs)


def shell_lines(batch: Batch) -> Iterator[str]:
    """Yield a bash script that runs the jobs one after another and counts what fails."""
    yield from _head(batch, "one after another")
    yield "failed=0\n"
    yield 'run() { "$@" || { echo "exit status $?: $*" >&2; failed=$((failed + 1)); }; }\n\n'
    for line in command_lines(batch):
        yield f"run {line}"
    yield '\nif [ "$failed" -gt 0 ]; then\n'
    yield f'    echo "$failed of {len(batch.jobs)} jobs failed" >&2\n    exit 1\nfi\n'


def parallel_lines(batch: Batch, commands: Path) -> Iterator[str]:
    """Yield a script with the line that has GNU parallel run the commands of a file."""
    workers = batch.setup.run.workers
    number = f"--jobs {workers} " if workers else ""
    yield from _head(batch, "by GNU parallel")
    yield "# The commands are quoted for bash, whatever the shell of the person who runs this.\n"
    yield 'export PARALLEL_SHELL="$BASH"\n'
    log = shell_line([f"{commands.with_suffix('')}.joblog"])
    yield f"parallel --will-cite {number}--joblog {log} < {shell_line([str(commands)])}\n"


def slurm_lines(batch: Batch, commands: Path) -> Iterator[str]:
    """Yield a Slurm array script: each task runs some of the commands of a file.

    Raises
    ------
    UserError
        Where the queue's name would be read as something else.
    """
    each = math.ceil(len(batch.jobs) / MOST_ARRAY_TASKS)
    tasks = math.ceil(len(batch.jobs) / each)
    at_once = f"%{batch.setup.run.workers}" if batch.setup.run.workers else ""
    options = {"job-name": re.sub(r"[^\w.-]", "_", batch.setup.script.stem, flags=re.A) or "jobs"}
    options |= {"array": f"0-{tasks - 1}{at_once}", **_cluster_options(batch.setup)}
    yield "#!/bin/bash\n"
    for option, text in options.items():
        yield f"#SBATCH --{option}={text}\n"
    yield from _head(batch, "as a Slurm array: sbatch this file", shebang=False)
    yield f"each={each}\nfirst=$((SLURM_ARRAY_TASK_ID * each + 1))\nfailed=0\n"
    share = '"$first,$((first + each - 1))p"'
    yield f"mapfile -t lines < <(sed -n {share} {shell_line([str(commands)])})\n"
    yield 'for line in "${lines[@]}"; do\n'
    yield "    # what bash could read as its own is quoted: eval takes the quotes off\n"
    yield '    eval "$line" || failed=$?\ndone\nexit "$failed"\n'


def _head(batch: Batch, how: str, *, shebang: bool = True) -> Iterator[str]:
    if shebang:
        yield "#!/usr/bin/env bash\n"
    jobs = "1 job" if len(batch.jobs) == 1 else f"{len(batch.jobs):,} jobs"
    yield f"# {jobs} of {shell_line([str(batch.setup.script)])}, {how}\n"
    yield f"cd -- {shell_line([str(batch.cwd)])} || exit 1\n"
    for name, text in batch.environment.items():
        if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
            raise UserError(f"[run] env: bash has no variable of the name {name!r}")
        yield f"export {name}={shell_line([text])}\n"


def _cluster_options(setup: Setup) -> dict[str, str]:
    cluster = setup.cluster
    cluster.check()
    found: dict[str, str] = {}
    if cluster.queue:
        found["partition"] = cluster.queue
    if cluster.cpus:
        found["cpus-per-task"] = str(cluster.cpus)
    if cluster.memory_gb:
        found["mem"] = f"{max(1, math.ceil(cluster.memory_gb * 1000))}M"
    if cluster.walltime_h:
        found["time"] = str(max(1, math.ceil(cluster.walltime_h * 60)))
    if cluster.gpus:
        found["gpus-per-task"] = str(cluster.gpus)
    return found


def _python_lines(batch: Batch) -> Iterator[str]:
    if batch.spec.module:
        raise UserError(
            f"{batch.setup.script} is a file of a package: hopla() runs scripts; export it as TOML"
        )
    return python_lines(batch.setup, batch.spec, batch.jobs, batch.cwd)


def _write(path: Path, lines: Iterator[str], *, executable: bool = False) -> Path:
    try:
        with replacing(path) as file:
            file.writelines(lines)
        if executable:
            path.chmod(path.stat().st_mode | 0o111)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from None
    return path
