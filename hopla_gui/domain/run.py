"""What a run is: all that its jobs have in common, and where the results come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.domain.setup import RunOptions


@dataclass(frozen=True, slots=True)
class RunInfo:
    """The facts of a run that do not change once it is created.

    Attributes
    ----------
    script_sha256
        Hash of the script's bytes as the run started with them; the copy lies in the run's
        folder. ``None`` for a command that is no Python script.
    python
        Absolute path of the interpreter; ``None`` where each command is run as it is.
    started
        Creation of the run, seconds since the epoch.
    options
        How it runs; the number of workers and the isolation are those it got.
    cluster
        What its tasks ask for, where it does not run on this machine.
    environment
        Values of the environment variables that the user chose to record.
    job_prefix
        Jobs are named ``<job_prefix>_<number>``.
    job_numbers
        The numbers in the jobs' names, where they are not their indices.
    units
        Units of parameters, as far as their help names them.
    setup_toml
        The sweep file that makes this run, with absolute paths; empty where there was none.
    """

    id: str
    script: str
    script_sha256: str | None
    python: str | None
    python_version: str | None
    cwd: str
    started: float
    hostname: str
    hopla_gui: str
    options: RunOptions = field(default_factory=RunOptions)
    cluster: ClusterOptions = field(default_factory=ClusterOptions)
    environment: Mapping[str, str] = field(default_factory=dict)
    module: str | None = None
    swept: tuple[str, ...] = ()
    job_prefix: str = "job"
    job_numbers: tuple[int, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    setup_toml: str = ""

    @property
    def is_local(self) -> bool:
        """Whether its jobs are this machine's processes, which end with the program."""
        return self.options.on == "local"

    def job_name(self, index: int) -> str:
        """Return what a job is called."""
        number = self.job_numbers[index] if self.job_numbers else index
        return f"{self.job_prefix}_{number}"

    def may_name(self, text: str) -> bool:
        """Tell whether a text may be part of what a job is called; cheaper than to try all."""
        return set(text) <= {*f"{self.job_prefix}_".casefold(), *"0123456789"}
