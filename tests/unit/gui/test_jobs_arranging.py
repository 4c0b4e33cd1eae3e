"""Sorting, filtering, grouping in small steps, and which row shows what."""

from __future__ import annotations

import math
from array import array

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hopla_gui.gui.jobs import arranging
from hopla_gui.gui.jobs.arranging import group, passing, pick, places_of, rank, sort, test_all
from hopla_gui.gui.jobs.formatting import sort_key
from hopla_gui.gui.jobs.job_facts import Fact
from hopla_gui.gui.jobs.nodes import Node
from hopla_gui.gui.jobs.open_job import OpenJob
from hopla_gui.gui.jobs.row_plan import RowGroup, RowPlan, stretches, with_heads

test_all.__test__ = False  # it is no test


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(arranging, "PIECE", 3)
    monkeypatch.setattr(arranging, "STRIDE", 2)


def run(steps):
    try:
        while True:
            next(steps)
    except StopIteration as end:
        return end.value


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 9),
    st.floats(allow_nan=True),
    st.text(max_size=3),
    st.lists(st.integers(0, 3), max_size=2),
)


@pytest.mark.parametrize("descending", [False, True])
@example([None, math.inf])
@example([None, -math.inf])
@given(st.lists(values, max_size=30))
def test_ranks_sort_as_the_values_do_and_what_has_none_comes_last(descending, found):
    ranks = run(rank(found, descending=descending))
    by_rank = sorted(range(len(found)), key=ranks.__getitem__)
    told = [found[job] for job in by_rank if found[job] is not None and found[job] == found[job]]
    assert by_rank[: len(told)] == [job for job in by_rank if found[job] in told]
    assert list(map(sort_key, told)) == sorted(map(sort_key, told), reverse=descending)


def test_few_values_are_not_sorted_all_at_once(monkeypatch):
    monkeypatch.setattr(arranging, "PIECE", 100)
    monkeypatch.setattr(arranging, "STRIDE", 20)
    asked = most = 0

    def key(number):
        nonlocal asked
        asked += 1
        return number % 3

    for _ in sort(range(3_000), key):
        asked, most = 0, max(asked, most)
    assert most < 1_000  # numbers with the same key


@given(st.lists(st.integers(0, 5), max_size=200))
def test_sorting_in_steps_is_sorting(keys):
    order = list(range(len(keys)))[::-1]
    found = run(sort(order, keys.__getitem__))
    assert found == sorted(order, key=keys.__getitem__)


@given(st.lists(st.booleans(), max_size=20))
def test_jobs_that_pass_keep_their_order(wanted):
    passes = bytearray(len(wanted))
    run(test_all(passes, pick(wanted)))
    expected = [job for job in range(len(wanted)) if wanted[job]]
    assert list(run(passing(range(len(wanted)), passes))) == expected
    backwards = list(range(len(wanted)))[::-1]
    assert list(run(passing(backwards, passes))) == expected[::-1]
    assert run(passing(backwards, None)) is backwards


@given(st.lists(values, max_size=30))
def test_every_job_is_in_one_group(found):
    groups = run(group(range(len(found)), pick(found), str, set()))
    assert sorted(job for one in groups for job in one.jobs) == list(range(len(found)))
    for one in groups:
        assert list(one.jobs) == sorted(one.jobs)
        assert len({repr(found[job]) for job in one.jobs}) == 1
    assert len({one.key for one in groups}) == len(groups)


def test_groups_beyond_a_number_are_one(monkeypatch):
    monkeypatch.setattr(arranging, "MOST_GROUPS", 2)
    groups = run(group(range(5), list, str, set()))
    assert [(one.title, list(one.jobs)) for one in groups] == [
        ("0", [0]), ("1", [1]), ("…", [2, 3, 4])
    ]  # fmt: skip


def opened(job, rows):
    return OpenJob(job, [Fact(f"fact {row}", "") for row in range(rows)])


@given(
    st.permutations(range(8)),
    st.lists(st.integers(0, 7), unique=True, max_size=4),
    st.none() | st.lists(st.booleans(), min_size=3, max_size=3),
    st.integers(1, 8),
)
def test_what_a_row_shows_is_found_at_that_row(order, open_jobs, groups_open, shown):
    jobs = array("i", order[:shown])
    groups = None
    if groups_open is not None:
        parts = (jobs[0::3], jobs[1::3], jobs[2::3])
        pairs = enumerate(zip(parts, groups_open, strict=True))
        groups = [RowGroup(n, str(n), part, is_open) for n, (part, is_open) in pairs]
    plan = RowPlan(jobs, groups, {job: opened(job, 2) for job in open_jobs})
    rows = [plan.at(row) for row in range(len(plan))]
    for row, found in enumerate(rows):
        assert plan.row_of_any(found) == row
        if isinstance(found, Node):
            assert found in plan.below(found.job).rows
    in_sight = [row for row in rows if isinstance(row, int)]
    expected = (
        jobs if groups is None else [job for one in groups if one.is_open for job in one.jobs]
    )
    assert in_sight == list(expected)
    for job in set(range(8)) - set(in_sight):
        assert plan.row_of(job) is None


def test_opening_and_closing_moves_the_rows_below():
    plan = RowPlan(range(4))
    plan.open(opened(2, 3))
    plan.open(opened(0, 1))
    assert [plan.row_of(job) for job in range(4)] == [0, 2, 3, 7]
    plan.close(0)
    assert [plan.row_of(job) for job in range(4)] == [0, 1, 2, 6]
    assert plan.below(2).job == 2
    assert plan.below(0) is None


def test_places_are_the_inverse_of_rows():
    base = with_heads(
        [RowGroup(1, "", array("i", (4, 2))), RowGroup(2, "", array("i", (0,)), False)]
    )
    assert list(base) == [-1, 4, 2, -2]
    assert list(run(places_of(base, 5))) == [-1, -1, 2, -1, 1]
    assert run(places_of(range(5), 5)) == range(5)


def test_stretches_of_rows():
    assert list(stretches([5, 3, None, 4, 9])) == [(3, 5), (9, 9)]
    assert list(stretches([])) == []


def test_parts_are_hidden_with_what_they_lie_below():
    job = OpenJob(0, [Fact("Values", "a", {"a": {"b": [1, 2]}, "c": 3})])
    assert [node.label for node in job.rows] == ["Values", "a", "c"]
    job.toggle(job.rows[1])
    job.toggle(job.rows[2])
    assert [node.label for node in job.rows] == ["Values", "a", "b", "[0]", "[1]", "c"]
    change = job.toggle(job.rows[0])
    assert (change.row, change.removed) == (1, 5)
    assert job.toggle(job.rows[0]).added == 5  # as it was left
