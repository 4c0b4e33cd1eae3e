"""Jobs side by side."""

from __future__ import annotations

import math

import pytest

from hopla_gui.domain.comparison import (
    ABSENT,
    MOST_PARTS,
    MOST_ROWS,
    Delta,
    Rest,
    Section,
    compare,
    delta,
    traceback_difference,
)
from hopla_gui.domain.job import JobOutcome, JobRecord, JobSpec, JobState


def record(index, parameters=None, values=None, state=JobState.SUCCEEDED, **facts):
    spec = JobSpec(index, f"job_{index}", parameters or {}, ("s.py",))
    outcome = JobOutcome(state, facts.pop("code", 0), values=values or {}, **facts)
    return JobRecord(spec, outcome, 1, "out", "err")


def rows(comparison, section):
    return {row.name: row for row in comparison.sections[section]}


def values(*tables):
    found = compare([record(place, values=table) for place, table in enumerate(tables)])
    return rows(found, Section.VALUES)


def test_parameters_that_are_not_the_same_for_all_differ():
    found = compare([record(0, {"lr": 0.1, "n": 2}), record(1, {"lr": 0.2, "n": 2, "tag": "x"})])
    given = rows(found, Section.PARAMETERS)
    assert found.names == ("job_0", "job_1")
    assert list(given) == ["lr", "n", "tag"]
    assert [row.differs for row in given.values()] == [True, False, True]
    assert given["tag"].cells == (ABSENT, "x")


def test_values_are_compared_by_their_dotted_paths():
    found = values({"out": {"score": 1, "s": [1, 2]}}, {"out": {"score": 2, "s": [1, 3, 4]}})
    assert list(found) == ["out.score", "out.s[0]", "out.s[1]", "out.s[2]"]
    assert [row.differs for row in found.values()] == [True, False, True, True]
    assert found["out.s[2]"].cells == (ABSENT, 4)


def test_jobs_with_the_same_value_are_of_one_class():
    assert values({"x": "a"}, {"x": "b"}, {"x": "a"}, {})["x"].classes == (0, 1, 0, 2)


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        (1, 1.0, False),
        (1, True, True),
        ([1], [True], True),
        ([0], [False], True),
        (None, 0, True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, False),
        ([], {}, True),
        ("1", 1, True),
        (math.nan, float("nan"), False),
        ([math.nan], [float("nan")], False),
        (math.nan, "nan", True),
        (math.nan, 0.0, True),
    ],
)
def test_what_is_the_same_is_a_matter_of_value_not_of_notation(one, other, differs):
    found = values({"x": one}, {"x": other})
    assert any(row.differs for row in found.values()) is differs


def test_long_lists_end_in_one_row_that_is_compared_in_whole():
    long, other = list(range(1_000)), list(range(1_000))
    other[999] = -1
    found = values({"x": long}, {"x": other})
    assert len(found) == MOST_PARTS + 1
    rest = found[f"x[{MOST_PARTS}…]"]
    assert rest.cells == (Rest(long[50:]), Rest(other[50:]))
    assert rest.cells[0].count == 950
    assert rest.differs
    assert not any(row.differs for name, row in found.items() if "…" not in name)


def test_many_values_stay_few_rows_and_no_difference_is_lost():
    def table(last):
        return {f"v{place}": [{"a": place, "b": [1, 2]}] for place in range(5_000)} | {"end": last}

    found = compare([record(0, values=table([1])), record(1, values=table([2]))])
    shown = found.sections[Section.VALUES]
    assert len(shown) <= 2 * MOST_ROWS + 1
    assert [row.name for row in shown if row.differs] == ["…"]


def test_how_jobs_ended_is_compared_too():
    found = compare(
        [
            record(0, duration_s=2.0, max_rss_mb=10.0),
            record(1, state=JobState.FAILED, code=1, traceback="T\nValueError: x\n"),
        ]
    )
    result = rows(found, Section.RESULT)
    assert result["State"].differs
    assert result["Exit code"].cells == (0, 1)
    assert result["Error"].cells == (ABSENT, "ValueError: x")
    assert "CPU time" not in result
    assert found.differences == len([row for row in result.values() if row.differs])


def test_numbers_tell_how_far_apart_they_are():
    assert delta(3, 2) == Delta(1.0, 0.5)
    assert delta(-3, -2) == Delta(-1.0, -0.5)
    assert delta(1, 0) == Delta(1.0, None)
    for value, reference in ((2, 2), (True, 0), ("3", 2), (None, 2), (10**400, 1)):
        assert delta(value, reference) is None


def test_tracebacks_are_compared_line_by_line():
    assert traceback_difference("a\nb\nc", "a\nx\nc\nd") == ["  a", "- b", "+ x", "  c", "+ d"]
    assert traceback_difference(None, "a") == ["+ a"]
    assert len(traceback_difference("a\n" * 100_000, None)) == 500


def test_one_nested_deep_is_compared_without_end():
    deep: object = 1
    for _ in range(100):
        deep = [deep]
    (name,) = values({"x": deep}, {"x": deep})
    assert name == "x" + "[0]" * 100
