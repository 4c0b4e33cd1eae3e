import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.domain.plots.quantity import (
    Fault,
    Quantity,
    as_number,
    category_key,
    fault_texts,
    is_numeric,
    read_axis,
    spans_decades,
)
from hopla_gui.domain.plots.scale import ScaleKind


def axis(*values, log=False):
    return read_axis(Quantity("x", values), range(len(values)), log=log)


def faults(found):
    return [Fault(fault) for fault in found.faults]


def test_numbers_are_their_own_positions():
    found = axis(1, 2.5, -3)
    assert list(found.places) == [1.0, 2.5, -3.0]
    assert found.scale.kind is ScaleKind.LINEAR


def test_texts_and_booleans_are_categories_in_the_order_that_people_count():
    assert axis("sub-10", "sub-2", "sub-10").scale.categories == ("sub-2", "sub-10")
    assert list(axis("sub-10", "sub-2", "sub-10").places) == [1.0, 0.0, 1.0]
    assert axis(True, False).scale.categories == ("false", "true")


def test_numbers_beside_texts_are_categories_numbers_first():
    assert axis("auto", 10, 2).scale.categories == ("2", "10", "auto")


def test_a_number_and_its_text_are_two_categories():
    assert category_key(1) != category_key("1")


def test_numbers_written_as_text_are_numbers_but_names_with_zeros_are_not():
    assert is_numeric(["0.1", "1e-3", "10"])
    assert not is_numeric(["001", "002"])
    assert not is_numeric(["1.2.3"])


def test_values_without_a_place_say_why():
    found = axis(*[1.0] * 40, None, "NaN", "Infinity", math.nan, "text", 10**400, 1e200)
    assert faults(found)[40:] == [
        Fault.NO_VALUE,
        Fault.NOT_FINITE,
        Fault.NOT_FINITE,
        Fault.NOT_FINITE,
        Fault.NOT_NUMBER,
        Fault.TOO_LARGE,
        Fault.TOO_LARGE,
    ]
    assert all(map(math.isnan, found.places[40:]))


def test_a_logarithmic_axis_takes_numbers_of_any_size_and_refuses_zero_and_less():
    found = axis(100, 10**400, 1e-300, 0, -1, "Infinity", log=True)
    assert found.places[0] == 2
    assert found.places[1] == pytest.approx(400)
    assert found.places[2] == pytest.approx(-300)
    assert faults(found)[3:] == [Fault.NOT_POSITIVE, Fault.NOT_POSITIVE, Fault.NOT_FINITE]
    assert found.scale.kind is ScaleKind.LOG


def test_categories_stay_categories_on_a_logarithmic_axis():
    assert axis("a", "b", log=True).scale.kind is ScaleKind.CATEGORY


def test_no_job_and_no_value_make_an_axis_all_the_same():
    assert not axis().places
    assert faults(axis(None, None)) == [Fault.NO_VALUE] * 2


def test_category_texts_are_bounded_and_still_tell_values_apart():
    long = "x" * 20_000_000
    _, text = category_key(long)
    assert len(text) < 300
    assert "20,000,000 characters" in text
    nested = []
    for _ in range(5000):
        nested = [nested]
    assert len(category_key(nested)[1]) < 300
    assert category_key([1, 2]) == ("list", "[1, 2]")
    assert "bits" in category_key(10**5000)[1]


def test_numbers_decades_apart_ask_for_a_logarithmic_axis():
    assert spans_decades([0.001, 0.1, 1, None])
    assert not spans_decades([1, 2, 3])
    assert not spans_decades([0, 0.001, 10])
    assert not spans_decades([1, 1000])
    assert not spans_decades(["a", "b", "c"])
    assert not spans_decades([])


def test_what_is_left_out_is_said_in_words():
    assert fault_texts({("score", Fault.NO_VALUE): 1, ("lr", Fault.NOT_POSITIVE): 1200}) == [
        "1 job without a value of score",
        "1,200 jobs with zero or less, on a logarithmic axis, for lr",
    ]


ANY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["NaN", "-Infinity", 10**310]),
    st.lists(st.integers(), max_size=2),
)


@given(st.lists(ANY), st.booleans())
def test_every_job_has_a_finite_place_or_a_fault_never_both(values, log):
    found = axis(*values, log=log)
    for place, fault in zip(found.places, found.faults, strict=True):
        assert math.isfinite(place) is (fault == Fault.NONE)


@given(ANY)
def test_as_number_takes_numbers_and_nothing_else(value):
    number = as_number(value)
    if isinstance(value, bool | list) or value is None:
        assert number is None
    elif isinstance(value, int | float):
        assert isinstance(number, float)
