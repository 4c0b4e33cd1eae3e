"""PBS and TORQUE as the backends speak to them, by commands that answer as theirs do."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.engine.running.runners.cluster.backend import (
    LimitReached,
    NotAnswering,
    Submission,
    TaskState,
)
from hopla_gui.engine.running.runners.cluster.backends import backend_for
from hopla_gui.errors import EnvironmentProblem

SLEEP = "import time; time.sleep(60)"


@pytest.fixture
def submit(tmp_path):
    """Submit an array whose tasks run a line of Python; their number is the first argument."""

    def submit_tasks(backend, code, tasks=2, *, at_once=None, **options):
        folder = tmp_path / "shared it's $(x)"
        folder.mkdir(exist_ok=True)
        submission = Submission(
            name="hopla-a1b2c3-1",
            script=folder / "submit.sh",
            log=folder,
            command=(sys.executable, "-S", "-c", f"import sys\n{code}"),
            tasks=tasks,
            at_once=at_once,
            options=ClusterOptions(**options),
            title="two tasks",
        )
        submission.script.write_text(backend.script(submission))
        subprocess.run(["bash", "-n", submission.script], check=True)
        return backend.submit(submission)

    return submit_tasks


def wait_for(backend, array, *states, seconds=20.0):
    """Wait until the tasks of an array are in these states; return what is said of them."""
    deadline = time.monotonic() + seconds
    while True:
        found = sorted(backend.poll([array]), key=lambda task: task.index)
        if [task.state for task in found] == list(states):
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


def test_the_dialect_is_told_by_the_commands_themselves(site):
    backend = backend_for("pbs")
    assert backend.title == {"pbs": "PBS", "torque": "TORQUE"}[site.dialect]
    assert backend.missing() is None


def test_tasks_run_with_their_numbers_and_end_as_their_scripts_do(site, submit):
    backend = backend_for("pbs")
    array = submit(backend, "print('task', sys.argv[1]); sys.exit(int(sys.argv[1]))", 3)
    found = wait_for(backend, array, TaskState.ENDED, TaskState.FAILED, TaskState.FAILED)
    assert [task.node for task in found if task.node]
    assert "exit status 2" in found[2].detail
    printed = [path.read_text() for path in Path(site.folder.parent).glob("shared*/hopla-*.out")]
    assert sorted(printed) == ["task 0\n", "task 1\n", "task 2\n"]


def test_a_single_task_is_a_plain_job(site, submit):
    backend = backend_for("pbs")
    array = submit(backend, "sys.exit(int(sys.argv[1]))", 1)
    assert "[" not in array
    wait_for(backend, array, TaskState.ENDED)


def test_modules_and_preamble_come_before_the_work(site, submit):
    backend = backend_for("pbs")
    preamble = "module() { export LOADED=\"$*\"; }\nmodule load it\nexport A='b c'"
    code = "import os; sys.exit((os.environ['LOADED'], os.environ['A']) != ('load it', 'b c'))"
    wait_for(backend, submit(backend, code, 1, preamble=preamble), TaskState.ENDED)


def test_a_number_of_tasks_at_a_time_that_changes(site, submit):
    backend = backend_for("pbs")
    array = submit(backend, SLEEP, 4, at_once=1)
    states = [TaskState.WAITING] * 3
    waiting = wait_for(backend, array, TaskState.RUNNING, *states)[1]
    if site.dialect == "pbs":
        assert waiting.detail == "Q: Not Running: Insufficient amount of resource: ncpus"
    backend.set_at_once(array, 3)
    wait_for(backend, array, *[TaskState.RUNNING] * 3, TaskState.WAITING)


def test_one_task_is_cancelled_and_then_all(site, submit):
    backend = backend_for("pbs")
    array = submit(backend, SLEEP, 3, at_once=2)
    found = wait_for(backend, array, TaskState.RUNNING, TaskState.RUNNING, TaskState.WAITING)
    backend.hold([array], True)
    backend.cancel([found[0].id])
    gone = TaskState.CANCELLED if site.dialect == "pbs" else TaskState.FAILED
    wait_for(backend, array, gone, TaskState.RUNNING, TaskState.WAITING)
    backend.cancel([array, "999999.pbs"])
    wait_for(backend, array, gone, gone, gone)


def test_waiting_tasks_are_held_and_let_go(site, submit):
    backend = backend_for("pbs")
    site.settings(slots=0)
    array = submit(backend, "pass", 2)
    backend.hold([array], True)
    site.settings(slots=4)
    assert {task.word for task in wait_for(backend, array, *[TaskState.WAITING] * 2)} == {"H"}
    backend.hold([array], False)
    wait_for(backend, array, TaskState.ENDED, TaskState.ENDED)


def test_time_and_memory_over_the_limit_are_told_apart(site, submit):
    backend = backend_for("pbs")
    site.settings(hour_s=1.0)
    slow = submit(backend, SLEEP, 1, walltime_h=0.5)
    big = submit(backend, f"x = bytearray(300_000_000)\n{SLEEP}", 1, memory_gb=0.1)
    wait_for(backend, big, TaskState.OUT_OF_MEMORY)
    wait_for(backend, slow, TaskState.TIMEOUT)


def test_a_task_of_a_dead_node_starts_anew_elsewhere(site, submit):
    backend = backend_for("pbs")
    array = submit(backend, SLEEP, 1)
    (first,) = wait_for(backend, array, TaskState.RUNNING)
    site.settings(slots=0)
    site.node("kill", first.node)
    (waiting,) = wait_for(backend, array, TaskState.WAITING)
    assert waiting.id == first.id
    site.settings(slots=1)
    (second,) = wait_for(backend, array, TaskState.RUNNING)
    assert second.node != first.node


def test_jobs_that_the_server_has_forgotten_are_left_out(site, submit):
    backend = backend_for("pbs")
    site.settings(history=False, keep_completed=0)
    first = submit(backend, "pass", 2)
    second = submit(backend, SLEEP, 2)
    deadline = time.monotonic() + 20
    while {task.array for task in backend.poll([first, second])} != {second}:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert backend.poll([first]) == []


def test_a_server_that_is_away_is_no_answer_and_changes_nothing(site, submit):
    backend = backend_for("pbs")
    array = submit(backend, SLEEP, 2)
    site.go_away()
    for call in (
        lambda: backend.poll([array]),
        lambda: backend.cancel([array]),
        lambda: backend.find("hopla-a1b2c3-1"),
        lambda: submit(backend, SLEEP, 2),
    ):
        with pytest.raises(NotAnswering, match="cannot connect"):
            call()
    site.come_back()
    wait_for(backend, array, TaskState.RUNNING, TaskState.RUNNING)


def test_a_submission_without_an_answer_is_found_by_its_name(site, submit):
    backend = backend_for("pbs")
    assert backend.find("hopla-a1b2c3-1") is None
    array = submit(backend, SLEEP, 2)
    assert backend.find("hopla-a1b2c3-1") == array


def test_it_is_found_where_no_history_is_kept(site, submit):
    site.settings(history=False)
    backend = backend_for("pbs")
    array = submit(backend, SLEEP, 2)
    assert backend.find("hopla-a1b2c3-1") == array


def test_the_shortest_time_that_any_queue_leaves_before_a_kill_is_counted_on(site):
    assert backend_for("pbs").limits().kill_wait_s == 2.0


def test_refusals_and_limits(site, submit):
    backend = backend_for("pbs")
    with pytest.raises(EnvironmentProblem, match="refuses the submission") as caught:
        submit(backend, "pass", 2, queue="nope")
    assert caught.type is EnvironmentProblem
    assert "Unknown queue" in caught.value.detail
    site.settings(max_queued=3)
    with pytest.raises(LimitReached, match="would exceed"):
        submit(backend, "pass", 4)
    site.settings(max_array_size=7)
    assert backend.limits().array_tasks == 7


def test_what_is_asked_for_stands_in_the_script(site, submit):
    options = {
        "cpus": 2, "gpus": 1, "memory_gb": 1.5, "walltime_h": 30.5, "queue": "workq",
        "account": "p1", "parallel_per_task": 2,
    }  # fmt: skip
    backend = backend_for("pbs")
    submit(backend, "pass", 3, at_once=2, **options)
    text = next(site.folder.parent.glob("shared*/submit.sh")).read_text()
    lines = [line for line in text.splitlines() if line.startswith("#PBS -l")]
    if site.dialect == "pbs":
        assert lines == [
            "#PBS -l select=1:ncpus=4:mem=3000mb:ngpus=2",
            "#PBS -l walltime=30:30:00",
        ]
        assert "#PBS -J 0-2%2\n" in text
    else:
        assert lines == [
            "#PBS -l nodes=1:ppn=4:gpus=2",
            "#PBS -l mem=3000mb",
            "#PBS -l walltime=30:30:00",
        ]
        assert "#PBS -t 0-2%2\n" in text
    assert "#PBS -q workq\n#PBS -A p1\n" in text
