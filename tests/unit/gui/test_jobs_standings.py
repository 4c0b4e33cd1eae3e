"""How the jobs of a run stand: counted once, then followed."""

from hopla_gui.domain.events import JobFinished, JobRequeued, JobStarted
from hopla_gui.domain.job import JobOutcome, JobState, JobStatus
from hopla_gui.domain.job_statuses import JobStatuses
from hopla_gui.gui.jobs.job_standings import JobStandings


def test_when_a_job_ended_last_is_followed():
    standings = JobStandings(JobStatuses([JobStatus(), JobStatus()]))
    assert standings.last_ended() is None

    standings.apply([JobStarted(0, 1, 10.0, worker=0)])
    assert standings.last_ended() is None
    for job, started in ((0, 10.0), (1, 5.0)):
        outcome = JobOutcome(JobState.SUCCEEDED, 0, started=started, duration_s=2.0)
        standings.apply([JobFinished(job, 1, outcome)])
    assert standings.last_ended() == 12.0
    assert JobStandings(standings.statuses).last_ended() == 12.0
    assert standings.counts().succeeded == 2


def test_a_job_that_was_moved_first_comes_next_until_it_begins():
    lost = JobStatus(JobState.LOST, attempt=1)
    standings = JobStandings(JobStatuses([JobStatus(), JobStatus(), lost, lost]))
    # GIVEN jobs that were moved: one waits, one is about to wait again, one is not
    assert standings.note_moved_first([1, 2, 3], rerun={2}) == [1, 2]
    assert [job for job in range(4) if standings.comes_next(job)] == [1]
    standings.apply([JobRequeued(2, 2), JobRequeued(3, 2)])
    assert [job for job in range(4) if standings.comes_next(job)] == [1, 2]
    # WHEN one begins, and one is cancelled before
    standings.apply([JobStarted(2, 2, 10.0)])
    standings.apply([JobFinished(1, 1, JobOutcome(JobState.CANCELLED))])
    assert not any(map(standings.comes_next, range(4)))
    # THEN the one that never began comes next again when they are run after all
    standings.apply([JobFinished(2, 2, JobOutcome(JobState.FAILED, 1))])
    standings.apply([JobRequeued(1, 1), JobRequeued(2, 3)])
    assert [job for job in range(4) if standings.comes_next(job)] == [1]
