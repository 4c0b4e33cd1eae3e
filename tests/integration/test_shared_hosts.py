"""Runs that other hosts work on, with no scheduler: the task on a node, under all conditions."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest
from cluster_runs import cluster_run
from slurm_site import wait_until

from hopla_gui import api
from hopla_gui.domain.cluster import ContainerProgram
from hopla_gui.domain.events import JobStarted
from hopla_gui.domain.job import JobState
from hopla_gui.domain.setup import Isolation, RunOptions
from hopla_gui.engine.running.runners.cluster import tasks, under_way

SCRIPT = """
    import os, sys, time
    print("began", flush=True)
    while len(sys.argv) > 2 and not os.path.exists(sys.argv[2]):
        time.sleep(0.05)
    if sys.argv[1] == "raise":
        raise ValueError("no")
    value = [sys.argv[1], os.environ.get("GIVEN")]
    __hopla__ = ["value"]
"""
OK, FAILED, CANCELLED, LOST = (
    JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED, JobState.LOST,
)  # fmt: skip


def work(run, workers=1, **more):
    command = [sys.executable, "-m", "hopla_gui", "work", run.run_dir, "--workers", str(workers)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
    )


def states(outcomes):
    return [outcome.state for outcome in outcomes]


def test_the_task_runs_in_every_python(script, tmp_path, pythons):
    path = script(SCRIPT)
    for python in {pythons[0], pythons[-1]}:
        session = api.prepare_commands(
            [[str(path), "it's"], [str(path), "raise"]],
            options=RunOptions(on="hosts", env={"GIVEN": "é"}),
            python=python,
            runs_dir=tmp_path,
        )
        events = session.follow()
        session.start()
        host = work(type("Run", (), {"run_dir": session.run.run_dir}))
        list(events)
        outcomes = [record.outcome for record in session.run.records()]
        host.communicate()
        session.close()
        assert states(outcomes) == [OK, FAILED], python
        assert outcomes[0].values["value"] == ["it's", "é"]
        assert outcomes[1].traceback.rstrip().endswith("ValueError: no")


@pytest.mark.parametrize("program", list(ContainerProgram))
def test_each_job_runs_in_a_container(script, tmp_path, monkeypatch, program):
    # GIVEN a container program that says how it was called, and runs what it was given
    tools = tmp_path / "tools"
    tools.mkdir()
    path = tools / program.value
    path.write_text(
        "#!/bin/sh\n"
        f'for word in "$@"; do printf "%s\\n" "$word" >> {tmp_path}/words; done\n'
        'while [ "$1" != image:1 ]; do shift; done\n'
        'shift; while [ "$1" != python3 ]; do shift; done\n'
        f'shift; exec {sys.executable} "$@"\n'
    )
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tools), prepend=":")
    options = RunOptions(isolation=Isolation.FORK, env={"GIVEN": "x y"})
    asked = {"container": "image:1", "container_program": program, "binds": ("/data",)}
    # WHEN a host works on the run
    with cluster_run(
        script(SCRIPT),
        [["it's"], ["raise"]],
        tmp_path / "runs",
        on="hosts",
        options=options,
        **asked,
    ) as run:
        host = work(run)
        outcomes = run.finish()
        host.communicate()
    # THEN the jobs have run in it, and handed over what they found
    assert states(outcomes) == [OK, FAILED]
    assert outcomes[0].values["value"] == ["it's", "x y"]
    words = (tmp_path / "words").read_text().splitlines()
    assert any("/data" in word for word in words)
    if program is not ContainerProgram.PCOCC:
        assert any(str(run.run_dir / "cluster") in word for word in words[: words.index("image:1")])
    assert not list((run.run_dir / "cluster" / "scratch").iterdir())


def test_paused_nothing_begins_until_it_goes_on(script, tmp_path):
    word = tmp_path / "word"
    words = [["a", str(word)], ["b"], ["c"]]
    with cluster_run(script(SCRIPT), words, tmp_path, on="hosts") as run:
        host = work(run)
        run.started(0)
        run.session.pause()
        wait_until((run.run_dir / "cluster" / "paused").exists)
        word.touch()
        assert run.outcome(0).state is OK
        host.communicate()  # it leaves
        assert run.session.counts.queued == 2
        run.session.pause(False)
        wait_until(lambda: not (run.run_dir / "cluster" / "paused").exists())
        host = work(run)
        assert states(run.finish()) == [OK] * 3
        host.communicate()


def test_a_job_is_cancelled_where_it_runs(script, tmp_path):
    words = [["a", str(tmp_path / "never")], ["b"]]
    with cluster_run(script(SCRIPT), words, tmp_path, on="hosts") as run:
        host = work(run)
        run.started(0)
        run.session.cancel([0])
        assert states(run.finish()) == [CANCELLED, OK]
        host.communicate()


def test_a_host_that_is_interrupted_gives_its_job_back(script, tmp_path):
    word = tmp_path / "word"
    options = RunOptions(retries=1)
    with cluster_run(
        script(SCRIPT), [["a", str(word)]], tmp_path, on="hosts", options=options
    ) as run:
        host = work(run)
        run.started(0)
        host.send_signal(2)
        assert host.wait(30) == 130
        host.communicate()
        wait_until(lambda: run.session.counts.queued == 1, 90.0)
        word.touch()
        host = work(run)
        assert states(run.finish()) == [OK]
        assert run.session.run.record(0).attempt == 2
        host.communicate()


def test_jobs_that_are_to_be_first_are_claimed_before_the_others(script, tmp_path):
    word = tmp_path / "word"
    words = [["0", str(word)], *([str(n)] for n in range(1, 8))]
    with cluster_run(script(SCRIPT), words, tmp_path, on="hosts") as run:
        host = work(run)
        run.started(0)
        run.session.move_first([4])
        run.session.move_first([6, 5])
        first = run.run_dir / "cluster" / "first.json"
        wait_until(lambda: first.exists() and len(json.loads(first.read_text())) == 3)
        word.touch()
        assert states(run.finish()) == [OK] * 8
        host.communicate()
    began = [event.index for event in run.events if isinstance(event, JobStarted)]
    assert began == [0, 6, 5, 4, 1, 2, 3, 7]


def test_a_task_begins_nothing_that_its_scheduler_grants_no_time_for(script, tmp_path):
    with cluster_run(script(SCRIPT), [["a"], ["b"]], tmp_path, on="hosts") as run:
        folder = run.run_dir / "cluster"
        wait_until(lambda: list(folder.glob("blocks/*/points.jsonl")))
        env = {**os.environ, "SLURM_JOB_END_TIME": str(int(time.time()) + 4)}
        words = [sys.executable, "-S", folder / "payload" / "start.py", "node", folder, "work", "9"]
        subprocess.run(words, env=env, check=True)
        (told,) = folder.glob("events/work.9.*")
        assert '"bye":"no time left"' in told.read_text()
        assert len(list(folder.glob("blocks/*/*/result.json"))) == 1
        host = work(run)
        assert states(run.finish()) == [OK, OK]
        host.communicate()


def test_a_host_that_falls_silent_loses_its_job(script, tmp_path, monkeypatch):
    monkeypatch.setattr(tasks, "SILENT_S", 2.0)
    monkeypatch.setattr(under_way, "NO_WORD_S", 1.0)
    with cluster_run(script(SCRIPT), [["a", str(tmp_path / "never")]], tmp_path, on="hosts") as run:
        host = work(run)
        run.started(0)
        for process in [*psutil.Process(host.pid).children(recursive=True), host]:
            with contextlib.suppress(psutil.NoSuchProcess):  # it went with its parent
                process.kill()
        host.communicate()
        assert states(run.finish()) == [LOST]
    for left in Path(tempfile.gettempdir()).glob("hopla-*"):  # by what was killed
        shutil.rmtree(left)


def test_a_host_without_the_interpreter_says_so(script, tmp_path):
    with cluster_run(
        script(SCRIPT), [["a"]], tmp_path, on="hosts", python="/no/such/python"
    ) as run:
        host = work(run)
        assert host.communicate()[1].splitlines()[-1] == (
            "error: /no/such/python: the run's interpreter is not on this host"
        )
        assert host.returncode == 2
