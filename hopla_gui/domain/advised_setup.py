"""A set-up that follows advice: more or fewer workers here, another request of a cluster."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from hopla_gui.domain.advice import Advice
from hopla_gui.domain.advice_words import cluster_words
from hopla_gui.domain.setup import Setup


def advised_setup(setup: Setup, advice: Advice) -> Setup:
    """Return a set-up that follows advice, as far as it says how to run where it runs.

    On this machine that is the number of workers; on a cluster the memory, time and cores of a
    job, and the time of all jobs that follow one another in a task.
    """
    if setup.run.on == "local":
        if advice.workers is None:
            return setup
        return replace(setup, run=replace(setup.run, workers=advice.workers))
    cluster = setup.cluster
    in_a_row = ceil((cluster.points_per_task or 1) / (cluster.parallel_per_task or 1))
    hours = advice.walltime_h and advice.walltime_h * in_a_row
    asked = replace(
        cluster,
        memory_gb=advice.memory_gb or cluster.memory_gb,
        walltime_h=hours or cluster.walltime_h,
        cpus=advice.cpus or cluster.cpus,
    )
    return replace(setup, cluster=asked)


def following_words(setup: Setup, advice: Advice) -> tuple[str, str]:
    """Return what following advice comes down to, and what it would do to a set-up.

    Both are empty where the set-up follows it already.
    """
    if advised_setup(setup, advice) == setup:
        return "", ""
    if setup.run.on == "local":
        workers = "1 worker" if advice.workers == 1 else f"{advice.workers:,} workers"
        return workers, f"Use {workers}"
    return cluster_words(advice), f"Ask for {cluster_words(advice)}"
