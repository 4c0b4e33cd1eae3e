"""Which parameters a number depends on."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.domain.plots.dependence import explained

RATES = [0.1, 0.2, 0.3, 0.4] * 25
SEEDS = [seed for seed in range(25) for _ in range(4)]
NOISE = [random.Random(job).gauss(0, 0.01) for job in range(100)]


def test_a_parameter_explains_what_follows_from_it_and_a_seed_nothing():
    scores = [rate**2 + noise for rate, noise in zip(RATES, NOISE, strict=True)]
    assert explained(scores, RATES) > 0.9
    assert explained(scores, SEEDS) < 0.1
    assert explained(NOISE, RATES) < 0.1


def test_texts_lists_and_missing_numbers_are_no_hindrance():
    modes = ["a", ["b"], None, True] * 25
    numbers = [None if mode == "a" else float(mode == ["b"]) for mode in modes]
    assert explained(numbers, modes) == 1


@pytest.mark.parametrize("numbers", [[], [None], [2.0, 2.0], ["NaN", "x"], [1e300, -1e300, 1e300]])
def test_where_nothing_varies_or_can_be_counted_nothing_is_explained(numbers):
    assert explained(numbers, ["a"] * len(numbers)) == 0


@given(st.lists(st.tuples(st.floats() | st.none() | st.integers(), st.integers(0, 3))))
def test_it_is_a_share_whatever_is_given(pairs):
    assert 0 <= explained([number for number, _ in pairs], [value for _, value in pairs]) <= 1
