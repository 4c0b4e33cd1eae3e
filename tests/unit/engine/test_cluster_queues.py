"""Queues and partitions as schedulers tell of them."""

import pytest

from hopla_gui.engine.running.runners.cluster.queues import (
    Queue,
    hours,
    pbs_queues,
    slurm_queues,
)


def test_a_partition_grants_what_its_largest_node_has():
    text = (
        "normal*|up|1-00:00:00|16|64000|(null)\n"
        "normal*|up|1-00:00:00|32+|128000+|gpu:a100:4(S:0-1),gpu:2\n"
        "debug|down|30:00|4|8000|(null)\nnonsense\n"
    )
    normal, debug = slurm_queues(text)
    assert (normal.name, normal.is_default, normal.walltime_h) == ("normal", True, 24)
    assert (normal.cpus, normal.gpus) == (32, 6)
    assert normal.memory_gb == pytest.approx(134.2, abs=0.1)
    assert debug == Queue("debug", False, False, 0.5, 4, pytest.approx(8.39, abs=0.01), 0)


def test_a_queue_of_pbs_grants_what_it_says_and_routes_are_none():
    text = (
        "Queue: long\n    queue_type = Execution\n    resources_max.mem = 2097152kb\n"
        "    resources_max.walltime = 168:00:00\n    enabled = True\n\n"
        "Queue: route\n    queue_type = Route\n    enabled = True\n\n"
        "Queue: shut\n    queue_type = E\n    enabled = False\n"
    )
    long, shut = pbs_queues(text, "long")
    assert long == Queue("long", True, True, 168, None, pytest.approx(2.147, abs=0.001))
    assert (shut.name, shut.is_default, shut.is_open) == ("shut", False, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("infinite", None), ("", None), ("n/a", None), ("30:00", 0.5), ("7-12:00:00", 180)],
)
def test_times(text, expected):
    assert hours(text) == expected
