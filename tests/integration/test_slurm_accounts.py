"""Runs on a real Slurm that keeps accounts in a database and limits what a user may submit."""

import json
import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
from cluster_runs import ClusterRun, cluster_run, prepare
from slurm_site import ACCOUNTING, PROGRAMS, SlurmSite, missing, running, wait_until

from hopla_gui import api
from hopla_gui.domain.job import JobState
from hopla_gui.engine.running.runners.cluster import submitting

_MISSING = missing((*PROGRAMS, *ACCOUNTING))
pytestmark = [
    pytest.mark.slurm,
    pytest.mark.timeout(240),
    pytest.mark.skipif(bool(_MISSING), reason=f"no accounts here: {', '.join(_MISSING)} not found"),
]

SCRIPT = """
    import os, sys, time
    n, what, *more = sys.argv[1:]
    if what == "until":
        while not os.path.exists(more[0]): time.sleep(0.05)
"""


@pytest.fixture(scope="module")
def site():
    folder = Path(tempfile.mkdtemp(prefix="slurm-", dir="/tmp"))
    folder.chmod(0o755)
    limits = {"AccountingStorageEnforce": "associations,limits,qos"}
    with running(SlurmSite(folder, nodes=1, accounts=True, MinJobAge=2, **limits)) as site:
        yield site
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def slurm(site, monkeypatch):
    for name, value in site.environment.items():
        monkeypatch.setenv(name, value)
    yield site
    wait_until(lambda: not site.queue(), 15.0)


def test_accounts_tell_what_became_of_a_task_that_the_queue_has_forgotten(slurm, script, tmp_path):
    word = tmp_path / "word"
    words = [[str(n), "until", str(word)] for n in range(2)]
    session = prepare(script(SCRIPT), words, tmp_path, memory_gb=0.1, points_per_task=1)
    run = ClusterRun(session)
    run.started(0)
    run.started(1)
    session.close()
    events = [path.read_text() for path in (run.run_dir / "cluster" / "events").iterdir()]
    [killed] = [text for text in events if '"start":0,' in text]
    os.kill(json.loads(killed.splitlines()[0])["pid"], signal.SIGKILL)
    word.touch()
    name = json.loads((run.run_dir / "cluster" / "run.json").read_text())["arrays"][0]["name"]
    wait_until(lambda: name not in slurm.ask("squeue", "-h", "-t", "all", "-o", "%j"), 100.0)
    again = ClusterRun(api.prepare_resume(run.run_dir)[0])
    outcomes = again.finish()
    again.session.close()
    assert [outcome.state for outcome in outcomes] == [JobState.FAILED, JobState.SUCCEEDED]
    assert outcomes[0].detail == "killed, probably out of memory (FAILED: exit code 0:9)"
    for left in Path(tempfile.gettempdir()).glob("hopla-*"):  # by what was killed
        shutil.rmtree(left)


def test_a_limit_of_submitted_tasks_is_waited_for(slurm, script, tmp_path, monkeypatch):
    monkeypatch.setattr(submitting, "FULL_S", 1.0)
    slurm.ask("sacctmgr", "-i", "modify", "user", "root", "set", "MaxSubmitJobs=3")
    try:
        words = [[str(n), "ok"] for n in range(10)]
        with cluster_run(script(SCRIPT), words, tmp_path, memory_gb=0.1, points_per_task=1) as run:
            outcomes = run.finish()
    finally:
        slurm.ask("sacctmgr", "-i", "modify", "user", "root", "set", "MaxSubmitJobs=-1")
    assert [outcome.state for outcome in outcomes] == [JobState.SUCCEEDED] * 10
    arrays = json.loads((run.run_dir / "cluster" / "run.json").read_text())["arrays"]
    assert sum(array["tasks"] for array in arrays) == 10
    assert max(array["tasks"] for array in arrays) <= 3
