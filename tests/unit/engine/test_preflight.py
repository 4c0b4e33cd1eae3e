"""What is said before a run is submitted."""

import re
import sys
from dataclasses import replace

import pytest

from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.domain.job import JobSpec
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.running.runners.cluster import preflight as preflights
from hopla_gui.engine.running.runners.cluster.backend import NotAnswering
from hopla_gui.engine.running.runners.cluster.disk_quota import Left
from hopla_gui.engine.running.runners.cluster.preflight import (
    inputs,
    over_limits,
    preflight,
    request,
)
from hopla_gui.engine.running.runners.cluster.queues import Queue

QUEUES = [Queue("normal", True, True, 24, 16, 64, 0), Queue("shut", False, False)]


class Scheduler:
    name, title = "slurm", "Slurm"
    unsaid = ("qos",)

    def __init__(self, queues=QUEUES):
        self._queues = queues

    def queues(self):
        if isinstance(self._queues, Exception):
            raise self._queues
        return self._queues


@pytest.fixture
def info(tmp_path):
    script = tmp_path / "script.py"
    script.touch()
    return RunInfo(
        id="r", script=str(script), script_sha256=None, python=sys.executable, python_version=None,
        cwd=str(tmp_path), started=0.0, hostname="h", hopla_gui="0",
    )  # fmt: skip


def job(**parameters):
    return JobSpec(0, "job_0", parameters, ("s.py",))


@pytest.mark.parametrize(
    ("jobs", "options", "expected"),
    [
        (1200, {"points_per_task": 25, "walltime_h": 2},
         "1,200 jobs in 48 tasks, 96 core-hours at most"),
        (1200, {"walltime_h": 2},
         "1,200 jobs in 32 tasks at first, 64 core-hours at most for these"),
        (1, {}, "1 job in 1 task, 1 core a task, no time limit of its own"),
        (100, {"gpus": 1, "cpus": 4, "walltime_h": 0.5, "max_tasks": 8},
         "100 jobs in 100 tasks, 200 core-hours at most, 1 GPU a task, 8 tasks at a time"),
    ],
)  # fmt: skip
def test_what_a_run_asks_for_in_all(info, jobs, options, expected):
    assert request(replace(info, cluster=ClusterOptions(**options)), jobs, None) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, None),
        ({"queue": "nope"}, "queue: nope does not exist; there are normal, shut"),
        ({"queue": "shut"}, "queue: shut takes no jobs at present"),
        ({"walltime_h": 25}, "walltime_h: a task asks for 25 h, and normal grants 24: it would"),
        ({"cpus": 8, "parallel_per_task": 3}, r"cpus: a task asks for 24 cores \(3 jobs at a time"),
        ({"memory_gb": 65}, "memory_gb: a task asks for 65 GB, and normal grants 64"),
        ({"gpus": 1}, "gpus: a task asks for 1 GPUs, and normal grants 0"),
    ],
)
def test_a_request_that_its_queue_does_not_grant(options, expected):
    found = list(over_limits(ClusterOptions(**options), QUEUES))
    if expected is None:
        assert not found
    else:
        (line,) = found
        assert re.match(expected, line)


def test_a_queue_that_grants_minutes_is_told_of_in_minutes():
    (line,) = over_limits(ClusterOptions(walltime_h=2), [Queue("short", True, walltime_h=1 / 60)])
    assert line == "walltime_h: a task asks for 2 h, and short grants 1 min: it would wait for ever"


def test_a_scheduler_that_does_not_answer_is_told_of_and_the_rest_is_looked_at(info, tmp_path):
    away = Scheduler(NotAnswering("sinfo: no answer within 60 s"))
    found = preflight(replace(info, cwd=str(tmp_path / "gone")), [job()], away, tmp_path, None)
    assert found.warnings[0].startswith("Slurm does not say which queues there are: sinfo")
    assert any("working directory" in line and "is not here" in line for line in found.warnings)


def test_an_interpreter_that_is_not_here_may_be_on_the_nodes(info, tmp_path):
    gone = replace(info, python=str(tmp_path / "python"))
    told = preflight(gone, [job()], Scheduler(), tmp_path, None).warnings
    assert any("[cluster] python" in line for line in told)
    named = replace(gone, cluster=ClusterOptions(python="/opt/python"))
    told = preflight(named, [job()], Scheduler(), tmp_path, None).warnings
    assert not any("the interpreter" in line for line in told)


def test_only_what_is_here_is_an_input(tmp_path):
    (tmp_path / "a b.txt").touch()
    jobs = [
        job(data="a b.txt", out="made.txt", n=3),
        job(data="a b.txt", more=["x\0", "", "a" * 9]),
    ]
    assert list(inputs(jobs, tmp_path)) == [("data", tmp_path / "a b.txt")]


def test_temporary_files_are_this_machines_own(info, tmp_path, monkeypatch):
    module = "hopla_gui.engine.running.runners.cluster.preflight"
    monkeypatch.setattr(f"{module}._OWN", (str(tmp_path),))
    (tmp_path / "in.txt").touch()
    found = preflight(info, [job(data="in.txt")], Scheduler(), tmp_path / "run", None)
    (line,) = [line for line in found.warnings if "temporary files" in line]
    assert line.startswith(f"the run's folder, {tmp_path / 'run'}, is on {tmp_path}")


def test_a_folder_that_cannot_be_written(info, tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: path != tmp_path)
    found = preflight(info, [job()], Scheduler(), tmp_path / "run", None)
    assert f"the folder {tmp_path} cannot be written" in found.warnings


def test_what_the_scheduler_has_no_word_for_is_told(info, tmp_path):
    def warnings(**options):
        found = preflight(
            replace(info, cluster=ClusterOptions(**options)), [job()], Scheduler(), tmp_path, None
        )
        return [warning for warning in found.warnings if "no effect" in warning]

    assert warnings(qos="high") == ["qos: it has no effect on Slurm"]
    assert warnings(qos="high", template="my.sh") == warnings() == []


def test_a_quota_that_is_nearly_used_up_is_told(info, tmp_path, monkeypatch):
    monkeypatch.setattr(preflights, "quota_left", lambda _: Left(gb=0.25, files=7))
    found = preflight(info, [job()] * 2, Scheduler(), tmp_path, None).warnings
    assert f"your quota leaves 0.25 GB in the folder {tmp_path}" in found
    assert f"your quota leaves 7 files in the folder {tmp_path}, and 10 may come" in found
