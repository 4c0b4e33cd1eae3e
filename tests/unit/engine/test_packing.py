"""How many tasks share the jobs of a run."""

import pytest

from hopla_gui.engine.running.runners.cluster.packing import Need, share, tasks_at_once


@pytest.mark.parametrize(
    ("jobs", "need", "tasks"),
    [
        (0, Need(1, None, None, None), 0),
        (0, Need(1, 5, None, None), 0),
        (1000, Need(1, 125, 0.1, None), 8),  # as the user has said
        (11, Need(4, 3, None, None), 4),
        (1, Need(1, None, None, None), 1),
        (20, Need(1, None, None, None), 20),  # nobody knows how long they take
        (1000, Need(1, None, None, None), 32),
        (20, Need(8, None, None, None), 3),
        (1000, Need(1, None, 6.0, None), 10),  # ten minutes each
        (1000, Need(4, None, 6.0, None), 3),
        (1000, Need(1, None, 0.001, None), 1),
        (1000, Need(1, None, 0.001, 8), 8),  # so many may run at a time: let them
        (5, Need(1, None, 9999.0, None), 5),
    ],
)
def test_tasks_for_the_jobs_that_wait(jobs, need, tasks):
    assert need.tasks(jobs) == tasks


def test_a_job_with_a_graphics_card_has_a_task_of_its_own():
    assert share(None, 1) == 1
    assert share(4, 1) == 4
    assert share(None, 0) is None


def test_workers_limit_the_tasks_that_run_at_a_time():
    assert tasks_at_once(8, 100, 1) == 8
    assert tasks_at_once(8, 100, 3) == 3
    assert tasks_at_once(100, 100, 1) is None
