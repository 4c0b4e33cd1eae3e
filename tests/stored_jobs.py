"""Stored runs made by hand, for the tests of what reads them."""

from contextlib import closing, contextmanager

from hopla_gui.domain.events import JobFinished
from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.results.store import RunStore
from hopla_gui.engine.results.stored_run import StoredRun


def ended(state=JobState.SUCCEEDED, code=0, **more):
    """Return an outcome that took a second."""
    more = {"started": 1e9, "ended": 1e9 + 1, "duration_s": 1.0, "hostname": "host"} | more
    return JobOutcome(state, code, **more)


@contextmanager
def stored_run(folder, jobs, attempt=1):
    """Make a run of (parameters, outcome or None) and open it."""
    names = tuple(dict.fromkeys(name for parameters, _ in jobs for name in parameters))
    info = RunInfo(
        "run", "/s.py", "ab", "/py", "3.11.7", "/", 0.5, "host", "0.1.0", swept=names[:2]
    )
    specs = [
        JobSpec(i, f"job_{i}", parameters, ("/s.py", *map(str, parameters.values())))
        for i, (parameters, _) in enumerate(jobs)
    ]
    store = RunStore.create(folder / "run", info, specs, b"")
    with closing(store):
        store.write(
            [JobFinished(i, attempt, outcome) for i, (_, outcome) in enumerate(jobs) if outcome]
        )
    run = StoredRun(folder / "run")
    try:
        yield run
    finally:
        run.close()
