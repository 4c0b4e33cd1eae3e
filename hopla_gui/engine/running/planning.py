"""What a set-up comes to before anything is stored: its jobs, and the facts of their run."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import time
from dataclasses import replace
from pathlib import Path

from hopla_gui import __version__
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.plots.units import parameter_units
from hopla_gui.domain.run import RunInfo
from hopla_gui.domain.setup import HIGHEST, RunOptions, Setup
from hopla_gui.engine.commands.expand import JobList, expand
from hopla_gui.engine.running.places import default_isolation
from hopla_gui.engine.sweepfiles.sweepfile import dumps
from hopla_gui.errors import UserError

_UNITS = {
    "timeout": " seconds",
    "delay_upto": " seconds",
    "min_free_memory_gb": " GB",
    "log_limit_mb": " MB",
}


def read_script(script: Path) -> bytes:
    """Return what a run keeps of its script."""
    try:
        return script.read_bytes()
    except OSError as error:
        raise UserError(f"{script}: cannot read the script: {error.strerror}") from error


def check_options(options: RunOptions) -> None:
    """Refuse, by its name, an option that is beyond all measure.

    Raises
    ------
    UserError
        Where there is one.
    """
    for name, highest in HIGHEST.items():
        if name == "workers" and options.on != "local":
            continue  # no processes here: jobs that a cluster runs at a time
        if (getattr(options, name) or 0) > highest:
            raise UserError(f"[run] {name} is at most {highest:,}{_UNITS.get(name, '')}")


def new_run_info(script: str, source: bytes | None, options: RunOptions) -> RunInfo:
    """Return the facts of a run that begins now, here; raises as `check_options` does."""
    check_options(options)
    started = time.time()
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(started))
    return RunInfo(
        id=f"{stamp}-{Path(script).stem}-{secrets.token_hex(2)}",
        script=script,
        script_sha256=None if source is None else hashlib.sha256(source).hexdigest(),
        python=None,
        python_version=None,
        cwd=str(Path.cwd()),
        started=started,
        hostname=socket.gethostname(),
        hopla_gui=__version__,
        environment={
            name: given[name]
            for given in [{**os.environ, **options.env}]
            for name in options.record_env
            if name in given
        },
        options=replace(
            options,
            isolation=options.isolation or default_isolation(),
        ),
    )


def plan_run(setup: Setup, spec: ParserSpec) -> tuple[JobList, RunInfo, bytes]:
    """Return the jobs of a set-up, the facts of their run and the script's content."""
    jobs = expand(setup, spec)
    if not len(jobs):
        raise UserError("the sweep has no jobs")
    cwd = setup.cwd or Path.cwd()
    if not cwd.is_dir():
        raise UserError(f"{cwd}: the working directory does not exist")
    source = read_script(setup.script)
    info = replace(
        new_run_info(str(setup.script), source, setup.run),
        python=spec.python,
        python_version=spec.python_version,
        module=spec.module,
        cwd=str(cwd),
        swept=jobs.swept,
        cluster=setup.cluster,
        units=parameter_units(spec.levels(setup.subcommand)),
        setup_toml=dumps(setup, setup.script.parent),
    )
    return jobs, info, source
