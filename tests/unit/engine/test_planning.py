"""What is known of a run before it begins."""

import re

import pytest

from hopla_gui.domain.setup import RunOptions
from hopla_gui.engine.running.planning import new_run_info
from hopla_gui.engine.sweepfiles.sections import number
from hopla_gui.errors import UserError


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"timeout": 1e10}, "[run] timeout is at most 100,000,000 seconds"),
        ({"delay_upto": 1e30}, "[run] delay_upto"),
        ({"min_free_memory_gb": 1e300}, "at most 1,000,000 GB"),
        ({"workers": 100_000_000}, "[run] workers is at most 10,000"),
        ({"workers": 10**400}, "[run] workers is at most 10,000"),
        ({"retries": 10**11}, "[run] retries is at most 10,000"),
        ({"log_limit_mb": 1e305}, "[run] log_limit_mb is at most 1,000,000,000 MB"),
    ],
)
def test_what_is_beyond_all_measure_is_refused_by_name(options, said):
    with pytest.raises(UserError, match=re.escape(said)):
        new_run_info("/s.py", None, RunOptions(**options))


def test_what_is_large_is_taken():
    options = RunOptions(timeout=1e7, delay_upto=1e6, min_free_memory_gb=4000.0, workers=4096)
    assert new_run_info("/s.py", None, options).options.timeout == 1e7


def test_a_cluster_may_run_more_jobs_at_a_time_than_one_machine():
    options = RunOptions(workers=20_000, on="slurm")
    assert new_run_info("/s.py", None, options).options.workers == 20_000


def test_an_integer_too_large_for_a_float_is_read_as_a_number():
    assert number()(10**400) == 10**400
