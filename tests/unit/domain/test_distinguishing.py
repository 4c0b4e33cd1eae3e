from __future__ import annotations

import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.domain import jobsets
from hopla_gui.domain.distinguishing import Condition, Distinguisher, tail
from hopla_gui.domain.jobsets import ValueSets, job_set

GRID = list(product([0, 1, 2, 3], ["a", "b", "c"], [0.001, 0.01, 0.1, 1.0]))
COLUMNS = {
    "smooth": [point[0] for point in GRID],
    "model": [point[1] for point in GRID],
    "lr": [point[2] for point in GRID],
    "epochs": [20] * len(GRID),
}
ALL = range(len(GRID))


def apart(columns, inside, among):
    total = max(among[-1] + 1, 0, *map(len, columns.values()))
    return Distinguisher(columns).rules(inside, job_set(among, total))


def rules(is_in, columns=COLUMNS, among=ALL):
    inside = [job for job in among if is_in(*GRID[job])]
    return apart(columns, inside, among)


def told(rule):
    return rule.inside, rule.inside_total, rule.outside, rule.outside_total


def test_a_value_that_all_share_and_no_other_job_has():
    (best,) = rules(lambda smooth, model, lr: smooth == 0)
    assert best.conditions == (Condition("smooth", (0,)),)
    assert told(best) == (12, 12, 0, 36)
    assert best.difference == 1
    assert not best.is_likely_chance


def test_a_range_of_numbers():
    (best,) = rules(lambda smooth, model, lr: lr >= 0.1)
    assert best.conditions == (Condition("lr", (0.1, 1.0)),)
    columns = {"x": list(range(100))}
    (best,) = apart(columns, range(30, 100), range(100))
    assert best.conditions == (Condition("x", least=30),)
    (best,) = apart(columns, range(30), range(100))
    assert best.conditions == (Condition("x", most=29),)
    (best,) = apart(columns, range(30, 60), range(100))
    assert best.conditions == (Condition("x", least=30, most=59),)


def test_two_parameters_together_where_one_does_not_tell():
    (best, *_) = rules(lambda smooth, model, lr: smooth == 0 and model != "c")
    names = {condition.name for condition in best.conditions}
    assert names == {"smooth", "model"}
    assert told(best) == (8, 8, 0, 40)


def test_a_second_parameter_has_to_add_something():
    columns = {"x": list(range(100)), "y": [0, 1, 2, 3] * 25}
    # one of those with x >= 60 did not fail: y may explain it, and may just as well not
    (best, *_) = apart(columns, [*range(60, 99)], range(100))
    assert [condition.name for condition in best.conditions] == ["x"]
    # none of those with y = 3 failed
    failed = [job for job in range(60, 100) if job % 4 != 3]
    (best, *_) = apart(columns, failed, range(100))
    assert {condition.name for condition in best.conditions} == {"x", "y"}
    assert (best.inside, best.outside) == (30, 0)


def test_a_rule_may_miss_a_few():
    (best, *_) = apart(COLUMNS, [*range(12), 40], ALL)
    assert best.conditions[0] == Condition("smooth", (0,))
    assert told(best) == (12, 13, 0, 35)


def test_a_parameter_that_is_not_given_is_a_value_too():
    columns = {"mask": [None] * 20 + ["m.nii"] * 20}
    (best,) = apart(columns, range(20), range(40))
    assert best.conditions == (Condition("mask", (None,)),)


def test_nothing_is_said_where_there_is_nothing_to_say():
    assert not rules(lambda *_: True)  # no others
    assert not rules(lambda *_: False)
    assert not apart({}, [0], [0, 1])
    assert not apart({"x": [1, 1, 1]}, [0], [0, 1, 2])
    # values that are different in each job tell nothing about one of them
    assert not apart({"seed": list(range(1000))}, [7], range(1000))
    assert not apart({"seed": list(range(1000))}, [7, 300, 801], range(1000))


def test_small_numbers_are_called_what_they_are():
    columns = {"smooth": [0, 1, 2, 3] * 3}
    (sure,) = apart(columns, [0, 4, 8], range(12))
    assert not sure.is_likely_chance
    (unsure,) = apart(columns, [0, 4], range(12))
    assert unsure.is_likely_chance


def test_jobs_that_have_not_ended_do_not_count():
    among = [job for job in ALL if GRID[job][0] < 2]
    (best,) = rules(lambda smooth, *_: smooth == 0, among=among)
    assert told(best) == (12, 12, 0, 12)


def test_truth_is_no_number_and_lists_are_values():
    columns = {"flag": [True, 1] * 20, "dims": [[1, 2], [3]] * 20, "x": [math.nan, 0.5] * 20}
    found = apart(columns, range(0, 40, 2), range(40))
    assert [rule.conditions[0].name for rule in found] == ["flag", "dims", "x"]
    assert found[0].conditions[0].values == (True,)


values = st.none() | st.booleans() | st.integers(0, 5) | st.sampled_from("abc") | st.floats()


@given(st.lists(st.tuples(values, values, st.booleans()), min_size=1, max_size=60))
def test_the_numbers_told_are_those_counted(points):
    columns = {"x": [x for x, _, _ in points], "y": [y for _, y, _ in points]}
    inside = [job for job, point in enumerate(points) if point[2]]
    for rule in apart(columns, inside, range(len(points))):
        holds = [
            job
            for job in range(len(points))
            if all(_holds(condition, columns[condition.name][job]) for condition in rule.conditions)
        ]
        assert rule.inside == len(set(holds) & set(inside))
        assert rule.outside == len(set(holds) - set(inside))
        assert 0 <= rule.chance <= 1
        assert rule.difference > 0


def _same(one, other):
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other or (one != one and other != other) or repr(one) == repr(other)


def _holds(condition, value):
    if condition.values:
        wanted = condition.values
        return any(_same(value, one) or (value != value and one == "nan") for one in wanted)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return False
    low = -math.inf if condition.least is None else condition.least
    high = math.inf if condition.most is None else condition.most
    return low <= value <= high and math.isfinite(value)


@given(st.lists(st.integers(0, 600), max_size=700), st.sets(st.integers(0, 600)))
def test_sets_hold_what_they_are_asked_for(column, wanted):
    sets = ValueSets(column)
    codes = {code for code, value in enumerate(sets.values) if value in wanted}
    expected = [job for job, value in enumerate(column) if value in wanted]
    assert sets.jobs_with(codes) == job_set(expected, len(column))


def test_an_integer_beyond_all_numbers_is_no_number():
    column = [1, 2, 3, 10**400]
    assert ValueSets(column).jobs_between(2, None) == job_set([1, 2], 4)


def test_integers_that_are_one_number_as_floats_are_told_apart():
    column = [2**53, 2**53 + 1, 2**53 + 2]
    assert ValueSets(column).jobs_between(2**53 + 1, None) == job_set([1, 2], 3)


NUMBERS = st.one_of(st.integers(-50, 50), st.floats(-50, 50), st.just(math.nan), st.just("a"))
ENDS = st.one_of(st.none(), st.integers(-60, 60))


@given(st.lists(NUMBERS, max_size=60), ENDS, ENDS)
def test_sets_hold_the_numbers_of_a_range(column, least, most):
    expected = [
        job
        for job, value in enumerate(column)
        if isinstance(value, int | float)
        and (-math.inf if least is None else least) <= value
        and value <= (math.inf if most is None else most)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobsets, "_PART", 7)
        assert ValueSets(column).jobs_between(least, most) == job_set(expected, len(column))


@pytest.mark.parametrize(("found", "drawn", "marked", "total"), [(3, 3, 3, 12), (2, 5, 4, 20)])
def test_chance_is_that_of_drawing_without_putting_back(found, drawn, marked, total):
    ways = sum(
        math.comb(marked, hit) * math.comb(total - marked, drawn - hit)
        for hit in range(found, min(drawn, marked) + 1)
    )
    assert tail(found, drawn, marked, total) == pytest.approx(ways / math.comb(total, drawn))
