"""What is known of tasks and workers, and what follows for the queue."""

import pytest

from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.domain.job import JobState
from hopla_gui.engine.running.runners.cluster.backend import (
    LimitReached,
    Limits,
    TaskState,
    TaskStatus,
)
from hopla_gui.engine.running.runners.cluster.folder import SharedFolder
from hopla_gui.engine.running.runners.cluster.packing import Need
from hopla_gui.engine.running.runners.cluster.submitting import Submitter
from hopla_gui.engine.running.runners.cluster.tasks import Array, Tasks

T = TaskState


def tasks_of(*arrays):
    """Return what is known of arrays whose tasks are in these states."""
    tasks = Tasks()
    for number, states in enumerate(arrays, 1):
        tasks.add(Array(f"hopla-x-{number}", len(states), 0.0, id=str(number)))
    tasks.take_in(s for number, states in enumerate(arrays, 1) for s in told(number, states))
    return tasks


def told(array, states):
    return [TaskStatus(str(array), n, f"{array}_{n}", s, s.name) for n, s in enumerate(states)]


def say(tasks, array, *states):
    tasks.take_in(told(array.id, states))


def hear(tasks, task, file="file", **fact):
    tasks.hear(file, {"task": list(task), "host": "node1"})
    worker = tasks.hear(file, fact)
    assert worker is not None
    return worker


def test_a_task_that_has_been_heard_of_waits_no_more_whatever_the_scheduler_said_last():
    tasks = tasks_of([T.WAITING, T.WAITING])
    assert tasks.waiting() == {("hopla-x-1", 0), ("hopla-x-1", 1)}
    hear(tasks, ("hopla-x-1", 1), start=3, attempt=1)
    assert tasks.waiting() == {("hopla-x-1", 0)}


def test_a_task_that_waits_again_has_lost_its_worker():
    tasks = tasks_of([T.RUNNING])
    worker = hear(tasks, ("hopla-x-1", 0), start=3, attempt=1)
    assert not tasks.is_over(worker)
    say(tasks, tasks.arrays[0], T.WAITING)
    assert tasks.is_over(worker)
    assert tasks.status(worker).state is T.NODE_FAILED
    assert tasks.waiting() == {("hopla-x-1", 0)}
    say(tasks, tasks.arrays[0], T.RUNNING)
    assert tasks.is_over(worker)
    assert not tasks.is_over(hear(tasks, ("hopla-x-1", 0), "second", start=3, attempt=2))


def test_one_word_cancels_all_that_is_left_of_an_array():
    tasks = tasks_of(
        [T.ENDED, T.WAITING, T.WAITING], [T.RUNNING, T.WAITING, T.WAITING], [T.WAITING]
    )
    assert tasks.ids(tasks.waiting()) == ["1", "2_1", "2_2", "3_0"]


# -- giving up ----------------------------------------------------------------------------------


class Queue:
    """A scheduler that takes everything, or nothing."""

    name = "slurm"

    def __init__(self):
        self.refusal = None
        self.submitted = 0
        self.at_once = {}  # by array

    def limits(self):
        return Limits()

    def script(self, submission):
        return ""

    def submit(self, submission):
        if self.refusal:
            raise self.refusal
        self.submitted += 1
        self.at_once[str(self.submitted)] = submission.at_once
        return str(self.submitted)

    def set_at_once(self, array, at_once):
        self.at_once[array] = at_once


@pytest.fixture
def queue():
    return Queue()


@pytest.fixture
def submitter(tmp_path, queue):
    folder = SharedFolder(tmp_path)
    folder.create(None, None)
    return Submitter(queue, folder, Tasks(), ClusterOptions(), "python3")


NEED = Need(parallel=1, quota=1, job_s=None, at_once=None)


def submit_one(submitter, state, begins=False):
    """Have one task more, which ends so."""
    submitter.provide(1, NEED)
    array = submitter._tasks.arrays[-1]
    if begins:
        hear(submitter._tasks, (array.name, 0), array.name, start=0, attempt=1)
    say(submitter._tasks, array, state)
    return submitter.reason_to_give_up()


def test_a_script_that_fails_at_first_would_fail_for_ever(submitter):
    given_up = submit_one(submitter, T.FAILED)
    assert given_up.state is JobState.LOST
    assert "do the nodes see it?" in given_up.detail


def test_a_launch_that_failed_is_tried_again_elsewhere(submitter):
    assert submit_one(submitter, T.NOT_STARTED) is None
    assert submit_one(submitter, T.NOT_STARTED) is None
    assert submit_one(submitter, T.ENDED, begins=True) is None
    assert submit_one(submitter, T.NOT_STARTED) is None


def test_launches_that_fail_thrice_on_end_are_given_up(submitter):
    assert submit_one(submitter, T.ENDED, begins=True) is None
    assert submit_one(submitter, T.NOT_STARTED) is None
    assert submit_one(submitter, T.FAILED) is None
    given_up = submit_one(submitter, T.NOT_STARTED)
    assert given_up.detail.startswith("its tasks end before they begin (NOT_STARTED)")


def test_the_words_of_a_task_that_did_not_begin_are_handed_on(submitter):
    submitter._folder.scheduler.joinpath(f"hopla-{submitter._mark}-1.0.out").write_text("no!")
    assert submit_one(submitter, T.FAILED).detail.endswith(": no!")


def test_a_scheduler_that_takes_no_more_is_quoted_until_it_does(submitter, queue):
    queue.refusal = LimitReached("qsub: would exceed queue workq's per-user limit")
    submitter.provide(1, NEED)
    assert "would exceed" in submitter.full
    queue.refusal = None
    submitter.forgive()
    submitter.provide(1, NEED)
    assert submitter.full == ""


def test_names_are_as_short_as_old_schedulers_want_them(submitter, queue):
    for _ in range(12):
        submitter.provide(1, NEED)
        say(submitter._tasks, submitter._tasks.arrays[-1], T.ENDED)
    names = [array.name for array in submitter._tasks.arrays]
    assert len(set(names)) == 12
    assert max(map(len, names)) <= 13  # of 15: there may be thousands


def test_tasks_that_are_held_up_by_long_jobs_are_no_supply_for_others(submitter, queue):
    need = Need(parallel=1, quota=None, job_s=2.0, at_once=None)
    submitter.provide(1, need)
    array = submitter._tasks.arrays[-1]
    say(submitter._tasks, array, T.RUNNING)
    submitter.provide(3, need)
    assert queue.submitted == 1  # it will take them soon
    busy = {(array.name, 0)}
    submitter.provide(3, Need(parallel=1, quota=None, job_s=2.0, at_once=1), busy)
    assert queue.submitted == 1  # no more at a time than asked for
    submitter.provide(3, need, busy)
    assert queue.submitted == 2


def test_arrays_one_after_another_share_the_limit_of_tasks_at_a_time(submitter, queue):
    need = Need(parallel=1, quota=1, job_s=None, at_once=4)
    submitter._array_tasks = 6  # the scheduler takes no larger arrays
    submitter.provide(20, need)
    [first] = submitter._tasks.arrays
    say(submitter._tasks, first, *[T.RUNNING] * 4, *[T.WAITING] * 2)
    submitter.provide(16, need)
    say(submitter._tasks, first, *[T.ENDED] * 2, *[T.RUNNING] * 4)
    submitter.provide(14, need)
    assert queue.at_once == {"1": 4}  # a further one would begin at once
    say(submitter._tasks, first, *[T.ENDED] * 5, T.RUNNING)
    submitter.provide(14, need)
    assert queue.at_once == {"1": 4, "2": 3}
    say(submitter._tasks, first, *[T.ENDED] * 6)
    submitter.keep_limit(4)
    assert queue.at_once == {"1": 4, "2": 4}
