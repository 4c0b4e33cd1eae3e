"""The statuses of all jobs of a run, kept in columns."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.domain.job import JobState, JobStatus
from hopla_gui.domain.job_statuses import JobStatuses

SECONDS = st.none() | st.floats(0, 1e10)
STATUS = st.builds(
    JobStatus,
    state=st.sampled_from(JobState),
    exit_code=st.none() | st.integers(-(2**31), 2**32),
    started=SECONDS,
    duration_s=SECONDS,
    attempt=st.integers(1, 2**16),
    detail=st.none() | st.text(),
    frozen_s=st.just(0.0) | st.floats(0, 1e6),
)
SEVERAL = st.lists(STATUS)


@given(SEVERAL)
def test_what_is_put_in_comes_out(statuses):
    kept = JobStatuses(statuses)
    assert list(kept) == statuses
    assert kept[: len(statuses)] == statuses
    assert kept.states == [status.state for status in statuses]


@given(st.lists(STATUS, min_size=1), STATUS, st.data())
def test_one_takes_the_place_of_another(statuses, status, data):
    kept = JobStatuses(statuses)
    job = data.draw(st.integers(0, len(statuses) - 1))
    kept[job] = statuses[job] = status
    assert list(kept) == statuses


@given(SEVERAL, st.sampled_from(["state", "exit_code", "started", "attempt", "detail"]))
def test_a_column_tells_of_any_jobs(statuses, name):
    kept = JobStatuses(statuses)
    told = [getattr(status, name) for status in statuses]
    assert kept.column(name, range(len(statuses))) == told
    assert kept.column(name, list(range(len(statuses)))[::-1]) == told[::-1]


@given(SEVERAL)
def test_durations_of_running_jobs_go_on(statuses):
    now = 2e10
    told = [
        status.running_s(now) if status.state is JobState.RUNNING else status.duration_s
        for status in statuses
    ]
    assert JobStatuses(statuses).durations(range(len(statuses)), now) == told


@given(SEVERAL)
def test_the_last_end_is_that_of_jobs_that_have_one(statuses):
    ends = [
        status.started + status.duration_s
        for status in statuses
        if status.started is not None and status.duration_s is not None
    ]
    assert JobStatuses(statuses).last_ended() == max(ends, default=None)


def test_time_that_a_job_stands_still_adds_up():
    kept = JobStatuses([JobStatus(JobState.RUNNING, started=1.0)])
    kept.freeze(0, 2.0)
    kept.freeze(0, 3.0)
    assert kept[0] == replace(JobStatus(JobState.RUNNING, started=1.0), frozen_s=5.0)
