from __future__ import annotations

from hopla_gui.domain.events import JobFinished
from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.patientjson import LARGE
from hopla_gui.engine.results.store import RunStore
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.engine.results.unread_values import UnreadValues, stored_values

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
    run.close()


def test_small_values_are_read_at_once():
    assert stored_values(None) == {}
    assert stored_values('{"a": 1}') == {"a": 1}
