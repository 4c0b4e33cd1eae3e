"""The call of hopla 1.0 with a cluster behind it."""

import pytest

from hopla_gui.converter import hopla
from hopla_gui.errors import UserError
from hopla_gui.scheduler import scheduler

SCRIPT = """
import argparse, os
__hopla__ = ["doubled", "word", "where"]
parser = argparse.ArgumentParser()
parser.add_argument("-n", type=int)
parser.add_argument("-word")
options = parser.parse_args()
doubled, word, where = options.n * 2, options.word, os.environ["PBS_ENVIRONMENT"]
if options.n == 3:
    raise ValueError("three")
"""


@pytest.fixture
def logs(tmp_path):
    folder = tmp_path / "cluster logs"
    folder.mkdir()
    return folder


def test_jobs_run_as_tasks_of_a_queue_and_hand_their_values_back(site, script, logs):
    path = script(SCRIPT)
    word = "a 'b' $(touch nope) \n é"
    status, exitcodes = hopla(
        str(path),
        hopla_iterative_kwargs=["n"],
        n=[1, 2, 3],
        word=word,
        hopla_cpus=2,
        hopla_cluster=True,
        hopla_cluster_logdir=str(logs),
        hopla_cluster_queue="workq",
        hopla_cluster_memory=0.5,
        hopla_cluster_walltime=2,
        hopla_cluster_nb_threads=2,
        hopla_verbose=0,
    )
    name = path.stem
    assert exitcodes == {f"{name}_0": 0, f"{name}_1": 0, f"{name}_2": 1}
    info = status[f"{name}_1"]["info"]
    assert (info["doubled"], info["word"], info["where"]) == (4, word, "PBS_BATCH")
    assert "ValueError: three" in status[f"{name}_2"]["info"]["exitcode"]
    (text,) = {file.read_text() for file in logs.glob("*/scheduler/submit-1.sh")}
    asked = [line for line in text.splitlines() if line.startswith("#PBS")]
    assert "#PBS -q workq" in asked
    assert "#PBS -l walltime=02:00:00" in asked
    assert any("500mb" in line for line in asked)
    assert any("=2" in line and ("ncpus" in line or "ppn" in line) for line in asked)


def test_commands_run_as_they_are(site, logs, tmp_path):
    commands = [["sh", "-c", 'exit "$1"', "sh", str(number)] for number in (0, 4)]
    _, exitcodes = scheduler(
        commands,
        cluster=True,
        cluster_logdir=str(logs),
        cluster_queue="workq",
        python_cmd=None,
        verbose=0,
    )
    assert exitcodes == {"job_0": 0, "job_1": 4}


def test_without_a_scheduler_the_call_says_so(script, logs, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UserError, match="qsub, sbatch or ccc_msub"):
        scheduler([[str(script(""))]], cluster=True, cluster_logdir=str(logs), cluster_queue="q")
