from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.domain.run import RunInfo


@given(st.sampled_from(["job", "Sub", "über"]), st.text("jobsub_ÜÜ019 ", max_size=4), st.data())
def test_what_a_job_is_called_may_name_it(prefix, text, data):
    numbers = data.draw(st.lists(st.integers(0, 10_000), min_size=1, max_size=5))
    info = RunInfo(
        "run", "/s.py", "ab", "/usr/bin/python3", "3.11.7", "/", 0.0, "host", "1",
        job_prefix=prefix, job_numbers=tuple(numbers),
    )  # fmt: skip
    names = [info.job_name(index).casefold() for index in range(len(numbers))]
    wanted = text.casefold()
    assert info.may_name(wanted) or not any(wanted in name for name in names)
    assert all(info.may_name(name) for name in names)
    assert not info.may_name("not be 0")
