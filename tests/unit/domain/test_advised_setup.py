"""A set-up that follows advice, as far as it says how to run where it runs."""

from dataclasses import replace
from pathlib import Path

from job_uses import uses_of

from hopla_gui.domain.advice import Machine, advise
from hopla_gui.domain.advised_setup import advised_setup, following_words
from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.domain.setup import RunOptions, Setup

ADVICE = advise(uses_of([(1000, 1000, 1_000)] * 50), Machine(4, 64_000))
HERE = Setup(Path("/s.py"))


def on_cluster(**options):
    return replace(HERE, run=RunOptions(on="slurm"), cluster=ClusterOptions(**options))


def test_here_the_number_of_workers_follows():
    assert following_words(HERE, ADVICE) == ("4 workers", "Use 4 workers")
    followed = advised_setup(HERE, ADVICE)
    assert followed == replace(HERE, run=RunOptions(workers=4))
    assert following_words(followed, ADVICE) == ("", "")


def test_on_a_cluster_the_request_follows():
    setup = on_cluster(queue="long", memory_gb=64)

    asked = "1.5 GB, 25 min, 1 core"
    assert following_words(setup, ADVICE) == (asked, f"Ask for {asked}")
    followed = advised_setup(setup, ADVICE)
    assert followed.cluster == ClusterOptions("long", None, 1.5, 25 / 60, 1)
    assert followed.run.workers is None


def test_a_task_of_many_jobs_has_time_for_all():
    followed = advised_setup(on_cluster(points_per_task=10, parallel_per_task=4), ADVICE)

    assert followed.cluster.walltime_h == 3 * 25 / 60


def test_what_is_not_known_stays_as_it_is():
    advice = advise(uses_of([(1000, None, None)] * 50), None)

    assert following_words(HERE, advice) == ("", "")
    assert advised_setup(on_cluster(memory_gb=3), advice).cluster.memory_gb == 3
