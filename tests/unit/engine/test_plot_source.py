"""Pictures of a stored run: what there is to plot, what is plotted first, units, timelines."""

from __future__ import annotations

import pytest

from hopla_gui.domain.events import JobFinished, JobStarted
from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
from hopla_gui.domain.plots.spec import PlotKind, PlotSpec
from hopla_gui.domain.plots.timeline import STATES
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.results.job_columns import JobColumns
from hopla_gui.engine.results.plot_source import PlotSource
from hopla_gui.engine.results.store import RunStore
from hopla_gui.engine.results.stored_run import StoredRun

INFO = RunInfo(
    "run", "/s.py", "ab", "/py", "3.11.7", "/", 0.5, "host", "0.1.0",
    swept=("lr",), units={"lr": "mm"},
)  # fmt: skip


@pytest.fixture
def source(tmp_path):
    opened = []

    def make(parameters, *events):
        jobs = [JobSpec(i, f"job_{i}", p, ("/s.py",)) for i, p in enumerate(parameters)]
        store = RunStore.create(tmp_path / "run", INFO, jobs, b"")
        store.write(events)
        run = StoredRun(tmp_path / "run")
        opened.extend((store, run))
        return PlotSource(JobColumns(run), run.swept, run.info.units)

    yield make
    for one in opened:
        one.close()


def done(index, started=3.0, **values):
    outcome = JobOutcome(
        JobState.SUCCEEDED, 0, None, values, started, started + 9, 2.0, 1.5, 20.0, "node"
    )
    return JobFinished(index, 1, outcome, worker=1)


RATES = [{"lr": rate, "epochs": 3} for rate in (0.001, 0.01, 0.1, 1.0)]


def test_the_first_choice_is_the_first_traced_number_on_an_axis_that_fits(source):
    found = source(
        RATES, done(0, remark="text", score=0.5), done(1, remark="text", score=0.7)
    ).plot(None)
    assert found.spec == PlotSpec(PlotKind.SCATTER, "lr", "score", log_x=True)
    assert found.names.traced == ("remark", "score")
    assert found.names.others == ("state", "exitcode", "attempt", "worker", "host", "epochs")
    assert found.picture.x.title == "lr (mm)"
    assert found.picture.drawn == 2


def test_a_traced_number_that_only_repeats_a_parameter_is_not_the_first_choice(source):
    found = source(
        RATES, done(0, inputs={"lr": 0.001}, score=0.5), done(1, inputs={"lr": 0.01}, score=0.7)
    ).plot(None)
    assert found.spec.y == "score"
    assert "inputs.lr" in found.names.traced


def test_what_has_a_name_comes_before_the_items_of_lists(source):
    found = source(RATES, done(0, history=[0.9, 0.8], outputs={"score": 0.5})).plot(None)
    assert found.names.traced == ("outputs.score", "history.0", "history.1")
    assert found.spec.y == "outputs.score"


def test_without_a_number_traced_durations_are_plotted(source):
    found = source(RATES, done(0, remark="text")).plot(None)
    assert found.spec.y == "duration"
    assert found.picture.y.title == "duration (s)"


def test_jobs_are_grouped_by_state(source):
    found = source(RATES, done(0)).plot(PlotSpec(PlotKind.SCATTER, "lr", "epochs", "state"))
    assert [(group.label, len(group.jobs)) for group in found.picture.groups] == [
        ("queued", 3),
        ("succeeded", 1),
    ]


def test_only_the_jobs_asked_for_are_plotted(source):
    found = source(RATES, done(0), done(1)).plot(PlotSpec(PlotKind.SCATTER, "lr", "memory"), [1])
    assert found.picture.drawn == 1


def test_a_timeline_shows_what_ran_where(source):
    found = source(
        RATES,
        JobStarted(0, 1, 3.0, worker=1),
        done(0),
        JobStarted(1, 1, 4.0, worker=0),
    ).plot(PlotSpec(PlotKind.TIMELINE))
    picture = found.picture
    assert picture.lanes == ("worker 0", "worker 1")
    assert list(picture.jobs) == [0, 1]
    assert list(picture.starts) == [0.0, 1.0]
    assert picture.ends[0] == 9.0  # as the clock has it, though it stood still for most of that
    assert picture.took[0] == 2.0
    assert [STATES[state] for state in picture.states] == [JobState.SUCCEEDED, JobState.RUNNING]
    assert picture.not_started == 2


def test_a_bar_is_no_shorter_than_what_a_job_took_where_the_clock_was_set_back(source):
    outcome = JobOutcome(JobState.SUCCEEDED, 0, started=3.0, ended=1.0, duration_s=2.0)
    found = source(RATES, JobFinished(0, 1, outcome)).plot(PlotSpec(PlotKind.TIMELINE))
    assert (found.picture.ends[0], found.picture.took[0]) == (2.0, 2.0)


def test_a_name_that_can_mean_nothing_is_put_right(source):
    found = source(RATES, done(0)).plot(PlotSpec(PlotKind.SCATTER, "..", "gone", "x[y"))
    assert (found.spec.x, found.spec.y, found.spec.colour) == ("lr", "duration", "")
