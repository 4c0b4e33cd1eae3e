"""Any order of submit, pilot, pause, resize, cancel, retry and crash leaves the counts right."""

import contextlib
import shutil
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hopla_gui.domain.events import JobFinished, JobStarted
from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
from hopla_gui.domain.run import RunInfo
from hopla_gui.domain.setup import RunOptions
from hopla_gui.engine.results.recovery import recover
from hopla_gui.engine.results.store import RunStore
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.engine.running.runners.base import RunContext
from hopla_gui.engine.running.session import Session

JOBS = 6
ENDS = [JobState.SUCCEEDED, JobState.FAILED, JobState.TIMEOUT, JobState.LOST]
indices = st.sets(st.integers(0, JOBS - 1), min_size=1)


class HandRunner:
    """Takes and ends jobs when the test says so."""

    def __init__(self):
        self.running = {}
        self.workers = 0

    def start(self, context, backlog, workers, emit):
        self.backlog, self.workers, self.emit = backlog, workers, emit

    def take(self):
        if len(self.running) < self.workers:
            self.backlog.add([])  # a take that would wait is no take
            if len(self.backlog) and not self.backlog._holds and not self.backlog._closed:
                ticket = self.backlog.take()
                self.running[ticket.spec.index] = ticket.attempt
                self.emit(JobStarted(ticket.spec.index, ticket.attempt, 1.0))

    def end(self, index, state):
        attempt = self.running.pop(index)
        code = 0 if state is JobState.SUCCEEDED else 1
        self.emit(JobFinished(index, attempt, JobOutcome(state, code, started=1.0)))

    def resize(self, workers):
        self.workers = workers

    def move_first(self, indices):
        pass

    def suspend(self, suspended):
        pass

    def cancel(self, indices=None):
        for index in list(self.running):
            if indices is None or index in indices:
                self.end(index, JobState.CANCELLED)

    def close(self):
        self.cancel()


class SessionMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr("hopla_gui.engine.running.session.BATCH_S", 0.0)
        self.patch.setattr("hopla_gui.engine.results.provenance.gather", lambda info: {})
        self.home = Path(tempfile.mkdtemp())
        self.runners = []
        folder = self.home / "run0"
        options = RunOptions(workers=2, retries=1)
        info = RunInfo("run0", "/s", "", None, None, "/", 1.0, "h", "0", options=options)
        jobs = [JobSpec(i, f"job_{i}", {}, ("/s", str(i))) for i in range(JOBS)]
        self.open(RunStore.create(folder, info, jobs, b""), folder)

    def open(self, store, folder, rerun=(), pilot=()):
        context = RunContext(folder, Path("/s"), None, None, Path("/"))
        self.session = Session(store, StoredRun(folder), context, self.make_runner)
        self.session.start(rerun, pilot)
        self.settle()

    def make_runner(self):
        self.runners.append(HandRunner())
        return self.runners[-1]

    def settle(self):
        """Wait until the pump has taken in, stored and published all that was said."""
        for _ in range(2):  # what the first round hands out again may say something itself
            done = threading.Event()
            self.session._inbox.put(lambda done=done: done.set() or ())
            assert done.wait(10)

    @property
    def runner(self):
        return self.runners[-1]

    @rule()
    def take(self):
        self.runner.take()
        self.settle()

    @precondition(lambda self: self.runner.running)
    @rule(data=st.data(), state=st.sampled_from(ENDS))
    def end(self, data, state):
        self.runner.end(data.draw(st.sampled_from(sorted(self.runner.running))), state)
        self.settle()

    @rule(index=st.integers(0, JOBS - 1), state=st.sampled_from(ENDS))
    def late_word(self, index, state):
        """A runner tells the end of a job twice, or of one that it does not run."""
        if index not in self.runner.running and self.states()[index].is_final:
            self.runner.emit(JobFinished(index, 1, JobOutcome(state, 1)))
            self.settle()

    @rule(chosen=st.none() | indices)
    def cancel(self, chosen):
        self.session.cancel(chosen)
        self.settle()

    @rule(chosen=indices)
    def retry(self, chosen):
        self.session.retry(chosen)
        self.settle()

    @rule(paused=st.booleans())
    def pause(self, paused):
        self.session.pause(paused)

    @rule(workers=st.integers(1, 4))
    def resize(self, workers):
        self.session.resize(workers)
        self.settle()

    @rule()
    def go_on(self):
        self.session.go_on()
        self.settle()

    @rule(chosen=indices)
    def move_first(self, chosen):
        self.session.move_first(sorted(chosen))

    @rule(rerun_failed=st.booleans(), pilot=st.sets(st.integers(0, JOBS - 1)))
    def crash(self, rerun_failed, pilot):
        """The program is killed: what is on disk at this moment is all there is."""
        self.settle()
        before = self.states()
        folder = self.home / f"run{len(list(self.home.iterdir()))}"
        shutil.copytree(self.session.run.run_dir, folder)
        self.session.close()
        store = RunStore(folder)
        states = [JobState.LOST, JobState.CANCELLED] + [JobState.FAILED] * rerun_failed
        with contextlib.closing(StoredRun(folder)) as run:
            recover(store, run)
            after = [status.state for status in run.statuses()]
            rerun = run.indices(*states)
        for old, new in zip(before, after, strict=True):
            assert new is (JobState.LOST if old is JobState.RUNNING else old)
        self.open(store, folder, rerun, pilot)

    def states(self):
        return [status.state for status in self.session.run.statuses()]

    @invariant()
    def counts_add_up(self):
        self.settle()
        counts = self.session.counts
        assert counts.total == JOBS
        assert counts == self.session.run.counts()
        assert counts.running == len(self.runner.running)

    @invariant()
    def attempts_are_numbered_without_a_gap(self):
        for index in range(JOBS):
            numbers = [record.attempt for record in self.session.run.attempts(index)]
            assert numbers == sorted(set(numbers))

    def finish(self):
        """However it went so far, a run that is let go on comes to its end."""
        self.session.pause(False)
        self.session.go_on()
        self.settle()
        while self.session.counts.finished < JOBS:
            self.runner.take()
            assert self.runner.running, f"nobody runs what is left: {self.session.counts}"
            self.runner.end(next(iter(self.runner.running)), JobState.SUCCEEDED)
            self.settle()
        assert self.session.wait(10)

    def teardown(self):
        self.finish()
        self.session.close()
        shutil.rmtree(self.home)
        self.patch.undo()


TestSession = SessionMachine.TestCase
TestSession.settings = settings(
    max_examples=25,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
