"""Runs that are started, cancelled and closed at any moment: told truly, quickly, nothing left."""

from __future__ import annotations

import logging
import os
import random
import threading
import time

import pytest
from local_jobs import running

from hopla_gui.domain.events import JobFinished, JobStarted
from hopla_gui.domain.job import JobState
from hopla_gui.domain.setup import Isolation

ROUNDS = int(os.environ.get("HOPLA_STRESS_ROUNDS", "8"))
JOBS = 40

# Ends at once, sleeps a little, or runs until it is stopped.
MIXED = """
    import sys, time, slowlib
    number = int(sys.argv[1])
    time.sleep([0, 0, 0.01, 600][number % 4])
    """


@pytest.mark.parametrize("level", list(Isolation))
def test_run_may_be_steered_and_closed_at_any_moment(script, level, caplog):
    script("import time; time.sleep(0.1)", "site-packages/slowlib.py")
    path = script(MIXED)
    options = {"isolation": level, "env": {"PYTHONPATH": str(path.parent / "site-packages")}}
    chance = random.Random(level.value)
    arguments = [[str(number)] for number in range(JOBS)]
    caplog.set_level(logging.WARNING)
    slowest = 0.0
    for _ in range(ROUNDS):
        with running(path, arguments, workers=chance.randint(1, 4), **options) as run:
            for step in chance.sample(STEPS, chance.randint(0, 3)):
                time.sleep(chance.uniform(0, 0.1))
                step(run, chance)
            time.sleep(chance.choice([0, chance.uniform(0, 0.3)]))
            begin = time.monotonic()
        slowest = max(slowest, time.monotonic() - begin)
        check(run)
    assert caplog.messages == []
    assert slowest < 4


def check(run):
    while not run.inbox.empty():
        run.events.append(run.inbox.get())
    started = [event.index for event in run.events if isinstance(event, JobStarted)]
    finished = [event for event in run.events if isinstance(event, JobFinished)]
    ends = [event.index for event in finished]
    assert len(ends) == len(set(ends))
    assert set(started) <= set(ends)
    assert len(ends) + len(run.backlog) == JOBS
    strange = [
        event.outcome
        for event in finished
        if event.outcome.state not in (JobState.SUCCEEDED, JobState.CANCELLED)
    ]
    assert strange == []
    assert run.notes() == []


STEPS = [
    lambda run, chance: run.runner.resize(chance.randint(1, 4)),
    lambda run, chance: run.runner.cancel(),
    lambda run, chance: run.runner.cancel(chance.sample(range(JOBS), 10)),
    lambda run, chance: run.runner.suspend(True),
    lambda run, chance: run.runner.suspend(False),
    lambda run, chance: threading.Thread(target=run.runner.cancel).start(),
]
