"""Whole runs on a PBS and on a TORQUE of our own, from the command line."""

import json
import re
import signal
import subprocess
import sys
import time

import pytest
from cluster_runs import cluster_run

from hopla_gui.domain.events import WaitingNote
from hopla_gui.domain.job import JobState
from hopla_gui.engine.running.runners.cluster.backends import backend_for

SWEEP = """
[script]
path = "script.py"
[[sweep]]
n = {numbers}
[run]
on = "pbs"
{run}
[cluster]
queue = "workq"
{cluster}
"""
HEAD = """
import argparse, os, sys, time
__hopla__ = ["squared"]
parser = argparse.ArgumentParser()
parser.add_argument("--n", type=int)
n = parser.parse_args().n
squared = n * n
"""


@pytest.fixture
def sweep(tmp_path):
    """Write a script and its sweep."""

    def write(body, numbers, run="", cluster=""):
        (tmp_path / "script.py").write_text(HEAD + body)
        text = SWEEP.format(numbers=numbers, run=run, cluster=cluster)
        (tmp_path / "sweep.toml").write_text(text)
        return tmp_path / "sweep.toml"

    return write


@pytest.fixture
def program(tmp_path):
    """Start the program on the command line; what it says goes to a file."""
    started = []

    def start(*words):
        words = [*words, "--runs-dir", tmp_path / "runs", "--export", tmp_path / "results.json"]
        with (tmp_path / "err").open("w") as err:
            program = [sys.executable, "-m", "hopla_gui", *map(str, words)]
            started.append(subprocess.Popen(program, stderr=err, cwd=tmp_path))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()


@pytest.fixture
def results(tmp_path):
    """Read what was exported."""
    return lambda: json.loads((tmp_path / "results.json").read_text())


@pytest.fixture
def hopla(tmp_path, program, results):
    """Run the program to its end; return the results, and what it said."""

    def call(*words, expected=0):
        status = program(*words).wait(100)
        err = (tmp_path / "err").read_text()
        assert status == expected, err
        return results(), err

    return call


def states(results):
    return [job["state"] for job in results["jobs"]]


def test_a_sweep_runs_on_the_queue_as_it_does_here(site, sweep, hopla):
    path = sweep("if n == 3: raise ValueError('three')\nprint('n', n)", "[1, 2, 3]")
    results, err = hopla("run", path, expected=1)
    assert states(results) == ["succeeded", "succeeded", "failed"]
    assert results["jobs"][1]["values"] == {"squared": 4}
    assert "ValueError: three" in results["jobs"][2]["traceback"]
    assert results["run"]["on"] == "pbs"
    assert "It asks for 3 jobs in 3 tasks" in err


def test_a_queue_that_does_not_exist_is_told_of_before_it_is_refused(site, sweep, hopla):
    path = sweep("", "[1]")
    path.write_text(path.read_text().replace('"workq"', '"nope"'))
    done = hopla("run", path, expected=1)
    assert "warning: queue: nope does not exist; there are closed, workq" in done[1]
    assert states(done[0]) == ["lost"]


def test_every_way_to_end_has_its_state(site, sweep, hopla):
    body = """
if n % 5 == 1: sys.exit(n)
if n % 5 == 2: os.kill(os.getpid(), 9)
if n % 5 == 3: time.sleep(60)
if n == 14: x = bytearray(400_000_000); time.sleep(60)
"""
    # memory is watched for each task: the big one has its own
    path = sweep(body, list(range(15)), "timeout = 1.5", "points_per_task = 1\nmemory_gb = 0.25")
    results, _ = hopla("run", path, expected=1)
    found = states(results)
    assert [found[n] for n in (0, 5, 10)] == ["succeeded"] * 3
    assert [found[n] for n in (1, 6, 11)] == ["failed"] * 3
    assert [found[n] for n in (2, 7, 12)] == ["failed"] * 3
    assert [found[n] for n in (3, 8, 13)] == ["timeout"] * 3
    assert [results["jobs"][n]["exitcode"] for n in (1, 2, 3)] == [1, -9, -15]
    assert found[14] == "failed", results["jobs"][14]


def test_a_job_on_a_node_that_dies_gets_another_attempt(site, sweep, program, results):
    body = "open(f'started.{os.getpid()}', 'w')\nwhile not os.path.exists('go'): time.sleep(0.05)"
    path = sweep(body, "[1]", "retries = 1", "points_per_task = 1")
    running = program("run", path)
    wait_for(lambda: list(path.parent.glob("started.*")), running)
    for node in ("node1", "node2"):
        site.node("kill", node)
    (path.parent / "go").touch()
    site.node("back", "node1")
    assert running.wait(60) == 0
    (job,) = results()["jobs"]
    assert (job["state"], job["attempt"]) == ("succeeded", 2)


def test_a_job_whose_task_waits_again_is_lost_and_nothing_is_left_in_the_queue(
    site, sweep, program, results
):
    body = "open(f'started.{os.getpid()}', 'w')\ntime.sleep(60)"
    path = sweep(body, "[1]", "", "points_per_task = 1")
    running = program("run", path)
    wait_for(lambda: list(path.parent.glob("started.*")), running)
    for node in ("node1", "node2"):
        site.node("kill", node)
    assert running.wait(60) == 1
    (job,) = results()["jobs"]
    assert (job["state"], job["exitcode"]) == ("lost", None)
    (run,) = path.parent.glob("runs/*/cluster/run.json")
    (array,) = json.loads(run.read_text())["arrays"]
    kept = ["-x"] if site.dialect == "pbs" else []
    told = subprocess.run([site.bin / "qstat", *kept, "-f", array["id"]], capture_output=True)
    assert re.findall(rb"job_state = (\w)", told.stdout) in ([b"F"], [b"C"])


def test_jobs_go_on_when_the_program_is_killed_and_resume_finds_them(
    site, sweep, program, results, hopla
):
    body = "open(f'started.{n}', 'x')\nwhile not os.path.exists('go'): time.sleep(0.05)"
    path = sweep(body, "[1, 2, 3, 4]", cluster="points_per_task = 2")
    running = program("run", path)
    wait_for(lambda: len(list(path.parent.glob("started.*"))) == 2, running)
    running.kill()
    running.wait()
    (path.parent / "go").touch()
    wait_for(lambda: len(list(path.parent.glob("started.*"))) == 4)
    (run,) = (path.parent / "runs").iterdir()
    found, _ = hopla("resume", run.name)
    assert states(found) == ["succeeded"] * 4
    assert {job["attempt"] for job in found["jobs"]} == {1}


def test_deleting_a_run_ends_what_it_has_left_and_its_folder_elsewhere(
    site, sweep, program, tmp_path
):
    body = "open(f'started.{n}', 'x')\ntime.sleep(600)"
    shared = tmp_path / "shared"
    cluster = f"points_per_task = 1\nfolder = '{shared}'"
    path = sweep(body, "[1, 2, 3]", "workers = 2", cluster)
    running = program("run", path)
    wait_for(lambda: len(list(path.parent.glob("started.*"))) == 2, running)
    running.kill()
    running.wait()
    (run,) = (tmp_path / "runs").iterdir()
    (array,) = json.loads((run / "cluster" / "run.json").read_text())["arrays"]
    runs = ["--runs-dir", tmp_path / "runs"]
    command = [sys.executable, "-m", "hopla_gui", "runs", *runs, "delete", run.name]
    site.go_away()
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert "cannot connect" in done.stderr
    assert (run / "cluster" / "setup.json").exists()
    site.come_back()
    subprocess.run(command, check=True)
    assert list(run.parent.iterdir()) == list(shared.iterdir()) == []
    told = subprocess.run([site.bin / "qstat", "-t", "-f", array["id"]], capture_output=True)
    assert b"job_state = R" not in told.stdout
    assert b"job_state = Q" not in told.stdout


def test_a_server_that_is_away_for_a_while_loses_nothing(site, sweep, program, results):
    path = sweep("time.sleep(0.2)", list(range(12)), cluster="points_per_task = 3")
    running = program("run", path)
    wait_for(lambda: list(path.parent.glob("runs/*/cluster/events/*")), running)
    site.go_away()
    time.sleep(4)
    site.come_back()
    assert running.wait(60) == 0
    assert states(results()) == ["succeeded"] * 12


def test_what_is_asked_for_while_the_server_is_away_is_done_when_it_answers(site, script, tmp_path):
    site.settings(slots=0)
    words = [["a"], ["b"]]
    with cluster_run(script("pass"), words, tmp_path, on="pbs", points_per_task=1) as run:
        run.wait_for(lambda event: isinstance(event, WaitingNote) and event.text)
        (array,) = json.loads((run.run_dir / "cluster" / "run.json").read_text())["arrays"]
        paused = run.run_dir / "cluster" / "paused"
        site.go_away()
        run.session.pause(True)
        wait_for(paused.exists)
        run.wait_for(lambda event: "not answering since" in getattr(event, "text", ""))
        site.come_back()
        backend = backend_for("pbs")
        wait_for(lambda: [task.word for task in backend.poll([array["id"]])] == ["H", "H"])
        site.go_away()
        run.session.pause(False)
        wait_for(lambda: not paused.exists())
        site.come_back()
        site.settings(slots=4)
        assert [outcome.state for outcome in run.finish()] == [JobState.SUCCEEDED] * 2


def test_an_interrupt_leaves_the_jobs_and_nothing_runs_twice(site, sweep, program, hopla):
    body = "with open('log', 'a') as log: log.write(f'{n} ')\ntime.sleep(0.3)"
    path = sweep(body, list(range(10)), cluster="points_per_task = 5")
    running = program("run", path)
    wait_for(lambda: (path.parent / "log").exists(), running)
    running.send_signal(signal.SIGINT)
    assert running.wait(30) == 130
    (run,) = (path.parent / "runs").iterdir()
    found, _ = hopla("resume", run.name)
    assert states(found) == ["succeeded"] * 10
    assert sorted(map(int, (path.parent / "log").read_text().split())) == list(range(10))


def wait_for(is_so, running=None, seconds=60):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert running is None or running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
