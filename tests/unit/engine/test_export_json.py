"""Results JSON: strict, whole or not at all."""

import json
import math

import pytest
from stored_jobs import ended, stored_run

from hopla_gui.domain.events import JobFinished
from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.export.exporting import export_run
from hopla_gui.engine.export.results_json import timestamp
from hopla_gui.engine.results.store import RunStore
from hopla_gui.engine.results.stored_run import StoredRun


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


def read(path):
    return json.loads(path.read_bytes(), parse_constant=refuse)


def test_results_are_strict_json_of_every_job(run, tmp_path):
    export_run(run, tmp_path / "results.json")

    found = read(tmp_path / "results.json")
    assert found["schema"] == 1
    assert found["run"]["swept"] == ["x"]
    assert found["run"]["started"] == "1970-01-01T00:00:00.500000+00:00"
    assert found["exitcodes"] == {"job_0": None, "job_1": 1, "job_2": None}
    job = found["jobs"][1]
    assert job["state"] == "failed"
    assert job["values"] == {"out": [1, "NaN"]}
    assert job["stdout"] == "logs/job_1.out"
    assert job["cause"] == "ValueError"
    assert job["traceback"].endswith("ValueError: \\udcff")
    assert found["jobs"][0]["parameters"] == {"x": "NaN"}


def test_what_is_stored_goes_into_the_file_as_strict_json(tmp_path):
    values = {
        "text": "</script> \x1b \u202e \0 naïve 🎉 NaN",
        "deep": [[{"a": [None, True, 1e300, -0.0]}]],
        "long": "x" * 20_000_000,
    }
    given = {"a": [math.inf, -math.inf], "\udcff": "\ud83d", "n": "Infinity"}
    with stored_run(tmp_path, [(given, ended(values=values, traceback='"\n\\'))]) as run:
        export_run(run, tmp_path / "results.json")

    (job,) = read(tmp_path / "results.json")["jobs"]
    assert job["values"] == values
    assert job["parameters"] == {
        "a": ["Infinity", "-Infinity"],
        "\\udcff": "\\ud83d",
        "n": "Infinity",
    }
    assert job["traceback"] == '"\n\\'


def test_a_selection_has_its_jobs_and_exit_codes_alone(run, tmp_path):
    export_run(run, tmp_path / "results.json", [2, 1])

    found = read(tmp_path / "results.json")
    assert [job["name"] for job in found["jobs"]] == ["job_1", "job_2"]
    assert found["exitcodes"] == {"job_1": 1, "job_2": None}
    assert found["run"]["job_count"] == 3


def test_no_job_at_all_is_strict_json_too(run, tmp_path):
    export_run(run, tmp_path / "results.json", [])

    found = read(tmp_path / "results.json")
    assert (found["jobs"], found["exitcodes"]) == ([], {})


def test_timestamps_are_utc_with_microseconds():
    assert timestamp(0.25) == "1970-01-01T00:00:00.250000+00:00"
    assert timestamp(None) is None
