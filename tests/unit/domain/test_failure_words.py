from __future__ import annotations

import pytest

from hopla_gui.domain.causes import Cause, CauseKind, cause_said
from hopla_gui.domain.failure_groups import FailureGroups
from hopla_gui.domain.failure_words import group_words, more_causes


def grouped(*messages):
    causes = (cause_said(CauseKind.EXCEPTION, "KeyError", said, "/k.py", 5) for said in messages)
    (group,) = FailureGroups(dict(enumerate(causes))).ordered()
    return group


def test_a_message_that_is_the_same_in_all_jobs_is_said_whole():
    line = group_words(grouped(*["'sigma'"] * 20)).line
    assert line == "20 \N{MULTIPLICATION SIGN} KeyError at k.py:5: 'sigma'"
    line = group_words(grouped("'sigma'", "'rho'")).line
    assert line == "2 \N{MULTIPLICATION SIGN} KeyError at k.py:5: …"


def test_a_message_is_bounded_and_nothing_in_it_is_hidden():
    hostile = "'\x1b[31m\u202e'"
    assert group_words(grouped(hostile, hostile)).message == "'⟨ESC⟩[31m⟨U+202E⟩'"
    long = f"'{'x' * 5_000}"
    assert len(group_words(grouped(long, long)).message) < 350


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ([1], "1 more cause, of 1 job"),
        ([3], "1 more cause, of 3 jobs"),
        ([1, 1], "2 more causes, of 2 jobs"),
        ([1500, 1], "2 more causes, of 1,501 jobs"),
    ],
)
def test_causes_that_are_not_shown_are_counted(sizes, said):
    numbers = [number for number, size in enumerate(sizes) for _ in range(size)]
    causes = (Cause(CauseKind.EXCEPTION, f"E{number}") for number in numbers)
    assert more_causes(FailureGroups(dict(enumerate(causes))).ordered()) == said
