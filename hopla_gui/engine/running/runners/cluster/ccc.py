"""The TGCC's own commands (``ccc_msub``) around a Slurm, by which tasks are followed."""

from __future__ import annotations

import math
import re
from typing import ClassVar

from hopla_gui.engine.running.runners.cluster.backend import Submission
from hopla_gui.engine.running.runners.cluster.slurm import Slurm, output_pattern

_NUMBER = re.compile(r"(\d+)\s*$")


class Ccc(Slurm):
    """CCC's front end to Slurm; see `Backend`."""

    name = "ccc"
    title = "CCC"
    template = "ccc.sh"
    programs: ClassVar[tuple[str, ...]] = ("ccc_msub", "squeue", "scancel", "scontrol", "sinfo")
    home = "CCC's commands"

    def command(self, submission: Submission) -> list[str]:
        """Return the words that submit the script."""
        out = output_pattern(submission)
        where = ("-o", out, "-e", out)
        return ["ccc_msub", *where, *submission.options.extra, str(submission.script)]

    def _special(self, submission: Submission) -> dict[str, object]:
        hours = submission.options.walltime_h
        seconds = hours and max(60, math.ceil(hours * 3600))
        return {**super()._special(submission), "walltime_s": seconds}

    def _array_id(self, out: str) -> str | None:
        """Read ``Submitted Batch Session 123``."""
        found = _NUMBER.search(out)
        return found[1] if found else None
