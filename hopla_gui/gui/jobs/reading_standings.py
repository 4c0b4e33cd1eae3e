"""How the jobs of a run stand, read for as long as it is shown; off the main thread."""

from __future__ import annotations

import gc

from hopla_gui.gui.jobs.job_standings import JobStandings
from hopla_gui.gui.jobs.run_view import RunView

_MANY_JOBS = 50_000
_SELDOM = (10_000, 20, 20)  # thresholds of the collector


def read_standings(run: RunView) -> JobStandings:
    """Return how the jobs stand.

    There may be a million. They make no cycles, and Python's collector would stop everything for a
    tenth of a second whenever it looks for some: it is kept from looking at them, and looks seldom
    at the columns and orders of so many jobs.
    """
    if len(run) < _MANY_JOBS:
        return JobStandings(run.statuses())
    gc.disable()
    try:
        found = JobStandings(run.statuses())
        gc.freeze()
        gc.set_threshold(*_SELDOM)
        return found
    finally:
        gc.enable()
