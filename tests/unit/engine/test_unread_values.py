from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from stored_jobs import ended, stored_run

from hopla_gui.domain.events import JobFinished
from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.patientjson import LARGE
from hopla_gui.engine.results.store import RunStore
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.engine.results.unread_values import UnreadValues, ValuesPlace

VALUES = {"numbers": [place / 7 for place in range(60_000)], "text": "ü" * LARGE, "n": 1}


def test_large_values_are_read_when_they_are_asked_for(tmp_path):
    info = RunInfo("run", "/s.py", "ab", "/py", "3.11.7", "/", 0.5, "host", "0.1.0")
    jobs = [JobSpec(place, f"job_{place}", {}, ("/s.py",)) for place in range(2)]
    store = RunStore.create(tmp_path / "run", info, jobs, b"")
    ends = [JobOutcome(JobState.SUCCEEDED, 0, values=values) for values in (VALUES, {"n": 1})]
    store.write([JobFinished(place, 1, end) for place, end in enumerate(ends)])
    store.close()
    run = StoredRun(tmp_path / "run")
    found = run.glance(0).outcome.values
    assert isinstance(found, UnreadValues)
    assert found == run.glance(0).outcome.values
    assert not found.is_read
    assert bool(found)
    assert found.read() == VALUES
    assert (found["n"], len(found), list(found)) == (1, 3, list(VALUES))
    assert run.record(0).outcome.values == VALUES
    assert run.glance(1).outcome.values == {"n": 1}
    assert [record.outcome.values for record in run.attempts(0)] == [found]
    run.close()


def test_values_of_a_run_that_is_gone_are_none(tmp_path):
    assert UnreadValues(1, ValuesPlace(tmp_path / "gone", 0, 1)).read() == {}


def test_a_job_is_looked_at_while_all_are_read(tmp_path):
    failed = ended(JobState.FAILED, 1, max_rss_mb=5.0)
    with (
        stored_run(tmp_path, [({"x": 1}, failed)]) as run,
        ThreadPoolExecutor() as threads,
        run._reading,  # as somebody does who looks at a job
    ):
        reading = [threads.submit(read) for read in (run.statuses, run.causes, run.peaks)]
        found = [each.result(timeout=10) for each in reading]
    assert (len(found[0]), len(found[1]), found[2]) == (1, 1, {0: 5.0})


def test_a_job_that_has_not_ended_has_none(tmp_path):
    with stored_run(tmp_path, [({"x": 1}, None)]) as run:
        assert run.glance(0).outcome.values == {}
