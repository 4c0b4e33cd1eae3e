"""What is known of a run before it begins."""

import pytest

from hopla_gui.domain.setup import RunOptions
from hopla_gui.engine.running.planning import new_run_info
from hopla_gui.errors import UserError


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"timeout": 1e10}, "run.timeout = 1e+10 is too much: at most 100,000,000 seconds"),
        ({"delay_upto": 1e30}, "run.delay_upto"),
        ({"min_free_memory_gb": 1e300}, "at most 1,000,000 GB"),
        ({"workers": 100_000_000}, "at most 10,000 workers"),
    ],
)
def test_what_is_beyond_all_measure_is_refused_by_name(options, said):
    with pytest.raises(UserError, match=said.replace("+", r"\+").replace(".", r"\.")):
        new_run_info("/s.py", None, RunOptions(**options))


def test_what_is_large_is_taken():
    options = RunOptions(timeout=1e7, delay_upto=1e6, min_free_memory_gb=4000.0, workers=4096)
    assert new_run_info("/s.py", None, options).options.timeout == 1e7
