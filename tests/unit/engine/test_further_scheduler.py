"""The example of a further scheduler in the documentation does what it is said to do."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.engine.running.runners.cluster.backend import Submission, TaskState

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "cluster"

QSTAT = """\
job-ID  prior   name       user         state submit/start at     queue           slots ja-task-ID
--------------------------------------------------------------------------------------------------
    123 0.55500 hopla-x-1  ada          r     11/27/2026 10:00:00 all.q@node1            1 1
    123 0.00000 hopla-x-1  ada          qw    11/27/2026 10:00:00                        1 2
    124 0.00000 other      ada          dr    11/27/2026 10:00:00 all.q@node2            1
"""
QACCT = """\
==============================================================
qname        all.q
jobnumber    123
taskid       2
failed       0
exit_status  137
"""


@pytest.fixture
def backend(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("grid_engine", EXAMPLE / "grid_engine.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(
        "hopla_gui.engine.running.runners.cluster.batch_script.paths.resource",
        lambda *parts: EXAMPLE / parts[-1],
    )
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    for name, said in {"qsub": "123.1-4:1", "qstat": QSTAT, "qacct": QACCT, "qdel": ""}.items():
        (tmp_path / f"{name}.said").write_text(said)
        command = tmp_path / name
        command.write_text(f'#!/bin/sh\necho "$@" >> {command}.asked\ncat {command}.said\n')
        command.chmod(0o755)
    return module.GridEngine()


@pytest.fixture
def submission(tmp_path):
    return Submission(
        "hopla-x-1", tmp_path / "submit.sh", tmp_path, ("python", "a b"), 4, 2,
        ClusterOptions(queue="all.q", walltime_h=2, memory_gb=1), "four tasks",
    )  # fmt: skip


def test_its_script_is_one_that_bash_reads(backend, submission):
    text = backend.script(submission)
    subprocess.run(["bash", "-n"], input=text, text=True, check=True)
    assert "#$ -t 1-4\n#$ -tc 2\n#$ -q all.q\n" in text
    assert "#$ -l h_rt=7200\n" in text
    assert text.endswith("exec python 'a b' \"$((SGE_TASK_ID - 1))\"\n")


def test_it_submits_polls_looks_up_and_cancels(backend, submission, tmp_path):
    assert shutil.which("qsub")
    assert backend.submit(submission) == "123"
    found = backend.poll(["123"])
    assert [(task.index, task.state, task.node) for task in found] == [
        (0, TaskState.RUNNING, "node1"), (1, TaskState.WAITING, ""),
    ]  # fmt: skip
    (ended,) = backend.look_up(["123"])
    assert (ended.index, ended.state, ended.word) == (1, TaskState.FAILED, "exit status 137")
    backend.cancel([found[0].id, "124"])
    assert (tmp_path / "qdel.asked").read_text() == "123 -t 1\n124\n"
