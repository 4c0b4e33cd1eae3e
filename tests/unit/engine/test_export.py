"""Results JSON: strict, whole or not at all."""

import json
import math

import pytest

from hopla_gui.domain.events import JobFinished
from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.results.export import export_json, timestamp
from hopla_gui.engine.results.store import RunStore
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.errors import EnvironmentProblem


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "run"
    info = RunInfo("run", "/s.py", "ab", "/py", "3.11.7", "/", 0.5, "host", "0.1.0", swept=("x",))
    parameters = [{"x": math.nan}, {"x": "\udcff"}, {"x": "ok"}]
    jobs = [JobSpec(i, f"job_{i}", p, ("/s.py", str(p["x"]))) for i, p in enumerate(parameters)]
    store = RunStore.create(folder, info, jobs, b"")
    values = {"out": [1, "NaN"]}
    failed = JobOutcome(JobState.FAILED, 1, "Traceback…\nValueError: \udcff", values, 1.0, 2.0, 1.0)
    store.write([JobFinished(1, 1, failed)])
    store.close()
    run = StoredRun(folder)
    yield run
    run.close()


def refuse(token):
    raise AssertionError(f"{token} is not strict JSON")


def test_results_are_strict_json_of_every_job(run, tmp_path):
    export_json(run, tmp_path / "results.json")

    found = json.loads((tmp_path / "results.json").read_bytes(), parse_constant=refuse)
    assert found["schema"] == 1
    assert found["run"]["swept"] == ["x"]
    assert found["run"]["started"] == "1970-01-01T00:00:00.500000+00:00"
    assert found["exitcodes"] == {"job_0": None, "job_1": 1, "job_2": None}
    job = found["jobs"][1]
    assert job["state"] == "failed"
    assert job["values"] == {"out": [1, "NaN"]}
    assert job["stdout"] == "logs/job_1.out"
    assert job["traceback"].endswith("ValueError: \\udcff")
    assert found["jobs"][0]["parameters"] == {"x": "NaN"}


def test_an_export_that_is_given_up_leaves_the_old_file(run, tmp_path):
    (tmp_path / "results.json").write_text("old")

    def give_up(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_json(run, tmp_path / "results.json", give_up)

    assert (tmp_path / "results.json").read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["results.json", "run"]


def test_a_folder_that_is_not_there_is_named(run, tmp_path):
    with pytest.raises(EnvironmentProblem, match=r"nowhere/results\.json"):
        export_json(run, tmp_path / "nowhere" / "results.json")


def test_timestamps_are_utc_with_microseconds():
    assert timestamp(0.25) == "1970-01-01T00:00:00.250000+00:00"
    assert timestamp(None) is None
