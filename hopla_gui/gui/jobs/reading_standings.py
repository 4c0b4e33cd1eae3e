"""How the jobs of a run stand, read for as long as it is shown; off the main thread."""

from __future__ import annotations

from hopla_gui.gui.interpreter import lasting_objects
from hopla_gui.gui.jobs.job_standings import JobStandings
from hopla_gui.gui.jobs.run_view import RunView

_MANY_JOBS = 50_000


def read_standings(run: RunView) -> JobStandings:
    """Return how the jobs stand.

    There may be a million. They make no cycles, and Python's collector would stop everything for a
    tenth of a second whenever it looks for some: it is kept from looking at them.
    """
    if len(run) < _MANY_JOBS:
        return JobStandings(run.statuses())
    with lasting_objects():
        return JobStandings(run.statuses())
