"""What is asked of Slurm and what is made of its answers, without a Slurm."""

from pathlib import Path

import pytest

from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.engine.running.runners.cluster.backend import (
    LimitReached,
    NotAnswering,
    Submission,
    TaskState,
)
from hopla_gui.engine.running.runners.cluster.slurm import Slurm
from hopla_gui.errors import EnvironmentProblem, UserError


def submission(tasks=8, at_once=None, **options):
    return Submission(
        name="hopla-x-1",
        script=Path("/shared/it's/submit.sh"),
        log=Path("/shared/it's 100%"),
        command=("/opt/py thon", "-S", "/shared/it's/$(start).py", "node"),
        tasks=tasks,
        at_once=at_once,
        options=ClusterOptions(**options),
        title="8 tasks",
    )


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Put a command on PATH that says and returns what it is told to."""
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    def write(name, out="", err="", status=0):
        (tmp_path / f"{name}.out").write_text(out)
        (tmp_path / f"{name}.err").write_text(err)
        path = tmp_path / name
        path.write_text(
            f'#!/bin/sh\necho "$@" >> {path}.asked\ncat {path}.out\ncat {path}.err >&2\n'
            f"exit {status}\n"
        )
        path.chmod(0o755)

    return write


def test_the_script_says_what_is_asked_for_and_nothing_else():
    text = Slurm().script(submission(at_once=3, queue="long", memory_gb=1.5, parallel_per_task=4))
    assert [line for line in text.splitlines() if line.startswith("#SBATCH")] == [
        "#SBATCH --job-name=hopla-x-1",
        "#SBATCH --array=0-7%3",
        "#SBATCH --partition=long",
        "#SBATCH --ntasks=1",
        "#SBATCH --cpus-per-task=4",
        "#SBATCH --mem=6000M",
        "#SBATCH --no-requeue",
        "#SBATCH --open-mode=append",
    ]
    assert text.splitlines()[-1] == (
        "exec '/opt/py thon' -S '/shared/it'\"'\"'s/$(start).py' node \"$SLURM_ARRAY_TASK_ID\""
    )
    assert "{{" not in text
    assert "module" not in text


def test_modules_and_preamble_come_before_the_work():
    text = Slurm().script(
        submission(modules=("a/1", "b"), preamble="export A='1 2'\nulimit -n 99\n")
    )
    lines = text.splitlines()
    assert lines[-5:-2] == ["module load a/1 b", "export A='1 2'", "ulimit -n 99"]


def test_a_template_of_the_users_own(tmp_path):
    (tmp_path / "my.sh").write_text(
        "#!/bin/sh\n#SBATCH -p {{queue}}\n#SBATCH -A {{account}}\n{{command}}\n"
    )
    text = Slurm().script(submission(template=str(tmp_path / "my.sh"), queue="q"))
    assert text.startswith("#!/bin/sh\n#SBATCH -p q\n'/opt")
    (tmp_path / "my.sh").write_text("{{que}}")
    with pytest.raises(UserError, match=r"names \{\{que\}\}, none of .*queue"):
        Slurm().script(submission(template=str(tmp_path / "my.sh")))


@pytest.mark.parametrize("word", ["a b", "a\n#SBATCH -w x", "$(id)", "`id`", 'a"', ""])
def test_what_is_no_word_gets_into_no_script(word):
    with pytest.raises(UserError, match="queue"):
        Slurm().script(submission(queue=word))


def test_states_come_with_slurms_own_word_and_reason(program):
    program(
        "squeue",
        "7|0|8|PENDING|Priority|\n7|1|9|RUNNING|None|node1\n9|3|11|FAILED|None|n\n"
        "7|2|10|OUT_OF_MEMORY|OutOfMemory|node2\n7|3|11|CANCELLED by 5|None|n\n7|4|12|NEW_STATE||\n"
        "5|N/A|5|RUNNING|None|n\nsomething else\n",
    )
    found = Slurm().poll(["7"])
    assert [(task.id, task.state, task.detail) for task in found] == [
        ("7_0", TaskState.WAITING, "PENDING: Priority"),
        ("7_1", TaskState.RUNNING, "RUNNING"),
        ("7_2", TaskState.OUT_OF_MEMORY, "OUT_OF_MEMORY: OutOfMemory"),
        ("7_3", TaskState.CANCELLED, "CANCELLED by 5"),
        ("7_4", TaskState.RUNNING, "NEW_STATE"),
    ]


@pytest.mark.parametrize(
    ("err", "kind"),
    [
        ("sbatch: error: QOSMaxSubmitJobPerUserLimit\nsbatch: error: Batch job submission failed: "
         "Job violates accounting/QOS policy", LimitReached),
        ("sbatch: error: Slurm temporarily unable to accept job, retrying", LimitReached),
        ("sbatch: error: Batch job submission failed: Unable to contact slurm controller "
         "(connect failure)", NotAnswering),
        ("sbatch: error: invalid partition specified: nope", EnvironmentProblem),
    ],
)  # fmt: skip
def test_a_refusal_is_told_from_a_limit_and_from_silence(program, err, kind):
    program("sbatch", err=err, status=1)
    with pytest.raises(EnvironmentProblem) as caught:
        Slurm().submit(submission())
    assert caught.type is kind
    assert err.splitlines()[0] in caught.value.what + caught.value.detail


def test_an_array_is_known_by_its_number_on_any_cluster_of_several(program):
    program("sbatch", "123;cluster2\n")
    assert Slurm().submit(submission()) == "123"


def test_accounts_tell_how_forgotten_tasks_ended(program):
    program("sacct", "7_0|COMPLETED|0:0\n7_1|TIMEOUT|0:0\n7_2|FAILED|0:9\n7_[3-5]|PENDING|0:0\n")
    found = Slurm().look_up(["7"])
    assert [(task.index, task.state) for task in found] == [
        (0, TaskState.ENDED), (1, TaskState.TIMEOUT), (2, TaskState.FAILED),
    ]  # fmt: skip
    assert found[2].detail == "FAILED: exit code 0:9"


def test_where_no_accounts_are_kept_nothing_is_asked_for(program):
    program("sacct", err="Slurm accounting storage is disabled", status=1)
    assert Slurm().look_up(["7"]) == []


def test_a_limit_of_the_site_is_its_own(program):
    program("scontrol", "KillWait                = 30 sec\nMaxArraySize            = 1001\n")
    limits = Slurm().limits()
    assert (limits.array_tasks, limits.kill_wait_s) == (1001, 30)
