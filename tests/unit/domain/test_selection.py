from itertools import product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hopla_gui.domain.edits import Finder, JobEdit
from hopla_gui.domain.grid import Vector
from hopla_gui.domain.selection import Selection


@st.composite
def selections(draw):
    lengths = draw(st.lists(st.integers(1, 5), max_size=4))
    blocks = draw(st.sets(st.integers(0, len(lengths) - 1), max_size=3)) if lengths else set()
    blocks = tuple(sorted(blocks))
    size = prod(lengths[block] for block in blocks)
    marks = bytes(draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    off = draw(st.sets(st.integers(0, prod(lengths) - 1)))
    return lengths, Vector(blocks, marks), off


@settings(max_examples=300, deadline=None)
@given(selections())
def test_indices_and_points_are_each_others_inverse(given_):
    lengths, marks, off = given_
    own = [lengths[block] for block in marks.blocks]
    by_places = dict(zip(product(*map(range, own)), marks.items, strict=True))
    passing, kept = [], []
    for point, places in enumerate(product(*map(range, lengths))):
        if not by_places[tuple(places[block] for block in marks.blocks)]:
            passing.append(places)
            if point not in off:
                kept.append(point)
    selection = Selection(lengths, marks, off)
    assert len(selection) == len(kept)
    assert [selection.point_of(index) for index in range(len(kept))] == kept
    indices = {point: index for index, point in enumerate(kept)}
    assert all(selection.index_of(p) == indices.get(p) for p in range(prod(lengths)))
    assert list(selection.steps([range(length) for length in lengths])) == passing


def test_marks_cost_a_byte_for_each_combination_they_look_at():
    marks = Vector((1,), bytes([0, 1] * 500))
    selection = Selection([1000, 1000, 1000], marks)
    assert len(selection) == 500_000_000
    assert selection.point_of(499_999_999) == 999_998_999
    assert selection.index_of(999_998_999) == 499_999_999


COLUMNS = {
    "lr": Vector((0,), [0.1, 1, 0.1]),
    "name": Vector((0,), ["a", "b", "c"]),
    "deep": Vector((1,), [True, False]),
    "epochs": Vector((), [10]),
}
FINDER = Finder(COLUMNS, ("lr", "name", "deep"), (3, 2, 2))  # the last block: repetitions


@pytest.mark.parametrize(
    ("edit", "points"),
    [
        (JobEdit({"lr": 1.0, "name": "b", "deep": True}), [4, 5]),
        (JobEdit({"lr": 1.0, "name": "b", "deep": True}, nth=1), [5]),
        (JobEdit({"lr": 0.1}), [0, 1, 2, 3, 8, 9, 10, 11]),
        (JobEdit({"lr": 0.1, "epochs": 10}, nth=4), [8]),
        (JobEdit({"lr": 0.1}, nth=8), []),
        (JobEdit({"lr": 0.2}), []),
        (JobEdit({"lr": True}), []),
        (JobEdit({"epochs": 11}), []),
        (JobEdit({"gone": 1}), []),
    ],
)
def test_an_edit_finds_its_jobs_by_their_values(edit, points):
    assert list(FINDER.points(edit)) == points
    assert FINDER.count(edit) == len(points)


def test_the_key_of_a_point_finds_just_that_point():
    for point in range(12):
        assert list(FINDER.points(JobEdit(*FINDER.key(point)))) == [point]


def test_a_value_listed_twice_is_told_apart_by_its_turn():
    finder = Finder({"x": Vector((0,), [1, 2, 1])}, ("x",), (3,))
    assert [finder.key(point) for point in range(3)] == [
        ({"x": 1}, 0), ({"x": 2}, None), ({"x": 1}, 1),
    ]  # fmt: skip
