"""How the jobs of a run stand, read for as long as it is shown; off the main thread."""

from __future__ import annotations

import gc

from hopla_gui.domain.job import JobStatus
from hopla_gui.gui.jobs.run_view import RunView

_MANY_JOBS = 50_000


def read_statuses(run: RunView) -> list[JobStatus]:
    """Return the light status of every job, in expansion order.

    There may be a million. They make no cycles, and Python's collector would stop everything for a
    tenth of a second whenever it looks for some: it is kept from looking at them.
    """
    if len(run) < _MANY_JOBS:
        return run.statuses()
    gc.disable()
    try:
        found = run.statuses()
        gc.freeze()
        return found
    finally:
        gc.enable()
