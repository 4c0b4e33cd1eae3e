from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.domain.causes import Cause, CauseKind
from hopla_gui.domain.events import JobFinished, JobRequeued, JobStarted, RunNote
from hopla_gui.domain.failure_groups import FailureGroups
from hopla_gui.domain.job import JobOutcome, JobState

CAUSES = [Cause(CauseKind.EXCEPTION, f"E{n}", "/s.py", n, "f", "m") for n in range(3)]


def failed(index, cause, memory=None):
    outcome = JobOutcome(JobState.FAILED, 1, cause=cause, max_rss_mb=memory)
    return JobFinished(index, 1, outcome)


def succeeded(index):
    return JobFinished(index, 1, JobOutcome(JobState.SUCCEEDED, 0))


jobs = st.integers(0, 9)
events = st.one_of(
    st.builds(failed, jobs, st.sampled_from(CAUSES)),
    st.builds(succeeded, jobs),
    st.builds(JobRequeued, jobs, st.just(2)),
    st.builds(JobStarted, jobs, st.just(1), st.just(0.0)),
    st.just(RunNote("x")),
)


@given(st.lists(events), st.integers(1, 5))
def test_each_job_is_in_the_group_of_its_last_failure_alone(happened, size):
    groups, expected = FailureGroups(), {}
    for start in range(0, len(happened), size):
        batch = happened[start : start + size]
        before = dict(expected)
        for event in batch:
            if isinstance(event, RunNote):
                continue
            expected.pop(event.index, None)
            if isinstance(event, JobFinished) and event.outcome.cause:
                expected[event.index] = event.outcome.cause
        if not groups.apply(batch):
            assert before == expected
    assert len(groups) == len(expected)
    found = {job: group.cause for group in groups.ordered() for job in group.jobs}
    assert found == expected
    sizes = [len(group) for group in groups.ordered()]
    assert sizes == sorted(sizes, reverse=True)
    assert all(sizes)


def test_a_group_knows_its_peak_memory():
    groups = FailureGroups({1: CAUSES[0], 2: CAUSES[0], 3: CAUSES[1]}, {1: 20.0})
    groups.apply([failed(4, CAUSES[0], 15_800.0)])
    assert groups.group(CAUSES[0]).peak_memory == 15_800.0
    assert groups.group(CAUSES[1]).peak_memory is None
    assert groups.group_of(4) is groups.group(CAUSES[0])
    assert groups.group(CAUSES[2]) is None


def test_causes_that_differ_in_their_example_alone_are_one_group():
    one = Cause(CauseKind.LOST, "lost", message="…", example="7")
    other = Cause(CauseKind.LOST, "lost", message="…", example="8")
    assert len(FailureGroups({0: one, 1: other}).ordered()) == 1


def saying(message):
    return Cause(CauseKind.EXCEPTION, "E", message="… of …", example=message)


def test_a_group_says_what_its_jobs_have_in_common():
    groups = FailureGroups()
    for index, (said, shared) in enumerate(
        [("1 of 'x'", "1 of 'x'"), ("1 of 'x'", "1 of 'x'"), ("2 of 'x'", "… of 'x'")]
    ):
        groups.apply([failed(index, saying(said))])
        assert groups.group_of(index).message == shared
    assert str(groups.group_of(0).cause) == "E: … of …"
    # WHEN all of them have left it, what comes next is told as it is
    groups.apply([JobRequeued(index, 2) for index in range(3)])
    groups.apply([failed(0, saying("4 of 'y'"))])
    assert groups.group_of(0).message == "4 of 'y'"


def test_where_the_messages_are_not_known_a_group_says_the_mask():
    masked = Cause(CauseKind.EXCEPTION, "E", message="… of …")
    groups = FailureGroups({0: masked, 1: saying("1 of 'x'")})
    assert groups.group(masked).message == "… of …"
