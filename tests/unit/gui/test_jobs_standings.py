"""How the jobs of a run stand: counted once, then followed."""

from hopla_gui.domain.events import JobFinished, JobStarted
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
