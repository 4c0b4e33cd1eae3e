import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.domain.plots.scale import Scale, ScaleKind, number_text, round_edges, time_text


def texts(ticks):
    return [tick.text for tick in ticks if tick.text]


def test_linear_ticks_are_round_numbers_with_the_figures_they_need():
    assert texts(Scale("x").ticks(0, 1, 5)) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
    assert texts(Scale("x").ticks(-3, 12, 4)) == ["0", "5", "10"]
    assert texts(Scale("x").ticks(0, 5e9, 5)) == ["0", "1e9", "2e9", "3e9", "4e9", "5e9"]


def test_ticks_close_together_far_from_zero_can_be_told_apart():
    found = texts(Scale("x").ticks(1e9 + 0.001, 1e9 + 0.005, 4))
    assert len(found) == len(set(found)) > 2


def test_whole_numbers_have_no_ticks_between_them():
    assert texts(Scale("n", whole=True).ticks(0, 2, 10)) == ["0", "1", "2"]


def test_logarithmic_ticks_are_decades_with_minor_ones_between():
    ticks = Scale("x", ScaleKind.LOG).ticks(-2, 1, 6)
    assert texts(ticks) == ["0.01", "0.1", "1", "10"]
    assert len([tick for tick in ticks if not tick.text]) == 3 * 8
    assert texts(Scale("x", ScaleKind.LOG).ticks(0, 300, 3)) == ["1", "1e100", "1e200", "1e300"]


def test_less_than_a_decade_has_numbers_as_they_are():
    assert texts(Scale("x", ScaleKind.LOG).ticks(math.log10(2), math.log10(6), 4)) == list("23456")


@pytest.mark.parametrize("decade", [299, -305])
def test_it_has_them_where_the_numbers_go_beyond_floats(decade):
    low, high = decade + math.log10(20), decade + math.log10(60)
    found = texts(Scale("x", ScaleKind.LOG).ticks(low, high, 4))
    assert found == [f"{figure}e{decade + 1}" for figure in range(2, 7)]


def test_categories_are_thinned_where_there_is_no_room():
    scale = Scale("x", ScaleKind.CATEGORY, tuple(map(str, range(1000))))
    found = scale.ticks(-0.5, 999.5, 5)
    assert 2 <= len(found) <= 5
    assert all(tick.text == str(round(tick.place)) for tick in found)


def test_times_read_as_clocks_do():
    assert time_text(0) == "0"
    assert time_text(0.25) == "250 ms"
    assert time_text(1.25) == "1.25 s"
    assert time_text(12) == "12 s"
    assert time_text(200) == "3:20"
    assert time_text(3720) == "1:02:00"
    assert time_text(2 * 86_400) == "2 d"
    assert texts(Scale("t", ScaleKind.TIME).ticks(0, 3600, 4)) == [
        "0", "15:00", "30:00", "45:00", "1:00:00",
    ]  # fmt: skip
    assert texts(Scale("t", ScaleKind.TIME).ticks(0, 1.6, 4)) == [
        "0", "500 ms", "1 s", "1.5 s",
    ]  # fmt: skip
    assert texts(Scale("t", ScaleKind.TIME).ticks(40.0011, 40.0014, 3)) == [
        "40.0011 s", "40.0012 s", "40.0013 s", "40.0014 s",
    ]  # fmt: skip
    assert texts(Scale("t", ScaleKind.TIME).ticks(0, 30 * 86_400, 3)) == [
        "0", "10 d", "20 d", "30 d",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.25, "0.25"),
        (1200, "1,200"),
        (3.2e-7, "3.2e-7"),
        (1e30, "1e30"),
        (-0.5, "-0.5"),
        (100, "100"),
    ],
)
def test_numbers_are_short(value, text):
    assert number_text(value) == text


def test_positions_read_as_what_they_stand_for():
    assert Scale("x", ScaleKind.LOG).text(2) == "100"
    assert Scale("x", ScaleKind.LOG).text(400) == "1e400"
    assert Scale("x", ScaleKind.CATEGORY, ("a", "b")).text(0.9) == "b"
    assert Scale("x", ScaleKind.CATEGORY, ("a", "b")).text(5) == ""
    assert Scale("x").text(math.nan) == ""


NUMBERS = st.floats(min_value=-1e100, max_value=1e100)


@given(NUMBERS, NUMBERS, st.integers(-5, 30), st.sampled_from(ScaleKind))
def test_ticks_lie_within_what_is_shown_and_are_not_many(one, other, most, kind):
    if kind is ScaleKind.LOG:
        one, other = math.fmod(one, 310), math.fmod(other, 310)
    low, high = min(one, other), max(one, other)
    scale = Scale("x", kind, ("a", "b", "c"))
    ticks = scale.ticks(low, high, most)
    slack = (high - low) * 0.01
    assert all(low - slack <= tick.place <= high + slack for tick in ticks)
    assert len(texts(ticks)) <= 2 * max(most, 2) + 2


@given(NUMBERS, NUMBERS, st.integers(2, 80))
def test_round_edges_lie_around_both_numbers_and_are_not_many(one, other, most):
    low, high = min(one, other), max(one, other)
    if high - low <= max(1e-290, max(abs(low), abs(high)) * 1e-12):
        return
    edges = round_edges(low, high, most)
    assert edges == sorted(set(edges))
    slack = (high - low) * 1e-12
    assert edges[0] <= low + slack
    assert edges[-1] >= high - slack
    assert 1 <= len(edges) - 1 <= most + 1


def test_edges_are_round():
    assert round_edges(0.03, 0.97, 6) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
