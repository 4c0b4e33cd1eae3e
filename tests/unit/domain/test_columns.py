"""Names of columns and paths of values."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.domain.columns import Source, fact, parameter, plain_name, resolve, traced
from hopla_gui.domain.valuepath import dig, leaves, parse_path, path_text


def test_a_parameter_wins_over_a_fact_and_a_fact_over_a_value():
    given_names = ("lr", "duration")
    assert resolve("duration", given_names) == parameter("duration")
    assert resolve("memory", given_names) == fact("memory")
    assert resolve("outputs.score", given_names) == traced("outputs.score")


def test_each_kind_has_a_name_of_its_own():
    assert resolve("job.duration", ("duration",)) == fact("duration")
    assert resolve("value.duration", ("duration",)) == traced("duration")
    assert resolve("param.duration", ("duration",)) == parameter("duration")
    assert plain_name(fact("duration"), ("duration",)) == "job.duration"
    assert plain_name(fact("duration"), ()) == "duration"


def test_a_parameter_may_bear_a_prefix_or_dots():
    assert resolve("value.x", ("value.x",)) == parameter("value.x")
    assert resolve("job.x", ()) == traced("job.x")  # there is no such fact
    assert resolve("value", ()) == traced("value")


@given(st.text(max_size=8), st.lists(st.text(max_size=8), max_size=3))
def test_the_name_of_a_column_means_it(name, parameters):
    columns = [*map(parameter, parameters), fact("state")]
    if name:
        columns.append(traced(path_text((name,))))
    for column in columns:
        assert resolve(str(column), parameters) == column or str(column) in parameters
        shown = plain_name(column, parameters)
        assert resolve(shown, parameters) == column or shown in parameters


@given(st.lists(st.text(max_size=6), min_size=1, max_size=4))
def test_a_path_is_read_as_it_was_written(steps):
    assert parse_path(path_text(steps)) == tuple(steps)


@pytest.mark.parametrize("text", ["", ".", "a..b", "a.", '"a', "a[x]", ".a"])
def test_what_is_no_path_is_refused(text):
    with pytest.raises(ValueError, match="no path"):
        parse_path(text)


def test_list_indices_are_steps_in_either_spelling():
    values = {"scores": [1, {"x.y": 2}], "0": 3}
    assert dig(values, parse_path("scores.0")) == dig(values, parse_path("scores[0]")) == 1
    assert dig(values, parse_path('scores[1]."x.y"')) == 2
    assert dig(values, ("0",)) == 3
    for missing in ("scores.7", "scores.-1", "scores.x", "scores.0.a", "other"):
        assert dig(values, parse_path(missing)) is None


def test_leaves_are_scalars_and_items_of_short_lists():
    values = {"a": {"b": 1, "c": [True, "x"]}, "long": list(range(100)), "none": None}
    assert dict(leaves(values)) == {("a", "b"): 1, ("a", "c", "0"): True, ("a", "c", "1"): "x"}


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
)


@given(st.dictionaries(st.text(max_size=4), trees, max_size=3))
def test_what_lies_at_the_path_of_a_leaf_is_the_leaf(values):
    values = json.loads(json.dumps(values))
    for path, value in leaves(values):
        assert dig(values, path) == value


def test_an_item_of_a_list_is_told_from_what_has_a_name():
    items = [
        column.is_item for column in map(traced, ("scores.0", "a.b.3.c", "score", "0", "a.b2"))
    ]
    assert items == [True, True, False, False, False]
    assert not parameter("layer.0").is_item


def test_sources_are_spelt_as_the_prefixes():
    assert [source.value for source in Source] == ["param", "job", "value", "word"]
