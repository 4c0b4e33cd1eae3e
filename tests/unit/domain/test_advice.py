"""Advice: safe numbers where they can be told, and every doubt with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from job_uses import uses_of

from hopla_gui.domain.advice import Machine, Unsuccessful, Uses, advise
from hopla_gui.domain.advice_words import advice_lines, cluster_words, workers_words

MACHINE = Machine(cores=8, memory_mb=16_000)


def jobs(count, memory=100.0, took=60.0, cpu=60.0):
    return uses_of([(took, cpu, memory)] * count)


def test_small_jobs_get_a_worker_a_core():
    advice = advise(jobs(50), MACHINE)

    assert (advice.workers, advice.bound) == (8, "cores")
    assert (advice.memory_gb, advice.walltime_h, advice.cpus) == (0.2, 5 / 60, 1)
    assert workers_words(advice) == "8 workers, as many as its cores allow"
    assert cluster_words(advice) == "0.2 GB, 5 min, 1 core"


def test_memory_bounds_the_workers():
    advice = advise(jobs(50, memory=4_000), MACHINE)

    # of 16 GB a fifth is left alone; one worker has its peak, each other that and a tenth
    assert (advice.workers, advice.bound) == (2, "memory")
    assert workers_words(advice) == "2 workers, as many as its memory allows"


def test_a_job_that_is_larger_than_the_machine_runs_alone():
    assert advise(jobs(50, memory=40_000), MACHINE).workers == 1


def test_jobs_of_several_cores_share_the_machine():
    advice = advise(jobs(50, cpu=60 * 3.9), MACHINE)

    assert (advice.workers, advice.cpus) == (2, 4)


def test_a_little_over_one_core_is_a_job_of_one():
    assert advise(jobs(50, cpu=66), MACHINE).workers == 8


@pytest.mark.parametrize(("count", "memory_gb"), [(1, 2.5), (10, 1.5), (100, 1.5)])
def test_few_jobs_have_wide_margins_and_say_so(count, memory_gb):
    advice = advise(jobs(count, memory=1_000), MACHINE)

    assert advice.memory_gb == memory_gb
    assert any("margins are wide" in line for line in advice_lines(advice)) is (count < 20)


def test_an_outlier_is_told_and_still_has_room():
    uses = [*[(60, 60, 1_000)] * 99, (60, 60, 9_000)]
    advice = advise(uses_of(uses), MACHINE)

    # 12.8 GB: the large one and three like the others
    assert advice.workers == 4
    assert advice.memory_gb == 11
    assert "1 job used up to 9.0 GB, the others 1.0 GB at most" in "\n".join(advice_lines(advice))


def test_what_was_stopped_or_killed_needs_more():
    advice = advise(jobs(50), MACHINE, Unsuccessful(timed_out=2, killed=1, limit_s=3600))
    told = "\n".join(advice_lines(advice))

    assert advice.walltime_h == 1.5
    assert "2 jobs were stopped at the time limit of 1 h 00 min" in told
    assert "they need more" in told
    assert "1 job was killed by SIGKILL, maybe for lack of memory: it may need more" in told
    told = "\n".join(advice_lines(advise(jobs(50), MACHINE, Unsuccessful(timed_out=1, limit_s=3))))
    assert "1 job was stopped at the time limit of 3.00 s: it needs more." in told


@pytest.mark.parametrize(
    ("failed", "said"),
    [(0, ""), (1, "1 that failed is left out"), (2_000, "2,000 that failed are left out")],
)
def test_failed_jobs_are_not_measured_and_that_is_told(failed, said):
    told = "\n".join(advice_lines(advise(jobs(50), MACHINE, Unsuccessful(failed=failed))))

    assert said in told
    assert ("Only jobs that succeeded were measured" in told) is (failed > 0)


def test_it_is_told_that_jobs_wait():
    told = "\n".join(advice_lines(advise(jobs(50, cpu=6), MACHINE)))

    assert "on a core for 10% of its time: it waited for" in told


def test_elsewhere_the_workers_are_not_told():
    advice = advise(jobs(50), None)

    assert advice.workers is None
    assert advice.memory_gb == 0.2


def test_nothing_measured_is_no_advice():
    assert advise(Uses(0), MACHINE) is None
    assert advise(Uses(1), MACHINE) is None


def test_what_is_not_measured_is_not_told():
    advice = advise(uses_of([(60, None, None)] * 30), MACHINE)

    assert (advice.workers, advice.memory_gb, advice.cpus) == (None, None, None)
    assert cluster_words(advice) == "5 min"
    assert len(advice_lines(advice)) == 2


@pytest.mark.parametrize(
    ("took", "walltime"),
    [(0.01, "5 min"), (300, "10 min"), (2_400, "1 h"), (7_200, "3 h"), (36_000, "15 h")],
)
def test_walltime_is_asked_in_round_numbers(took, walltime):
    assert cluster_words(advise(jobs(50, took=took), None)).split(", ")[1] == walltime


numbers = st.floats(0.001, 1e7)


@given(st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=60), numbers)
def test_advice_holds_what_was_measured(measured, memory):
    advice = advise(uses_of(measured), Machine(8, memory))

    assert 1 <= advice.workers <= 8
    assert advice.memory_gb * 1000 >= max(use[2] for use in measured)
    assert advice.walltime_h * 3600 >= max(use[0] for use in measured)
    assert all(advice_lines(advice))
